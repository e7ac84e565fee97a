using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;
using Interlock.Sessions;

namespace Interlock.Cli.Commands;

/// <summary><c>propose</c>: what an agent does, from a file.</summary>
internal static class ProposeCommand
{
    private const int MaxDepth = JsonReadOptions.DepthCeiling;

    public static Command Create(Grammar grammar)
    {
        var file = Grammar.File("a plan as YAML or JSON, whole or its body alone; - is standard input");
        var agent = new Option<string?>("--agent") { Description = "in whose name (default: the only agent there is)", HelpName = "NAME" };
        var continues = new Option<string?>("--continues") { Description = "an ended plan that this one carries on from", HelpName = "ID" };
        var supersedes = new Option<string?>("--supersedes") { Description = "a waiting plan that this one replaces", HelpName = "ID" };
        var json = Grammar.Json();
        return grammar.Command(
            "propose",
            "propose a plan from a file",
            run => RunAsync(run, run.Text(file), run.Value(agent), (run.Value(continues), run.Value(supersedes)), run.Value(json)),
            file,
            agent,
            continues,
            supersedes,
            json);
    }

    private static async Task<int> RunAsync(
        Invocation run, string file, string? agentName, (string? Continues, string? Supersedes) named, bool json)
    {
        if (!run.TryConfigure(out var configuration))
        {
            return Exit.Configuration;
        }

        if (!configuration.AgentNamed(agentName).TryGet(out var agent, out var refusal)
            || !Document.Read(run.Around, file, Document.MaxBytes, MaxDepth).TryGet(out var document, out refusal))
        {
            return run.Refuse(refusal);
        }

        // a refused proposal is noted in the ledger, but it makes none: whoever stands in a wrong folder leaves no trace there
        if (!Installation.HasLedger(configuration) && await RefusedAsync(run, configuration, agent, document, named, json) is { } refused)
        {
            return refused;
        }

        return await run.DecideAsync(configuration, opened => ProposeAsync(run, opened, agent, document, named, json));
    }

    /// <summary>Tries the proposal out in memory. The exit code where it was refused, else null, and nothing was said.</summary>
    private static async Task<int?> RefusedAsync(
        Invocation run,
        InterlockConfiguration configuration,
        Agent agent,
        Document document,
        (string? Continues, string? Supersedes) named,
        bool json)
    {
        if ((named.Continues ?? named.Supersedes) is { } earlier)
        {
            return run.RefusePlan(Invocation.NoPlan(earlier), configuration.Place);
        }

        if (!(await Installation.OpenInMemoryAsync(configuration, run.Stop)).TryGet(out var opened, out var refusal))
        {
            return run.Refuse(refusal);
        }

        await using (opened)
        {
            if (!(await opened.Engine.ForAgent(agent).ProposeAsync(document.Body, PlanLinks.None, run.Stop)).TryGet(out var tried, out refusal))
            {
                return run.Refuse(refusal);
            }

            return tried.Refusal is null ? null : Answer(run, agent, document, tried, json);
        }
    }

    private static async Task<int> ProposeAsync(
        Invocation run,
        Installation opened,
        Agent agent,
        Document document,
        (string? Continues, string? Supersedes) named,
        bool json)
    {
        if (!(await LinkAsync(run, opened, named.Continues)).TryGet(out var continues, out var refusal)
            || !(await LinkAsync(run, opened, named.Supersedes)).TryGet(out var supersedes, out refusal))
        {
            return run.RefusePlan(refusal, opened.Configuration.Place);
        }

        var links = new PlanLinks(continues.Plan, supersedes.Plan);
        return (await opened.Engine.ForAgent(agent).ProposeAsync(document.Body, links, run.Stop)).TryGet(out var proposal, out refusal)
            ? Answer(run, agent, document, proposal, json)
            : run.Refuse(refusal);
    }

    private static int Answer(Invocation run, Agent agent, Document document, Proposal proposal, bool json)
    {
        if (json)
        {
            run.Answer(proposal.ToJson());
        }
        else if (proposal.Plan is { } plan)
        {
            run.Answer(Page.For(run.Around)
                .Line(0, 2, $"proposed: plan {plan.Id} by {agent.Name}, hash {plan.Hash}")
                .Line(0, 2, $"expires {Moment.Of(plan.ExpiresAt, run.Now)}; look at it with `interlock show {plan.Id.ToString()[..8]}`"));
        }
        else if (!proposal.Validation.Approvable)
        {
            run.Answer(ValidationPage.Of(Page.For(run.Around), proposal.Validation, document.PlaceInPlan));
        }

        if (proposal.Refusal is { } refused)
        {
            return run.Refuse(refused);
        }

        return Exit.Success;
    }

    private static async Task<Result<Link>> LinkAsync(Invocation run, Installation opened, string? prefix)
    {
        if (prefix is null)
        {
            return new Link(null);
        }

        return (await opened.Engine.ForPerson().FindAsync(prefix, run.Stop)).TryGet(out var id, out var refusal)
            ? new Link(id)
            : refusal;
    }

    private sealed record Link(PlanId? Plan);
}
