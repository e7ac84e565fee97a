using System.Globalization;
using System.Text;

namespace Interlock.Schema.Patterns;

/// <summary>Writes a pattern as the runtime's regular expressions spell it.</summary>
internal sealed class AutomatonWriter(AstralPartition partition)
{
    private readonly StringBuilder output = new();

    /// <summary>Ranges of characters in all classes so far.</summary>
    public int Ranges { get; private set; }

    public void Write(string text) => output.Append(text);

    public void WriteUnit(int unit) => _ = char.IsAsciiLetterOrDigit((char)unit)
        ? output.Append((char)unit)
        : output.Append(CultureInfo.InvariantCulture, $"\\u{unit:X4}");

    /// <summary>A repetition; without end where there is no upper count.</summary>
    public void WriteCounts(int least, int? most) => output.Append(CultureInfo.InvariantCulture, $"{{{least},{most}}}");

    /// <summary>A class; false when the pattern has too many that differ beyond the basic plane.</summary>
    public bool TryWriteSet(List<(int First, int Last)> ranges)
    {
        if (!partition.TryAdd(ranges))
        {
            return false;
        }

        Ranges += ranges.Count;
        output.Append('[');
        var before = output.Length;
        foreach (var (first, last) in ranges)
        {
            if (first <= char.MaxValue)
            {
                WriteUnit(first);
                output.Append('-');
                WriteUnit(Math.Min(last, char.MaxValue));
            }
        }

        foreach (var standIn in partition.StandIns(ranges))
        {
            WriteUnit(standIn);
        }

        // the empty class of ECMA-262 matches nothing; the runtime has no empty class
        output.Append(output.Length == before ? "^\\u0000-\\uFFFF]" : "]");
        return true;
    }

    public override string ToString() => output.ToString();
}
