using System.Collections.Frozen;
using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// The kinds of event, their names on the wire and the streams that each belongs to. Old kinds and their fields are those of
/// the contract with <c>interlock-mcp</c>; see <c>docs/spec/ledger.md</c> for every field.
/// </summary>
public static class EventKinds
{
    /// <summary>The first entry of a ledger; its digest names the instance.</summary>
    public const string Genesis = "genesis";

    /// <summary>A process loaded a configuration whose digest is not the last one recorded.</summary>
    public const string Configured = "configured";

    /// <summary>A person signed a change of what decides under a locked governance, or a recovery.</summary>
    public const string GovernanceCountersigned = "governance-countersigned";

    /// <summary>The ledger was taken up again after a restore: a new epoch begins.</summary>
    public const string Recovered = "recovered";

    /// <summary>A plan was proposed and stored.</summary>
    public const string Proposed = "proposed";

    /// <summary>A proposal was refused; nothing was stored.</summary>
    public const string ProposeRejected = "propose-rejected";

    /// <summary>A statement was written for a person to sign: from here on the time of their review counts.</summary>
    public const string StatementIssued = "statement-issued";

    /// <summary>A person said what was issued to them, with their signature or, where the policy takes that, without.</summary>
    public const string Countersigned = "countersigned";

    /// <summary>A countersignature ran out of time before the quorum was reached.</summary>
    public const string CountersignatureLapsed = "countersignature-lapsed";

    /// <summary>The quorum was reached.</summary>
    public const string Approved = "approved";

    /// <summary>A person rejected the plan.</summary>
    public const string Rejected = "rejected";

    /// <summary>The agent withdrew its own plan.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>Another plan of the same agent took its place.</summary>
    public const string Superseded = "superseded";

    /// <summary>The proposal or the approval ran out of time.</summary>
    public const string Expired = "expired";

    /// <summary>Somebody asked for the plan to be executed.</summary>
    public const string ExecutionRequested = "execution-requested";

    /// <summary>The plan does not validate under today's policy; nothing ran.</summary>
    public const string PreexecReject = "preexec-reject";

    /// <summary>The release gate refused; nothing ran.</summary>
    public const string ReleaseRefused = "release-refused";

    /// <summary>Refusals like one that stands already, of the same agent about the same plan: one entry with their count.</summary>
    public const string RefusedAgain = "refused-again";

    /// <summary>The claim: from here on the plan is executing and its locks are held.</summary>
    public const string ExecutionStart = "execution-start";

    /// <summary>As many witnesses as are required hold a checkpoint that covers the claim.</summary>
    public const string Witnessed = "witnessed";

    /// <summary>Written before a dispatch: what exactly is about to happen.</summary>
    public const string StageIntent = "stage-intent";

    /// <summary>Written after a dispatch: what is known of it.</summary>
    public const string StageOutcome = "stage-outcome";

    /// <summary>A stage happened and its verify checks pass.</summary>
    public const string StageCommitted = "stage-committed";

    /// <summary>The run ended before its last stage was committed.</summary>
    public const string Halt = "halt";

    /// <summary>The run ended after its last stage.</summary>
    public const string ExecutionComplete = "execution-complete";

    /// <summary>A person recorded what happened to a stage in doubt.</summary>
    public const string Resolved = "resolved";

    /// <summary>Emergency stop.</summary>
    public const string Stopped = "stopped";

    /// <summary>A person countersigned the end of an emergency stop.</summary>
    public const string ResumeCountersigned = "resume-countersigned";

    /// <summary>The end of an emergency stop.</summary>
    public const string Resumed = "resumed";

    /// <summary>A log of another system was archived.</summary>
    public const string Imported = "imported";

    /// <summary>A blob was erased; its digest stays.</summary>
    public const string Erased = "erased";

    /// <summary>The field that names an event's kind.</summary>
    public const string KindField = "kind";

    /// <summary>The field that names an event's plan.</summary>
    public const string PlanField = "plan_id";

