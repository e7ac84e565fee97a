using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Interlock.Tests.Adapters;

/// <summary>A server of raw sockets on loopback: it counts the requests it saw and answers each connection as the test says.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, byte[]?> answer;

    /// <param name="answer">The bytes for a request; null closes the connection without an answer.</param>
    public LoopbackServer(Func<string, byte[]?> answer)
    {
        this.answer = answer;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    public ConcurrentQueue<string> Requests { get; } = [];

    public static byte[] Ok(string body, string headers = "", string status = "200 OK") =>
        Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var text = new StringBuilder();
            var buffer = new byte[64 << 10];
            while (!IsWhole(text.ToString()))
            {
                var read = await stream.ReadAsync(buffer);
                if (read == 0)
                {
                    return;
                }

                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }

            Requests.Enqueue(text.ToString());
            if (answer(text.ToString()) is { } bytes)
            {
                await stream.WriteAsync(bytes);
            }
        }
    }

    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        var length = text[..end].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
        return length is null || text.Length - end - 4 >= int.Parse(length["Content-Length: ".Length..]);
    }
}
