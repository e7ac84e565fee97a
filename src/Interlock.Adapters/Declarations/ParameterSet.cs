using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Adapters.Declarations;

/// <summary>The parameters of one action or probe.</summary>
internal sealed class ParameterSet(ImmutableArray<Parameter> parameters)
{
    public static ParameterSet Empty { get; } = new([]);

    public ImmutableArray<Parameter> All => parameters;

    public Parameter? Find(string name) => parameters.FirstOrDefault(parameter => parameter.Name == name);

    public ParameterSet With(Parameter parameter) => new(parameters.Add(parameter));

    /// <summary>The JSON Schema of the object that holds the values.</summary>
    public JsonObject Schema() => JsonObject.Of(
        ("$schema", "https://json-schema.org/draft/2020-12/schema"),
        ("type", "object"),
        ("additionalProperties", false),
        ("properties", JsonObject.Of(parameters.Select(parameter => new JsonMember(parameter.Name, parameter.Schema())))),
        ("required", new JsonArray(parameters.Where(parameter => parameter.Required).Select(parameter => (JsonValue)parameter.Name))));

    /// <summary>
    /// Takes the values of a stage or a check. Everything is checked here, whatever was checked before: what the templates are
    /// filled with has passed this method.
    /// </summary>
    /// <param name="given">The values.</param>
    /// <param name="path">The path of <paramref name="given"/>.</param>
    public Result<Bound> Bind(JsonObject given, string path)
    {
        foreach (var member in given.Members)
        {
            if (Find(member.Name) is null)
            {
                var known = parameters.IsEmpty ? "it has none" : string.Join(", ", parameters.Select(parameter => $"`{parameter.Name}`"));
                return Refuse(path, member.Name, $"`{member.Name}` is no parameter here; the parameters are: {known}");
            }
        }

        var values = ImmutableDictionary.CreateBuilder<string, JsonValue>(StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            if ((given[parameter.Name] ?? parameter.Default) is not { } value)
            {
                if (parameter.Required)
                {
                    return Refuse(path, parameter.Name, $"the parameter `{parameter.Name}` is missing; add it");
                }

                continue;
            }

            if (parameter.Objection(value) is { } objection)
            {
                return Refuse(path, parameter.Name, $"the parameter `{parameter.Name}` {objection}");
            }

            values[parameter.Name] = value;
        }

        return new Bound(values.ToImmutable());
    }

    private static Refusal Refuse(string path, string name, string message) =>
        new(RefusalCode.Invalid, path.Length == 0 ? name : $"{path}/{name}", message);
}

/// <summary>Values that passed <see cref="ParameterSet.Bind"/>.</summary>
internal sealed class Bound(ImmutableDictionary<string, JsonValue> values)
{
    /// <summary>A value, or null where an optional parameter has none.</summary>
    public JsonValue? this[string name] => values.GetValueOrDefault(name);

    public Bound With(string name, JsonValue value) => new(values.SetItem(name, value));

    /// <summary>A value as the text that stands in a template: numbers in their canonical form, truth values as words.</summary>
    public string Text(string name) => values[name] switch
    {
        JsonString text => text.Value,
        JsonNumber number => number.ToString(),
        JsonBoolean truth => truth.Value ? "true" : "false",
        var other => throw new InvalidOperationException($"a template cannot hold {other.GetType().Name}"),
    };
}
