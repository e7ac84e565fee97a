using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// The comparing half of <c>fsck</c>, without its storage: fed with everything that a store holds, it says what does not
/// follow from the chain. Feed lines first, in order; then index rows, stream after stream, list rows, blobs and blocks; then finish.
/// </summary>
public sealed class LedgerCheck
{
    /// <summary>After so many findings the ledger is beyond a list; the rest is counted.</summary>
    private const int MaxFindings = 1_000;

    private readonly ImmutableArray<string>.Builder findings = ImmutableArray.CreateBuilder<string>();
    private readonly Dictionary<PlanId, PlanRow> rows = [];
    private readonly Dictionary<Sha256Digest, (long Seq, string Field)> required = [];
    private readonly HashSet<Sha256Digest> mentioned = [];
    private readonly HashSet<Sha256Digest> erased = [];
    private readonly Frontier tree = new();
    private readonly List<TreeBlock> blocks = [];
    private readonly StreamIndexCheck index;
    private ChainHead? chain = ChainHead.Empty;
    private bool gapless = true;
    private long next;
    private long unlisted;

    /// <summary>A check of nothing so far.</summary>
    public LedgerCheck() => index = new StreamIndexCheck(Report);

    /// <summary>The tree over the lines so far.</summary>
    public TreeHead Head => new(tree.Size, tree.Root);

    /// <summary>Notes something that the store itself found.</summary>
    /// <param name="finding">What is wrong, for people, with a <c>seq</c> where there is one.</param>
    public void Report(string finding)
    {
        if (findings.Count < MaxFindings)
        {
            findings.Add(finding);
        }
        else
        {
            unlisted++;
        }
    }

    /// <summary>Takes the next stored line.</summary>
    /// <param name="line">The line.</param>
    /// <returns>The entry, where from the first to this one each follows from the one before; null from the first fault on.</returns>
    public LedgerEntry? Line(StoredLine line)
    {
        if (line.Seq > next)
        {
            Report(line.Seq == next + 1
                ? $"entry {next} is missing"
                : $"entries {next} to {line.Seq - 1} are missing");
            index.Missing(next, line.Seq);
            chain = null;
        }

        next = line.Seq + 1;
        tree.Append(line.Leaf, blocks);
        gapless &= chain is not null;
        if (!Verify(line, out var entry))
        {
            index.Unreadable(line.Seq);
            chain = null;
            gapless = false;
            return null;
        }

        chain = entry.Head;
        Expect(entry);
        return gapless ? entry : null;
    }

    /// <summary>Takes the next row of the index of streams: those of a stream in the order of their versions, one stream after the other.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="version">The version that the row is of.</param>
    /// <param name="seq">The entry that it names.</param>
    public void Indexed(string stream, long version, long seq) => index.Row(stream, version, seq);

    /// <summary>Takes a stored row of the listing.</summary>
    /// <param name="row">The row.</param>
    public void Row(PlanRow row)
    {
        if (!rows.Remove(row.Plan, out var expected))
        {
            Report($"plan {row.Plan} is listed, but the chain holds no `proposed` entry of it (the list says entry {row.ProposedSeq})");
        }
        else if (row != expected)
        {
            Report($"plan {row.Plan} is listed as `{row.Status}` at entry {row.LastSeq}, but the chain gives"
                + $" `{expected.Status}` at entry {expected.LastSeq}, or its other fields differ");
        }
    }

    /// <summary>Takes a stored blob and hashes it.</summary>
    /// <param name="digest">The digest under which it is stored.</param>
    /// <param name="bytes">The blob.</param>
    public void Blob(Sha256Digest digest, ReadOnlySpan<byte> bytes)
    {
        if (Sha256Digest.Of(bytes) != digest)
        {
            Report(required.TryGetValue(digest, out var by)
                ? $"blob {digest}, which entry {by.Seq} names as {by.Field}, was changed: it no longer hashes to its digest"
                : $"blob {digest} was changed: it no longer hashes to its digest");
        }
        else if (!mentioned.Contains(digest))
        {
            Report($"blob {digest} is named by no entry: the entry that came with it is gone");
        }

        _ = required.Remove(digest);
    }

