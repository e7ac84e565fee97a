using System.Diagnostics.CodeAnalysis;
using System.Text;
using Interlock.Schema;
using Interlock.Schema.Patterns;

namespace Interlock.Checks;

/// <summary>
/// The regular expression of a <c>matches</c> check: the dialect of JSON Schema's <c>pattern</c> (ECMA-262 without
/// backtracking), so that a plan's author learns one. It must match the whole text: a search would let <c>up</c> pass on
/// <c>not up yet</c>.
/// </summary>
internal static class TextPattern
{
    /// <summary>The longest pattern in UTF-16 units.</summary>
    public const int LongestPattern = 1_000;

    /// <summary>The longest text that is matched, in UTF-16 units.</summary>
    public const int LongestText = 1 << 20;

    public static bool TryCompile(
        string pattern, [NotNullWhen(true)] out EcmaPattern? compiled, [NotNullWhen(false)] out string? error)
    {
        compiled = null;
        if (pattern.Length > LongestPattern)
        {
            error = $"the pattern has {pattern.Length} characters and the limit is {LongestPattern}; shorten it";
            return false;
        }

        // alone first: `a)|(b` would escape from the group that anchors it
        return EcmaPattern.TryCompile(pattern, out _, out error)
            && EcmaPattern.TryCompile($"^(?:{pattern})$", out compiled, out error);
    }

    /// <summary>Whether the whole text matches; null where that cannot be decided within the bound of work.</summary>
    public static bool? IsMatch(string pattern, string text)
    {
        // the matcher lends the surrogates to itself, so text that has one alone could match what it is not
        if (text.Length > LongestText || !IsUnicode(text) || !IsUnicode(pattern) || !TryCompile(pattern, out var compiled, out _))
        {
            return null;
        }

        var run = new Evaluation(SchemaLimits.Default, explains: false);
        var matched = compiled.IsMatch(text, run);
        return run.Exceeded is null ? matched : null;
    }

    private static bool IsUnicode(string text)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff');
        while (at >= 0 && at < text.Length)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                return false;
            }

            at += rune.Utf16SequenceLength;
        }

        return true;
    }
}
