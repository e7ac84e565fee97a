using System.Net;
using System.Net.Sockets;
using System.Text;
using Interlock.Adapters.Declarations;
using Interlock.Canonical;

namespace Interlock.Adapters.Http;

/// <summary>
/// One request on one connection of its own. The runtime re-sends a request without a body when a reused connection turns out to
/// be closed, and then the server sees two; here nothing is reused, and a second connection is refused.
/// </summary>
internal sealed class HttpExchange
{
    private readonly HttpRequestContent content;
    private readonly AdapterEnvironment environment;
    private readonly SecretScrubber scrubber = new();
    private int connections;
    private volatile bool mayHaveBeenSent;
    private volatile string? refusedAddress;

    private HttpExchange(HttpRequestContent content, AdapterEnvironment environment)
    {
        this.content = content;
        this.environment = environment;
    }

    /// <summary>Sends once and reads the answer.</summary>
    /// <param name="content">The request.</param>
    /// <param name="key">The idempotency key; null for a probe.</param>
    /// <param name="environment">Secrets and clock.</param>
    /// <param name="cancellationToken">Ends the wait: a probe's token only.</param>
    public static Task<HttpAnswer> RunAsync(
        HttpRequestContent content, string? key, AdapterEnvironment environment, CancellationToken cancellationToken) =>
        new HttpExchange(content, environment).RunAsync(key, cancellationToken);

    private async Task<HttpAnswer> RunAsync(string? key, CancellationToken cancellationToken)
    {
        using var request = Request(key, out var missing);
        if (missing is not null)
        {
            return new HttpAnswer.NotSent(missing);
        }

        using var deadline = new CancellationTokenSource(content.Timeout, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var handler = Handler();
            using var client = new HttpMessageInvoker(handler);
            using var response = await client.SendAsync(request, either.Token);
            return await ReadAsync(response, either.Token);
        }
        catch (OperationCanceledException)
        {
            return Broken(deadline.IsCancellationRequested
                ? $"no answer within {content.Timeout.TotalSeconds:0.###} s"
                : "the wait was cancelled");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            return Broken(refusedAddress ?? Reason(failure));
        }
    }

    private SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = ConnectAsync,
        Credentials = null,
        MaxConnectionsPerServer = 1,
        MaxResponseHeadersLength = 64,
        PlaintextStreamFilter = (context, _) =>
        {
            // the connection, and with https its TLS, stands; what follows are the request's own bytes
            mayHaveBeenSent = true;
            return ValueTask.FromResult(context.PlaintextStream);
        },
        PooledConnectionLifetime = TimeSpan.Zero,
        PreAuthenticate = false,
        UseCookies = false,
        UseProxy = false,
    };

    /// <summary>Resolves once, looks at every address, and connects to the very address that it looked at.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref connections) > 1)
        {
            throw new IOException("a second connection for one effect was refused");
        }

        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (!content.AllowPrivate && addresses.FirstOrDefault(address => !PublicAddress.Is(address)) is { } inside)
        {
            refusedAddress = $"`{host}` is {inside}, which is no public address; set `allow_private: true` where that is meant";
            throw new IOException(refusedAddress);
        }

        Exception? last = null;
        foreach (var address in addresses)
        {
            Socket? socket = null;
            try
            {
                socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancellationToken);
                var stream = new NetworkStream(socket, ownsSocket: true);
                socket = null;
                return stream;
            }
            catch (SocketException failure)
            {
                // nothing was sent yet: the next address of the same answer may be tried
                last = failure;
            }
            finally
            {
                socket?.Dispose();
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private HttpRequestMessage Request(string? key, out string? missing)
    {
        missing = null;
        var exact = new Uri(content.Url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(content.Method), exact)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (content.Body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content.Body));
        }
        else if (content.Method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new ByteArrayContent([]);
        }

        foreach (var member in content.Headers.Members)
        {
            if (Value(member.Value, ref missing) is { } value
                && !request.Headers.TryAddWithoutValidation(member.Name, value)
                && request.Content?.Headers.TryAddWithoutValidation(member.Name, value) != true)
            {
                missing ??= $"the header `{member.Name}` describes a body, and there is none";
            }
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        request.Headers.ConnectionClose = true;
        return request;
    }

    private string? Value(JsonValue value, ref string? missing)
    {
        if (value is JsonString text)
        {
            return text.Value;
        }

        var json = (JsonObject)value;
        var reference = new SecretReference(json.Text("secret") ?? "");
        if (reference.Resolve(environment) is { } secret && HttpHeaders.IsValue(secret))
        {
            scrubber.Add(reference, secret);
            return json.Text("prefix") + secret;
        }

        missing ??= $"the secret `{reference.Text}` cannot be read, or holds what no header can; set it where interlock runs";
        return null;
    }

    private async Task<HttpAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[content.ResponseLimit + scrubber.Overlap + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return new HttpAnswer.Received(
            (int)response.StatusCode,
            scrubber.Clean(bytes.AsSpan(0, length), content.ResponseLimit),
            length > content.ResponseLimit,
            name => response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values)
                ? scrubber.Clean(string.Join(", ", values))
                : null);
    }

    private HttpAnswer Broken(string reason) =>
        mayHaveBeenSent ? new HttpAnswer.Lost($"{reason}; the request may have been acted on") : new HttpAnswer.NotSent(reason);

    /// <summary>The kind of failure alone: messages of the runtime repeat the URL and what the server wrote.</summary>
    private static string Reason(Exception failure)
    {
        if ((failure as SocketException ?? failure.InnerException as SocketException) is { } socket)
        {
            return $"the connection failed ({socket.SocketErrorCode})";
        }

        return failure is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? "the server's certificate or its TLS was not accepted"
            : "the connection was lost";
    }
}
