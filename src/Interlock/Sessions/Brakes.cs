using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>The brakes as people use them who can sign: a stop that is somebody's, and going on by a quorum.</summary>
internal sealed class Brakes(EngineParts parts)
{
    private const string Stop = "stop";
    private const string Resume = "resume";

    private readonly StatementCheck check = new(parts);

    /// <summary>The statement of whoever stops everything, or asks for going on.</summary>
    public async Task<Result<Statement>> StatementAsync(string action, string by, string? reason, CancellationToken cancellationToken)
    {
        if (action == Resume && await NothingStoppedAsync(cancellationToken) is { } nothing)
        {
            return nothing;
        }

        return (await check.SourceAsync(by, reason, cancellationToken)).TryGet(out var source, out var refusal)
            ? Statements.Brake(action, source)
            : refusal;
    }

    /// <summary>Stops everything, in somebody's name that is proven.</summary>
    public async Task<Result<LedgerEntry>> StopAsync(Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken)
    {
        if (!(await TakeAsync(Stop, statement, signature, cancellationToken)).TryGet(out var by, out var refusal))
        {
            return refusal;
        }

        return await EmergencyBrake.AppendAsync(
            parts.Store,
            new Append { Events = [EmergencyBrake.Signed(EventKinds.Stopped, by)], Blobs = StatementCheck.BlobsOf(statement, signature) },
            cancellationToken);
    }

    /// <summary>Takes the countersignature of somebody who would go on; ends the stop where that makes the quorum.</summary>
    /// <returns>The newest entry: <c>resumed</c>, or <c>resume-countersigned</c> while others are missing.</returns>
    public async Task<Result<LedgerEntry>> ResumeAsync(Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken)
    {
        if (!(await TakeAsync(Resume, statement, signature, cancellationToken)).TryGet(out var by, out var refusal)
            || !(await parts.Store.ReadStreamAsync(StreamId.Brakes, cancellationToken)).TryGet(out var entries, out refusal))
        {
            return refusal;
        }

        var brakes = BrakeState.Fold(entries);
        if (brakes.Stop is not { } stop)
        {
            return NothingStopped;
        }

        // made before this stop it says nothing about it, whoever signed
        if (statement.AuditHead.Size <= stop.Seq)
        {
            return new Refusal(RefusalCode.Mismatch, "audit_head", "the statement was made before the stop that is in force; look at it and sign anew");
        }

        ImmutableArray<string> people = [.. brakes.Resumers.Select(one => one.Event.Text("by") ?? string.Empty).Append(by.Person).Distinct(StringComparer.Ordinal)];
        ImmutableArray<JsonObject> resumed = parts.Rules.Resume(people).IsMet
            ? [JsonObject.Of((EventKinds.KindField, EventKinds.Resumed), ("by", string.Join(", ", people)), ("assurance", by.Assurance))]
            : [];
        return await EmergencyBrake.AppendAsync(
            parts.Store,
            new Append
            {
                Reads = [new StreamVersion(StreamId.Brakes, brakes.Version)],
                Events = [EmergencyBrake.Signed(EventKinds.ResumeCountersigned, by), .. resumed],
                Blobs = StatementCheck.BlobsOf(statement, signature),
            },
            cancellationToken);
    }

    /// <summary>The stop in force, or its absence as a refusal with <see cref="RefusalCode.NotFound"/>.</summary>
    public async Task<Result<LedgerEntry>> InForceAsync(CancellationToken cancellationToken)
    {
        var read = await parts.Store.ReadStreamAsync(StreamId.Brakes, cancellationToken);
        return !read.TryGet(out var entries, out var refusal) ? refusal
            : BrakeState.Fold(entries).Stop is { } stop ? stop
            : Refusal.Of(RefusalCode.NotFound, "nothing is stopped");
    }

    private static Refusal NothingStopped => Refusal.Of(RefusalCode.WrongStatus, "nothing is stopped; there is nothing to resume");

    private async Task<Refusal?> NothingStoppedAsync(CancellationToken cancellationToken) =>
        (await InForceAsync(cancellationToken)).TryGet(out _, out var refusal) ? null
        : refusal.Code == RefusalCode.NotFound ? NothingStopped
        : refusal;

    private async Task<Result<SignedBy>> TakeAsync(
        string action, Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken)
    {
        if (!(await check.TakeAsync(StatementType.Brake, statement, signature, cancellationToken)).TryGet(out var by, out var refusal))
        {
            return refusal;
        }

        return statement["action"] != action
                ? new Refusal(RefusalCode.Mismatch, "action", $"the statement says `{statement["action"]}`, not `{action}`; sign that one")
            : statement["scope"] != Statements.Everything
                ? new Refusal(RefusalCode.Mismatch, "scope", $"the statement is about `{statement["scope"]}`, and there is one brake, for `{Statements.Everything}`; sign that one")
            : by;
    }
}