    /// <summary>The field that lists the resources whose locks an event takes or frees.</summary>
    public const string LocksField = "locks";

    /// <summary>
    /// Digests of things that are not kept as blobs: rules and keys live in the configuration, and what a governance statement goes from
    /// and to are states. Every other field that ends in
    /// <c>_digest</c> names a blob.
    /// </summary>
    private static readonly FrozenSet<string> NotStored = FrozenSet.Create(
        "adapter_digest", "config_digest", "configuration_digest", "new_digest", "old_digest", "policy_digest", "signers_digest");

    /// <summary>
    /// The blobs that an event names, each with its field: <c>plan_hash</c> of <c>proposed</c>, <c>sha256</c> of
    /// <c>imported</c>, and of every event the fields <c>output</c>, <c>statement</c>, <c>statements</c>, <c>signature</c>,
    /// <c>policy</c>, <c>allowed_signers</c>, <c>revoked_keys</c> and those that end in <c>_digest</c>, but those whose thing is not stored. <c>fsck</c> says where one is missing.
    /// </summary>
    /// <param name="event">The event.</param>
    public static IEnumerable<(string Field, Sha256Digest Digest)> BlobsOf(JsonObject @event)
    {
        foreach (var (name, value) in @event.Members)
        {
            var names = name switch
            {
                "plan_hash" => @event.Text(KindField) == Proposed,
                "sha256" => @event.Text(KindField) == Imported,
                "output" or "statement" or "statements" or "signature" or "policy" or "allowed_signers" or "revoked_keys" => true,
                _ => name.EndsWith("_digest", StringComparison.Ordinal) && !NotStored.Contains(name),
            };
            if (!names)
            {
                continue;
            }

            ImmutableArray<JsonValue> values = value is JsonArray list ? list.Items : [value];
            foreach (var item in values)
            {
                if (item is JsonString text && Sha256Digest.TryParse(text.Value, out var digest))
                {
                    yield return (name, digest);
                }
            }
        }
    }

    /// <summary>
    /// The streams of an event, or null for an event that no version of Interlock writes: such an entry makes a ledger
    /// unreadable rather than being skipped.
    /// </summary>
    /// <param name="event">The event.</param>
    public static ImmutableArray<StreamId>? StreamsOf(JsonObject @event)
    {
        switch (@event.Text(KindField))
        {
            case Genesis or Configured or GovernanceCountersigned or Recovered:
                return [StreamId.Governance];
            case Stopped or ResumeCountersigned or Resumed:
                return [StreamId.Brakes];
            case Imported or Erased:
                return [StreamId.Archive];
            case ProposeRejected or RefusedAgain:
                return [StreamId.Refusals];
            case Proposed or StatementIssued or Countersigned or CountersignatureLapsed or Approved or Rejected or Withdrawn or Superseded or Expired or ExecutionRequested
                or PreexecReject or ReleaseRefused or ExecutionStart or Witnessed or StageIntent or StageOutcome or StageCommitted
                or Halt or ExecutionComplete or Resolved:
                return PlanStreams(@event);
            default:
                return null;
        }
    }

    private static ImmutableArray<StreamId>? PlanStreams(JsonObject @event)
    {
        if (!PlanId.TryParse(@event.Text(PlanField), out var plan))
        {
            return null;
        }

        if (@event[LocksField] is not { } field)
        {
            return [StreamId.Plan(plan)];
        }

        if (field is not JsonArray locks)
        {
            return null;
        }

        var streams = ImmutableArray.CreateBuilder<StreamId>();
        streams.Add(StreamId.Plan(plan));
        foreach (var item in locks.Items)
        {
            if (item is not JsonString resource)
            {
                return null;
            }

            // an entry counts once in a stream, however often it names it
            var stream = StreamId.Lock(resource.Value);
            if (!streams.Contains(stream))
            {
                streams.Add(stream);
            }
        }

        return streams.DrainToImmutable();
    }
}
