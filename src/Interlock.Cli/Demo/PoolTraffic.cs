using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Cli.Demo;

/// <summary>
/// What the servers are for: a client that sends requests all the time, each to the next server that is in rotation, and counts those
/// that no server answered. As a load balancer does, it tries another server where one does not answer.
/// </summary>
internal sealed class PoolTraffic : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly string folder;
    private readonly ServerKeeper keeper;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource ending = new();
    private readonly HttpClient client;
    private readonly SocketsHttpHandler handler = new() { UseProxy = false, AllowAutoRedirect = false };
    private readonly Task sending;
    private int next;

    public PoolTraffic(string folder, ServerKeeper keeper, TimeProvider clock)
    {
        this.folder = folder;
        this.keeper = keeper;
        this.clock = clock;
        client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10) };
        sending = Task.Run(SendAllAsync);
    }

    /// <summary>How many requests were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>How many were not.</summary>
    public int Lost { get; private set; }

    /// <summary>Ends it; the counts are final after it.</summary>
    public async Task StopAsync()
    {
        await ending.CancelAsync();
        await sending;
    }

    /// <summary>What one server says of its health, whether or not it is in rotation.</summary>
    public async Task<string> HealthAsync(string server)
    {
        var port = keeper.Servers.First(state => state.Name == server).Port;
        using var answer = await client.GetAsync(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/health")), CancellationToken.None);
        var body = await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
        var status = JsonReader.TryRead(body, JsonReadOptions.PlanBody, out var json, out _) ? (json as JsonObject)?.Text("status") : null;
        return string.Create(CultureInfo.InvariantCulture, $"GET /health: {(int)answer.StatusCode}, status {status ?? "unknown"}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        client.Dispose();
        handler.Dispose();
        ending.Dispose();
    }

    private async Task SendAllAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            if (await IsAnsweredAsync())
            {
                Answered++;
            }
            else
            {
                Lost++;
            }

            // ended by its token, which is no fault
            await Task.Delay(Pause, clock, ending.Token).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task<bool> IsAnsweredAsync()
    {
        var tries = PoolFile.Read(folder)?.In.Length ?? 0;
        for (var attempt = 0; attempt < tries; attempt++)
        {
            // the pool is read again for each attempt: it may have changed since
            if (PoolFile.Read(folder) is { In: { Length: > 0 } servers })
            {
                next++;
                var name = servers[next % servers.Length];
                if (keeper.Servers.FirstOrDefault(server => server.Name == name) is { } state && await IsAnsweredByAsync(state.Port))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private async Task<bool> IsAnsweredByAsync(int port)
    {
        try
        {
            using var answer = await client.GetAsync(
                new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), CancellationToken.None);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failed) when (failed is HttpRequestException or OperationCanceledException)
        {
            // a server that is down: the story tells of it as a request that found nobody
            return false;
        }
    }
}
