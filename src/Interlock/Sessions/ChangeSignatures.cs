using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Release;

namespace Interlock.Sessions;

/// <summary>
/// Takes the governance statements of people. They are verified by the keys that the ledger archived, not by those that this process
/// loaded: whoever can write a file of keys could else sign in everybody's name.
/// </summary>
/// <param name="parts">The engine.</param>
/// <param name="changes">Whose rules and keys they are.</param>
internal sealed class ChangeSignatures(EngineParts parts, GovernanceSignatures changes)
{
    private readonly StatementCheck check = new(parts);

    /// <summary>Who makes a statement now, and about which ledger.</summary>
    public async Task<Result<StatementSource>> SourceAsync(
        GovernanceState state, string by, string? reason, CancellationToken cancellationToken) =>
        (PersonName.Fault(by) ?? StatementForm.ReasonFault(reason)) is { } fault ? fault
        : (await parts.Ledger.ReadAsync(static ledger => ledger.Tree.Head, cancellationToken)).TryGet(out var head, out var refusal)
            ? new StatementSource(by, reason, state.Instance, head, parts.Clock.GetUtcNow())
            : refusal;

    /// <summary>Checks a statement, with its signature.</summary>
    /// <returns>How an entry names it.</returns>
    public async Task<Result<SignedBy>> TakeAsync(
        GovernanceState state,
        Statement statement,
        ReadOnlyMemory<byte> signature,
        Sha256Digest old,
        Sha256Digest @new,
        CancellationToken cancellationToken)
    {
        if (statement.Type != StatementType.Governance)
        {
            return new Refusal(
                RefusalCode.Mismatch, "type", $"the statement is of type `{statement.Type}` and a {StatementType.Governance} is asked for; sign that one");
        }

        (string Field, string Expected)[] about =
            [("instance", state.Instance.ToString()), ("old_digest", old.ToString()), ("new_digest", @new.ToString())];
        if (about.FirstOrDefault(item => statement[item.Field] != item.Expected) is { Field: { } wrong })
        {
            return new Refusal(RefusalCode.Mismatch, wrong, $"the statement has another `{wrong}` than what is to be agreed to; look at it again and sign anew");
        }

        if (await check.VerifiedHeadFaultAsync(statement.AuditHead, cancellationToken) is { } rewritten)
        {
            return rewritten;
        }

        if (!(await changes.RulesOfAsync(state, cancellationToken)).TryGet(out var then, out var refusal))
        {
            return refusal;
        }

        return new CountersignatureCheck(parts.Store, then.Signers, then.Unsigned).Verify(statement, signature.Span, parts.Clock.GetUtcNow()).TryGet(out var proof, out refusal)
            ? StatementCheck.By(statement, signature, proof)
            : refusal;
    }

    /// <summary>The entry of somebody who signed.</summary>
    public static JsonObject Countersigned(SignedBy by, Sha256Digest old, Sha256Digest @new, ReadOnlySpan<(string Name, JsonValue? Value)> more) =>
        JsonObject.Of(
        [
            (EventKinds.KindField, EventKinds.GovernanceCountersigned),
            ("old_digest", old.ToString()),
            ("new_digest", @new.ToString()),
            ("by", by.Person),
            .. by.Fields,
            .. more,
        ]);

    /// <summary>The statements of those who signed before and of the newest.</summary>
    public static IEnumerable<Sha256Digest> StatementsOf(ImmutableArray<LedgerEntry> signed, SignedBy newest) =>
    [
        .. signed
            .Where(one => one.Event.Text("by") != newest.Person)
            .Select(static one => Sha256Digest.TryParse(one.Event.Text("statement"), out var digest) ? digest : default),
        newest.Statement,
    ];

    /// <summary>Appends to the governance stream as it was read.</summary>
    public async Task<Result<LedgerEntry>> AppendAsync(
        GovernanceState state,
        ImmutableArray<JsonObject> events,
        ImmutableArray<ReadOnlyMemory<byte>> blobs,
        CancellationToken cancellationToken)
    {
        var answer = await parts.Store.AppendReadingAgainAsync(
            new Append
            {
                Reads = [new StreamVersion(StreamId.Governance, state.Version)],
                Events = events,
                Blobs = blobs,
            },
            cancellationToken);
        return answer switch
        {
            AppendAnswer.Appended appended => appended.Entries[^1],
            AppendAnswer.Refused refused => refused.Refusal,
            AppendAnswer.OutcomeUnknown unknown => unknown.Refusal,
            _ => Refusal.Of(RefusalCode.Busy, "somebody else signed, or the configuration was recorded, in between; look at it and sign anew"),
        };
    }
}
