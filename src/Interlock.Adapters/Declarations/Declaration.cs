using System.Collections.Immutable;
using Interlock.Adapters.Templates;
using Interlock.Canonical;

namespace Interlock.Adapters.Declarations;

/// <summary>The fields that every action and every probe shares, whatever its kind.</summary>
internal sealed record Declaration
{
    /// <summary>The longest name in characters.</summary>
    private const int MaxName = 128;

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required ParameterSet Parameters { get; init; }

    /// <summary>The list parameter for each item of which there is one effect; null for a stage with one effect.</summary>
    public string? ForEach { get; init; }

    public ImmutableArray<ResourceTemplate> Resources { get; init; } = [];

    public bool Mutating { get; init; }

    public bool Creating { get; init; }

    public bool Visible { get; init; }

    public JsonObject? Example { get; init; }

    /// <summary>The declaration as it stands in the configuration.</summary>
    public required JsonObject Source { get; init; }

    /// <summary>What templates of this declaration may name.</summary>
    public TemplateNames Names => new(Parameters, ForEach);

    /// <summary>Reads the shared fields of an action.</summary>
    public static Declaration OfAction(string name, Fields fields)
    {
        CheckName(name, fields);
        var parameters = ParameterReader.Read(fields);
        var forEach = fields.Text("for_each");
        if (forEach is not null && parameters.Find(forEach)?.Type != ParameterType.Texts)
        {
            fields.Problems.Add(fields.At("for_each"), $"`{forEach}` is no list; name a parameter of `type: array`");
        }

        if (forEach is not null && parameters.Find(forEach) is { Required: false, Default: null })
        {
            fields.Problems.Add(fields.At("for_each"), $"`{forEach}` may be absent; make it required");
        }

        var creating = fields.Flag("creating", false);
        var mutating = fields.Flag("mutating", true);
        if (creating && !mutating)
        {
            fields.Problems.Add(fields.At("mutating"), "what creates changes the world; remove `mutating: false` or `creating: true`");
        }

        return new Declaration
        {
            Name = name,
            Description = fields.Text("description") ?? "",
            Parameters = parameters,
            ForEach = forEach,
            Resources = ResourceTemplate.ReadAll(fields, new TemplateNames(parameters, forEach)),
            Mutating = mutating,
            Creating = creating,
            Example = ReadExample(fields),
            Source = fields.Json,
        };
    }

    /// <summary>Reads the shared fields of a probe.</summary>
    public static Declaration OfProbe(string name, Fields fields)
    {
        CheckName(name, fields);
        return new Declaration
        {
            Name = name,
            Description = fields.Text("description") ?? "",
            Parameters = ParameterReader.Read(fields),
            Visible = fields.Flag("visible", false),
            Example = ReadExample(fields),
            Source = fields.Json,
        };
    }

    private static JsonObject? ReadExample(Fields fields)
    {
        _ = fields.Section("example");
        return fields.Json["example"] as JsonObject;
    }

    private static void CheckName(string name, Fields fields)
    {
        if (name.Length is 0 or > MaxName || name.Any(unit => unit is <= ' ' or > '~'))
        {
            fields.Problems.Add(fields.Here, $"a name is 1 to {MaxName} printable ASCII characters without spaces; rename it");
        }
    }
}
