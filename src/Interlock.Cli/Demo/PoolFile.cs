using System.Collections.Immutable;

namespace Interlock.Cli.Demo;

/// <summary>
/// <c>pool.txt</c>: which servers get requests. Two lines, <c>in: web1 web2</c> and <c>out: web3</c> (or <c>none</c>). Beside it
/// <c>pool-history.txt</c> keeps every state there ever was, so that the demo can prove what it says of them.
/// </summary>
internal sealed record PoolFile(ImmutableArray<string> In, ImmutableArray<string> Out)
{
    public const string Name = "pool.txt";
    public const string HistoryName = "pool-history.txt";
    private const string Nobody = "none";

    /// <summary>Reads the pool of a folder; null where it is not one.</summary>
    public static PoolFile? Read(string folder)
    {
        try
        {
            return Parse(File.ReadAllText(Path.Combine(folder, Name)));
        }
        catch (IOException)
        {
            // not there, or being replaced at this moment: the probe that reads it says so
            return null;
        }
    }

    /// <summary>Reads one state; null where it is not one.</summary>
    public static PoolFile? Parse(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var first, var second]
        && first.StartsWith("in: ", StringComparison.Ordinal) && second.StartsWith("out: ", StringComparison.Ordinal)
            ? new PoolFile(Servers(first["in: ".Length..]), Servers(second["out: ".Length..]))
            : null;

    /// <summary>Every state that was ever written, oldest first.</summary>
    public static ImmutableArray<PoolFile> History(string folder) =>
    [
        .. File.ReadAllLines(Path.Combine(folder, HistoryName))
            .Select(static line => Parse(line.Replace("; ", "\n", StringComparison.Ordinal)))
            .OfType<PoolFile>(),
    ];

    /// <summary>The pool with a server moved.</summary>
    public PoolFile Move(string server, bool rotate) => new(
        [.. (rotate ? In.Add(server) : In.Remove(server)).Order(StringComparer.Ordinal)],
        [.. (rotate ? Out.Remove(server) : Out.Add(server)).Order(StringComparer.Ordinal)]);

    /// <summary>Writes the pool in one step: a reader sees the old state or the new one.</summary>
    public void Write(string folder)
    {
        File.AppendAllText(Path.Combine(folder, HistoryName), ToString().TrimEnd('\n').Replace("\n", "; ", StringComparison.Ordinal) + "\n");
        var path = Path.Combine(folder, Name);
        File.WriteAllText(path + ".new", ToString());
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <inheritdoc/>
    public override string ToString() => $"in: {Words(In)}\nout: {Words(Out)}\n";

    private static string Words(ImmutableArray<string> servers) => servers.IsEmpty ? Nobody : string.Join(' ', servers);

    private static ImmutableArray<string> Servers(string words) => words.Trim() == Nobody ? [] : [.. words.Trim().Split(' ')];
}
