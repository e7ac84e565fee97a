using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Interlock.Schema.Patterns;

/// <summary>
/// A regular expression of ECMA-262 with the <c>u</c> flag, as Core section 6.4 recommends, run by the runtime's automaton, or by its
/// plain matcher where that is as good: time grows with the text, whatever the pattern.
/// </summary>
internal sealed class EcmaPattern
{
    private readonly Lazy<Matcher> matcher;

    private EcmaPattern(string source, int cost, Lazy<Matcher> matcher)
    {
        Source = source;
        Cost = cost;
        this.matcher = matcher;
    }

    /// <summary>The pattern as the schema has it.</summary>
    public string Source { get; }

    /// <summary>What making the automaton cost.</summary>
    public int Cost { get; }

    /// <summary>Translates a pattern, or says at which character it cannot be and what to do instead.</summary>
    public static bool TryCompile(
        string source, [NotNullWhen(true)] out EcmaPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = TryMake(source, out var made, out var cost, out problem) ? new EcmaPattern(source, cost, new Lazy<Matcher>(made)) : null;
        return pattern is not null;
    }

    /// <summary>Whether the grammar takes a pattern; whether it is small enough shows only when it is compiled.</summary>
    public static bool IsWellFormed(string source, [NotNullWhen(false)] out string? problem) =>
        new EcmaTranslator(source, new AstralPartition()).TryTranslate(out _, out problem);

    /// <summary>A pattern of this program, made when the first text has to match it: a faulty one is our bug and throws then.</summary>
    public static EcmaPattern Deferred(string source) => new(source, cost: 0, new Lazy<Matcher>(() =>
        TryMake(source, out var made, out _, out var problem) ? made : throw new ArgumentException(problem, nameof(source))));

    /// <summary>Whether some part of the text matches. Paid for by length, and more by the states that each character may visit.</summary>
    public bool IsMatch(string text, Evaluation run)
    {
        var (regex, partition, size) = matcher.Value;
        return run.Charge(1 + ((long)text.Length * (2 + size) / 128)) && regex.IsMatch(partition.Map(text));
    }

    private static bool TryMake(
        string source, [NotNullWhen(true)] out Matcher? made, out int cost, [NotNullWhen(false)] out string? problem)
    {
        (made, cost) = (null, 0);
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
            made = new Matcher(regex, partition, translator.Size);
            cost = translator.Cost;
            return true;
        }
        catch (NotSupportedException)
        {
            // the runtime has its own bound on the automaton, and no other way to ask for it
            problem = EcmaTranslator.TooLarge;
            return false;
        }
    }

    private sealed record Matcher(Regex Regex, AstralPartition Partition, int Size);
}
