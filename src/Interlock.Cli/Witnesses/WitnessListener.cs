using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Interlock.Ledger;

namespace Interlock.Cli.Witnesses;

/// <summary>
/// The HTTP/1.1 that a witness speaks: one request a connection, a bounded head, a body of a length that was said before, an answer, the
/// end. <c>HttpListener</c> was rejected: off Windows it has no bound against slow clients and reads more than the protocol needs; the
/// ASP.NET runtime is too much to install for two calls. TLS is a reverse proxy's affair.
/// </summary>
internal sealed class WitnessListener : IAsyncDisposable
{
    /// <summary>The longest that one connection may take, from its first byte to its last: whoever dribbles is cut off.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    /// <summary>The most connections at once; more wait in the system's queue.</summary>
    private const int MaxConnections = 64;

    private readonly TcpListener listener;
    private readonly Func<WitnessRequest, ReadOnlyMemory<byte>, AddCheckpointReply> answer;
    private readonly Action<string> note;
    private readonly TimeSpan patience;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim room = new(MaxConnections, MaxConnections);
    private readonly CancellationTokenSource ending = new();
    private readonly Task accepting;

    private WitnessListener(
        TcpListener listener,
        Func<WitnessRequest, ReadOnlyMemory<byte>, AddCheckpointReply> answer,
        Action<string> note,
        TimeSpan patience,
        TimeProvider clock)
    {
        this.listener = listener;
        this.answer = answer;
        this.note = note;
        this.patience = patience;
        this.clock = clock;
        Where = (IPEndPoint)listener.LocalEndpoint;
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Where { get; }

    /// <summary>Ends when nothing is accepted any more.</summary>
    public Task Ended => accepting;

    /// <summary>Starts to listen.</summary>
    /// <param name="at">Where; port 0 for any that is free.</param>
    /// <param name="answer">Answers a request; where it throws, the client gets 500 and the others are served on.</param>
    /// <param name="note">Writes a line for the operator.</param>
    /// <param name="patience">The longest that one connection may take.</param>
    /// <param name="clock">The clock.</param>
    public static Result<WitnessListener> Start(
        IPEndPoint at,
        Func<WitnessRequest, ReadOnlyMemory<byte>, AddCheckpointReply> answer,
        Action<string> note,
        TimeSpan patience,
        TimeProvider clock)
    {
        var listener = new TcpListener(at);
        try
        {
            listener.Start();
            return new WitnessListener(listener, answer, note, patience, clock);
        }
        catch (SocketException failure)
        {
            listener.Dispose();
            return Refusal.Of(RefusalCode.Storage, $"`{at}` cannot be listened at ({failure.SocketErrorCode}); name another address or port");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await accepting;
        ending.Dispose();
        room.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await room.WaitAsync(ending.Token);
                open.RemoveAll(static task => task.IsCompleted);
                open.Add(ServeAsync(await AcceptOneAsync()));
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                // the end
                break;
            }
        }

        await Task.WhenAll(open);
    }

    private async Task<Socket> AcceptOneAsync()
    {
        while (true)
        {
            try
            {
                return await listener.AcceptSocketAsync(ending.Token);
            }
            catch (SocketException) when (!ending.IsCancellationRequested)
            {
                // a connection that was gone before it was taken, or no descriptor left: the others are to be served on
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, ending.Token);
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        // off the accepting loop at once: nothing that a client sends is waited for there
        await Task.Yield();
        using var bound = new CancellationTokenSource(patience, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, ending.Token);
        await using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            await stream.WriteAsync(Encode(await ReplyAsync(stream, over.Token)), over.Token);
            client.Shutdown(SocketShutdown.Send);

            // read what is left: closing with bytes unread resets the connection, and with it the answer
            var rest = new byte[4_096];
            while (await stream.ReadAsync(rest, over.Token) > 0)
            {
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // the client went away, or took too long
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<AddCheckpointReply> ReplyAsync(NetworkStream stream, CancellationToken over)
    {
        try
        {
            return await ExchangeAsync(stream, over);
        }
        catch (Exception fault) when (fault is not (IOException or SocketException or OperationCanceledException))
        {
            // a fault of ours, whatever it is: no single request may end a witness that every other log waits for
            note($"a request could not be answered ({fault.GetType().Name}: {fault.Message}); report it");
            return AddCheckpointReply.Refuse(500, "the witness could not answer this");
        }
    }

    private async Task<AddCheckpointReply> ExchangeAsync(NetworkStream stream, CancellationToken over)
    {
        var buffer = new byte[WitnessRequest.MaxHead + AddCheckpoint.MaxBytes];
        var (length, end) = (0, -1);
        while (end < 0)
        {
            var read = length < WitnessRequest.MaxHead ? await stream.ReadAsync(buffer.AsMemory(length, WitnessRequest.MaxHead - length), over) : 0;
            if (read == 0)
            {
                return AddCheckpointReply.Refuse(400, "no request that is understood here");
            }

            length += read;
            end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }

        if (WitnessRequest.Parse(buffer.AsSpan(0, end)) is not { } request)
        {
            return AddCheckpointReply.Refuse(400, "no request that is understood here");
        }

        var (start, said) = (end + 4, request.Length ?? 0);
        if (said > AddCheckpoint.MaxBytes)
        {
            return AddCheckpointReply.Refuse(413, "the body is too large");
        }

        if (request.ExpectsContinue && length - start < said)
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), over);
        }

        var missing = said - (length - start);
        if (missing > 0)
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(length, missing), over);
        }

        return answer(request, buffer.AsMemory(start, said));
    }

    private static byte[] Encode(AddCheckpointReply reply)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {reply.Status} {Reason(reply.Status)}\r\nContent-Type: {reply.ContentType}\r\nContent-Length: {reply.Body.Length}\r\nConnection: close\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. reply.Body.Span];
    }

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        _ => "Internal Server Error",
    };
}
