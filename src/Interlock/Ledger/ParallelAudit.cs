using System.Buffers;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// Verifies a log on several cores, with the answer of an <see cref="AuditVerifier"/>. Each block of whole lines is verified as if what
/// its first entry says of the entry before were so; then, in order, each such claim is compared with what really came before. A block
/// that breaks, or whose claim does not hold, is verified once more from where the log really stands, and that answer counts.
/// </summary>
/// <remarks>Feed chunks of any size, one after another, then finish. It holds a few blocks at a time, however long the log.</remarks>
public sealed class ParallelAudit
{
    private readonly int blockBytes;
    private readonly int atOnce;
    private readonly Queue<Block> pending = new();
    private PooledList<byte> gathered;
    private AuditPosition position;
    private AuditVerifier? oneByOne;

    /// <summary>Blocks of 1 MiB.</summary>
    /// <param name="atOnce">How many blocks are verified at once, at least 1: one for each core.</param>
    public ParallelAudit(int atOnce)
        : this(1 << 20, atOnce)
    {
    }

    internal ParallelAudit(int blockBytes, int atOnce)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atOnce, 1);
        this.blockBytes = blockBytes;
        this.atOnce = atOnce;
        gathered = new PooledList<byte>(2 * blockBytes);
    }

    /// <summary>Takes the next bytes of the log.</summary>
    /// <param name="chunk">Any number of bytes; they are copied.</param>
    public async ValueTask FeedAsync(ReadOnlyMemory<byte> chunk)
    {
        if (oneByOne is not null)
        {
            oneByOne.Feed(chunk.Span);
            return;
        }

        gathered.Add(chunk.Span);
        if (gathered.Count < blockBytes)
        {
            return;
        }

        var end = gathered.Items.LastIndexOf((byte)'\n') + 1;
        if (end == 0)
        {
            // a line that is longer than a block: nothing is gained here any more
            await OneByOneAsync();
            return;
        }

        Start(gathered.Items[..end]);
        var rest = gathered.Items[end..];
        rest.CopyTo(gathered.Items);
        gathered.Clear();
        gathered.Advance(rest.Length);
        if (pending.Count > atOnce)
        {
            await SettleAsync();
        }
    }

    /// <summary>Takes the end of the log.</summary>
    /// <returns>What became of it.</returns>
    public async Task<AuditReport> FinishAsync()
    {
        await OneByOneAsync();
        return (oneByOne ?? throw new InvalidOperationException("nobody verifies")).Finish();
    }

    private void Start(ReadOnlySpan<byte> lines)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(lines.Length);
        lines.CopyTo(bytes);
        var length = lines.Length;
        pending.Enqueue(
            AuditVerifier.TryClaim(lines, out var claim)
                ? new Block(bytes, length, claim, Task.Run(() => Verify(bytes.AsSpan(0, length), claim).Position))
                : new Block(bytes, length, claim, Task.FromResult<AuditPosition?>(null)));
    }

    /// <summary>Takes the oldest block into account.</summary>
    private async Task SettleAsync()
    {
        var block = pending.Dequeue();
        if (await block.Verified is { } reached && block.Claim.Entries == position.Entries && block.Claim.Head == position.Head)
        {
            position = reached with
            {
                Lines = position.Lines + reached.Lines,
                ByteOffset = position.ByteOffset + reached.ByteOffset,
            };
        }
        else
        {
            var again = Verify(block.Bytes.AsSpan(0, block.Length), position);
            if (again.Position is { } stands)
            {
                position = stands;
            }
            else
            {
                // broken: all that follows is passed over, as one verifier alone passes it over
                oneByOne = again;
            }
        }

        ArrayPool<byte>.Shared.Return(block.Bytes);
    }

    /// <summary>Settles what is pending and goes on with one verifier.</summary>
    private async Task OneByOneAsync()
    {
        while (oneByOne is null && pending.Count > 0)
        {
            await SettleAsync();
        }

        oneByOne ??= Verify(gathered.Items, position);
        gathered.Clear();

        // of blocks that follow a break only the tasks are left to end
        await Task.WhenAll(pending.Select(later => later.Verified));
        pending.Clear();
    }

    private static AuditVerifier Verify(ReadOnlySpan<byte> lines, AuditPosition from)
    {
        var verifier = new AuditVerifier(from);
        verifier.Feed(lines);
        return verifier;
    }

    /// <summary>Whole lines, what their first entry claims, and where they lead if that is so; null where they do not verify.</summary>
    private sealed record Block(byte[] Bytes, int Length, AuditPosition Claim, Task<AuditPosition?> Verified);
}
