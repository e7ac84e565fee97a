using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Interlock.Adapters.Declarations;
using Interlock.Canonical;
using Interlock.Actions;

namespace Interlock.Adapters.Templates;

/// <summary>A resource with placeholders: <c>service:{unit}</c> or <c>{kind: service, id: "{unit}"}</c>.</summary>
internal sealed partial class ResourceTemplate(string kind, Template id)
{
    /// <summary>Reads <c>resources:</c>.</summary>
    public static ImmutableArray<ResourceTemplate> ReadAll(Fields declaration, TemplateNames names)
    {
        if (declaration.Value("resources") is not { } value)
        {
            return [];
        }

        var problems = declaration.Problems;
        if (value is not JsonArray list)
        {
            problems.Add(declaration.At("resources"), "`resources` is a list such as `[\"service:{unit}\"]`");
            return [];
        }

        var resources = ImmutableArray.CreateBuilder<ResourceTemplate>();
        for (var i = 0; i < list.Items.Length; i++)
        {
            var path = $"{declaration.At("resources")}/{i}";
            string? kind = null;
            string? id = null;
            if (list.Items[i] is JsonString { Value: var text } && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                (kind, id) = (text[..colon], text[(colon + 1)..]);
            }
            else if (list.Items[i] is JsonObject json)
            {
                var fields = new Fields(json, path, problems);
                (kind, id) = (fields.RequiredText("kind"), fields.RequiredText("id"));
                fields.RefuseOthers();
            }

            if (kind is null || id is not { Length: > 0 } || !Kind().IsMatch(kind))
            {
                problems.Add(path, "a resource is `kind:id`, its kind lower-case letters, digits, `-` and `_`, for example `service:{unit}`");
                continue;
            }

            resources.Add(new ResourceTemplate(kind, Template.Parse(id, path, names, problems)));
        }

        return resources.ToImmutable();
    }

    public Resource Fill(Bound values) => new(kind, id.Fill(values));

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,63}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Kind();
}
