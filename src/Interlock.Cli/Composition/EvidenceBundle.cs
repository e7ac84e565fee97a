using Interlock.Evidence;
using Interlock.Signing.LogKeys;
using Interlock.Storage;

namespace Interlock.Cli.Composition;

/// <summary>Evidence for outsiders: gathered out of an installation into a folder, and checked again without one.</summary>
internal static class EvidenceBundle
{
    /// <summary>Writes the evidence about a plan into a new folder, and checks it first as an outsider would.</summary>
    /// <param name="opened">The installation; it may be opened for looking. The private key of its log is read.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="folder">The folder, not there yet or empty.</param>
    /// <param name="cancellationToken">Ends the gathering.</param>
    /// <returns>What the bundle proves.</returns>
    public static async Task<Result<EvidenceReport>> WriteAsync(
        Installation opened, PlanId plan, string folder, CancellationToken cancellationToken)
    {
        if (!LogAnchor.Newest(opened.Configuration).TryGet(out var checkpoint, out var refusal))
        {
            return refusal;
        }

        if (opened.Configuration.Log is not { } place || !LogAnchor.Open(place).TryGet(out var log, out refusal))
        {
            return refusal ?? Refusal.Of(RefusalCode.NotFound, "there is no `log:` in the configuration; add it");
        }

        using (log)
        {
            return !(await EvidenceMaker.MakeAsync(opened.Store, checkpoint, log.Signer, plan, cancellationToken)).TryGet(out var files, out refusal)
                || !(await CheckAsync(files, cancellationToken)).TryGet(out var report, out refusal) ? refusal
                : await EvidenceFolder.WriteAsync(files, folder, cancellationToken) is { } unwritten ? unwritten
                : report;
        }
    }

    /// <summary>Checks the evidence in a folder. Nothing but the folder is read.</summary>
    public static async Task<Result<EvidenceReport>> VerifyAsync(string folder, CancellationToken cancellationToken) =>
        (await EvidenceFolder.ReadAsync(folder, cancellationToken)).TryGet(out var files, out var refusal)
            ? await CheckAsync(files, cancellationToken)
            : refusal;

    private static Task<Result<EvidenceReport>> CheckAsync(EvidenceFiles files, CancellationToken cancellationToken) =>
        new EvidenceCheck(RegisteredSigners.ReadArchived, LogNotes.Verifier).RunAsync(files, cancellationToken);
}
