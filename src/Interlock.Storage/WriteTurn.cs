namespace Interlock.Storage;

/// <summary>
/// Takes turns with other processes at one database. SQLite's own wait sleeps up to 100 ms between two looks, and a busy
/// neighbour leaves the lock for microseconds: it waited seconds for what it now gets in milliseconds. So the waiter looks every
/// millisecond, and who has had to wait lately leaves a gap after its own commits.
/// </summary>
/// <param name="bound">The longest wait.</param>
internal sealed class WriteTurn(TimeSpan bound) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Lately = TimeSpan.FromMilliseconds(500);

    // real time on purpose: a lock of another process does not know a test's clock
    private static readonly TimeProvider RealTime = TimeProvider.System;

    private readonly ManualResetEventSlim never = new();
    private long? waitedAt;

    /// <summary>Starts a transaction that may write.</summary>
    /// <returns>False where the bound ran out.</returns>
    public bool Take(SqliteSession session)
    {
        if (waitedAt is { } before && RealTime.GetElapsedTime(before) < Lately)
        {
            _ = never.Wait(Gap);
        }

        var since = RealTime.GetTimestamp();
        while (!session.TryBegin())
        {
            waitedAt = RealTime.GetTimestamp();
            if (RealTime.GetElapsedTime(since) >= bound)
            {
                return false;
            }

            _ = never.Wait(Look);
        }

        return true;
    }

    public void Dispose() => never.Dispose();
}
