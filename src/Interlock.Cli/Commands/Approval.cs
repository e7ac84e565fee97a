using Interlock.Approvals;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.People;
using Interlock.Cli.Terminal;
using Interlock.Plans;
using Interlock.Sessions;
using Interlock.Signing.Signers;

namespace Interlock.Cli.Commands;

/// <summary>One approval at a terminal: look, decide, sign, hand in.</summary>
internal sealed class Approval(Invocation run, Installation opened, PlanId id, ApproveCommand.Manner manner)
{
    private static readonly Confirmation Decision = new("hash", "approve", "approved", "look at the plan and pass `--yes`");

    private readonly ReviewSession person = opened.Engine.ForPerson();

    /// <summary>The page goes to people: with --json standard output holds the answer alone.</summary>
    private TextWriter Screen => manner.Json ? run.Around.Error : run.Around.Out;

    /// <summary>Shows the plan, asks, signs and hands in.</summary>
    public async Task<int> SignAsync()
    {
        if (!(await Signatories.FindAsync(run.Around, opened, manner.By, manner.Key, run.Stop)).TryGet(out var who, out var refusal)
            || !(await IssueAsync(who.Person)).TryGet(out var issued, out refusal))
        {
            return run.Refuse(refusal);
        }

        await ShowAsync(issued.Review, ApprovingAs(who));
        if (!manner.Yes && Decision.Ask(run, Screen, issued.Review.Plan.Hash.ToString()) is { } unsure)
        {
            return run.Refuse(unsure);
        }

        await WaitAsync(issued);
        if (!(await who.SignAsync(issued.Statement, run.Stop)).TryGet(out var signature, out refusal))
        {
            return run.Refuse(refusal);
        }

        return await HandInAsync(issued.Statement, signature);
    }

    /// <summary>Writes the statement, and what it is about, for a signer elsewhere.</summary>
    public async Task<int> WriteAsync(string file)
    {
        if (manner.By is not { } name)
        {
            return run.Refuse(StatementFiles.Nobody);
        }

        if (!(await IssueAsync(name)).TryGet(out var issued, out var refusal))
        {
            return run.Refuse(refusal);
        }

        if (StatementFiles.Write(run, file, issued.Statement, issued.Document.Bytes) is { } unwritten)
        {
            return run.Refuse(unwritten);
        }

        await ShowAsync(issued.Review, [$"to be signed by {Escape.Line(name)}"]);
        StatementFiles.Say(run, file, issued.Statement, $"interlock approve {id}");
        return Exit.Success;
    }

    /// <summary>Takes the signature of a statement that was issued before.</summary>
    public async Task<int> TakeAsync(string file)
    {
        if (!(await person.PlanAsync(id, run.Stop)).TryGet(out var plan, out var refusal)
            || !StatementFiles.Signature(run.Around.PathOf(file)).TryGet(out var signature, out refusal))
        {
            return run.Refuse(refusal);
        }

        var waiting = plan.Issued.Where(one => manner.By is null || one.Approver == manner.By).ToList();
        if (waiting.Count == 0)
        {
            return run.Refuse(Refusal.Of(
                RefusalCode.WrongStatus, $"no statement of plan `{id}` waits for a signature; write one with `--write-statement FILE`"));
        }

        // a signature names its key and not what it signs. One statement waits for each person: that of the key's is tried, so that what is
        // said is why that one is refused. Where nobody of them has the key, each is tried; a misfit changes nothing
        var signer = (opened.Signers as SignerSet)?.KeyOf(signature.Span)?.Person;
        foreach (var issued in waiting.Exists(one => one.Approver == signer) ? waiting.Where(one => one.Approver == signer) : waiting)
        {
            if ((await person.CountersignAsync(id, issued.Statement, signature, run.Stop)).TryGet(out var next, out refusal))
            {
                return await SaidAsync(next, issued.Approver, issued.Type == StatementType.Drift.Name);
            }
        }

        return run.Refuse(refusal switch
        {
            null => Refusal.Of(RefusalCode.NotFound, "nothing waits"),

            // the file is damaged whatever it was to sign
            { Code: var code, Message: var message } when code == RefusalCode.Malformed => Refusal.Of(code, $"`{Plain.Text(file)}`: {message}"),
            _ => refusal,
        });
    }

