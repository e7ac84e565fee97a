using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Tests.Plans;

/// <summary>Events of every kind, as the specification of the ledger describes them, and the plans that they lead to.</summary>
internal static class LifecycleSamples
{
    public const string Id = "00000000-0000-4000-8000-000000000001";
    private const string Other = "00000000-0000-4000-8000-000000000002";

    public static readonly string Hash = new('a', 64);
    private static readonly string Digest = new('b', 64);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every kind there is.</summary>
    public static string[] Kinds { get; } =
    [
        .. typeof(EventKinds).GetFields()
            .Where(field => field is { IsLiteral: true, IsPublic: true } && !field.Name.EndsWith("Field", StringComparison.Ordinal))
            .Select(field => (string)(field.GetRawConstantValue() ?? throw new InvalidOperationException(field.Name))),
    ];

    /// <summary>A way into every place in which a plan can stand, told by the kinds that lead there.</summary>
    public static (string Place, JsonObject[] Events)[] Places { get; } =
    [
        ("none", []),
        ("proposed", [E("proposed")]),
        ("proposed, issued", [E("proposed"), E("statement-issued")]),
        ("proposed, countersigned", [E("proposed"), E("statement-issued"), E("countersigned")]),
        ("approved", [.. Approved()]),
        ("approved, drift issued", [.. Approved(), Fitting("statement-issued", "approved")]),
        ("approved, requested", [.. Approved(), E("execution-requested")]),
        ("executing, claimed", [.. Claimed()]),
        ("executing, witnessed", [.. Claimed(), E("witnessed")]),
        ("executing, intent open", [.. Claimed(), E("stage-intent")]),
        ("executing, succeeded", [.. Claimed(), E("stage-intent"), E("stage-outcome")]),
        ("executing, failed", [.. Claimed(), E("stage-intent"), Outcome("failed")]),
        ("executing, in doubt", [.. Claimed(), E("stage-intent"), Outcome("in_doubt")]),
        ("executing, committed", [.. Claimed(), E("stage-intent"), E("stage-outcome"), E("stage-committed")]),
        ("halted", [.. Claimed(), E("halt")]),
        ("halted, in doubt", [.. Claimed(), E("stage-intent"), Outcome("in_doubt"), InDoubt()]),
        ("halted, resolved", [.. Claimed(), E("stage-intent"), Outcome("in_doubt"), InDoubt(), E("resolved")]),
        ("executed", [.. Claimed(), E("stage-intent"), E("stage-outcome"), E("stage-committed"), E("execution-complete")]),
        ("rejected", [E("proposed"), E("rejected")]),
        ("withdrawn", [E("proposed"), E("withdrawn")]),
        ("superseded", [E("proposed"), E("superseded")]),
        ("expired", [E("proposed"), E("expired")]),
    ];

