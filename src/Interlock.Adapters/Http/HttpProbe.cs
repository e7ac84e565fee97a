using Interlock.Adapters.Declarations;
using Interlock.Checks;

namespace Interlock.Adapters.Http;

/// <summary>Observes the status, a header or the body of an answer to GET or HEAD.</summary>
internal sealed class HttpProbe(
    Declaration declaration, RequestTemplate template, Reading reading, AdapterEnvironment environment) : IProbe
{
    /// <inheritdoc/>
    public async Task<Observation> ProbeAsync(Check check, CancellationToken cancellationToken)
    {
        if (!declaration.Parameters.Bind(check.Arguments, "").TryGet(out var values, out var refusal)
            || !template.Fill(values, "").TryGet(out var filled, out refusal))
        {
            return new Observation.Unanswered(refusal.Message);
        }

        return await HttpExchange.RunAsync(filled.Content, null, environment, cancellationToken) switch
        {
            HttpAnswer.NotSent failed => new Observation.Unanswered($"the request was not sent: {failed.Reason}"),
            HttpAnswer.Lost lost => new Observation.Unanswered(lost.Reason),
            HttpAnswer.Received answer => Read(answer, filled.Content),
            _ => throw new InvalidOperationException("the hierarchy of answers is closed"),
        };
    }

    private Observation Read(HttpAnswer.Received answer, HttpRequestContent content)
    {
        if (reading.Word == "status")
        {
            return new Observation.Seen(answer.Status);
        }

        if (!content.IsSuccess(answer.Status))
        {
            return new Observation.Unanswered($"the answer's status is {answer.Status}");
        }

        if (reading.Word.StartsWith(HttpKind.HeaderPrefix, StringComparison.Ordinal))
        {
            var name = reading.Word[HttpKind.HeaderPrefix.Length..];
            return answer.Header(name) is { } value
                ? new Observation.Seen(value.Trim())
                : new Observation.Unanswered($"the answer has no header `{name}`");
        }

        return answer.Cut
            ? new Observation.Unanswered("the answer is longer than `response_limit`; raise it or ask for less")
            : reading.OfText(answer.Body);
    }
}
