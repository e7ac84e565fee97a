using Interlock.Adapters.Declarations;
using Interlock.Actions;

namespace Interlock.Adapters.Http;

/// <summary>Sends one request.</summary>
internal sealed class HttpExecutor(Declaration declaration, RequestTemplate template, AdapterEnvironment environment)
    : AdapterExecutor(HttpKind.Adapter, declaration)
{
    /// <inheritdoc/>
    public override Task<Preview> PreviewAsync(Effect effect, CancellationToken cancellationToken) =>
        Task.FromResult(new Preview(false, "a request has no preview: only sending it shows what it does"));

    /// <inheritdoc/>
    public override async Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var content = HttpRequestContent.From(effect.Content);
        if (cancellationToken.IsCancellationRequested)
        {
            return new StageOutcome.NotDispatched("cancelled before the request was sent");
        }

        // from here on nobody's cancellation ends it: the timeout does
        return await HttpExchange.RunAsync(content, key.ToString(), environment, CancellationToken.None) switch
        {
            HttpAnswer.NotSent failed => new StageOutcome.NotDispatched($"the request was not sent: {failed.Reason}"),
            HttpAnswer.Lost lost => new StageOutcome.InDoubt(lost.Reason),
            HttpAnswer.Received answer when content.IsSuccess(answer.Status) => new StageOutcome.Succeeded(Detail(answer), answer.Body),
            HttpAnswer.Received answer => new StageOutcome.Failed(Detail(answer), answer.Body),
            _ => throw new InvalidOperationException("the hierarchy of answers is closed"),
        };
    }

    /// <inheritdoc/>
    protected override Result<Described> DescribeOne(Bound values, string path)
    {
        if (!template.Fill(values, path).TryGet(out var filled, out var refusal))
        {
            return refusal;
        }

        var (content, canonical) = filled;
        var size = content.Body is null ? "" : $" with {System.Text.Encoding.UTF8.GetByteCount(content.Body)} bytes";
        return new Described(
            content.ToJson(), [new Resource(HttpKind.Adapter, canonical)], $"{content.Method} {content.Url}{size}");
    }

    private static string Detail(HttpAnswer.Received answer) =>
        $"status {answer.Status}{(answer.Cut ? "; the answer was longer than `response_limit`" : "")}";
}