    private async Task<Result<Issued>> IssueAsync(string approver)
    {
        if (!(await person.ReviewAsync(id, run.Stop)).TryGet(out var review, out var refusal))
        {
            return refusal;
        }

        if (!manner.Drift && review.Plan.Status != PlanStatus.Proposed)
        {
            return Refusal.Of(RefusalCode.WrongStatus, $"plan `{id}` is {review.Plan.Status.Word()}; only a proposed plan can be approved");
        }

        var made = manner.Drift ? person.DriftStatementFor(review, approver, manner.Reason) : person.StatementFor(review, approver, manner.Reason);
        if (!made.TryGet(out var statement, out refusal))
        {
            return refusal;
        }

        return review.Document is not { } document ? Refusal.Of(RefusalCode.Invalid, "the plan does not validate under today's policy; reject it")
            : (await person.IssueAsync(id, document, statement, run.Stop)).TryGet(out var plan, out refusal)
                ? new Issued(review, document, statement, plan.ChangedAt)
                : refusal;
    }

    private async Task ShowAsync(Review review, Part[] who)
    {
        var page = ReviewPage.Of(Page.For(run.Around), review, run.Now, manner.Full);
        page.Line().Line(0, 2, who);
        await Screen.WriteAsync(page.ToString());
        await Screen.FlushAsync(run.Stop);
    }

    private static Part[] ApprovingAs(Signatory who) => who.Key is { } key
        ? [$"approving as {Escape.Line(who.Person)} with {key.KeyType} {key.Fingerprint}, ", new Part(Signatory.Custody(key), Ink.Dim)]
        : [$"approving as {Escape.Line(who.Person)}: ", ReviewPage.Unsigned("none"), new Part(", nothing proves who typed the name", Ink.Dim)];

    /// <summary>A rule may want that somebody has had the plan before them for a while: the signature is asked for when it would count.</summary>
    private async Task WaitAsync(Issued issued)
    {
        var left = issued.At + person.LeastReview(issued.Review) - run.Now;
        if (left > TimeSpan.Zero)
        {
            await Screen.WriteLineAsync($"a rule wants a longer look: {Math.Ceiling(left.TotalSeconds):0} s more until this can be signed");
            await Screen.FlushAsync(run.Stop);
            await Task.Delay(left, run.Around.Clock, run.Stop);
        }
    }

    private async Task<int> HandInAsync(Statement statement, ReadOnlyMemory<byte> signature) =>
        (await person.CountersignAsync(id, statement.Digest, signature, run.Stop)).TryGet(out var plan, out var refusal)
            ? await SaidAsync(plan, statement.Approver, statement.Type == StatementType.Drift)
            : run.Refuse(refusal);

    private async Task<int> SaidAsync(PlanRecord plan, string approver, bool isDrift)
    {
        var exit = run.Changed(plan, manner.Json, Sentence(plan, approver, isDrift));
        if (plan.Status == PlanStatus.Proposed && (await person.ExplainAsync(id, run.Stop)).TryGet(out var standing, out _))
        {
            // who signed last learns why the others that stand in the ledger are not enough
            foreach (var one in standing.Void)
            {
                run.Complain(Escape.Line(one.ToString()));
            }
        }

        return exit;
    }

    private string Sentence(PlanRecord plan, string approver, bool isDrift)
    {
        var own = plan.Countersignatures.FirstOrDefault(one => one.Approver == approver);
        var how = own is null or { Assurance: "none" } ? "unsigned (assurance: none)" : $"signed with {own.Key} (assurance: {own.Assurance})";
        return isDrift ? $"accepted: plan {plan.Id} by {Escape.Line(approver)}, {how}; what they approved still holds"
            : plan.Status == PlanStatus.Approved
                ? $"approved: plan {plan.Id} by {Escape.Line(plan.Approval?.By ?? "")}, {how},"
                    + $" holds until {Moment.Exact(plan.ExpiresAt)} ({Moment.Relative(plan.ExpiresAt, run.Now)})"
            : plan.Status == PlanStatus.Proposed
                ? $"countersigned: plan {plan.Id} by {Escape.Line(approver)}, {how}; others are still missing, `interlock rules explain {plan.Id}` says who could"
            : $"plan {plan.Id} is {plan.Status.Word()}";
    }

    /// <summary>A statement that was given to somebody.</summary>
    private sealed record Issued(Review Review, ReviewDocument Document, Statement Statement, DateTimeOffset At);
}
