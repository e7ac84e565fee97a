using System.Globalization;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Cli.Terminal;

/// <summary>
/// JSON for screens and programs: the same value as the canonical form, but every character that <see cref="Escape"/> would
/// not let through is written as <c>\uXXXX</c>, so that printing it is safe too.
/// </summary>
internal static class JsonText
{
    /// <summary>On one line.</summary>
    public static string Compact(JsonValue value) => Write(value, indented: false);

    /// <summary>Two spaces a level.</summary>
    public static string Indented(JsonValue value) => Write(value, indented: true);

    private static string Write(JsonValue value, bool indented)
    {
        var output = new StringBuilder();
        Append(output, value, indented ? 0 : null);
        return output.ToString();
    }

    private static void Append(StringBuilder output, JsonValue value, int? level)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } json:
                AppendAll(output, '{', '}', json.Members, level, (member, inner) =>
                {
                    Append(output, member.Name);
                    output.Append(inner is null ? ":" : ": ");
                    Append(output, member.Value, inner);
                });
                break;
            case JsonObject:
                output.Append("{}");
                break;
            case JsonArray { Items.Length: > 0 } array:
                AppendAll(output, '[', ']', array.Items, level, (item, inner) => Append(output, item, inner));
                break;
            case JsonArray:
                output.Append("[]");
                break;
            case JsonString text:
                Append(output, text.Value);
                break;
            default:
                output.Append(value);
                break;
        }
    }

    private static void AppendAll<T>(
        StringBuilder output, char open, char close, IEnumerable<T> items, int? level, Action<T, int?> append)
    {
        output.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                output.Append(',');
            }

            first = false;
            Break(output, level + 1);
            append(item, level + 1);
        }

        Break(output, level);
        output.Append(close);
    }

    private static void Break(StringBuilder output, int? level)
    {
        if (level is { } depth)
        {
            output.Append('\n').Append(' ', 2 * depth);
        }
    }

    private static void Append(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"':
                    output.Append("\\\"");
                    break;
                case '\\':
                    output.Append(@"\\");
                    break;
                case '\n':
                    output.Append("\\n");
                    break;
                case '\t':
                    output.Append("\\t");
                    break;
                default:
                    Append(output, rune);
                    break;
            }
        }

        output.Append('"');
    }

    private static void Append(StringBuilder output, Rune rune)
    {
        if (Visible.Shows(rune))
        {
            output.Append(rune);
            return;
        }

        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
        {
            output.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }
    }
}
