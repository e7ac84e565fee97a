using System.Globalization;
using System.Text;

namespace Interlock.Cli.Witnesses;

/// <summary>
/// The head of a request to a witness: one HTTP/1.1 request line and the few headers that decide anything. Strict: what two readers could
/// understand differently (two lengths, a transfer coding, a folded line) is refused.
/// </summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path, without a query.</param>
/// <param name="Length">The length of the body; null where none is said.</param>
/// <param name="ExpectsContinue">Whether the client waits for a word before it sends the body (RFC 9110, section 10.1.1).</param>
internal sealed record WitnessRequest(string Method, string Path, int? Length, bool ExpectsContinue)
{
    /// <summary>The largest head in bytes.</summary>
    public const int MaxHead = 8 << 10;

    private const int MaxHeaders = 64;

    /// <summary>Reads a head.</summary>
    /// <param name="head">Everything before the empty line.</param>
    /// <returns>Null where it is not one.</returns>
    public static WitnessRequest? Parse(ReadOnlySpan<byte> head)
    {
        if (head.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !OnlyLineEnds(head))
        {
            return null;
        }

        var lines = Encoding.ASCII.GetString(head).Split("\r\n");
        if (lines.Length > MaxHeaders + 1
            || lines[0].Split(' ') is not [{ Length: > 0 } method, ['/', ..] path, "HTTP/1.1" or "HTTP/1.0"]
            || path.AsSpan().IndexOfAny('?', '#') >= 0)
        {
            return null;
        }

        int? length = null;
        var expects = false;
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || line.AsSpan(0, colon).ContainsAny(" \t"))
            {
                return null;
            }

            var value = line[(colon + 1)..].Trim(' ', '\t');
            switch (line[..colon].ToLowerInvariant())
            {
                case "transfer-encoding":
                    return null;
                case "content-length" when length is null && TryLength(value, out var said):
                    length = said;
                    break;
                case "content-length":
                    return null;
                case "expect" when value.Equals("100-continue", StringComparison.OrdinalIgnoreCase):
                    expects = true;
                    break;
            }
        }

        return new WitnessRequest(method, path, length, expects);
    }

    private static bool TryLength(string text, out int length) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length);

    /// <summary>Whether the control characters are tabs and ends of lines, and no line feed stands alone.</summary>
    private static bool OnlyLineEnds(ReadOnlySpan<byte> head)
    {
        for (var i = 0; i < head.Length; i++)
        {
            var allowed = head[i] switch
            {
                (byte)'\t' or (>= (byte)' ' and <= (byte)'~') => true,
                (byte)'\r' => i + 1 < head.Length && head[i + 1] == (byte)'\n',
                (byte)'\n' => i > 0 && head[i - 1] == (byte)'\r',
                _ => false,
            };
            if (!allowed)
            {
                return false;
            }
        }

        return true;
    }
}
