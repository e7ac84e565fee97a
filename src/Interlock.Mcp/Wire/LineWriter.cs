namespace Interlock.Mcp.Wire;

/// <summary>Writes whole lines, one after the other, whoever asks at the same time.</summary>
internal sealed class LineWriter(Stream output)
{
    private readonly Lock gate = new();
    private Task last = Task.CompletedTask;

    /// <summary>Writes a line and its end. A line that was asked for is written: half of one would garble the next.</summary>
    /// <param name="line">The line without its end.</param>
    /// <exception cref="IOException">The other side has gone.</exception>
    public Task WriteAsync(ReadOnlyMemory<byte> line)
    {
        lock (gate)
        {
            return last = WriteAfterAsync(last, line);
        }
    }

    private async Task WriteAfterAsync(Task before, ReadOnlyMemory<byte> line)
    {
        // the line before tells its own caller when it fails
        await before.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await output.WriteAsync(line);
        await output.WriteAsync("\n"u8.ToArray());
        await output.FlushAsync();
    }
}
