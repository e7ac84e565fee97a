using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Sessions;

/// <summary>
/// What an agent may do. There is no member that approves, rejects, resolves, re-configures or reads a secret, and a plan of
/// another agent is answered as if it did not exist.
/// </summary>
public sealed class AgentSession
{
    /// <summary>How often a proposal is decided anew while others write; each time one of them got somewhere.</summary>
    private const int Attempts = 64;

    private readonly EngineParts parts;
    private readonly RunRequests runs;

    internal AgentSession(EngineParts parts, Agent agent)
    {
        this.parts = parts;
        Agent = agent;
        runs = new RunRequests(parts);
    }

    /// <summary>Whose session this is.</summary>
    public Agent Agent { get; }

    /// <summary>The actions and probes that plans may name.</summary>
    public Catalog Catalog => parts.Options.Catalog;

    /// <summary>The policy that plans are validated under.</summary>
    public Policy Policy => parts.Options.Policy;

    /// <summary>The caps of a plan.</summary>
    public PlanLimits Limits => parts.Options.Limits;

    /// <summary>Validates a body and stores it as a plan that waits for a person.</summary>
    /// <param name="body">The body, read strictly.</param>
    /// <param name="links">Links to earlier plans of this agent.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public async Task<Result<Proposal>> ProposeAsync(JsonValue body, PlanLinks links, CancellationToken cancellationToken)
    {
        if (!(await parts.Allowances.TakeAsync(Agent.Name, cancellationToken)).TryGet(out var charge, out var refused))
        {
            return refused;
        }

        using (charge)
        {
            var proposed = await ProposeChargedAsync(body, links, cancellationToken);
            charge.Written = proposed.TryGet(out var proposal, out _) && (proposal.Plan is not null || !proposal.Validation.Approvable);
            return proposed;
        }
    }

    private async Task<Result<Proposal>> ProposeChargedAsync(JsonValue body, PlanLinks links, CancellationToken cancellationToken)
    {
        var id = PlanId.Create(parts.Options.Random);
        var validation = parts.Validator.ValidateBody(body);
        if (!validation.Approvable || validation.Body is not { } plan)
        {
            var failed = validation.Invariants.Where(invariant => !invariant.Ok && !invariant.Skipped).Select(invariant => invariant.Name).ToImmutableArray();
            return await RefuseAsync(
                id, validation, Refusal.Of(RefusalCode.Invalid, $"the plan fails {string.Join(", ", failed)}; mend it and propose it again"), failed, cancellationToken);
        }

        if (links.Continues is { } continues && await ContinuesFaultAsync(continues, cancellationToken) is { } fault)
        {
            return new Proposal(id, null, validation, fault with { Path = "continues" });
        }

        return await parts.Turns.TakeAsync(Agent.Name, () => StoreAsync(id, plan, links, validation, cancellationToken), cancellationToken);
    }

    /// <summary>Stores a plan where there is room for it. What was found in the way is looked for again whenever the ledger moved on.</summary>
    private async Task<Result<Proposal>> StoreAsync(
        PlanId id, PlanBody plan, PlanLinks links, Validation validation, CancellationToken cancellationToken)
    {
        var append = new Append
        {
            Reads = [new StreamVersion(StreamId.Plan(id), 0)],
            Events = [Proposed(id, plan, links)],
            Blobs = [CanonicalJson.Write(plan.Json)],
            CanWait = true,
        };
        ProposalRoom? room = null;
        var answer = links.Supersedes is { } old
            ? await SupersedeAsync(id, old, FittedAsync, validation, cancellationToken)
            : await AppendAsync(id, FittedAsync, validation, cancellationToken);
        if (room?.Refusal is { } full)
        {
            return new Proposal(id, null, validation, full) { SameAs = room.Same };
        }

        return answer.TryGet(out var proposal, out _) && proposal.Plan is not null && room?.Same is { } same && same.Id != links.Supersedes
            ? proposal with { SameAs = same }
            : answer;

        async Task<Result<Append>> FittedAsync()
        {
            room = null;
            if (!(await ProposalRoom.LookAsync(parts, Agent, plan, links.Supersedes, cancellationToken)).TryGet(out room, out var refusal))
            {
                return refusal;
            }

            return room.Refusal is { } none ? none : append with { Reads = [.. append.Reads, .. room.Reads] };
        }
    }

    private async Task<Result<Proposal>> AppendAsync(
        PlanId id, Func<Task<Result<Append>>> fitted, Validation validation, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (!(await fitted()).TryGet(out var append, out var refusal))
            {
                return refusal;
            }

            switch (await parts.Store.AppendReadingAgainAsync(append, cancellationToken))
            {
                case AppendAnswer.Appended appended:
                    return PlanLifecycle.Fold(appended.Entries).TryGet(out var plan, out refusal)
                        ? new Proposal(id, plan, validation, null)
                        : refusal;
                case AppendAnswer.Refused refused:
                    return refused.Refusal;
                case AppendAnswer.OutcomeUnknown unknown:
                    return unknown.Refusal;
                case AppendAnswer.Conflict conflict when conflict.Expected.Stream.Proposer is null:
                    throw new InvalidOperationException("a new plan's stream existed before: the randomness is not random");
            }
        }

