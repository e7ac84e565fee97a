using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Composition;
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
            run => run.DecideAsync(opened => RunAsync(
                run, opened, run.Text(file), run.Value(agent), (run.Value(continues), run.Value(supersedes)), run.Value(json))),
            file,
            agent,
            continues,
            supersedes,
            json);
    }

    private static async Task<int> RunAsync(
        Invocation run, Installation opened, string file, string? agentName, (string? Continues, string? Supersedes) named, bool json)
    {
        if (!opened.Configuration.AgentNamed(agentName).TryGet(out var agent, out var refusal)
            || !Document.Read(run.Around, file, Document.MaxBytes, MaxDepth).TryGet(out var document, out refusal)
            || !(await LinkAsync(run, opened, named.Continues)).TryGet(out var continues, out refusal)
            || !(await LinkAsync(run, opened, named.Supersedes)).TryGet(out var supersedes, out refusal))
        {
            return run.Refuse(refusal);
        }

        var links = new PlanLinks(continues.Plan, supersedes.Plan);
        if (!(await opened.Engine.ForAgent(agent).ProposeAsync(Document.Body(document), links, run.Stop))
            .TryGet(out var proposal, out refusal))
        {
            return run.Refuse(refusal);
        }

        if (json)
        {
            run.Answer(proposal.ToJson());
        }
        else if (proposal.Plan is { } plan)
        {
            run.Say($"proposed: plan {plan.Id} by {agent.Name}, hash {plan.Hash}");
            run.Say($"expires {Moment.Of(plan.ExpiresAt, run.Now)}; look at it with `interlock show {plan.Id.ToString()[..8]}`");
        }
        else if (!proposal.Validation.Approvable)
        {
            run.Answer(ValidationPage.Of(Page.For(run.Around), proposal.Validation));
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
