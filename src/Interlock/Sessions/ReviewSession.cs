using Interlock.Approvals;
using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>What a person may do: look, approve, reject, stop everything, record what happened to a stage in doubt.</summary>
public sealed class ReviewSession
{
    private static readonly Preview Ended = new(false, "the plan has ended");

    private readonly EngineParts parts;
    private readonly RunRequests runs;
    private readonly Countersigning countersigning;
    private readonly StandingCountersignatures standing;
    private readonly SignedDecisions decisions;
    private readonly Brakes brakes;

    internal ReviewSession(EngineParts parts)
    {
        this.parts = parts;
        runs = new RunRequests(parts);
        countersigning = new Countersigning(parts);
        standing = new StandingCountersignatures(parts);
        decisions = new SignedDecisions(parts);
        brakes = new Brakes(parts);
    }

    /// <summary>One plan.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<PlanRecord>> PlanAsync(PlanId id, CancellationToken cancellationToken) =>
        parts.Plans.ReadAsync(id, cancellationToken);

    /// <summary>Plans, newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<PlanPage>> ListAsync(PlanQuery query, CancellationToken cancellationToken) =>
        parts.Store.ListPlansAsync(query, cancellationToken);

    /// <summary>The plan that an id, or a prefix of one that fits a single plan, names.</summary>
    /// <param name="prefix">At least 4 characters of an id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<PlanId>> FindAsync(string prefix, CancellationToken cancellationToken)
    {
        if (PlanId.TryParse(prefix, out var exact))
        {
            return exact;
        }

        if (prefix.Length < 4 || !prefix.All(unit => char.IsAsciiHexDigitLower(unit) || unit == '-'))
        {
            return Refusal.Of(RefusalCode.Malformed, "a plan is named by its id or by at least 4 of its first characters (0-9, a-f, -)");
        }

        var page = await ListAsync(new PlanQuery { IdPrefix = prefix, Limit = 2 }, cancellationToken);
        if (!page.TryGet(out var found, out var refusal))
        {
            return refusal;
        }

        return found.Rows switch
        {
            [var only] => only.Plan,
            [] => Refusal.Of(RefusalCode.NotFound, $"no plan's id starts with `{prefix}`; list the plans to see their ids"),
            _ => Refusal.Of(RefusalCode.NotFound, $"more than one plan's id starts with `{prefix}`; give more of it"),
        };
    }

    /// <summary>Computes everything that a reviewer is shown, now.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<Review>> ReviewAsync(PlanId id, CancellationToken cancellationToken)
    {
        if (!(await parts.Plans.ReadAsync(id, cancellationToken)).TryGet(out var plan, out var refusal)
            || !(await parts.Plans.ReadBodyAsync(plan, cancellationToken)).TryGet(out var body, out refusal))
        {
            return refusal;
        }

        var validation = parts.Validator.ValidateBody(body);
        var stages = ImmutableArray.CreateBuilder<ReviewedStage>();
        foreach (var stage in validation.Effects ?? [])
        {
            // after the end of a plan the world says nothing about it any more, and what it said then is in the ledger
            stages.Add(plan.HasEnded ? new ReviewedStage(stage, [.. stage.Effects.Select(_ => Ended)], [], []) : new ReviewedStage(
                stage,
                await Previews.OfAsync(stage, parts.Options.CheckTimeout, parts.Clock, parts.Options.Scheduler, cancellationToken),
                await parts.Checks.RunAsync(stage.Stage.Preconditions, cancellationToken),
                await parts.Checks.RunAsync(stage.Stage.Verify, cancellationToken)));
        }

        var digest = validation.Effects is { } effects ? StageEffects.DigestOf(effects) : (Sha256Digest?)null;
        var review = new Review(plan, body, validation, digest, stages.DrainToImmutable());
        if (validation.Effects is not { } approvable || plan.HasEnded)
        {
            return review;
        }

        return (await DocumentAsync(plan, body, review.Stages, cancellationToken)).TryGet(out var document, out refusal)
            && (await standing.OfAsync(plan, approvable, cancellationToken)).TryGet(out var people, out refusal)
                ? review with { Document = document, Quorum = parts.Rules.Evaluate(plan, approvable, people.Held), Void = people.Void }
                : refusal;
    }

