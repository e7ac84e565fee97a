using Interlock.Adapters.Declarations;
using Interlock.Adapters.Supervision;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Adapters.Command;

/// <summary>Observes a program's exit code, or what it prints on standard output.</summary>
internal sealed class CommandProbe(
    Declaration declaration, CommandTemplate template, Reading reading, AdapterEnvironment environment) : IProbe
{
    /// <inheritdoc/>
    public async Task<Observation> ProbeAsync(Check check, CancellationToken cancellationToken)
    {
        if (!declaration.Parameters.Bind(check.Arguments, "").TryGet(out var values, out var refusal)
            || !template.Fill(values, "").TryGet(out var content, out refusal))
        {
            return new Observation.Unanswered(refusal.Message);
        }

        return await CommandRun.RunAsync(content, null, environment, cancellationToken) switch
        {
            ChildResult.NotStarted failed => new Observation.Unanswered($"the command was not started: {failed.Reason}"),
            ChildResult.Ended ended => Read(ended, content),
            ChildResult.Stopped stopped => new Observation.Unanswered(stopped.Reason),
            _ => throw new InvalidOperationException("the hierarchy of results is closed"),
        };
    }

    private Observation Read(ChildResult.Ended ended, CommandContent content)
    {
        if (reading.Word == "exit_code")
        {
            return new Observation.Seen(JsonNumber.FromInteger(ended.ExitCode));
        }

        if (!content.Success.Contains(ended.ExitCode))
        {
            return new Observation.Unanswered($"the command ended with exit code {ended.ExitCode}");
        }

        return ended.Captured.Dropped > 0
            ? new Observation.Unanswered("the command printed more than `output_limit`; raise it or print less")
            : reading.OfText(ended.Captured.Output);
    }
}