    /// <summary>Takes all stored blocks of the tree. They follow from the lines as stored, sound or not.</summary>
    /// <param name="stored">The blocks.</param>
    public void Blocks(IEnumerable<TreeBlock> stored)
    {
        var expected = blocks.ToDictionary(block => (block.Level, block.Number), block => block.Hash);
        foreach (var block in stored)
        {
            if (!expected.Remove((block.Level, block.Number), out var hash))
            {
                Report($"the tree holds block {block.Number} of level {block.Level}, which the chain does not fill");
            }
            else if (hash != block.Hash)
            {
                Report($"block {block.Number} of level {block.Level} of the tree is not the hash of its entries: it or they were changed");
            }
        }

        foreach (var (level, number) in expected.Keys.Order())
        {
            Report($"block {number} of level {level} of the tree is missing");
        }
    }

    /// <summary>What differs; empty where all is well.</summary>
    public ImmutableArray<string> Finish()
    {
        index.Finish();
        foreach (var row in rows.Values.OrderBy(row => row.ProposedSeq))
        {
            Report($"plan {row.Plan}, proposed by entry {row.ProposedSeq}, is not listed");
        }

        foreach (var (digest, by) in required.Where(pair => !erased.Contains(pair.Key)).OrderBy(pair => pair.Value.Seq))
        {
            Report($"blob {digest}, which entry {by.Seq} names as {by.Field}, is missing");
        }

        if (unlisted > 0)
        {
            findings.Add($"and {unlisted} more");
        }

        return findings.ToImmutable();
    }

    private bool Verify(StoredLine line, [NotNullWhen(true)] out LedgerEntry? entry)
    {
        entry = line.Alone;
        if (entry is not null && chain is { } before && entry.Follows(before) && entry.Seq == line.Seq)
        {
            return true;
        }

        // what is wrong with it is said by who reads it as the next one
        string? error = null;
        if (chain is { } known)
        {
            gapless = false;
            _ = LedgerEntry.TryVerify(known, line.Line, out _, out error);
        }

        // after a break the rest is still worth reading: a line that is sound by itself starts the chain again
        if (entry is null)
        {
            _ = LedgerEntry.TryReadAlone(line.Line, out _, out var alone);
            Report(error ?? $"entry {line.Seq}: {alone}");
            return false;
        }

        if (error is not null)
        {
            Report(error);
        }

        if (entry.Seq != line.Seq)
        {
            Report($"entry {entry.Seq} is stored in the place of entry {line.Seq}");
            entry = null;
            return false;
        }

        return true;
    }

    private void Expect(LedgerEntry entry)
    {
        index.Expect(entry);
        if (PlanRow.Concerns(entry) is { } plan && PlanRow.After(rows.GetValueOrDefault(plan), entry) is { } row)
        {
            rows[plan] = row;
        }

        foreach (var (field, digest) in EventKinds.BlobsOf(entry.Event))
        {
            _ = required.TryAdd(digest, (entry.Seq, field));
        }

        // who erased it is judged where signatures are; here it is enough that somebody said so
        if (entry.Kind == EventKinds.Erased && Sha256Digest.TryParse(entry.Event.Text("digest"), out var gone))
        {
            _ = erased.Add(gone);
        }

        Mention(entry.Event);
    }

    private void Mention(JsonValue value)
    {
        switch (value)
        {
            case JsonString text when Sha256Digest.TryParse(text.Value, out var digest):
                _ = mentioned.Add(digest);
                break;
            case JsonArray array:
                foreach (var item in array.Items)
                {
                    Mention(item);
                }

                break;
            case JsonObject obj:
                foreach (var member in obj.Members)
                {
                    Mention(member.Value);
                }

                break;
            default:
                break;
        }
    }
}