        return Refusal.Of(RefusalCode.Busy, "other processes keep proposing in your name; try again");
    }

    /// <summary>
    /// Validates a body, describes its effects and runs its checks now. Stores nothing. Refused as busy where this agent has
    /// asked for too many probes: 200 at once, then two a second.
    /// </summary>
    /// <param name="body">The body, read strictly.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<PlanCheck>> CheckAsync(JsonValue body, CancellationToken cancellationToken) =>
        PlanCheck.RunAsync(parts, Agent, body, cancellationToken);

    /// <summary>One of this agent's plans.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<PlanRecord>> PlanAsync(PlanId id, CancellationToken cancellationToken)
    {
        var read = await parts.Plans.ReadAsync(id, cancellationToken);

        // one and the same answer, to the letter, for a plan of another agent and for none: the words would tell them apart
        return read.TryGet(out var plan, out var refusal)
            ? plan.Agent == Agent.Name ? plan : Missing(id)
            : Own(refusal, id);
    }

    /// <summary>The document of one of this agent's plans, see <see cref="PlanDocument.Of"/>.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<JsonObject>> DocumentAsync(PlanId id, CancellationToken cancellationToken)
    {
        if (!(await PlanAsync(id, cancellationToken)).TryGet(out var plan, out var refusal)
            || !(await parts.Plans.ReadBodyAsync(plan, cancellationToken)).TryGet(out var body, out refusal))
        {
            return refusal;
        }

        return PlanDocument.Of(plan, body);
    }

    /// <summary>This agent's plans, newest first.</summary>
    /// <param name="query">Which; its <see cref="PlanQuery.Agent"/> is set to this agent whatever it says.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<PlanPage>> ListAsync(PlanQuery query, CancellationToken cancellationToken) =>
        parts.Store.ListPlansAsync(query with { Agent = Agent.Name }, cancellationToken);

    /// <summary>Takes one of this agent's plans back, while nobody has claimed it.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public async Task<Result<PlanRecord>> WithdrawAsync(PlanId id, CancellationToken cancellationToken)
    {
        if (!(await parts.Allowances.TakeAsync(Agent.Name, cancellationToken)).TryGet(out var charge, out var refusal))
        {
            return refusal;
        }

        using var charged = charge;
        var withdrawn = await parts.Decisions.DecideAsync(
            id,
            plan => Task.FromResult<Result<Append>>(
                plan.Agent != Agent.Name ? Missing(id)
                : PlanLifecycle.Allows(plan.Status, EventKinds.Withdrawn)
                    ? new Append { Events = [PlanEvents.Withdrawn(id, Agent.Name)], CanWait = true }
                    : Refusal.Of(RefusalCode.WrongStatus, $"plan `{id}` is {plan.Status.Word()}; only a plan that waits can be withdrawn")),
            cancellationToken);
        charged.Written = withdrawn.TryGet(out var plan, out refusal);
        return plan is not null ? plan : Own(refusal ?? Missing(id), id);
    }

    /// <summary>Waits until a plan changes from what the caller has seen, or the bound runs out.</summary>
    /// <param name="seen">The plan as the caller has seen it.</param>
    /// <param name="bound">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<PlanRecord>> WaitAsync(PlanRecord seen, TimeSpan bound, CancellationToken cancellationToken) =>
        (await PlanAsync(seen.Id, cancellationToken)).TryGet(out _, out var refusal)
            ? await parts.Plans.WaitAsync(seen, bound, cancellationToken)
            : refusal;

    /// <summary>
    /// Asks for an approved plan to be executed and waits for the end of the run. A second call joins the run or answers with
    /// what is recorded of it. Cancelling ends the wait, never the run.
    /// </summary>
    /// <param name="id">The plan.</param>
    /// <param name="progress">Told of the plan whenever its stream grows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer of the contract, see <see cref="PlanDocument.Run"/> and <see cref="PlanDocument.NotRun"/>.</returns>
    public async Task<JsonObject> ExecuteAsync(PlanId id, IProgress<PlanRecord>? progress, CancellationToken cancellationToken)
    {
        if (!(await parts.Allowances.TakeAsync(Agent.Name, cancellationToken)).TryGet(out var charge, out var refusal))
        {
            return PlanDocument.NotRun(id.ToString(), refusal);
        }

        using (charge)
        {
            return (await PlanAsync(id, cancellationToken)).TryGet(out _, out refusal)
                ? await runs.ExecuteAsync(id, Requester.Agent(Agent.Name, charge), progress, cancellationToken)
                : PlanDocument.NotRun(id.ToString(), refusal);
        }
    }

    /// <summary>How many entries the ledger holds, for <see cref="WaitForChangeAsync"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<long>> SizeAsync(CancellationToken cancellationToken) =>
        (await parts.Store.HeadAsync(cancellationToken)).TryGet(out var head, out var refusal) ? head.Size : refusal;

    /// <summary>
    /// Waits until the ledger grows, whoever writes, and answers with this agent's plans that changed and the size to wait from
    /// next.
    /// </summary>
    /// <param name="size">The size that the caller has seen.</param>
    /// <param name="bound">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<PlanChanges>> WaitForChangeAsync(long size, TimeSpan bound, CancellationToken cancellationToken)
    {
        await parts.Store.WaitAsync(size, bound, cancellationToken);
        return await PlanChanges.SinceAsync(parts.Store, size, Agent.Name, cancellationToken);
    }

    private async Task<Result<Proposal>> SupersedeAsync(
        PlanId id, PlanId old, Func<Task<Result<Append>>> fitted, Validation validation, CancellationToken cancellationToken)
    {
        var superseded = await parts.Decisions.DecideAsync(
            old,
            async plan =>
            {
                if (plan.Agent != Agent.Name)
                {
                    return Missing(old);
                }

                if (!PlanLifecycle.Allows(plan.Status, EventKinds.Superseded))
                {
                    return Refusal.Of(RefusalCode.WrongStatus, $"plan `{old}` is {plan.Status.Word()}; only a plan that waits can be superseded");
                }

                return (await fitted()).TryGet(out var append, out var none)
                    ? append with { Events = [PlanEvents.Superseded(old, id), .. append.Events] }
                    : none;
            },
            cancellationToken);
        if (!superseded.TryGet(out _, out var refusal))
        {
            return new Proposal(id, null, validation, Own(refusal, old) with { Path = "supersedes" });
        }

        return (await parts.Plans.ReadAsync(id, cancellationToken)).TryGet(out var plan, out refusal)
            ? new Proposal(id, plan, validation, null)
            : refusal;
    }

    private async Task<Result<Proposal>> RefuseAsync(
        PlanId id, Validation validation, Refusal refusal, ImmutableArray<string> failed, CancellationToken cancellationToken)
    {
        // alike is what fails the same invariants: the reason names them and nothing that an agent wrote
        var unwritten = await parts.Refusals.RecordAsync(
            $"{Agent.Name} {EventKinds.ProposeRejected} {string.Join(' ', failed)}",
            async () => await parts.Store.AppendReadingAgainAsync(
                new Append { Events = [NotProposed(count: null)], CanWait = true }, cancellationToken) switch
            {
                AppendAnswer.Refused refused => refused.Refusal,
                AppendAnswer.OutcomeUnknown unknown => unknown.Refusal,
                _ => null,
            },
            count => NotProposed(count));
        return unwritten is null ? new Proposal(id, null, validation, refusal) : unwritten;

        JsonObject NotProposed(int? count) => PlanEvents.Event(
            EventKinds.ProposeRejected,
            id,
            ("agent", Agent.Name),
            ("reason", PlanEvents.Text(refusal.Message)),
            ("invariants", new JsonArray(failed.Select(name => (JsonValue)name))),
            ("count", count is { } more ? (JsonValue)more : null));
    }

    private JsonObject Proposed(PlanId id, PlanBody plan, PlanLinks links)
    {
        Span<byte> nonce = stackalloc byte[16];
        parts.Options.Random.Fill(nonce);
        return PlanEvents.Event(
            EventKinds.Proposed,
            id,
            ("plan_hash", plan.Hash.ToString()),
            ("intent", PlanEvents.Text(plan.Intent)),
            ("agent", Agent.Name),
            ("agent_owner", PlanEvents.Text(parts.OwnerOf(Agent))),
            ("stages", plan.Stages.Length),
            ("nonce", Convert.ToHexStringLower(nonce)),
            ("expires_at", UtcTime.Format(parts.Clock.GetUtcNow() + parts.Options.ProposalLifetime)),
            ("continues", links.Continues?.ToString() is { } continues ? (JsonValue)continues : null),
            ("supersedes", links.Supersedes?.ToString() is { } supersedes ? (JsonValue)supersedes : null));
    }

    private async Task<Refusal?> ContinuesFaultAsync(PlanId continues, CancellationToken cancellationToken)
    {
        if (!(await PlanAsync(continues, cancellationToken)).TryGet(out var plan, out var refusal))
        {
            return refusal;
        }

        return plan.HasEnded
            ? null
            : Refusal.Of(
                RefusalCode.WrongStatus,
                $"plan `{continues}` is {plan.Status.Word()}; only an ended plan can be continued, one that waits can be superseded");
    }

    private static Refusal Own(Refusal refusal, PlanId id) => refusal.Code == RefusalCode.NotFound ? Missing(id) : refusal;

    private static Refusal Missing(PlanId id) =>
        Refusal.Of(RefusalCode.NotFound, $"there is no plan `{id}` of yours; list your plans to see their ids");
}
