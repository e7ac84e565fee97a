using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Interlock.Tests.Faults.Kills;

/// <summary>
/// What <c>strace -f -y</c> saw, in its order: the kernel stops a process at the start and at the end of each call, so that of two
/// lines the first was first. A call that another thread interrupts has two lines, which are put together here.
/// </summary>
internal sealed partial class SyncTrace
{
    private readonly List<Call> calls = [];

    private SyncTrace()
    {
    }

    public IReadOnlyList<Call> Calls => calls;

    public static SyncTrace Parse(IEnumerable<string> lines)
    {
        var trace = new SyncTrace();
        var open = new Dictionary<(int Thread, string Name), (int Start, string Arguments)>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (Resumed().Match(line) is { Success: true } resumed)
            {
                var thread = Number(resumed, "thread");
                if (open.Remove((thread, resumed.Groups["name"].Value), out var begun))
                {
                    trace.Add(thread, resumed.Groups["name"].Value, begun.Arguments + resumed.Groups["rest"].Value, begun.Start, number);
                }
            }
            else if (Started().Match(line) is { Success: true } started)
            {
                var (thread, name, rest) = (Number(started, "thread"), started.Groups["name"].Value, started.Groups["rest"].Value);
                const string Unfinished = " <unfinished ...>";
                if (rest.EndsWith(Unfinished, StringComparison.Ordinal))
                {
                    open[(thread, name)] = (number, rest[..^Unfinished.Length]);
                }
                else
                {
                    trace.Add(thread, name, rest, number, number);
                }
            }
        }

        // what has begun and never ended may have happened, but proves nothing
        foreach (var ((thread, name), begun) in open)
        {
            trace.calls.Add(new Call(thread, name, Readable(begun.Arguments), begun.Start, int.MaxValue, Succeeded: false));
        }

        trace.calls.Sort((one, other) => one.Start.CompareTo(other.Start));
        return trace;
    }

    private void Add(int thread, string name, string rest, int start, int end)
    {
        var at = rest.LastIndexOf(" = ", StringComparison.Ordinal);
        var answer = at < 0 ? "?" : rest[(at + 3)..];

        // `0x…` is no number of bytes; an injected answer was never the disk's
        var succeeded = answer.Length > 0 && char.IsAsciiDigit(answer[0]) && !answer.Contains("(INJECTED)", StringComparison.Ordinal);
        calls.Add(new Call(thread, name, Readable(at < 0 ? rest : rest[..at]), start, end, succeeded));
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    /// <summary>Takes the escapes away that C strings have and JSON needs; what is not text stays as it is.</summary>
    private static string Readable(string arguments)
    {
        var text = new StringBuilder(arguments.Length);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == '\\' && i + 1 < arguments.Length)
            {
                i++;
                text.Append(arguments[i] switch { 'n' => '\n', 't' => '\t', var other => other });
            }
            else
            {
                text.Append(arguments[i]);
            }
        }

        return text.ToString();
    }

    [GeneratedRegex(@"^(?<thread>\d+) +(?<name>[a-z_0-9]+)\((?<rest>.*)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Started();

    [GeneratedRegex(@"^(?<thread>\d+) +<\.\.\. (?<name>[a-z_0-9]+) resumed>(?<rest>.*)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Resumed();

    /// <summary>One call of the kernel.</summary>
    /// <param name="Thread">Who called.</param>
    /// <param name="Name">What.</param>
    /// <param name="Arguments">With what, readable; descriptors carry their path: <c>3&lt;/a/b&gt;</c>.</param>
    /// <param name="Start">The line at which it began.</param>
    /// <param name="End">The line at which it had ended.</param>
    /// <param name="Succeeded">Whether the kernel itself said that it worked.</param>
    internal sealed record Call(int Thread, string Name, string Arguments, int Start, int End, bool Succeeded)
    {
        /// <summary>The path of the descriptor that the call is about, the first; empty where there is none.</summary>
        public string Path
        {
            get
            {
                var open = Arguments.IndexOf('<', StringComparison.Ordinal);
                var close = Arguments.IndexOf('>', StringComparison.Ordinal);
                return open > 0 && close > open && Arguments.AsSpan(0, open).IndexOfAnyExceptInRange('0', '9') < 0 ? Arguments[(open + 1)..close] : string.Empty;
            }
        }

        public bool IsWrite => Name is "write" or "pwrite64" or "writev" or "pwritev" or "pwritev2" or "sendto" or "sendmsg";

        public bool IsSync => Name is "fsync" or "fdatasync";
    }
}
