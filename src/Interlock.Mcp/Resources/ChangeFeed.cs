using Interlock.Sessions;
using Microsoft.Extensions.Logging;

namespace Interlock.Mcp.Resources;

/// <summary>
/// Watches the ledger while somebody is subscribed and tells of this agent's plans that changed, whichever process wrote. One
/// watch serves all subscriptions.
/// </summary>
internal sealed class ChangeFeed(AgentSession session, TimeProvider clock, ILogger log, CancellationToken ending)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly List<Listener> listeners = [];
    private Task<bool>? started;

    /// <summary>Adds a listener. Changes after this returns are told.</summary>
    /// <param name="listener">Told of each plan that changed.</param>
    public async Task AddAsync(Listener listener)
    {
        Task<bool> start;
        lock (gate)
        {
            listeners.Add(listener);
            start = started ??= StartAsync();
        }

        if (!await start)
        {
            lock (gate)
            {
                started = null;
            }
        }
    }

    /// <summary>Removes a listener.</summary>
    /// <param name="listener">The listener.</param>
    public void Remove(Listener listener)
    {
        lock (gate)
        {
            listeners.Remove(listener);
        }
    }

    private async Task<bool> StartAsync()
    {
        if (!(await session.SizeAsync(ending)).TryGet(out var size, out var refusal))
        {
            log.LogWarning("subscriptions cannot be served: {Reason}", refusal.Message);
            return false;
        }

        _ = Task.Run(() => WatchAsync(size), CancellationToken.None);
        return true;
    }

    private async Task WatchAsync(long size)
    {
        try
        {
            while (true)
            {
                var answer = await session.WaitForChangeAsync(size, Bound, ending);
                if (!answer.TryGet(out var changes, out var refusal))
                {
                    log.LogWarning("the ledger cannot be watched just now: {Reason}", refusal.Message);
                    await Task.Delay(Pause, clock, ending);
                    continue;
                }

                size = changes.Size;
                foreach (var plan in changes.Plans)
                {
                    await TellAsync(ResourceUris.Of(plan));
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // the session ended
        }
    }

    private async Task TellAsync(string uri)
    {
        Listener[] interested;
        lock (gate)
        {
            interested = [.. listeners.Where(listener => listener.Wants(uri))];
        }

        foreach (var listener in interested)
        {
            await listener.TellAsync(uri);
        }
    }
}

/// <summary>Who is told of changes.</summary>
/// <param name="Wants">Whether it subscribed to an address.</param>
/// <param name="TellAsync">Tells it; does not fail when the client has gone.</param>
internal sealed record Listener(Func<string, bool> Wants, Func<string, Task> TellAsync);
