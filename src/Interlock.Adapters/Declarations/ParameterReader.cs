using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Interlock.Checks;

namespace Interlock.Adapters.Declarations;

/// <summary>Reads <c>params:</c> of a declaration.</summary>
internal static partial class ParameterReader
{
    private const int MaxText = 1 << 20;
    private const int DefaultText = 256;

    public static ParameterSet Read(Fields declaration)
    {
        if (declaration.Section("params") is not { } section)
        {
            return ParameterSet.Empty;
        }

        var parameters = ImmutableArray.CreateBuilder<Parameter>();
        foreach (var member in section.Json.Members)
        {
            if (!Name().IsMatch(member.Name))
            {
                section.Problems.Add(section.At(member.Name), $"`{member.Name}` is no parameter name; use letters, digits and `_`");
            }

            if (section.Section(member.Name) is { } fields)
            {
                parameters.Add(One(member.Name, fields));
                fields.RefuseOthers();
            }
        }

        return new ParameterSet(parameters.ToImmutable());
    }

    private static Parameter One(string name, Fields fields)
    {
        var word = fields.Word("type", "string", "string", "integer", "number", "boolean", "array");
        var type = word switch
        {
            "integer" => ParameterType.Integer,
            "number" => ParameterType.Number,
            "boolean" => ParameterType.Truth,
            "array" => ParameterType.Texts,
            _ => ParameterType.Text,
        };
        var isText = type is ParameterType.Text or ParameterType.Texts;
        var isNumber = type is ParameterType.Integer or ParameterType.Number;
        var content = isText && fields.Flag("content", false);
        var pattern = isText ? fields.Text("pattern") : null;
        var parameter = new Parameter
        {
            Name = name,
            Type = type,
            Description = fields.Text("description"),
            Pattern = pattern,
            Anchored = Compile(pattern, fields),
            Values = isText ? fields.Texts("enum") ?? [] : [],
            Minimum = isNumber ? fields.Number("minimum") : null,
            Maximum = isNumber ? fields.Number("maximum") : null,
            MaxLength = isText ? fields.Integer("max_length", 1, MaxText) ?? (content ? MaxText : DefaultText) : 0,
            MaxItems = type == ParameterType.Texts ? fields.Integer("max_items", 1, 1000) ?? 100 : 0,
            Default = fields.Value("default"),
            Required = fields.Flag("required", !fields.Has("default")),
            Content = content,
            Unicode = isText && fields.Flag("unicode", false),
        };
        Check(parameter, fields);
        return parameter;
    }

    private static void Check(Parameter parameter, Fields fields)
    {
        var isText = parameter.Type is ParameterType.Text or ParameterType.Texts;
        if (parameter.Content && parameter.Type == ParameterType.Texts)
        {
            fields.Problems.Add(fields.At("content"), "a list is no content; use `type: string`");
        }

        if (parameter.Content && (parameter.Pattern is not null || !parameter.Values.IsEmpty))
        {
            fields.Problems.Add(fields.Here, "content has neither `pattern` nor `enum`; leave `content` out to have the value checked");
        }

        if (isText && !parameter.Content && parameter.Pattern is null && parameter.Values.IsEmpty)
        {
            fields.Problems.Add(
                fields.Here,
                $"`{parameter.Name}` accepts any text; add a `pattern` such as `[a-z0-9-]{{1,32}}` or an `enum`, or `content: true` for a file's text");
        }

        if (parameter.Pattern is not null && !parameter.Values.IsEmpty)
        {
            fields.Problems.Add(fields.Here, "`pattern` and `enum` exclude each other; keep one");
        }

        if (parameter.Default is { } given && fields.Problems.First is null && parameter.Objection(given) is { } objection)
        {
            fields.Problems.Add(fields.At("default"), $"the default {objection}");
        }

        if (parameter.Default is not null && parameter.Required)
        {
            fields.Problems.Add(fields.At("default"), "a required parameter has no default; remove one of the two");
        }
    }

    private static TextPattern? Compile(string? source, Fields fields)
    {
        if (source is null)
        {
            return null;
        }

        if (!TextPattern.TryCompile(source, out var pattern, out var error))
        {
            fields.Problems.Add(fields.At("pattern"), error);
        }

        return pattern;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,63}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
