using System.Buffers;

namespace Interlock.Mcp.Wire;

/// <summary>
/// Splits a stream into lines. What is longer than the cap is read to its end but not kept, but for its first and last bytes,
/// in which the id of the request may stand: the sender still gets an answer.
/// </summary>
internal sealed class LineReader(Stream input, int cap)
{
    /// <summary>How much of the end of a line over the cap is kept.</summary>
    public const int TailBytes = 1_024;

    /// <summary>What one long line may leave behind for the next ones.</summary>
    private const int KeptBetweenLines = 1 << 16;

    private readonly byte[] chunk = new byte[1 << 16];
    private readonly byte[] tail = new byte[TailBytes];
    private ArrayBufferWriter<byte> line = new();
    private ReadOnlyMemory<byte> unread;
    private long length;

    /// <summary>The next line, or null at the end. The memory is valid until the next call.</summary>
    public async ValueTask<WireLine?> ReadAsync(CancellationToken cancellationToken)
    {
        StartLine();
        while (true)
        {
            if (unread.IsEmpty)
            {
                var read = await input.ReadAsync(chunk, cancellationToken);
                if (read == 0)
                {
                    // a last line without an end is a line: a client that forgot it still gets its answer
                    return length == 0 ? null : Finish();
                }

                unread = chunk.AsMemory(0, read);
            }

            var end = unread.Span.IndexOf((byte)'\n');
            if (end >= 0)
            {
                Take(unread[..end]);
                unread = unread[(end + 1)..];
                return Finish();
            }

            Take(unread);
            unread = default;
        }
    }

    private void StartLine()
    {
        length = 0;
        if (line.Capacity > KeptBetweenLines)
        {
            line = new ArrayBufferWriter<byte>();
        }
        else
        {
            line.ResetWrittenCount();
        }
    }

    private void Take(ReadOnlyMemory<byte> part)
    {
        length += part.Length;
        var room = Math.Min(part.Length, cap - line.WrittenCount);
        line.Write(part.Span[..room]);
        var last = part.Span[Math.Max(0, part.Length - TailBytes)..];
        tail.AsSpan(last.Length).CopyTo(tail);
        last.CopyTo(tail.AsSpan(TailBytes - last.Length));
    }

    private WireLine Finish()
    {
        if (length > cap)
        {
            return new WireLine(line.WrittenMemory, tail, length);
        }

        var whole = line.WrittenMemory;
        if (whole.Span is [.., (byte)'\r'])
        {
            whole = whole[..^1];
        }

        return new WireLine(whole, default, whole.Length);
    }
}
