using System.Diagnostics.CodeAnalysis;
using System.Text;
using Interlock.Schema;
using Interlock.Schema.Patterns;

namespace Interlock.Checks;

/// <summary>
/// A regular expression that a whole text has to match: the dialect of JSON Schema's <c>pattern</c> (ECMA-262 without
/// backtracking), so that a plan's author learns one. A search would let <c>up</c> pass on <c>not up yet</c>.
/// </summary>
public sealed class TextPattern
{
    /// <summary>The longest pattern of a check, in UTF-16 units.</summary>
    internal const int LongestInCheck = 1_000;

    /// <summary>The longest text that is matched, in UTF-16 units.</summary>
    private const int LongestText = 1 << 20;

    private readonly EcmaPattern compiled;

    private TextPattern(EcmaPattern compiled) => this.compiled = compiled;

    /// <summary>Reads a pattern.</summary>
    /// <param name="source">The pattern, of at most 8,192 UTF-16 units.</param>
    /// <param name="pattern">The pattern, ready for use.</param>
    /// <param name="error">At which character it cannot be read, and the mend.</param>
    public static bool TryCompile(string source, [NotNullWhen(true)] out TextPattern? pattern, [NotNullWhen(false)] out string? error)
    {
        // alone first: `a)|(b` would escape from the group that holds it at both ends
        pattern = EcmaPattern.IsWellFormed(source, out error) && EcmaPattern.TryCompile(Whole(source), out var compiled, out error)
            ? new TextPattern(compiled)
            : null;
        return pattern is not null;
    }

    /// <summary>The same pattern for <c>pattern</c> of JSON Schema, which searches.</summary>
    /// <param name="source">The pattern.</param>
    public static string Whole(string source) => $"^(?:{source})$";

    /// <summary>Whether the whole text matches; null where that cannot be decided within the bound of work.</summary>
    /// <param name="text">The text.</param>
    public bool? IsMatch(string text)
    {
        // the matcher lends the surrogates to itself, so text that has one alone could match what it is not
        if (text.Length > LongestText || !IsUnicode(text) || !IsUnicode(compiled.Source))
        {
            return null;
        }

        var run = new Evaluation(SchemaLimits.Default, explains: false);
        var matched = compiled.IsMatch(text, run);
        return run.Exceeded is null ? matched : null;
    }

    /// <summary>Reads the pattern of a <c>matches</c> check, which agents write.</summary>
    internal static bool TryCompileForCheck(
        string source, [NotNullWhen(true)] out TextPattern? pattern, [NotNullWhen(false)] out string? error)
    {
        if (source.Length <= LongestInCheck)
        {
            return TryCompile(source, out pattern, out error);
        }

        pattern = null;
        error = $"the pattern has {source.Length} characters and the limit is {LongestInCheck}; shorten it";
        return false;
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