    /// <summary>
    /// Writes down that a statement about what was shown was given to a person to sign: from here on the time of their review counts.
    /// </summary>
    /// <param name="id">The plan.</param>
    /// <param name="shown">The document that the person looks at.</param>
    /// <param name="statement">What they are to sign, made from it.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public Task<Result<PlanRecord>> IssueAsync(
        PlanId id, ReviewDocument shown, Statement statement, CancellationToken cancellationToken) =>
        countersigning.IssueAsync(id, shown, statement, cancellationToken);

    /// <summary>
    /// Takes an issued statement back with its signature. Approves the plan where that makes the quorum. Refused where the plan would
    /// by now do something else, or the policy, the signers or the instance changed.
    /// </summary>
    /// <param name="id">The plan.</param>
    /// <param name="statement">The digest of the statement.</param>
    /// <param name="signature">The armoured SSHSIG; empty for none, which counts only where the engine allows it.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public Task<Result<PlanRecord>> CountersignAsync(
        PlanId id, Sha256Digest statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken) =>
        countersigning.CountersignAsync(id, statement, signature, cancellationToken);

    /// <summary>The statement of a person who approves what was shown, to be issued and signed.</summary>
    /// <param name="shown">The review that the person looks at.</param>
    /// <param name="approver">Who.</param>
    /// <param name="reason">Why, in their words.</param>
    public Result<Statement> StatementFor(Review shown, string approver, string? reason)
    {
        if (PersonName.Fault(approver) is { } fault)
        {
            return fault;
        }

        var now = parts.Clock.GetUtcNow();
        var lapses = now + parts.Options.ApprovalLifetime;
        return shown.Document is { } document
            ? document.Approve(approver, reason, now, lapses < shown.Plan.ExpiresAt ? lapses : shown.Plan.ExpiresAt)
            : Refusal.Of(RefusalCode.Invalid, "the plan does not validate under today's policy; reject it and have it proposed again");
    }

    /// <summary>The statement of a person who approved and accepts that the world looks different by now, to be issued and signed.</summary>
    /// <param name="shown">The review that the person looks at.</param>
    /// <param name="approver">Who.</param>
    /// <param name="reason">Why, in their words.</param>
    public Result<Statement> DriftStatementFor(Review shown, string approver, string? reason) =>
        shown.Plan.Countersignatures.FirstOrDefault(one => one.Approver == approver) is not { } before
            ? Refusal.Of(RefusalCode.WrongStatus, $"`{approver}` has not approved plan `{shown.Plan.Id}`; only who approved can accept a difference")
        : shown.Plan.Status != PlanStatus.Approved || shown.Document is not { } document
            ? Refusal.Of(RefusalCode.WrongStatus, $"plan `{shown.Plan.Id}` is {shown.Plan.Status.Word()}; only of an approved plan can a difference be accepted")
        : document.AcceptDrift(before.Statement, approver, reason, parts.Clock.GetUtcNow(), before.ExpiresAt);

    /// <summary>How long somebody must have had a plan before them for their signature to count for every rule.</summary>
    /// <param name="shown">The review of the plan.</param>
    public TimeSpan LeastReview(Review shown) => parts.Rules.LeastReview(shown.Plan, [.. shown.Stages.Select(stage => stage.Effects)]);

    /// <summary>What is still missing before a plan may run, and who could give it.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<Standing>> ExplainAsync(PlanId id, CancellationToken cancellationToken)
    {
        if (!(await parts.Plans.ReadAsync(id, cancellationToken)).TryGet(out var plan, out var refusal)
            || !(await parts.Plans.ReadBodyAsync(plan, cancellationToken)).TryGet(out var body, out refusal))
        {
            return refusal;
        }

        if (parts.Validator.ValidateBody(body).Effects is not { } stages)
        {
            return Refusal.Of(RefusalCode.Invalid, "the plan does not validate under today's policy; reject it and have it proposed again");
        }

        return (await standing.OfAsync(plan, stages, cancellationToken)).TryGet(out var people, out refusal)
            ? new Standing(plan, parts.Rules.Evaluate(plan, stages, people.Held), people.Void, parts.Rules.Frozen(plan, stages, parts.Clock.GetUtcNow()))
            : refusal;
    }

    /// <summary>Approves without a signature: issues the statement and takes it back unsigned.</summary>
    /// <param name="shown">The review that the person looked at.</param>
    /// <param name="by">Who approves, as they say: an unsigned approval carries no proof.</param>
    /// <param name="reason">Why, in their words.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public async Task<Result<PlanRecord>> ApproveAsync(Review shown, string by, string? reason, CancellationToken cancellationToken)
    {
        if (!StatementFor(shown, by, reason).TryGet(out var statement, out var refusal))
        {
            return refusal;
        }

        return shown.Document is { } document
            && !(await IssueAsync(shown.Plan.Id, document, statement, cancellationToken)).TryGet(out _, out refusal)
                ? refusal
                : await CountersignAsync(shown.Plan.Id, statement.Digest, default, cancellationToken);
    }

    /// <summary>The statement of whoever rejects a plan, to be signed.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="by">Who rejects.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<Statement>> RejectionAsync(PlanId id, string by, string? reason, CancellationToken cancellationToken) =>
        decisions.RejectionAsync(id, by, reason, cancellationToken);

    /// <summary>Rejects a plan that has not been claimed. One valid rejection ends it, whoever approved.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="statement">What the person says.</param>
    /// <param name="signature">The armoured SSHSIG; empty for none, which counts only where the engine allows it.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public Task<Result<PlanRecord>> RejectAsync(
        PlanId id, Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken) =>
        decisions.RejectAsync(id, statement, signature, cancellationToken);

    /// <summary>The same without a signature.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="by">Who rejects.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public async Task<Result<PlanRecord>> RejectAsync(PlanId id, string by, string? reason, CancellationToken cancellationToken) =>
        (await RejectionAsync(id, by, reason, cancellationToken)).TryGet(out var statement, out var refusal)
            ? await RejectAsync(id, statement, default, cancellationToken)
            : refusal;

    /// <summary>The statement of whoever says what happened to a stage in doubt, to be signed.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="outcome"><c>happened</c>, <c>did_not</c> or <c>unknown</c>.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="reason">How they know.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<Statement>> ResolutionAsync(
        PlanId id, string outcome, string by, string? reason, CancellationToken cancellationToken) =>
        decisions.ResolutionAsync(id, outcome, by, reason, cancellationToken);

    /// <summary>Records what happened to the stage in doubt and frees the plan's locks. The plan never resumes.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="statement">What the person says.</param>
    /// <param name="signature">The armoured SSHSIG; empty for none, which counts only where the engine allows it.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public Task<Result<PlanRecord>> ResolveAsync(
        PlanId id, Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken) =>
        decisions.ResolveAsync(id, statement, signature, cancellationToken);

    /// <summary>The same without a signature.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="outcome"><c>happened</c>, <c>did_not</c> or <c>unknown</c>.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="reason">How they know.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public async Task<Result<PlanRecord>> ResolveAsync(
        PlanId id, string outcome, string by, string? reason, CancellationToken cancellationToken) =>
        (await ResolutionAsync(id, outcome, by, reason, cancellationToken)).TryGet(out var statement, out var refusal)
            ? await ResolveAsync(id, statement, default, cancellationToken)
            : refusal;

    /// <summary>Stops everything: nothing new is claimed, and runs halt before their next dispatch. Never waits for anyone.</summary>
    /// <param name="by">Who stops.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public Task<Result<LedgerEntry>> StopAllAsync(string by, string? reason, CancellationToken cancellationToken) =>
        EmergencyBrake.StopAsync(parts.Store, by, reason, cancellationToken);

    /// <summary>The statement of whoever stops everything or would go on, to be signed.</summary>
    /// <param name="action"><c>stop</c> or <c>resume</c>.</param>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<Statement>> BrakeAsync(string action, string by, string? reason, CancellationToken cancellationToken) =>
        brakes.StatementAsync(action, by, reason, cancellationToken);

    /// <summary>Puts a proven name behind a stop; stops everything where nothing is stopped yet.</summary>
    /// <param name="statement">What the person says.</param>
    /// <param name="signature">The armoured SSHSIG.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public Task<Result<LedgerEntry>> StopAllAsync(Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken) =>
        brakes.StopAsync(statement, signature, cancellationToken);

    /// <summary>Counts somebody who would go on, and ends an emergency stop where that makes the quorum. Halted plans stay halted.</summary>
    /// <param name="statement">What the person says.</param>
    /// <param name="signature">The armoured SSHSIG; empty for none, which counts only where the engine allows it.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    /// <returns>The newest entry: <c>resumed</c>, or <c>resume-countersigned</c> while others are missing.</returns>
    public Task<Result<LedgerEntry>> ResumeAllAsync(Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken) =>
        brakes.ResumeAsync(statement, signature, cancellationToken);

    /// <summary>The same without a signature.</summary>
    /// <param name="by">Who resumes.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public async Task<Result<LedgerEntry>> ResumeAllAsync(string by, string? reason, CancellationToken cancellationToken) =>
        (await BrakeAsync("resume", by, reason, cancellationToken)).TryGet(out var statement, out var refusal)
            ? await ResumeAllAsync(statement, default, cancellationToken)
            : refusal;

    /// <summary>The emergency stop in force, or its absence as a refusal with <see cref="RefusalCode.NotFound"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<LedgerEntry>> StopInForceAsync(CancellationToken cancellationToken) => brakes.InForceAsync(cancellationToken);

    /// <summary>
    /// What the newest effect of a plan printed or answered, as text; empty where it said nothing. For people only: an agent is not
    /// told what actions print. Bytes that are no UTF-8 become U+FFFD; to be escaped by whoever shows it.
    /// </summary>
    /// <param name="id">The plan.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<string>> LastOutputAsync(PlanId id, CancellationToken cancellationToken)
    {
        if (!(await parts.Store.ReadStreamAsync(StreamId.Plan(id), cancellationToken)).TryGet(out var entries, out var refusal))
        {
            return refusal;
        }

        var outcome = entries.LastOrDefault(entry => entry.Kind == EventKinds.StageOutcome);
        if (!Sha256Digest.TryParse(outcome?.Event.Text("output"), out var digest))
        {
            return string.Empty;
        }

        return (await parts.Store.ReadBlobAsync(digest, cancellationToken)).TryGet(out var bytes, out refusal)
            ? System.Text.Encoding.UTF8.GetString(bytes.Span)
            : refusal;
    }

    /// <summary>Asks for an approved plan to be executed and waits, as <see cref="AgentSession.ExecuteAsync"/> does.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="progress">Told of the plan whenever its stream grows.</param>
    /// <param name="cancellationToken">Ends the wait, never the run.</param>
    public Task<JsonObject> ExecuteAsync(
        PlanId id, string by, IProgress<PlanRecord>? progress, CancellationToken cancellationToken) =>
        runs.ExecuteAsync(id, Requester.Person(by), progress, cancellationToken);

    /// <summary>Waits until a plan changes from what the caller has seen, or the bound runs out.</summary>
    /// <param name="seen">The plan as the caller has seen it.</param>
    /// <param name="bound">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<PlanRecord>> WaitAsync(PlanRecord seen, TimeSpan bound, CancellationToken cancellationToken) =>
        parts.Plans.WaitAsync(seen, bound, cancellationToken);

    private async Task<Result<ReviewDocument>> DocumentAsync(
        PlanRecord plan, JsonValue body, IReadOnlyCollection<ReviewedStage> stages, CancellationToken cancellationToken)
    {
        if (!(await Governance.ReadAsync(parts.Store, cancellationToken)).TryGet(out var governance, out var refusal)
            || !(await parts.Store.TreeHeadAsync(cancellationToken)).TryGet(out var head, out refusal))
        {
            return refusal;
        }

        return ReviewDocument.Of(JsonObject.Of(
            ("version", 1),
            ("schema_version", PlanBody.SchemaVersion),
            ("instance", governance.Instance.ToString()),
            ("plan_id", plan.Id.ToString()),
            ("nonce", plan.Nonce),
            ("agent", plan.Agent),
            ("agent_owner", plan.AgentOwner ?? string.Empty),
            ("expires_at", UtcTime.Format(plan.ExpiresAt)),
            ("body", body),
            ("effects", new JsonArray(stages.Select(stage => (JsonValue)stage.Shown()))),
            ("observed", new JsonArray(stages.Select(stage => (JsonValue)stage.Observed()))),
            ("adapters", AdapterListing.Of(parts.Options.Catalog, [.. stages.Select(stage => stage.Effects)])),
            ("policy_digest", parts.Governing.PolicyDigest.ToString()),
            ("signers_digest", parts.Governing.SignersDigest.ToString()),
            ("audit_head", head.ToJson())));
    }
}
