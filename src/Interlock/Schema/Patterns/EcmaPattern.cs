using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Interlock.Schema.Patterns;

/// <summary>
/// A regular expression of ECMA-262 with the <c>u</c> flag, as Core section 6.4 recommends, run by the runtime's automaton:
/// time grows with the text, whatever the pattern.
/// </summary>
internal sealed class EcmaPattern
{
    private readonly Regex regex;

    private EcmaPattern(string source, Regex regex, int size)
    {
        Source = source;
        this.regex = regex;
        Size = size;
    }

    /// <summary>The pattern as the schema has it.</summary>
    public string Source { get; }

    /// <summary>About how many states the automaton has, with repetitions written out.</summary>
    public int Size { get; }

    /// <summary>Translates a pattern, or says at which character it cannot be and what to do instead.</summary>
    public static bool TryCompile(
        string source, [NotNullWhen(true)] out EcmaPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        var translator = new EcmaTranslator(source);
        if (!translator.TryTranslate(out var translated, out problem))
        {
            return false;
        }

        const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
        pattern = new EcmaPattern(source, new Regex(translated, Options), translator.Size);
        return true;
    }

    /// <summary>Whether some part of the text matches. Paid for by length, and more by the states that each character may visit.</summary>
    public bool IsMatch(string text, Evaluation run) =>
        run.Charge(1 + ((long)text.Length * (64 + Size) / 4_096)) && regex.IsMatch(text);
}
