using System.Buffers.Text;
using Interlock.Canonical;

namespace Interlock.Mcp.Wire;

/// <summary>
/// Finds the id of a request in a line that could not be read, so that the refusal reaches whoever waits for it. It decides
/// nothing but where an error message goes, so it may guess; where two ids compete it answers none.
/// </summary>
internal static class RequestIdRecovery
{
    private const int LongestId = 256;

    /// <summary>The id, or null.</summary>
    /// <param name="line">The line.</param>
    public static JsonValue? Find(WireLine line)
    {
        var head = AtTop(line.Head.Span);
        return head.Count switch
        {
            1 => head.Id,
            0 => AtEnd(line.IsOverCap ? line.Tail.Span : line.Head.Span),
            _ => null,
        };
    }

    /// <summary>Members named <c>id</c> at the top level, by counting brackets outside of strings.</summary>
    private static (JsonValue? Id, int Count) AtTop(ReadOnlySpan<byte> text)
    {
        JsonValue? found = null;
        var count = 0;
        var depth = 0;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    break;
                case (byte)'"':
                    var end = EndOfString(text, at);
                    if (depth == 1 && text[at..end] is [_, (byte)'i', (byte)'d', _] && Scalar(text[end..]) is { } id)
                    {
                        found = id;
                        count++;
                    }

                    at = end - 1;
                    break;
                default:
                    break;
            }
        }

        return (found, count);
    }

    /// <summary>A member named <c>id</c> after which the line ends: where brackets before it do not add up.</summary>
    private static JsonValue? AtEnd(ReadOnlySpan<byte> text)
    {
        var at = text.LastIndexOf("\"id\""u8);
        if (at < 1 || text[at - 1] == (byte)'\\' || text[at..].IndexOfAny("{["u8) >= 0)
        {
            return null;
        }

        var rest = text[at..];
        return rest.Count((byte)'}') == 1 && rest.IndexOf((byte)']') < 0 && rest.TrimEnd(" \t\r"u8) is [.., (byte)'}']
            ? Scalar(rest[4..])
            : null;
    }

    /// <summary>The index after the string that starts at an index.</summary>
    private static int EndOfString(ReadOnlySpan<byte> text, int start)
    {
        for (var at = start + 1; at < text.Length; at++)
        {
            if (text[at] == (byte)'\\')
            {
                at++;
            }
            else if (text[at] == (byte)'"')
            {
                return at + 1;
            }
        }

        return text.Length;
    }

    /// <summary>What follows a name: a colon, and a short string or an integer that the strict reader accepts.</summary>
    private static JsonValue? Scalar(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t"u8);
        if (text is not [(byte)':', ..])
        {
            return null;
        }

        text = text[1..].TrimStart(" \t"u8);
        int end;
        if (text is [(byte)'"', ..])
        {
            end = EndOfString(text[..Math.Min(text.Length, LongestId)], 0);
        }
        else if (!Utf8Parser.TryParse(text, out long _, out end))
        {
            return null;
        }

        return JsonReader.TryRead(text[..end], JsonReadOptions.PlanBody, out var id, out _) && id is JsonString or JsonNumber ? id : null;
    }
}