    /// <summary>A sound event of a kind, of stage 0.</summary>
    public static JsonObject E(string kind) => kind switch
    {
        "proposed" => Of(kind, ("plan_hash", Hash), ("intent", "do it"), ("agent", "tester"), ("nonce", "00"), ("expires_at", At(60))),
        "approved" => Of(
            kind, ("plan_hash", Hash), ("approved_by", "rita"), ("assurance", "none"), ("schema_version", "1"), ("effects_digest", Digest),
            ("statements", new JsonArray([(JsonValue)Digest])), ("expires_at", At(30))),
        "statement-issued" => Of(
            kind, ("type", "approval"), ("approver", "rita"), ("statement", Digest), ("observed_digest", Hash), ("render_digest", Hash)),
        "countersigned" => Of(kind, ("approver", "rita"), ("statement", Digest), ("assurance", "none"), ("expires_at", At(30))),
        "countersignature-lapsed" => Of(kind, ("approver", "rita"), ("statement", Digest)),
        "rejected" => Of(kind, ("rejected_by", "rita")),
        "withdrawn" => Of(kind, ("withdrawn_by", "tester")),
        "superseded" => Of(kind, ("superseded_by", Other)),
        "expired" => Of(kind, ("reason", "the proposal ran out")),
        "execution-requested" => Of(kind, ("requested_by", "agent:tester")),
        "preexec-reject" or "release-refused" => Of(kind, ("code", "stopped"), ("reason", "no")),
        "execution-start" => Of(kind, ("plan_hash", Hash), ("approved_by", "rita"), ("locks", Locks())),
        "witnessed" => Of(
            kind, ("size", 1), ("root", Digest), ("witnesses", new JsonArray([(JsonValue)"witness.example/w1"])), ("cosignatures_digest", Hash)),
        "stage-intent" => Of(
            kind, ("stage", "one"), ("index", 0), ("action", "set"), ("target", ""), ("idempotency_key", Digest), ("effect_digest", Hash)),
        "stage-outcome" => Outcome("succeeded"),
        "stage-committed" => Of(kind, ("stage", "one"), ("index", 0), ("verify", JsonArray.Empty)),
        "halt" => Of(
            kind, ("stage", "one"), ("index", 0), ("action", "set"), ("failure", "halted-precondition"), ("halt_code", "precondition"),
            ("detail", "no"), ("committed", JsonArray.Empty), ("locks", Locks())),
        "execution-complete" => Of(kind, ("committed", JsonArray.Empty), ("locks", Locks())),
        "resolved" => Of(
            kind, ("stage", "one"), ("effect_digest", Hash), ("outcome", "happened"), ("resolved_by", "rita"), ("locks", Locks())),
        _ => Of(kind),
    };

    public static JsonObject Outcome(string word) =>
        Of("stage-outcome", ("stage", "one"), ("index", 0), ("target", ""), ("idempotency_key", Digest), ("outcome", word), ("detail", "d"));

    public static JsonObject InDoubt() => E("halt").With("halt_code", "in_doubt").With("failure", "halted-execute").Without("locks");

    /// <summary>An event of a kind that fits a place as well as one of its kind can: the next stage, the open intent.</summary>
    public static JsonObject Fitting(string kind, string place) => (kind, place) switch
    {
        ("statement-issued", "proposed, issued") => E(kind).With("statement", Hash),
        ("statement-issued", "approved" or "approved, requested") => E(kind).With("statement", Hash).With("type", "drift"),
        ("statement-issued", "approved, drift issued") => E(kind).With("statement", new string('d', 64)).With("type", "drift"),
        ("countersigned", "approved, drift issued") => E(kind).With("statement", Hash),
        ("stage-intent", "executing, succeeded") => E(kind).With("target", "second").With("idempotency_key", new string('c', 64)),
        ("stage-intent", "executing, committed") =>
            E(kind).With("stage", "two").With("index", 1).With("idempotency_key", new string('c', 64)),
        ("halt", "executing, committed") => E(kind).With("stage", "two").With("index", 1),
        ("halt", "executing, intent open" or "executing, in doubt") => InDoubt(),
        _ => E(kind),
    };

    public static PlanRecord? Fold(IEnumerable<JsonObject> events)
    {
        PlanRecord? plan = null;
        foreach (var e in events)
        {
            Assert.True(PlanLifecycle.Next(plan, Entry(e)).TryGet(out plan, out var refusal), refusal?.Message);
        }

        return plan;
    }

    public static LedgerEntry Entry(JsonObject e) =>
        TryEntry(e) ?? throw new InvalidOperationException($"no entry can be made of {e}");

    /// <summary>An entry, or null where the ledger itself takes no such event.</summary>
    public static LedgerEntry? TryEntry(JsonObject e) =>
        LedgerEntry.Next(ChainHead.Empty, Start, e).TryGet(out var entry, out _) ? entry : null;

    private static JsonObject[] Approved() => [E("proposed"), E("statement-issued"), E("countersigned"), E("approved")];

    private static JsonObject[] Claimed() => [.. Approved(), E("execution-requested"), E("execution-start")];

    private static JsonArray Locks() => new([(JsonValue)"counter:a"]);

    private static JsonObject Of(string kind, params ReadOnlySpan<(string Name, JsonValue? Value)> fields) =>
        JsonObject.Of([("kind", kind), ("plan_id", Id), .. fields]);

    private static string At(int minutes) => UtcTime.Format(Start.AddMinutes(minutes));
}
