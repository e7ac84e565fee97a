using Interlock.Adapters.Declarations;
using Interlock.Adapters.Supervision;

namespace Interlock.Adapters.Command;

/// <summary>Runs a described command under a supervisor. Shared by actions and probes.</summary>
internal static class CommandRun
{
    /// <summary>The variable in which a command finds its idempotency key.</summary>
    private const string KeyVariable = "INTERLOCK_IDEMPOTENCY_KEY";

    /// <summary>Runs once.</summary>
    /// <param name="content">What to run.</param>
    /// <param name="key">The idempotency key; null for a probe.</param>
    /// <param name="environment">Supervisor, secrets, clock.</param>
    /// <param name="cancellationToken">Kills the command: a probe's token only.</param>
    /// <returns>How it ended, with the secrets taken out of all that it printed.</returns>
    public static async Task<ChildResult> RunAsync(
        CommandContent content, string? key, AdapterEnvironment environment, CancellationToken cancellationToken)
    {
        if (!ProgramFile.TryDigest(content.Argv[0], out var digest) || digest != content.ProgramDigest)
        {
            return new ChildResult.NotStarted($"`{content.Argv[0]}` is not the file that was described; load the configuration again");
        }

        var scrubber = new SecretScrubber();
        if (content.Resolve(environment, scrubber, out var missing) is not { } variables)
        {
            return new ChildResult.NotStarted($"the secret `{missing?.Text}` cannot be read; set it where interlock runs");
        }

        var request = new ChildRequest
        {
            Argv = content.Argv,
            WorkingDirectory = content.WorkingDirectory,
            Variables = key is null ? variables : variables.SetItem(KeyVariable, key),
            OutputLimit = content.OutputLimit + scrubber.Overlap,
        };
        var records = key is null || environment.StageFolder is not { } folder ? null : new StageRecords(folder);
        var result = await SupervisedChild.RunAsync(
            environment.Supervisor, request, key ?? "probe", records, content.Timeout, environment.Time, cancellationToken);
        return result switch
        {
            ChildResult.NotStarted failed => new ChildResult.NotStarted(scrubber.Clean(failed.Reason)),
            ChildResult.Ended ended => new ChildResult.Ended(ended.ExitCode, ended.Killed, Clean(ended.Captured, content, scrubber)),
            ChildResult.Stopped stopped => new ChildResult.Stopped(stopped.Reason, Clean(stopped.Captured, content, scrubber)),
            _ => throw new InvalidOperationException("the hierarchy of results is closed"),
        };
    }

    private static Captured Clean(Captured captured, CommandContent content, SecretScrubber scrubber)
    {
        var limit = content.OutputLimit;
        var beyond = Math.Max(0, captured.Both.Length - limit);
        return new Captured(
            scrubber.Clean(captured.Output, limit), scrubber.Clean(captured.Both, limit), captured.Dropped + beyond);
    }
}
