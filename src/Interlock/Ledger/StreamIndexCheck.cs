namespace Interlock.Ledger;

/// <summary>
/// Compares the index of streams that a store keeps with the streams that follow from its lines: fed with the lines first, then with the rows
/// of the index, stream after stream.
/// </summary>
/// <param name="report">Gets what differs.</param>
internal sealed class StreamIndexCheck(Action<string> report)
{
    private readonly Dictionary<string, List<long>> expected = new(StringComparer.Ordinal);
    private readonly List<(long From, long To)> missing = [];
    private readonly HashSet<long> unreadable = [];
    private long size;
    private string? stream;
    private List<long> entries = [];
    private int at;
    private long last;

    /// <summary>Takes the streams of an entry.</summary>
    /// <param name="entry">The entry.</param>
    public void Expect(LedgerEntry entry)
    {
        size = entry.Seq + 1;
        foreach (var one in entry.Streams)
        {
            if (!expected.TryGetValue(one.Name, out var list))
            {
                expected.Add(one.Name, list = []);
            }

            list.Add(entry.Seq);
        }
    }

    /// <summary>Notes that a line is no entry: what its streams were cannot be known.</summary>
    public void Unreadable(long seq)
    {
        size = seq + 1;
        _ = unreadable.Add(seq);
    }

    /// <summary>Notes that no lines are stored from one number to before another.</summary>
    public void Missing(long from, long to) => missing.Add((from, to));

    /// <summary>Takes the next row of the index.</summary>
    /// <param name="name">The stream's name.</param>
    /// <param name="version">The version that the row is of.</param>
    /// <param name="seq">The entry that it names.</param>
    public void Row(string name, long version, long seq)
    {
        if (name != stream)
        {
            Close();
            stream = name;
            _ = expected.Remove(name, out var list);
            entries = list ?? [];
        }

        last = version;
        for (; at < entries.Count && at + 1 < version; at++)
        {
            Unindexed();
        }

        var isHere = at < entries.Count && at + 1 == version;
        if (!isHere || entries[at] != seq)
        {
            Wrong(version, seq);
            if (!isHere)
            {
                return;
            }

            Unindexed();
        }

        at++;
    }

    /// <summary>What has no rows at all.</summary>
    public void Finish()
    {
        Close();
        foreach (var (name, list) in expected.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            report($"stream `{name}` is not indexed, but the chain holds {list.Count} of its entries");
        }
    }

    private void Close()
    {
        for (; at < entries.Count; at++)
        {
            Unindexed();
        }

        if (stream is not null && last != entries.Count)
        {
            report($"stream `{stream}` is at version {last}, but the chain holds {entries.Count} of its entries");
        }

        (stream, entries, at, last) = (null, [], 0, 0);
    }

    private void Unindexed() => report($"entry {entries[at]} is not indexed as version {at + 1} of stream `{stream}`");

    private void Wrong(long version, long seq)
    {
        if (seq < 0 || seq >= size || missing.Exists(gap => seq >= gap.From && seq < gap.To))
        {
            report($"entry {seq}, indexed as version {version} of stream `{stream}`, is missing");
        }
        else if (!unreadable.Contains(seq))
        {
            report($"entry {seq} is indexed as version {version} of stream `{stream}`, which it is not");
        }
    }
}
