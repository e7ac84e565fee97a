using Interlock.Canonical;
using Interlock.Sessions;

namespace Interlock.Cli.Terminal;

/// <summary>The last part of a review: everything that the agent wrote and nobody checked.</summary>
internal static class AgentWords
{
    private const int Labels = 10;

    /// <summary>The fields of a stage that the review has already shown in a computed form, or shows here under their own names.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "id", "action", "target", "params", "preconditions", "verify", "rollback", "note",
    };

    public static void Write(Page page, Review review, int most)
    {
        page.Line().Line(0, 2, new Part("WHAT THE AGENT SAYS", Ink.Bold), new Part(" (a claim; nothing here was checked)", Ink.Caution));
        if (review.Body is not JsonObject body)
        {
            page.Block(2, Escape.Lines(JsonText.Indented(review.Body)), static _ => Ink.Plain, most);
            return;
        }

        Text(page, "intent", body["intent"], most);
        Text(page, "note", body["note"], most);
        foreach (var (name, value) in body.Members)
        {
            if (name is not ("intent" or "note" or "stages"))
            {
                Text(page, name, value, most);
            }
        }

        foreach (var stage in (body["stages"] as JsonArray)?.Items ?? [])
        {
            Stage(page, stage, review.Stages.IsEmpty, most);
        }
    }

    private static void Stage(Page page, JsonValue value, bool whole, int most)
    {
        if (whole || value is not JsonObject stage)
        {
            page.Block(2, Escape.Lines(JsonText.Indented(value)), static _ => Ink.Plain, most);
            return;
        }

        var id = stage.Text("id") ?? "";
        if (stage["target"] is { } target)
        {
            Text(page, $"{id} targets", target, most);
        }

        Text(page, $"{id} note", stage["note"], most);
        foreach (var list in (ReadOnlySpan<string>)["preconditions", "verify"])
        {
            foreach (var check in (stage[list] as JsonArray)?.Items ?? [])
            {
                Text(page, $"{id} {list}", (check as JsonObject)?["note"], most);
            }
        }

        foreach (var (name, other) in stage.Members)
        {
            if (!Known.Contains(name))
            {
                Text(page, $"{id} {name}", other, most);
            }
        }
    }

    private static void Text(Page page, string label, JsonValue? value, int most)
    {
        var shown = Escape.Line(label);
        switch (value)
        {
            case null:
                break;
            case JsonString { Value: var text } when text.Contains('\n', StringComparison.Ordinal):
                page.Line(2, 2, new Part(shown, Ink.Dim));
                page.Block(4, Escape.Lines(text), static _ => Ink.Plain, most);
                break;
            case JsonString { Value: var text }:
                page.Field(2, Padded(shown), Labels, $"\"{Escape.Line(text)}\"");
                break;
            default:
                page.Field(2, Padded(shown), Labels, JsonText.Compact(value));
                break;
        }
    }

    private static string Padded(string label) => label.Length < Labels ? label : label + " ";
}
