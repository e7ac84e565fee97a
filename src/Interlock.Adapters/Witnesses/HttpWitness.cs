using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Interlock.Ledger;

namespace Interlock.Adapters.Witnesses;

/// <summary>
/// A witness that speaks the C2SP tlog-witness protocol. Each request has a connection of its own: no proxy, no redirect, no cookie. It may
/// be plain HTTP: the cosignature is what is believed, not the connection.
/// </summary>
public sealed class HttpWitness : IWitness
{
    private const string Call = "add-checkpoint";

    private readonly Uri address;

    private HttpWitness(string name, Uri address)
    {
        Name = name;
        this.address = address;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>A witness at an address.</summary>
    /// <param name="name">The name of its key.</param>
    /// <param name="url">Its submission prefix: <c>http</c> or <c>https</c>, without user, query and fragment.</param>
    /// <returns>Refused where the text is no such URL.</returns>
    public static Result<HttpWitness> Create(string name, string url) =>
        Uri.TryCreate(url.TrimEnd('/') + "/" + Call, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { UserInfo: "", Query: "", Fragment: "", Host.Length: > 0 }
            ? new HttpWitness(name, address)
            : Refusal.Of(
                RefusalCode.Malformed, "`url` is the submission prefix of a witness, http or https without user, query and fragment: https://witness.example/log");

    /// <inheritdoc/>
    public async Task<WitnessAnswer> SubmitAsync(WitnessSubmission submission, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(AddCheckpoint.Of(submission).ToBytes()),
        };
        request.Headers.ConnectionClose = true;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        try
        {
            using var handler = Handler();
            using var client = new HttpMessageInvoker(handler);
            using var response = await client.SendAsync(request, cancellationToken);
            return await ReadAsync(response, cancellationToken);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            return new WitnessAnswer.Silent(Refusal.Of(
                RefusalCode.Unwitnessed, $"the witness `{Name}` cannot be reached ({Reason(failure)}); look whether it runs at `{address.Authority}`"));
        }
    }

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        Credentials = null,
        MaxConnectionsPerServer = 1,
        MaxResponseHeadersLength = 16,
        PooledConnectionLifetime = TimeSpan.Zero,
        PreAuthenticate = false,
        UseCookies = false,
        UseProxy = false,
    };

    private async Task<WitnessAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);

        // one byte more than may be there: what is too long is refused by its length
        var bytes = new byte[AddCheckpointReply.MaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        var type = response.Content.Headers.TryGetValues("Content-Type", out var values) ? values.First() : "";
        return new AddCheckpointReply((int)response.StatusCode, type, bytes.AsMemory(0, length)).Read(Name);
    }

    /// <summary>The kind of failure alone: messages of the runtime repeat what the server wrote.</summary>
    private static string Reason(Exception failure) =>
        (failure as SocketException ?? failure.InnerException as SocketException) is { } socket ? socket.SocketErrorCode.ToString()
        : failure is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } ? "its certificate or its TLS was not accepted"
        : "the connection was lost";
}
