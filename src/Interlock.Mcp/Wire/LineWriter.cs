namespace Interlock.Mcp.Wire;

/// <summary>Writes whole lines, one after the other, whoever asks at the same time.</summary>
internal sealed class LineWriter(Stream output)
{
    /// <summary>More lines than this wait for a client that does not read only when its own requests are no longer read either.</summary>
    private const int MostWaiting = 1_000;

    private readonly Lock gate = new();
    private Task last = Task.CompletedTask;
    private int waiting;

    /// <summary>Ends at once while few lines wait, else when those that wait now are written.</summary>
    public Task RoomAsync()
    {
        lock (gate)
        {
            return waiting < MostWaiting ? Task.CompletedTask : Settled(last);
        }
    }

    /// <summary>Writes a line and its end. A line that was asked for is written: half of one would garble the next.</summary>
    /// <param name="line">The line without its end.</param>
    /// <exception cref="IOException">The other side has gone.</exception>
    public Task WriteAsync(ReadOnlyMemory<byte> line)
    {
        lock (gate)
        {
            Interlocked.Increment(ref waiting);
            return last = WriteAfterAsync(last, line);
        }
    }

    private async Task WriteAfterAsync(Task before, ReadOnlyMemory<byte> line)
    {
        // the line before tells its own caller when it fails
        await Settled(before);
        try
        {
            await output.WriteAsync(line);
            await output.WriteAsync("\n"u8.ToArray());
            await output.FlushAsync();
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    private static Task Settled(Task task) =>
        task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}
