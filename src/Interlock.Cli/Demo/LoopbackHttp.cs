using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Cli.Demo;

/// <summary>An answer of <see cref="LoopbackHttp"/>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body.</param>
internal sealed record LoopbackAnswer(int Status, JsonObject Body);

/// <summary>
/// The least HTTP/1.1 that the demo's servers need: loopback only, one request a connection, the body of a request ignored. It is
/// no web server, and nothing but the demo may use it; the ASP.NET runtime is not a thing that a first look should need.
/// </summary>
internal sealed class LoopbackHttp : IAsyncDisposable
{
    private const int LongestHead = 16 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TcpListener listener;
    private readonly Func<string, string, CancellationToken, Task<LoopbackAnswer>> answer;
    private readonly CancellationTokenSource ending = new();
    private readonly Task accepting;

    /// <param name="port">The port; 0 for any that is free.</param>
    /// <param name="answer">Answers a method and a path.</param>
    public LoopbackHttp(int port, Func<string, string, CancellationToken, Task<LoopbackAnswer>> answer)
    {
        this.answer = answer;
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await accepting;
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        while (!ending.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptSocketAsync(ending.Token);
                open.RemoveAll(static task => task.IsCompleted);
                open.Add(Task.Run(() => ServeAsync(client)));
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException
                or SocketException
            {
                SocketErrorCode: SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.OperationAborted or SocketError.Interrupted
            })
            {
                // a connection that was gone before it was taken, or the end; a fault that would last ends the server instead of spinning
            }
        }

        await Task.WhenAll(open);
    }

    private async Task ServeAsync(Socket client)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        patience.CancelAfter(Patience);
        await using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            if (await RequestLineAsync(stream, patience.Token) is [var method, var path, ..])
            {
                // an answer that was begun is given: who restarts a server must hear of it
                var given = await answer(method, path, ending.Token);
                await stream.WriteAsync(Encode(given), patience.Token);
                client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // the caller went away, or never said anything
        }
    }

    private static async Task<string[]?> RequestLineAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestHead];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return null;
            }

            length += read;
            var head = buffer.AsSpan(0, length);
            if (head.IndexOf("\r\n\r\n"u8) >= 0)
            {
                return Encoding.ASCII.GetString(head[..head.IndexOf("\r\n"u8)]).Split(' ');
            }
        }

        return null;
    }

    private static byte[] Encode(LoopbackAnswer answer)
    {
        var body = CanonicalJson.Write(answer.Body);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {answer.Status} {(answer.Status == 200 ? "OK" : "Not OK")}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
