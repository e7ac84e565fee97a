using System.Globalization;
using System.Text;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Cli.Terminal;
using Interlock.Policies;
using Interlock.Sessions;

namespace Interlock.Cli.Configuration;

/// <summary>
/// Says what a change of the governance would change: in the words of <c>config check</c> where there are some, and as it is written where
/// the words are the same and the digest is not. Whoever signs two digests has seen every difference between them.
/// </summary>
internal static class GovernanceExplain
{
    /// <summary>Lines that begin with <c>-</c> for what would no longer hold, and with <c>+</c> for what would.</summary>
    public static IEnumerable<string> Lines(GovernanceStanding standing)
    {
        var (before, after) = (standing.Recorded, standing.Here);
        return
        [
            .. CanonicalJson.Hash(before.Approval.Json) == CanonicalJson.Hash(after.Approval.Json) ? [] : Told(
                Rules(before.Approval), Rules(after.Approval), Leaves("approval", before.Approval.Json), Leaves("approval", after.Approval.Json)),
            .. HaveSameFiles(before.Signers, after.Signers) ? [] : Told(
                Keys(before.Signers), Keys(after.Signers), Files(before.Signers), Files(after.Signers)),
            .. Difference(Rest(before.Policy), Rest(after.Policy)),
        ];
    }

    /// <summary>In words; as it is written where those are the same; and never nothing.</summary>
    private static List<string> Told(
        IEnumerable<string> before, IEnumerable<string> after, IEnumerable<string> writtenBefore, IEnumerable<string> writtenAfter)
    {
        List<string> lines = [.. Difference(before, after)];
        lines = lines.Count > 0 ? lines : [.. Difference(writtenBefore, writtenAfter)];
        return lines.Count > 0 ? lines : ["+ the keys are the same, their lines are in another order or there are other empty lines"];
    }

    private static bool HaveSameFiles(ISignatureVerifier? before, ISignatureVerifier? after) =>
        (before?.AllowedSigners ?? default).Span.SequenceEqual((after?.AllowedSigners ?? default).Span)
        && (before?.Revoked ?? default).Span.SequenceEqual((after?.Revoked ?? default).Span);

    /// <summary>Lines are counted: a second one that is alike is one more.</summary>
    private static IEnumerable<string> Difference(IEnumerable<string> before, IEnumerable<string> after)
    {
        var (old, @new) = (before.ToList(), after.ToList());
        return Without(old, @new).Select(static line => $"- {line}").Concat(Without(@new, old).Select(static line => $"+ {line}"));
    }

    private static List<string> Without(List<string> lines, List<string> others)
    {
        List<string> left = [.. lines];
        others.ForEach(line => left.Remove(line));
        return left;
    }

    private static IEnumerable<string> Rules(ApprovalPolicy policy) =>
    [
        .. ApprovalExplain.Lines(policy),
        .. policy.Governance.Genesis is { } path ? (string[])[$"the genesis file is {Plain.Text(path)}"] : [],
    ];

    private static IEnumerable<string> Keys(ISignatureVerifier? signers)
    {
        if (signers is null)
        {
            return [];
        }

        var lines = Encoding.UTF8.GetString(signers.AllowedSigners.Span).Split('\n');
        return signers.Keys.Select(key =>
            $"key {key.Fingerprint} of {Escape.Line(key.Person)}{(key.IsRevoked ? ", revoked" : "")}"
            + (key.ValidAfter is { } from ? $", from {UtcTime.Format(from)}" : "")
            + (key.ValidBefore is { } to ? $", until {UtcTime.Format(to)}" : "")
            + $", written `{Escape.Line(Beginning(lines, key))}`");
    }

    /// <summary>Names and options as they stand in the file: aliases, and for what the key may sign.</summary>
    private static string Beginning(string[] lines, RegisteredKey key)
    {
        var line = lines.ElementAtOrDefault(key.Line - 1) ?? "";

        // the last one, should an option or a comment say it too: rather too much is shown than too little
        var end = line.LastIndexOf(key.KeyType, StringComparison.Ordinal);
        return (end < 0 ? line : line[..end]).Trim();
    }

    private static IEnumerable<string> Files(ISignatureVerifier? signers) =>
        signers is null ? [] : [.. Written("allowed_signers", signers.AllowedSigners), .. Written("revoked", signers.Revoked)];

    private static IEnumerable<string> Written(string name, ReadOnlyMemory<byte> text) =>
        Encoding.UTF8.GetString(text.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{name}: {Escape.Line(line)}");

    private static IEnumerable<string> Rest(JsonObject policy) => policy.Members
        .Where(static member => member.Name != "approval")
        .SelectMany(static member => Leaves(Escape.Line(member.Name), member.Value));

    /// <summary>Each value with its place, none cut: what stands behind the end of a line would be signed unseen.</summary>
    private static IEnumerable<string> Leaves(string path, JsonValue value) => value switch
    {
        JsonObject { Members.IsEmpty: false } json => json.Members.SelectMany(member => Leaves($"{path}.{Escape.Line(member.Name)}", member.Value)),
        JsonArray { Items.IsEmpty: false } array => array.Items.SelectMany(
            (item, i) => Leaves(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), item)),
        _ => [$"{path}: {Escape.Line(JsonText.Compact(value))}"],
    };
}
