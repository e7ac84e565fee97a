using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Interlock.Canonical;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Interlock.Mcp.Wire;

/// <summary>
/// Lines of JSON-RPC over two streams. Every line is read by the strict reader first and answered here when that refuses it;
/// the SDK sees only what has passed, and handlers find the strictly read parameters on the message itself
/// (<see cref="Parameters"/>), so that nothing an agent sent is ever interpreted by a second, more lenient reader.
/// </summary>
internal sealed class StrictTransport : TransportBase
{
    /// <summary>The longest line that is looked at: four times the largest body of the defaults, for a text that is escaped.</summary>
    public const int MaxLineBytes = 4 << 20;

    /// <summary>The deepest nesting of a message. The SDK itself stops at 64, without saying where.</summary>
    public const int MaxDepth = 60;

    private const string ParametersKey = "interlock.params";
    private static readonly JsonReadOptions Reading = new() { MaxBytes = MaxLineBytes, MaxDepth = MaxDepth };
    private static readonly JsonTypeInfo<JsonRpcMessage> MessageType =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    private readonly LineReader input;
    private readonly LineWriter output;
    private readonly ILogger log;
    private readonly CancellationTokenSource stop = new();
    private volatile bool broken;
    private int stopped;

    public StrictTransport(Stream input, Stream output, ILoggerFactory logs)
        : base("interlock", logs)
    {
        this.input = new LineReader(input, MaxLineBytes);
        this.output = new LineWriter(output);
        log = logs.CreateLogger<StrictTransport>();
        SetConnected();

        // a read of standard input cannot be cancelled; the task is left behind when the process ends first
        var token = stop.Token;
        InputEnded = Task.Run(() => ReadLinesAsync(token), CancellationToken.None);
    }

    /// <summary>Ends when the client closed its side, or cannot be written to.</summary>
    public Task InputEnded { get; }

    /// <summary>The parameters of a request as the strict reader read them.</summary>
    /// <param name="request">The request.</param>
    public static JsonObject Parameters(JsonRpcRequest request) =>
        request.Context?.Items is { } items && items.TryGetValue(ParametersKey, out var value) && value is JsonObject parameters
            ? parameters
            : JsonObject.Empty;

    /// <summary>Hands on no further message.</summary>
    public void StopReading()
    {
        if (Interlocked.Exchange(ref stopped, 1) == 0)
        {
            stop.Cancel();
            SetDisconnected();
        }
    }

    /// <inheritdoc/>
    public override async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) =>
        await WriteAsync(JsonSerializer.SerializeToUtf8Bytes(message is JsonRpcError error ? SdkErrors.Complete(error) : message, MessageType));

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        StopReading();
        stop.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReadLinesAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!broken && await input.ReadAsync(cancellationToken) is { } line)
            {
                if (line.IsOverCap || line.Head.Span.ContainsAnyExcept(" \t\r"u8))
                {
                    await TakeAsync(line);
                    await output.RoomAsync();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            EndOf("input", exception);
        }
        finally
        {
            SetDisconnected();
        }
    }

    private async Task TakeAsync(WireLine line)
    {
        if (line.IsOverCap)
        {
            await RefuseAsync(WireFault.TooLong(line.Length, MaxLineBytes), RequestIdRecovery.Find(line));
            return;
        }

        if (!JsonReader.TryRead(line.Head.Span, Reading, out var value, out var error))
        {
            await RefuseAsync(WireFault.Unreadable(error), RequestIdRecovery.Find(line));
            return;
        }

        if (Envelope.Check(value, out var id) is { } fault)
        {
            await RefuseAsync(fault, id);
            return;
        }

        if (Parse(line.Head.Span, out fault) is { } message)
        {
            message.Context = new JsonRpcMessageContext
            {
                Items = new Dictionary<string, object?> { [ParametersKey] = (value as JsonObject)?["params"] },
            };
            await WriteMessageAsync(message);
        }
        else if (fault is not null)
        {
            await RefuseAsync(fault, id);
        }
    }

    private static JsonRpcMessage? Parse(ReadOnlySpan<byte> line, out WireFault? fault)
    {
        fault = null;
        try
        {
            return JsonSerializer.Deserialize(line, MessageType);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            var path = (exception as JsonException)?.Path?.TrimStart('$', '.').Replace('.', '/');
            fault = WireFault.NotARequest(
                string.IsNullOrEmpty(path) ? JsonError.Root : path, "not a JSON-RPC message as MCP describes it; mend this field");
            return null;
        }
    }

    private async Task RefuseAsync(WireFault fault, JsonValue? id)
    {
        if (log.IsEnabled(LogLevel.Warning))
        {
            log.LogWarning("a message was refused: {Reason}", fault.Text);
        }

        await WriteAsync(CanonicalJson.Write(fault.ToAnswer(id)));
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> line)
    {
        try
        {
            await output.WriteAsync(line);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            broken = true;
            SetDisconnected();
            EndOf("output", exception);
        }
    }

    private void EndOf(string side, Exception exception)
    {
        if (log.IsEnabled(LogLevel.Information))
        {
            log.LogInformation("the {Side} ended: {Reason}", side, exception.Message);
        }
    }
}
