using System.Globalization;
using System.Text;

namespace Interlock.Checks;

/// <summary>
/// Text as the operators <c>equals</c> and <c>not_equals</c> compare it: trimmed and lower-cased by the rules of the
/// reference implementation (Unicode white space with the ASCII separators; full lower-casing, which the base library's
/// simple mapping is not: U+0130 becomes two characters, a capital sigma at the end of a word becomes a final one).
/// </summary>
internal static class FoldedText
{
    public static string Of(string text)
    {
        var trimmed = Trim(text);
        if (Ascii.IsValid(trimmed))
        {
            return trimmed.ToString().ToLowerInvariant();
        }

        var output = new StringBuilder(trimmed.Length);
        for (var i = 0; i < trimmed.Length;)
        {
            if (Rune.DecodeFromUtf16(trimmed[i..], out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                output.Append(trimmed.Slice(i, used));
            }
            else if (rune.Value == 0x130)
            {
                output.Append("i\u0307");
            }
            else if (rune.Value == 0x3a3)
            {
                output.Append(IsFinalSigma(trimmed, i) ? '\u03c2' : '\u03c3');
            }
            else
            {
                output.Append(Rune.ToLowerInvariant(rune).ToString());
            }

            i += used;
        }

        return output.ToString();
    }

    private static ReadOnlySpan<char> Trim(string text)
    {
        var span = text.AsSpan();
        var start = 0;
        var end = span.Length;
        while (start < end && IsSpace(span[start]))
        {
            start++;
        }

        while (end > start && IsSpace(span[end - 1]))
        {
            end--;
        }

        return span[start..end];
    }

    private static bool IsSpace(char unit) => char.IsWhiteSpace(unit) || unit is >= '\u001c' and <= '\u001f';

    /// <summary>The condition <c>Final_Sigma</c> of the Unicode Standard, section 3.13.</summary>
    private static bool IsFinalSigma(ReadOnlySpan<char> text, int at)
    {
        var before = at - 1;
        while (before >= 0 && IsCaseIgnorable(text[before]))
        {
            before--;
        }

        var after = at + 1;
        while (after < text.Length && IsCaseIgnorable(text[after]))
        {
            after++;
        }

        return before >= 0 && IsCased(text[before]) && (after == text.Length || !IsCased(text[after]));
    }

    private static bool IsCased(char unit) => CharUnicodeInfo.GetUnicodeCategory(unit)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsCaseIgnorable(char unit) => unit is '\'' or '.' or ':' or '\u00b7' or '\u2018' or '\u2019'
        || CharUnicodeInfo.GetUnicodeCategory(unit) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
