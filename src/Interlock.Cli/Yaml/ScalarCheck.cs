using System.Buffers;
using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace Interlock.Cli.Yaml;

/// <summary>
/// Reads a scalar's own source again, because the library's scanner is lenient: it lets a plain scalar swallow a
/// <c>: </c>, start with <c>&gt;</c> or lose a colon, a block swallow <c>---</c>, an escape hold a <c>g</c>. A second reader
/// would make another document of those bytes, so they are refused.
/// </summary>
internal static class ScalarCheck
{
    private static readonly SearchValues<char> FlowIndicators = SearchValues.Create(",[]{}");

    /// <summary>Never the first character of a plain scalar (YAML 1.2.2 section 7.3.3).</summary>
    private static readonly SearchValues<char> Indicators = SearchValues.Create(",[]{}#&*!|>'\"%@`");

    /// <summary>Refuses a scalar whose source does not say what the scanner says.</summary>
    /// <exception cref="RefusedTokenException">Where and why.</exception>
    public static void Check(string text, Scalar scalar, bool inFlow)
    {
        var start = (int)Math.Min(scalar.Start.Index, text.Length);
        var end = (int)Math.Clamp(scalar.End.Index, start, text.Length);
        switch (scalar.Style)
        {
            case ScalarStyle.Plain:
                CheckPlain(text, start, end, scalar.Value, inFlow);
                break;
            case ScalarStyle.DoubleQuoted:
                CheckEscapes(text, start, end);
                break;
            case ScalarStyle.Literal or ScalarStyle.Folded:
                CheckBlock(text, start, end);
                break;
            default:
                break;
        }
    }

    private static void CheckPlain(string text, int start, int end, string value, bool inFlow)
    {
        var source = text.AsSpan(start, end - start);
        if (source.IsEmpty)
        {
            return;
        }

        // inside brackets `?a` is text in YAML 1.2, and the key `a` to readers of 1.1
        if (Indicators.Contains(source[0])
            || (inFlow && source[0] == '?')
            || (source[0] is '-' or '?' or ':' && !IsPlainSafe(text, start + 1, inFlow)))
        {
            throw Refuse(start, "a value cannot start with this character; put it in quotes");
        }

        for (var i = 0; i < source.Length; i++)
        {
            if ((source[i] == ':' && !IsPlainSafe(text, start + i + 1, inFlow))
                || (source[i] == '#' && IsBlank(source[i - 1]))
                || (inFlow && FlowIndicators.Contains(source[i])))
            {
                throw Refuse(start + i, "this character ends a value without quotes; put the value in quotes");
            }
        }

        if (!source.SequenceEqual(value) && Fold(source) != value)
        {
            throw Refuse(start, "a value that two readers would read in two ways; put it in quotes");
        }
    }

    private static bool IsPlainSafe(string text, int at, bool inFlow) =>
        at < text.Length && !IsBlank(text[at]) && !(inFlow && FlowIndicators.Contains(text[at]));

    private static bool IsBlank(char unit) => unit is ' ' or '\t' or '\r' or '\n';

    /// <summary>Line folding (YAML 1.2.2 section 6.5): one break is a space, more are one less.</summary>
    private static string Fold(ReadOnlySpan<char> source)
    {
        var folded = new StringBuilder();
        var breaks = 0;
        while (true)
        {
            var end = source.IndexOfAny('\r', '\n');
            var line = (end < 0 ? source : source[..end]).Trim(" \t");
            if (!line.IsEmpty)
            {
                folded.Append(breaks == 1 ? " " : new string('\n', Math.Max(0, breaks - 1))).Append(line);
                breaks = 0;
            }

            if (end < 0)
            {
                return folded.ToString();
            }

            breaks++;
            source = source[(end + (source[end..].StartsWith("\r\n") ? 2 : 1))..];
        }
    }

    /// <summary>
    /// Text at the very start of a line is not indented. YAML allows it in a block at the top of a document, other readers do
    /// not, and the scanner reads the <c>---</c> of a next document as part of it.
    /// </summary>
    private static void CheckBlock(string text, int start, int end)
    {
        for (var i = start + 1; i < end; i++)
        {
            if (text[i - 1] is '\r' or '\n' && !IsBlank(text[i]))
            {
                throw Refuse(i, "a line of a block of text that is not indented; indent it");
            }
        }
    }

    /// <summary>The scanner takes <c>\ud83d\ude0g</c> and <c>\ud83d\U0001de00</c> for a character.</summary>
    private static void CheckEscapes(string text, int start, int end)
    {
        var high = -1;
        for (var i = start; i < end; i++)
        {
            var (digits, unit) = (0, 0);
            if (text[i] == '\\' && i + 1 < end)
            {
                digits = DigitsOf(text[i + 1]);
                unit = Hex(text, i, digits, end);
            }

            var isLow = digits == 4 && unit is >= 0xdc00 and <= 0xdfff;
            if (high >= 0 != isLow || (digits == 8 && unit is >= 0xd800 and <= 0xdfff))
            {
                throw Refuse(high >= 0 ? high : i, YamlFault.LoneSurrogate);
            }

            high = digits == 4 && unit is >= 0xd800 and <= 0xdbff ? i : -1;
            i += text[i] == '\\' ? digits + 1 : 0;
        }
    }

    private static int DigitsOf(char escape) => escape switch
    {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };

    private static int Hex(string text, int escapeAt, int digits, int end)
    {
        if (digits == 0)
        {
            return 0;
        }

        var from = escapeAt + 2;
        return from + digits <= end
            && uint.TryParse(
                text.AsSpan(from, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && value <= 0x10ffff
                ? (int)value
                : throw Refuse(escapeAt, $"this escape takes {digits} hexadecimal digits that name a Unicode character");
    }

    private static RefusedTokenException Refuse(int offset, string message) => new(new Mark(offset, 1, 1), message);
}
