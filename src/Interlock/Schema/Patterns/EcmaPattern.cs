using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Interlock.Schema.Patterns;

/// <summary>
/// A regular expression of ECMA-262 with the <c>u</c> flag, as Core section 6.4 recommends, run by the runtime's automaton, or by its
/// plain matcher where that is as good: time grows with the text, whatever the pattern.
/// </summary>
internal sealed class EcmaPattern
{
    private readonly Regex regex;
    private readonly AstralPartition partition;
    private readonly int size;

    private EcmaPattern(string source, Regex regex, AstralPartition partition, int size, int cost)
    {
        Source = source;
        this.regex = regex;
        this.partition = partition;
        this.size = size;
        Cost = cost;
    }

    /// <summary>The pattern as the schema has it.</summary>
    public string Source { get; }

    /// <summary>What making the automaton cost.</summary>
    public int Cost { get; }

    /// <summary>Translates a pattern, or says at which character it cannot be and what to do instead.</summary>
    public static bool TryCompile(
        string source, [NotNullWhen(true)] out EcmaPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        var partition = new AstralPartition();

        // twice: only when every class is known are there stand-ins to write
        var survey = new EcmaTranslator(source, partition);
        if (!survey.TryTranslate(out _, out problem))
        {
            return false;
        }

        if (!partition.TryComplete())
        {
            problem = EcmaTranslator.TooLarge;
            return false;
        }

        var translator = new EcmaTranslator(source, partition);
        if (!translator.TryTranslate(out var translated, out problem))
        {
            return false;
        }

        const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
        try
        {
            var regex = new Regex(translated, translator.IsPlain ? Options : Options | RegexOptions.NonBacktracking);
            pattern = new EcmaPattern(source, regex, partition, translator.Size, translator.Cost);
            return true;
        }
        catch (NotSupportedException)
        {
            // the runtime has its own bound on the automaton, and no other way to ask for it
            problem = EcmaTranslator.TooLarge;
            return false;
        }
    }

    /// <summary>Whether some part of the text matches. Paid for by length, and more by the states that each character may visit.</summary>
    public bool IsMatch(string text, Evaluation run) =>
        run.Charge(1 + ((long)text.Length * (2 + size) / 128)) && regex.IsMatch(partition.Map(text));
}
