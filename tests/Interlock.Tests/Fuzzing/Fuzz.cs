using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Interlock.Tests.Fuzzing;

/// <summary>What is fuzzed: how an input follows from a seed, and what is wrong with the answer to an input.</summary>
/// <param name="Make">Makes an input; all chance comes from the argument.</param>
/// <param name="Check">What is wrong, or null; what it throws is wrong too.</param>
internal sealed record Fuzzed(Func<Random, byte[]> Make, Func<byte[], string?> Check);

/// <summary>A seed whose input shows a fault.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Smallest">The input, made smaller as long as it shows the same.</param>
/// <param name="Message">What is wrong with it.</param>
internal sealed record Finding(long Seed, byte[] Smallest, string Message)
{
    public override string ToString() => $"""
        seed {Seed}: {Message}
        smallest input, {Smallest.Length} bytes (INTERLOCK_FUZZ_SEED={Seed} runs this seed alone):
        {Fuzz.Shown(Smallest)}
        base64: {Convert.ToBase64String(Smallest)}
        """;
}

/// <summary>
/// Runs seeded cases on all cores. `./test` runs a fixed number; under <c>INTERLOCK_SOAK=N</c> it is N times as many, and it goes
/// on with further seeds until five minutes are over.
/// </summary>
internal static class Fuzz
{
    private static readonly TimeSpan SoakTime = TimeSpan.FromMinutes(5);

    /// <summary>Insists that no case shows a fault.</summary>
    public static void FindNothing(Fuzzed fuzzed, int cases)
    {
        if (long.TryParse(
            Environment.GetEnvironmentVariable("INTERLOCK_FUZZ_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var only))
        {
            var found = Look(fuzzed, only);
            Assert.True(found is null, found?.ToString());
            return;
        }

        var isSoak = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("INTERLOCK_SOAK"));
        var watch = Stopwatch.StartNew();
        var (next, batch) = (0L, (long)cases * Soak.Factor);
        do
        {
            var finding = Search(fuzzed, next, batch);
            Assert.True(finding is null, finding?.ToString());
            (next, batch) = (next + batch, cases);
        }
        while (isSoak && watch.Elapsed < SoakTime);
    }

    /// <summary>Insists that a seeded mistake is found: a tester that finds nothing where there is something tests nothing.</summary>
    public static void FindSomething(Fuzzed fuzzed, int cases)
    {
        var finding = Search(fuzzed, 0, cases);
        Assert.True(finding is not null, $"the mistake was not found in {cases} cases");
        Assert.NotEmpty(finding.Message);
    }

    /// <summary>The finding with the lowest seed among those that the threads came upon; null where there is none.</summary>
    public static Finding? Search(Fuzzed fuzzed, long first, long count)
    {
        var found = new ConcurrentBag<long>();
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (seed, loop) =>
        {
            if (Message(fuzzed, fuzzed.Make(Dice(seed))) is not null)
            {
                found.Add(seed);
                loop.Stop();
            }
        });
        return found.IsEmpty ? null : Look(fuzzed, found.Min());
    }

    /// <summary>A text as a person can read it: what does not show is an escape.</summary>
    public static string Shown(byte[] text)
    {
        var shown = new StringBuilder();
        foreach (var rune in Encoding.UTF8.GetString(text).EnumerateRunes())
        {
            _ = rune.Value is '\n' || Interlock.Canonical.Visible.Shows(rune)
                ? shown.Append(rune.ToString())
                : shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
        }

        return shown.ToString();
    }

    /// <summary>Seeds next to each other give unlike sequences.</summary>
    private static Random Dice(long seed)
    {
        var mixed = unchecked((ulong)seed * 0x9e3779b97f4a7c15);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9);
        return new Random(unchecked((int)(mixed >> 32)));
    }

    private static Finding? Look(Fuzzed fuzzed, long seed)
    {
        var input = fuzzed.Make(Dice(seed));
        if (Message(fuzzed, input) is not { } message)
        {
            return null;
        }

        var smallest = Shrink(input, smaller => Kind(Message(fuzzed, smaller)) == Kind(message));
        return new Finding(seed, smallest, Message(fuzzed, smallest) ?? message);
    }

    private static string? Message(Fuzzed fuzzed, byte[] input)
    {
        try
        {
            return fuzzed.Check(input);
        }
        catch (Exception exception)
        {
            return $"threw {exception.GetType().Name}: {exception.Message}\n{exception.StackTrace}";
        }
    }

    /// <summary>Findings of one kind begin alike: a message is its kind up to the first colon.</summary>
    private static string? Kind(string? message) => message?.Split(':')[0];

    /// <summary>Leaves out chunks, from half of the input down to one byte, as long as the same fault shows.</summary>
    private static byte[] Shrink(byte[] input, Func<byte[], bool> shows)
    {
        var left = 5_000;
        for (var size = Math.Max(1, input.Length / 2); size > 0 && left > 0; size /= 2)
        {
            for (var at = 0; at < input.Length && left > 0;)
            {
                left--;
                byte[] smaller = [.. input[..at], .. input[Math.Min(at + size, input.Length)..]];
                if (shows(smaller))
                {
                    input = smaller;
                }
                else
                {
                    at += size;
                }
            }
        }

        return input;
    }
}
