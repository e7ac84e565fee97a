using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Cli.Terminal;
using Interlock.Policies;
using Interlock.Sessions;

namespace Interlock.Cli.Configuration;

/// <summary>Says in plain words what a change of the governance would change, in the words of <c>config check</c>.</summary>
internal static class GovernanceExplain
{
    private const int Longest = 160;

    /// <summary>Lines that begin with <c>-</c> for what would no longer hold, and with <c>+</c> for what would.</summary>
    public static IEnumerable<string> Lines(GovernanceStanding standing) =>
    [
        .. Difference(ApprovalExplain.Lines(standing.Recorded.Approval), ApprovalExplain.Lines(standing.Here.Approval)),
        .. Difference(Genesis(standing.Recorded.Approval), Genesis(standing.Here.Approval)),
        .. Difference(Keys(standing.Recorded.Signers), Keys(standing.Here.Signers)),
        .. Difference(Rest(standing.Recorded.Policy), Rest(standing.Here.Policy)),
    ];

    private static IEnumerable<string> Difference(IEnumerable<string> before, IEnumerable<string> after)
    {
        var (old, @new) = (before.ToList(), after.ToList());
        return old.Except(@new, StringComparer.Ordinal).Select(static line => $"- {line}")
            .Concat(@new.Except(old, StringComparer.Ordinal).Select(static line => $"+ {line}"));
    }

    private static IEnumerable<string> Keys(ISignatureVerifier? signers) => (signers is null ? [] : signers.Keys).Select(static key =>
        $"key {key.Fingerprint} of {Escape.Line(key.Person)}{(key.IsRevoked ? ", revoked" : "")}"
        + (key.ValidAfter is { } from ? $", from {UtcTime.Format(from)}" : "")
        + (key.ValidBefore is { } to ? $", until {UtcTime.Format(to)}" : ""));

    private static IEnumerable<string> Genesis(ApprovalPolicy policy) =>
        policy.Governance.Genesis is { } path ? [$"the genesis file is {Plain.Text(path)}"] : [];

    private static IEnumerable<string> Rest(JsonObject policy) => policy.Members
        .Where(static member => member.Name != "approval")
        .Select(static member => $"{Escape.Line(member.Name)}: {Escape.Line(JsonText.Compact(member.Value), Longest)}"
            + (CanonicalJson.Write(member.Value).Length > Longest ? $" (digest {CanonicalJson.Hash(member.Value).ToString()[..12]})" : ""));
}
