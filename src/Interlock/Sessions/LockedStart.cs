using Interlock.Ledger;
using Interlock.Policies;
using Interlock.Release;

namespace Interlock.Sessions;

/// <summary>What an engine needs to open under a locked governance: keys that can sign, enough people, and a pin that says which ledger counts.</summary>
internal static class LockedStart
{
    /// <summary>Why it must not open; null where it may.</summary>
    public static async Task<Refusal?> FaultAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        if (options.ApprovalPolicy.Governance.Mode != GovernanceMode.Locked && options.PinnedGenesis is null)
        {
            return null;
        }

        var read = await Governance.ReadAsync(options.Store, cancellationToken);
        if (!read.TryGet(out var recorded, out var refusal) && refusal.Code != RefusalCode.NotFound)
        {
            return refusal;
        }

        return recorded is not null && options.PinnedGenesis is { } pinned && recorded.Instance.Genesis != pinned
                ? GenesisPin.OtherLedger(pinned, recorded.Instance.Genesis)
            : options.ApprovalPolicy.Governance.Mode != GovernanceMode.Locked ? null
            : options.PinnedGenesis is null ? GenesisPin.Missing

            // a pin without a ledger: it was taken away, and a new one in its place is another one
            : recorded is null ? Refusal.Of(
                RefusalCode.Corrupt, $"the ledger is empty and the genesis file pins `{options.PinnedGenesis}`: the ledger is gone; put it back")
            : recorded.IsLocked ? null
            : LockFault(options);
    }

    /// <summary>Why a configuration must not be locked: nobody could ever change it again. Null where it may.</summary>
    public static Refusal? LockFault(EngineOptions options)
    {
        if (options.ApprovalPolicy.Governance.Mode != GovernanceMode.Locked)
        {
            return null;
        }

        if (options.Signers is null || options.ReadSigners is null || options.AllowUnsignedApprovals)
        {
            return Refusal.Of(
                RefusalCode.Forbidden,
                "governance can be locked only where signatures count: name an `allowed_signers` file under `approvers` and say `unsigned: forbid`");
        }

        var change = new ApprovalDecision(options.ApprovalPolicy, ApprovalDecision.PeopleOf(options.Signers, options.Approvers)).Change([]);
        return change.CanBeMet
            ? null
            : Refusal.Of(
                RefusalCode.Forbidden,
                $"governance cannot be locked: a change needs {change.Require}, and fewer people than that are registered; nobody could ever change it again");
    }
}
