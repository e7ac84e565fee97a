using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Approvals;

/// <summary>
/// What a reviewer is shown, in canonical form: everything that a surface lays out and every digest of a statement follow from these
/// bytes. Who signs computes each digest from here, never taking one over that somebody names. See
/// <c>docs/spec/countersignature.md</c>, the review document.
/// </summary>
public sealed class ReviewDocument
{
    private static readonly string[] Members =
    [
        "adapters", "agent", "agent_owner", "audit_head", "body", "effects", "expires_at", "instance", "nonce", "observed", "plan_id",
        "policy_digest", "schema_version", "signers_digest", "version",
    ];

    private ReviewDocument(JsonObject json)
    {
        Json = json;
        Bytes = CanonicalJson.Write(json);
    }

    /// <summary>The document.</summary>
    public JsonObject Json { get; }

    /// <summary>Its canonical bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The digest of the whole: <c>render_digest</c>.</summary>
    public Sha256Digest Digest => Sha256Digest.Of(Bytes.Span);

    /// <summary>What probes and previews saw.</summary>
    public JsonValue Observed => Json["observed"] ?? throw Lacks("observed");

    /// <summary>The digest of the body, which is the plan's hash.</summary>
    public Sha256Digest PlanHash => CanonicalJson.Hash(Json["body"] ?? throw Lacks("body"));

    /// <summary>The digest of what would be done, over the digests of the effects that the document holds.</summary>
    public Sha256Digest EffectsDigest => CanonicalJson.Hash(EffectsListing);

    /// <summary>The digest of the definitions of all actions and probes that the plan uses.</summary>
    public Sha256Digest AdapterDigest => CanonicalJson.Hash(Json["adapters"] ?? throw Lacks("adapters"));

    /// <summary>The digest of what probes and previews saw.</summary>
    public Sha256Digest ObservedDigest => CanonicalJson.Hash(Observed);

    /// <summary>What <see cref="EffectsDigest"/> covers.</summary>
    internal JsonArray EffectsListing => new(Items("effects").Select(stage => (JsonValue)JsonObject.Of(
        ("stage", stage.Text("stage")),
        ("effects", new JsonArray(Effects(stage).Select(effect => (JsonValue)CanonicalJson.Hash(effect).ToString()))))));

    /// <summary>Takes a document over.</summary>
    /// <param name="json">Exactly the members of a review document.</param>
    public static Result<ReviewDocument> Of(JsonObject json)
    {
        if (Members.FirstOrDefault(name => json[name] is null) is { } missing)
        {
            return new Refusal(RefusalCode.Malformed, missing, $"a review document has `{missing}`; ask for the review again");
        }

        if (json.Members.Length != Members.Length)
        {
            return Refusal.Of(RefusalCode.Malformed, $"a review document has exactly the members {string.Join(", ", Members)}");
        }

        if (json["effects"] is not JsonArray { Items: var stages }
            || stages.Any(stage => stage is not JsonObject one || one.Text("stage") is null || one["effects"] is not JsonArray { Items: var effects }
                || effects.Any(effect => effect is not JsonObject shown || shown["effect"] is null)))
        {
            return new Refusal(RefusalCode.Malformed, "effects", "the effects of a review document are `[{stage, action, effects: [{effect, summary}]}]`");
        }

        return new ReviewDocument(json);
    }

    /// <summary>The statement of whoever approves what this document shows.</summary>
    /// <param name="approver">Who.</param>
    /// <param name="reason">Why, in their words; null for no reason.</param>
    /// <param name="issuedAt">When.</param>
    /// <param name="expiresAt">When the approval lapses, at the latest.</param>
    /// <returns>The statement to be signed; refused where the document does not hold what a statement needs.</returns>
    public Result<Statement> Approve(string approver, string? reason, DateTimeOffset issuedAt, DateTimeOffset expiresAt) =>
        StatementForm.ReasonFault(reason) is { } tooLong
            ? tooLong
            : Statement.TryRead(CanonicalJson.Write(JsonObject.Of([.. Fields(StatementType.Approval, approver, reason, issuedAt, expiresAt)])));

    /// <summary>The statement of whoever accepts that the world looks different from what they approved.</summary>
    /// <param name="base">Their approval, also where they accepted a difference before.</param>
    /// <param name="approver">Who.</param>
    /// <param name="reason">Why, in their words; null for no reason.</param>
    /// <param name="issuedAt">When.</param>
    /// <param name="expiresAt">When the approval lapses, at the latest.</param>
    /// <returns>The statement to be signed.</returns>
    public Result<Statement> AcceptDrift(
        Sha256Digest @base, string approver, string? reason, DateTimeOffset issuedAt, DateTimeOffset expiresAt) =>
        StatementForm.ReasonFault(reason) is { } tooLong
            ? tooLong
            : Statement.TryRead(CanonicalJson.Write(JsonObject.Of(
            [
                .. Fields(StatementType.Drift, approver, reason, issuedAt, expiresAt),
                ("base_statement", @base.ToString()),
            ])));

    private ImmutableArray<(string Name, JsonValue? Value)> Fields(
        StatementType type, string approver, string? reason, DateTimeOffset issuedAt, DateTimeOffset expiresAt) =>
    [
        ("type", type.Name),
        ("adapter_digest", AdapterDigest.ToString()),
        ("agent", Json["agent"]),
        ("agent_owner", Json["agent_owner"]),
        ("approver", approver),
        ("audit_head", Json["audit_head"]),
        ("effects_digest", EffectsDigest.ToString()),
        ("expires_at", UtcTime.Format(expiresAt)),
        ("instance", Json["instance"]),
        ("issued_at", UtcTime.Format(issuedAt)),
        ("nonce", Json["nonce"]),
        ("observed_digest", ObservedDigest.ToString()),
        ("plan_hash", PlanHash.ToString()),
        ("plan_id", Json["plan_id"]),
        ("policy_digest", Json["policy_digest"]),
        ("reason", reason is null ? string.Empty : ShortText.Of(reason)),
        ("render_digest", Digest.ToString()),
        ("schema_version", Json["schema_version"]),
        ("signers_digest", Json["signers_digest"]),
    ];

    private IEnumerable<JsonObject> Items(string member) => (Json[member] as JsonArray ?? throw Lacks(member)).Items.OfType<JsonObject>();

    private static IEnumerable<JsonValue> Effects(JsonObject stage) =>
        (stage["effects"] as JsonArray ?? throw Lacks("effects")).Items.OfType<JsonObject>().Select(shown => shown["effect"] ?? throw Lacks("effect"));

    private static InvalidOperationException Lacks(string member) => new($"a review document was made without `{member}`");
}
