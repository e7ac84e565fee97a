using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// The comparing half of <c>fsck</c>, without its storage: fed with everything that a store holds, it says what does not
/// follow from the chain. Feed entries first, in order; then stream ends, rows and blobs in any order; then finish.
/// </summary>
public sealed class LedgerCheck
{
    /// <summary>After so many findings the ledger is beyond a list; the rest is counted.</summary>
    private const int MaxFindings = 1_000;

    private readonly ImmutableArray<string>.Builder findings = ImmutableArray.CreateBuilder<string>();
    private readonly Dictionary<string, long> versions = [];
    private readonly Dictionary<PlanId, PlanRow> rows = [];
    private readonly Dictionary<Sha256Digest, (long Seq, string Field)> required = [];
    private readonly HashSet<Sha256Digest> mentioned = [];
    private readonly HashSet<Sha256Digest> erased = [];
    private readonly Frontier tree = new();
    private readonly List<TreeBlock> blocks = [];
    private ChainHead? chain = ChainHead.Empty;
    private long next;
    private long unlisted;

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
    /// <param name="storedSeq">The <c>seq</c> under which it is stored.</param>
    /// <param name="line">The line.</param>
    /// <param name="alone">The same line as <see cref="LedgerEntry.TryReadAlone"/> reads it, where that was done already.</param>
    /// <returns>The stream rows that follow from it; null where the line is not an entry.</returns>
    public ImmutableArray<StreamVersion>? Entry(long storedSeq, ReadOnlyMemory<byte> line, LedgerEntry? alone = null)
    {
        if (storedSeq > next)
        {
            Report(storedSeq == next + 1
                ? $"entry {next} is missing"
                : $"entries {next} to {storedSeq - 1} are missing");
            chain = null;
        }

        next = storedSeq + 1;
        tree.Append(TreeHash.Leaf(line.Span), blocks);
        if (!Verify(storedSeq, line, alone, out var entry))
        {
            chain = null;
            return null;
        }

        chain = entry.Head;
        return Expect(entry);
    }

    /// <summary>Takes the last stored version of a stream.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="version">How many entries the store says it holds.</param>
    public void StreamEnd(string stream, long version)
    {
        var expected = versions.GetValueOrDefault(stream);
        if (version != expected)
        {
            Report($"stream `{stream}` is at version {version}, but the chain holds {expected} of its entries");
        }

        // what is left at the end has no rows in the store
        _ = versions.Remove(stream);
    }

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
        foreach (var (stream, version) in versions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Report($"stream `{stream}` is not indexed, but the chain holds {version} of its entries");
        }

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

    private bool Verify(long seq, ReadOnlyMemory<byte> line, LedgerEntry? read, [NotNullWhen(true)] out LedgerEntry? entry)
    {
        if (read is not null && chain is { } before && read.Follows(before) && read.Seq == seq && read.Line.Span.SequenceEqual(line.Span))
        {
            entry = read;
            return true;
        }

        string? error = null;
        if (chain is { } known && LedgerEntry.TryVerify(known, line, out entry, out error))
        {
            return true;
        }

        // after a break the rest is still worth reading: a line that is sound by itself starts the chain again
        if (!LedgerEntry.TryReadAlone(line, out entry, out var alone))
        {
            Report(error ?? $"entry {seq}: {alone}");
            return false;
        }

        if (error is not null)
        {
            Report(error);
        }

        if (entry.Seq != seq)
        {
            Report($"entry {entry.Seq} is stored in the place of entry {seq}");
            entry = null;
            return false;
        }

        return true;
    }

    private ImmutableArray<StreamVersion> Expect(LedgerEntry entry)
    {
        var streams = ImmutableArray.CreateBuilder<StreamVersion>();
        foreach (var stream in entry.Streams)
        {
            var version = versions.GetValueOrDefault(stream.Name) + 1;
            versions[stream.Name] = version;
            streams.Add(new StreamVersion(stream, version));
        }

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
        return streams.DrainToImmutable();
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
