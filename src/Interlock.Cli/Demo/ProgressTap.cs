using System.Text.Json;

namespace Interlock.Cli.Demo;

/// <summary>
/// The agent's end of the pipe from <c>interlock mcp</c>. It hands progress on in the order in which it was written, which the SDK's
/// client does not promise, and passes every byte to that client unchanged.
/// </summary>
internal sealed class ProgressTap(Stream inner, Action<double, string> told) : Stream
{
    private readonly List<byte> line = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Look(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        Look(buffer.AsSpan(offset, read));
        return read;
    }

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Look(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            if (one != (byte)'\n')
            {
                line.Add(one);
                continue;
            }

            Tell([.. line]);
            line.Clear();
        }
    }

    private void Tell(byte[] message)
    {
        if (message.AsSpan().IndexOf("notifications/progress"u8) < 0)
        {
            return;
        }

        using var document = JsonDocument.Parse(message);
        if (document.RootElement.TryGetProperty("method", out var method)
            && method.ValueEquals("notifications/progress")
            && document.RootElement.TryGetProperty("params", out var parameters)
            && parameters.TryGetProperty("progress", out var progress)
            && parameters.TryGetProperty("message", out var text))
        {
            told(progress.GetDouble(), text.GetString() ?? "");
        }
    }
}
