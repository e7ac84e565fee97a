using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Plans;
using Interlock.Sessions;

namespace Interlock.Cli.Terminal;

/// <summary>
/// A plan as a reviewer sees it: what it is, what it would really do, what the world looks like to it now, what to look at
/// twice, and last what the agent says. What the agent wrote never stands before what was computed.
/// </summary>
internal sealed class ReviewPage
{
    private const int Labels = 10;
    private const int MostLines = 200;
    private const int LastLines = 10;
    private const string Committed = "committed";

    private readonly Page page;
    private readonly Review review;
    private readonly DateTimeOffset now;
    private readonly int most;

    /// <summary>The first effect of each action that was laid out whole, and its stage's number: later ones say what differs.</summary>
    private readonly Dictionary<string, (int Number, JsonObject Content)> shown = new(StringComparer.Ordinal);

    private ReviewPage(Page page, Review review, DateTimeOffset now, bool full)
    {
        this.page = page;
        this.review = review;
        this.now = now;
        most = full ? int.MaxValue : MostLines;
    }

    /// <summary>Lays out a review.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="review">The review.</param>
    /// <param name="now">The time that distances are told from.</param>
    /// <param name="full">Whether long texts are shown whole.</param>
    /// <param name="printed">What the effect printed at which a run halted.</param>
    public static Page Of(Page page, Review review, DateTimeOffset now, bool full, string printed = "")
    {
        var one = new ReviewPage(page, review, now, full);
        one.Header();
        one.Result();
        one.Printed(printed);
        one.Refusals();
        one.Stages();
        one.LookTwice();
        AgentWords.Write(page, review, one.most);
        return page;
    }

    private void Header()
    {
        var plan = review.Plan;
        page.Line(0, 5, new Part("plan ", Ink.Dim), new Part(plan.Id.ToString(), Ink.Bold), "  ", new Part(plan.Status.Word().ToUpperInvariant(), ListInk(plan)));
        page.Field(0, "hash", Labels, plan.Hash.ToString());
        page.Field(0, "agent", Labels, Escape.Line(plan.Agent) + (plan.AgentOwner is { } owner ? $", owned by {Escape.Line(owner)}" : ", owner not known"));
        page.Field(0, "proposed", Labels, Moment.Of(plan.ProposedAt, now));
        if (plan.Status is PlanStatus.Proposed or PlanStatus.Approved)
        {
            var overdue = plan.ExpiresAt <= now;
            page.Field(0, overdue ? "expired" : "expires", Labels, new Part(Moment.Of(plan.ExpiresAt, now), overdue ? Ink.Bad : Ink.Plain));
        }

        if (plan.Approval is { } approval)
        {
            page.Field(0, "approved", Labels, $"by {Escape.Line(approval.By)}, {Moment.Of(approval.At, now)}", " ", Unsigned(approval.Assurance));
            if (approval.Reason is { } reason)
            {
                page.Field(0, "", Labels, $"\"{Escape.Line(reason)}\"");
            }
        }

        Agreement.Write(page, review, now, Labels);
        if (plan.Rejection is { } rejection)
        {
            var label = Escape.Line(plan.Code ?? "");
            var width = Math.Max(Labels, label.Length + 1);
            page.Field(0, label, width, $"by {Escape.Line(rejection.By)}, {Moment.Of(rejection.At, now)}");
            page.Field(0, "", width, plan.Reason is { } why ? $"\"{Escape.Line(why)}\"" : "no reason was given");
        }

        if (plan.Continues is { } continues)
        {
            page.Field(0, "continues", Labels, continues.ToString());
        }

        if (plan.Supersedes is { } supersedes)
        {
            page.Field(0, "instead of", Labels + 1, supersedes.ToString());
        }

        page.Field(0, "isolation", Labels, new Part("none", Ink.Caution), new Part(" (whoever owns this user's files can change everything)", Ink.Dim));
    }

