using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Cli.Demo;

/// <summary>
/// <c>demo-server</c>, hidden: one of the three web servers. It says its port on its first line and ends when its standard input
/// does, so that none outlives the demo, however that ends.
/// </summary>
internal static class DemoServer
{
    public static async Task<int> RunAsync(ServerStart start, Stream input, TextWriter output, CancellationToken stop)
    {
        var health = start.Healthy ? "ok" : "failing";
        LoopbackAnswer Answer(string path) => path switch
        {
            "/health" => new LoopbackAnswer(start.Healthy ? 200 : 503, JsonObject.Of(
                ("server", start.Name), ("status", health), ("generation", start.Generation), ("pid", Environment.ProcessId))),
            "/" => start.Healthy
                ? new LoopbackAnswer(200, JsonObject.Of(("hello_from", start.Name)))
                : new LoopbackAnswer(503, JsonObject.Of(("error", "not ready"))),
            _ => new LoopbackAnswer(404, JsonObject.Of(("error", "there is `/` and `/health`"))),
        };

        await using var http = new LoopbackHttp(start.Port, (_, path, _) => Task.FromResult(Answer(path)));
        await output.WriteLineAsync(http.Port.ToString(CultureInfo.InvariantCulture));
        await output.FlushAsync(stop);
        var buffer = new byte[16];
        try
        {
            while (await input.ReadAsync(buffer, stop) > 0)
            {
                // nothing is said on this pipe; only its end means something
            }
        }
        catch (IOException)
        {
            // a broken pipe is an end too
        }

        return 0;
    }
}

/// <summary>What a server is started with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Port">Its port; 0 for any.</param>
/// <param name="Generation">How many processes there were of it, with this one.</param>
/// <param name="Healthy">Whether its health check succeeds.</param>
internal sealed record ServerStart(string Name, int Port, int Generation, bool Healthy);
