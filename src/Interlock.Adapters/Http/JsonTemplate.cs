using System.Collections.Immutable;
using Interlock.Adapters.Declarations;
using Interlock.Adapters.Templates;
using Interlock.Canonical;

namespace Interlock.Adapters.Http;

/// <summary>
/// A JSON body with placeholders in its strings. A string that is one placeholder becomes the value with its type; the body is
/// written as a value, never pasted together, so no parameter can add a member.
/// </summary>
internal sealed class JsonTemplate
{
    private readonly JsonValue? literal;
    private readonly Template? text;
    private readonly ImmutableArray<JsonTemplate> items;
    private readonly ImmutableArray<(string Name, JsonTemplate Value)> members;

    private JsonTemplate(
        JsonValue? literal, Template? text, ImmutableArray<JsonTemplate> items, ImmutableArray<(string Name, JsonTemplate Value)> members)
    {
        this.literal = literal;
        this.text = text;
        this.items = items;
        this.members = members;
    }

    public static JsonTemplate Parse(JsonValue value, string path, TemplateNames names, Problems problems) => value switch
    {
        JsonString one => new JsonTemplate(null, Template.Parse(one.Value, path, names, problems), default, default),
        JsonArray list => new JsonTemplate(
            null, null, [.. list.Items.Select((item, i) => Parse(item, $"{path}/{i}", names, problems))], default),
        JsonObject json => new JsonTemplate(
            null, null, default, [.. json.Members.Select(member => (member.Name, Parse(member.Value, $"{path}/{member.Name}", names, problems)))]),
        _ => new JsonTemplate(value, null, default, default),
    };

    public JsonValue Fill(Bound values)
    {
        if (literal is not null)
        {
            return literal;
        }

        if (text is not null)
        {
            return text.Whole is { } name && values[name] is { } value ? value : text.Fill(values);
        }

        return members.IsDefault
            ? new JsonArray(items.Select(item => item.Fill(values)))
            : JsonObject.Of(members.Select(member => new JsonMember(member.Name, member.Value.Fill(values))));
    }
}