    /// <summary>The mark of every approval that no key stands behind.</summary>
    public static Part Unsigned(string assurance) => assurance == "none"
        ? new Part("unsigned (assurance: none)", Ink.Caution)
        : new Part($"assurance: {Escape.Line(assurance)}");

    private void Result()
    {
        var plan = review.Plan;
        var reason = plan.Rejection is null ? plan.Reason : null;
        if (!PlanDocument.HasRun(plan) && reason is null && plan.RequestRefused is null)
        {
            return;
        }

        page.Line().Line("WHAT HAPPENED", Ink.Bold);
        foreach (var stage in plan.Stages)
        {
            var ok = stage.Status == Committed;
            page.Line(
                2,
                4,
                new Part(ok ? page.Yes : stage.Status == "running" ? "..." : page.No, ok ? Ink.Good : Ink.Bad),
                $" {Escape.Line(stage.Id)}: {stage.Status}",
                stage.Detail.Length == 0 ? "" : $", {Escape.Line(stage.Detail)}");
            if (stage.Differs is { } differs)
            {
                page.Line(4, 4, new Part(Escape.Line(differs), Ink.Caution));
            }
        }

        if (reason is not null)
        {
            page.Field(2, plan.Status.Word(), Labels, Escape.Line(plan.Code is null ? reason : $"{plan.Code}: {reason}"));
        }

        if (plan.RequestRefused is { } refused)
        {
            page.Field(2, "refused", Labels, Escape.Line(refused));
        }

        if (plan.AwaitsResolution)
        {
            page.Line(2, 2, new Part(
                $"IN DOUBT: look at the target, then record what happened: interlock resolve {plan.Id} --outcome happened|did_not|unknown --by NAME",
                Ink.Bad));
        }
        else if (plan.Resolution is { } resolution)
        {
            page.Field(2, "resolved", Labels, $"a person recorded: {Escape.Line(resolution)}");
        }
    }

    /// <summary>The end of what a program said is where it says what went wrong.</summary>
    private void Printed(string printed)
    {
        if (printed.Length == 0)
        {
            return;
        }

        var lines = printed.TrimEnd('\n').Split('\n');
        var left = most == int.MaxValue ? lines.Length : Math.Min(lines.Length, LastLines);
        page.Field(2, "printed", Labels, new Part(left == lines.Length ? "by the last effect:" : $"by the last effect, the last {left} of {lines.Length} lines:", Ink.Dim));
        page.Block(5, Escape.Lines(string.Join('\n', lines[^left..])), static _ => Ink.Plain, most);
    }

    private void Refusals()
    {
        if (review.Validation.Approvable)
        {
            return;
        }

        page.Line().Line(0, 2, new Part("NOT APPROVABLE under today's policy", Ink.Bad));
        foreach (var error in review.Validation.Errors)
        {
            page.Line(2, 4, new Part(page.No, Ink.Bad), $" {Escape.Line(error)}");
        }
    }

    private void Stages()
    {
        if (review.Stages.IsEmpty)
        {
            return;
        }

        page.Line().Line(0, 2, new Part(Heading(review.Plan), Ink.Bold), new Part(" (computed from the plan, not claimed by it)", Ink.Dim));
        if (PlanDocument.HasRun(review.Plan) && review.Plan.Approval is { } approval && review.EffectsDigest is { } today && today != approval.EffectsDigest)
        {
            page.Line(2, 2, new Part(
                "NOT what was approved and run: the configuration has changed since, and what is shown is what it would make of the plan today",
                Ink.Bad));
        }

        if (review.Stages.Length > 1)
        {
            InShort();
        }

        foreach (var stage in review.Stages)
        {
            Stage(stage);
        }

        if (review.EffectsDigest is { } digest)
        {
            page.Line().Field(0, "effects", Labels, digest.ToString());
        }
    }

