using System.Collections.Immutable;

namespace Interlock.Approvals;

/// <summary>
/// The closed set of things that a person can sign, each with its own fields and its own SSHSIG namespace, so that a signature made
/// for one is worth nothing for another. See <c>docs/spec/countersignature.md</c>.
/// </summary>
public sealed class StatementType
{
    private static readonly ImmutableArray<StatementField> AboutAPlan =
    [
        new("approver", StatementForm.Name),
        new("audit_head", StatementForm.Head),
        new("instance", StatementForm.Instance),
        new("issued_at", StatementForm.Time),
        new("nonce", StatementForm.Nonce),
        new("plan_hash", StatementForm.Digest),
        new("plan_id", StatementForm.Plan),
        new("reason", StatementForm.Reason),
        new("type", StatementForm.Type),
    ];

    private static readonly ImmutableArray<StatementField> AboutTheInstance =
    [
        .. AboutAPlan.Where(static field => field.Name is not ("nonce" or "plan_hash" or "plan_id")),
    ];

    private StatementType(string name, ImmutableArray<StatementField> common, params ReadOnlySpan<StatementField> own)
    {
        Name = name;
        Fields = [.. common.Concat(own.ToArray()).OrderBy(static field => field.Name, StringComparer.Ordinal)];
    }

    /// <summary>This plan may run, as it was shown.</summary>
    public static StatementType Approval { get; } = new("approval", AboutAPlan, ApprovalFields());

    /// <summary>An approval still stands although the world looks different by now.</summary>
    public static StatementType Drift { get; } =
        new("drift", AboutAPlan, [.. ApprovalFields(), new("base_statement", StatementForm.Digest)]);

    /// <summary>This plan may not run.</summary>
    public static StatementType Reject { get; } = new("reject", AboutAPlan);

    /// <summary>This is what happened to a stage in doubt.</summary>
    public static StatementType Resolution { get; } = new(
        "resolution",
        AboutAPlan,
        new("intent_digest", StatementForm.Digest),
        new("outcome", StatementForm.Outcome),
        new("stage_id", StatementForm.Text));

    /// <summary>Stop everything, or go on.</summary>
    public static StatementType Brake { get; } = new(
        "brake", AboutTheInstance, new("action", StatementForm.BrakeAction), new("scope", StatementForm.Text));

    /// <summary>Another policy or other signers decide from here on, or the ledger is taken up again after a restore.</summary>
    public static StatementType Governance { get; } = new(
        "governance", AboutTheInstance, new("new_digest", StatementForm.Digest), new("old_digest", StatementForm.Digest));

    /// <summary>A blob is to be erased; its digest stays.</summary>
    public static StatementType Erase { get; } = new("erase", AboutTheInstance, new StatementField("blob_digest", StatementForm.Digest));

    /// <summary>All types.</summary>
    public static ImmutableArray<StatementType> All { get; } = [Approval, Drift, Reject, Resolution, Brake, Governance, Erase];

    /// <summary>The value of <c>type</c>.</summary>
    public string Name { get; }

    /// <summary>The namespace of its signatures: <c>interlock-&lt;type&gt;-v1</c>.</summary>
    public string Namespace => $"interlock-{Name}-v1";

    /// <summary>Its fields, exactly these, in the order of RFC 8785.</summary>
    internal ImmutableArray<StatementField> Fields { get; }

    /// <summary>The type of a name; null where there is none.</summary>
    /// <param name="name">The value of <c>type</c>.</param>
    public static StatementType? Named(string? name) => All.FirstOrDefault(type => type.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static ReadOnlySpan<StatementField> ApprovalFields() => new StatementField[]
    {
        new("adapter_digest", StatementForm.Digest),
        new("agent", StatementForm.Text),
        new("agent_owner", StatementForm.Text),
        new("effects_digest", StatementForm.Digest),
        new("expires_at", StatementForm.Time),
        new("observed_digest", StatementForm.Digest),
        new("policy_digest", StatementForm.Digest),
        new("render_digest", StatementForm.Digest),
        new("schema_version", StatementForm.Text),
        new("signers_digest", StatementForm.Digest),
    };
}

/// <summary>One field of a statement.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Form">What its value must look like.</param>
internal sealed record StatementField(string Name, StatementForm Form);