    /// <summary>A plan that has ended is told in the past tense: nobody should wait for what will not come.</summary>
    private static string Heading(PlanRecord plan) => plan.Status switch
    {
        PlanStatus.Unknown or PlanStatus.Proposed or PlanStatus.Approved => "WHAT IT WOULD DO",
        PlanStatus.Executing => "WHAT IT IS DOING",
        PlanStatus.Executed => "WHAT IT DID",
        PlanStatus.Halted when plan.Stages.Any(static stage => stage.Status == Committed) => "WHAT IT DID, AND WOULD HAVE DONE",
        PlanStatus.Halted or PlanStatus.Rejected or PlanStatus.Expired => "WHAT IT WOULD HAVE DONE",
    };

    /// <summary>What the run came to at a stage; empty where there was none.</summary>
    private Part Came(StageRecord? reached) => reached switch
    {
        _ when !PlanDocument.HasRun(review.Plan) => new Part(""),
        null => new Part(review.Plan.HasEnded ? ", was not reached" : ", is still to come", Ink.Dim),
        { Status: Committed } => new Part(", done", Ink.Good),
        { Status: "running" } => new Part(", is running", Ink.Caution),
        _ => new Part(review.Plan.AwaitsResolution ? ", in doubt" : ", halted here", Ink.Bad),
    };

    /// <summary>Every effect on a line of its own, so that the whole of a long plan is seen before its parts.</summary>
    private void InShort()
    {
        var changing = review.Stages.Count(stage => stage.Effects.Mutating);
        var lasting = review.Stages.Count(stage => stage.Effects.Stage.Rollback is Rollback.Irreversible);
        page.Line(2, 2, $"{review.Stages.Length} stages, {changing} change the world, {lasting} cannot be undone");
        foreach (var stage in review.Stages)
        {
            foreach (var effect in stage.Effects.Effects)
            {
                page.Line(2, 5, $"{stage.Effects.Stage.Index + 1}. ", new Part(Escape.Line(effect.Summary), Ink.Bold));
            }
        }
    }

    private void Stage(ReviewedStage reviewed)
    {
        var stage = reviewed.Effects.Stage;
        var reached = review.Plan.Stages.FirstOrDefault(one => one.Index == stage.Index);
        page.Line();
        page.Line(
            0,
            3,
            new Part($"{stage.Index + 1}. {Escape.Line(stage.Id)}", Ink.Bold),
            new Part("  "),
            new Part(Escape.Line(stage.Action)),
            new Part(reviewed.Effects.Mutating ? "  changes the world" : "  only reads", reviewed.Effects.Mutating ? Ink.Caution : Ink.Dim),
            Came(reached));
        foreach (var (effect, preview) in reviewed.Effects.Effects.Zip(reviewed.Previews))
        {
            Effect(effect, preview, stage.Index + 1, !review.Plan.HasEnded ? "does" : reached?.Status == Committed ? "did" : "was to");
        }

        // after the end of a run what checks see says nothing about it
        if (!review.Plan.HasEnded)
        {
            Checks("before", reviewed.Preconditions, strict: true);
            Checks("after", reviewed.Verify, strict: false);
        }

        Undo(stage.Rollback);
    }

    private void Effect(Effect effect, Preview preview, int number, string verb)
    {
        page.Field(3, verb, Labels, new Part(Escape.Line(effect.Summary), Ink.Bold));
        foreach (var resource in effect.Resources)
        {
            page.Field(3, "touches", Labels, Escape.Line(resource.ToString()));
        }

        page.Field(3, "exactly", Labels, new Part($"by the {Escape.Line(effect.Adapter)} adapter:", Ink.Dim));
        var known = shown.TryAdd($"{effect.Adapter} {effect.Action}", (number, effect.Content)) ? default : shown[$"{effect.Adapter} {effect.Action}"];
        foreach (var (name, value) in effect.Content.Members)
        {
            if (known.Content?[name] is { } same && CanonicalJson.Hash(same) == CanonicalJson.Hash(value))
            {
                continue;
            }

            if (value is JsonString { Value: var text } && text.Contains('\n', StringComparison.Ordinal))
            {
                page.Line(5, 2, new Part($"{Escape.Line(name)}: ", Ink.Dim));
                page.Block(5, Escape.Lines(text), static _ => Ink.Plain, most);
            }
            else
            {
                page.Line(5, 2, new Part($"{Escape.Line(name)}: ", Ink.Dim), JsonText.Compact(value));
            }
        }

        if (known.Content is not null)
        {
            page.Line(5, 2, new Part($"all else as in stage {known.Number}", Ink.Dim));
        }

        if (review.Plan.HasEnded)
        {
            return;
        }

        if (preview.Available)
        {
            page.Field(3, "now", Labels, new Part("what it would change:", Ink.Dim));
            page.Block(5, Escape.Lines(preview.Text.TrimEnd('\n')), DiffInk, most);
        }
        else
        {
            page.Field(3, "now", Labels, new Part($"no preview: {Escape.Line(preview.Text)}", Ink.Dim));
        }
    }

    private void Checks(string label, IEnumerable<CheckResult> results, bool strict)
    {
        foreach (var result in results)
        {
            var holds = result.Status == CheckStatus.Pass;
            page.Field(
                3,
                label,
                Labels,
                new Part(holds ? page.Yes : page.No, holds ? Ink.Good : strict ? Ink.Bad : Ink.Dim),
                $" {Escape.Line(result.Check.Name)}",
                result.Check.Arguments.Count == 0 ? "" : $" {JsonText.Compact(result.Check.Arguments)}",
                $" {CheckOperators.Word(result.Check.Operator)} {JsonText.Compact(result.Check.Expected)}",
                new Part(holds ? "" : strict ? ", now " : ", not yet: now ", Ink.Dim),
                holds ? "" : result.Observation is { } seen ? JsonText.Compact(seen) : $"no answer ({Escape.Line(result.Detail)})");
            label = "";
        }
    }

    private void Undo(Rollback? rollback)
    {
        switch (rollback)
        {
            case Rollback.Inverse inverse:
                page.Field(
                    3,
                    "undone by",
                    Labels,
                    Escape.Line(inverse.Action),
                    inverse.Parameters.Count == 0 ? "" : $" {JsonText.Compact(inverse.Parameters)}",
                    inverse.Target is { } target ? $" on {JsonText.Compact(target.Json)}" : "",
                    new Part(" (claimed; never run by itself)", Ink.Dim));
                break;
            case Rollback.Irreversible irreversible:
                page.Field(
                    3,
                    "undone by",
                    Labels,
                    new Part("NOTHING", Ink.Caution),
                    new Part(", the agent says: ", Ink.Dim),
                    $"\"{Escape.Line(irreversible.Justification)}\"");
                break;
            default:
                break;
        }
    }

    private void LookTwice()
    {
        if (review.Validation.Flags.IsEmpty)
        {
            return;
        }

        page.Line().Line("LOOK TWICE", Ink.Bold);
        foreach (var flag in review.Validation.Flags)
        {
            page.Line(2, 2, new Part("! ", Ink.Caution), $"{Escape.Line(flag.Path)}: {Escape.Line(flag.Message)}");
        }
    }

    private static Ink DiffInk(string line) =>
        line.StartsWith('+') ? Ink.Good : line.StartsWith('-') ? Ink.Bad : line.StartsWith("@@", StringComparison.Ordinal) ? Ink.Dim : Ink.Plain;

    private static Ink ListInk(PlanRecord plan) => plan.Status switch
    {
        PlanStatus.Proposed or PlanStatus.Executing => Ink.Caution,
        PlanStatus.Approved or PlanStatus.Executed => Ink.Good,
        PlanStatus.Unknown or PlanStatus.Halted or PlanStatus.Rejected or PlanStatus.Expired => Ink.Bad,
    };
}
