using System.Globalization;
using System.Text;
using Interlock.Sessions;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Mcp.Guide;
using Interlock.Plans;

namespace Interlock.Mcp.Tools;

/// <summary>
/// The tools of the contract and those that an agent lacks there. None approves, rejects or configures anything: the session
/// that they stand on cannot.
/// </summary>
internal sealed class PlanTools(AgentSession session, CatalogGuide guide, McpServerSettings settings)
{
    private const int LongestWait = 50;
    private const int DefaultWait = 25;

    /// <summary>All tools in the order in which they are listed.</summary>
    public IReadOnlyList<AgentTool> All() =>
    [
        Tool("describe_catalog", ToolSchemas.Nothing, ToolSchemas.Catalog, new(true, false, true, false), DescribeAsync),
        Tool("check_plan", ToolSchemas.Check(guide.BodySchema), ToolSchemas.Checked, new(true, false, true, true), CheckAsync),
        Tool("propose_plan", ToolSchemas.Propose(guide.BodySchema), ToolSchemas.Proposed, new(false, false, false, false), ProposeAsync),
        Tool("get_plan", ToolSchemas.OnePlan, ToolSchemas.Plan, new(true, false, true, false), GetAsync),
        Tool("list_plans", ToolSchemas.List, ToolSchemas.Listed, new(true, false, true, false), ListAsync),
        Tool("wait_for_plan", ToolSchemas.Wait(DefaultWait, LongestWait), ToolSchemas.Waited, new(true, false, true, false), WaitAsync),
        Tool("execute_plan", ToolSchemas.OnePlan, ToolSchemas.Executed, new(false, true, true, true), ExecuteAsync),
        Tool("withdraw_plan", ToolSchemas.OnePlan, ToolSchemas.Withdrawn, new(false, true, true, false), WithdrawAsync),
    ];

    private static AgentTool Tool(
        string name,
        JsonObject input,
        JsonObject output,
        ToolPromise promise,
        Func<ToolCall, CancellationToken, Task<ToolAnswer>> run) => new()
        {
            Name = name,
            Title = ToolTexts.Title(name),
            Description = ToolTexts.Description(name),
            InputSchema = input,
            OutputSchema = output,
            Promise = promise,
            RunAsync = run,
        };

    private Task<ToolAnswer> DescribeAsync(ToolCall call, CancellationToken cancellationToken) =>
        Task.FromResult(call.Arguments.Fault is { } fault ? ToolAnswer.Refused(fault) : new ToolAnswer(guide.Describe()));

    private async Task<ToolAnswer> ProposeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var body = Body(call.Arguments);
        var links = new PlanLinks(call.Arguments.OptionalPlan("continues"), call.Arguments.OptionalPlan("supersedes"));
        if (call.Arguments.Fault is not null || body is null)
        {
            return NotAccepted(call.Arguments.Fault);
        }

        return (await session.ProposeAsync(body, links, cancellationToken)).TryGet(out var proposal, out var refusal)
            ? new ToolAnswer(Next(proposal))
            : NotAccepted(refusal);
    }

    private async Task<ToolAnswer> CheckAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var body = Body(call.Arguments);
        if (call.Arguments.Fault is not null || body is null)
        {
            return ToolAnswer.Refused(call.Arguments.Fault ?? Missing());
        }

        return (await session.CheckAsync(body, cancellationToken)).TryGet(out var check, out var refusal)
            ? new ToolAnswer(check.ToJson())
            : ToolAnswer.Refused(refusal);
    }

    private async Task<ToolAnswer> GetAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var id = call.Arguments.RequiredPlan("plan_id");
        if (call.Arguments.Fault is { } fault)
        {
            return ToolAnswer.Refused(fault);
        }

        return (await session.DocumentAsync(id, cancellationToken)).TryGet(out var document, out var refusal)
            ? new ToolAnswer(document)
            : ToolAnswer.Refused(At(refusal));
    }

    private async Task<ToolAnswer> ListAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var status = call.Arguments.OptionalStatus("status");
        long? before = null;
        if (call.Arguments.OptionalText("cursor") is { } cursor)
        {
            if (long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            {
                before = seq;
            }
            else
            {
                call.Arguments.Refuse("cursor", "not a cursor of this server; pass `next_cursor` of the answer before, or leave it out");
            }
        }

        if (call.Arguments.Fault is { } fault)
        {
            return ToolAnswer.Refused(fault);
        }

        var query = new PlanQuery { Status = status, Before = before };
        if (!(await session.ListAsync(query, cancellationToken)).TryGet(out var page, out var refusal))
        {
            return ToolAnswer.Refused(refusal);
        }

        return new ToolAnswer(JsonObject.Of(
            ("count", page.Rows.Length),
            ("plans", new JsonArray(page.Rows.Select(row => (JsonValue)JsonObject.Of(
                ("plan_id", row.Plan.ToString()), ("status", row.Status), ("intent", row.Intent))))),
            ("next_cursor", page.Next is { } next ? (JsonValue)next.ToString(CultureInfo.InvariantCulture) : null)));
    }

    private async Task<ToolAnswer> ExecuteAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var id = call.Arguments.RequiredPlan("plan_id");
        if (call.Arguments.Fault is { } fault)
        {
            return new ToolAnswer(PlanDocument.NotRun("", fault).With("refusal", fault.ToJson()).With("error", fault.Message), IsError: true);
        }

        if (call.Progress is { } progress)
        {
            progress.Total = (await session.DocumentAsync(id, cancellationToken)).TryGet(out var document, out _)
                && (document["body"] as JsonObject)?["stages"] is JsonArray stages ? stages.Items.Length : null;
        }

        return new ToolAnswer(await session.ExecuteAsync(id, call.Progress, cancellationToken));
    }

    private async Task<ToolAnswer> WithdrawAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var id = call.Arguments.RequiredPlan("plan_id");
        if (call.Arguments.Fault is { } fault)
        {
            return ToolAnswer.Refused(fault);
        }

        return (await session.WithdrawAsync(id, cancellationToken)).TryGet(out var plan, out var refusal)
            ? new ToolAnswer(JsonObject.Of(
                ("plan_id", plan.Id.ToString()), ("status", plan.Status.Word()), ("reason_code", plan.Code is { } code ? code : JsonNull.Instance)))
            : ToolAnswer.Refused(At(refusal));
    }

    private async Task<ToolAnswer> WaitAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var id = call.Arguments.RequiredPlan("plan_id");
        var bound = TimeSpan.FromSeconds(call.Arguments.OptionalInteger("timeout_seconds", 0, LongestWait, DefaultWait));
        var seen = call.Arguments.OptionalStatus("seen_status");
        if (call.Arguments.Fault is { } fault)
        {
            return ToolAnswer.Refused(fault);
        }

        var start = settings.Clock.GetTimestamp();
        if (!(await session.PlanAsync(id, cancellationToken)).TryGet(out var plan, out var refusal))
        {
            return ToolAnswer.Refused(At(refusal));
        }

        seen ??= plan.Status.Word();
        while (plan.Status.Word() == seen && !plan.HasEnded)
        {
            call.Progress?.Report(plan);
            var left = bound - settings.Clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            if (!(await session.WaitAsync(plan, left, cancellationToken)).TryGet(out plan, out refusal))
            {
                return ToolAnswer.Refused(At(refusal));
            }
        }

        call.Progress?.Report(plan);
        return new ToolAnswer(Waited(plan, seen));
    }

    private JsonObject Waited(PlanRecord plan, string seen) =>
        JsonObject.Of(
            ("plan_id", plan.Id.ToString()),
            ("status", plan.Status.Word()),
            ("changed", plan.Status.Word() != seen),
            ("ended", plan.HasEnded),
            ("execution_result", PlanDocument.HasRun(plan) ? PlanDocument.Run(plan, repeated: true) : JsonNull.Instance),
            ("reason", plan.Reason is { } reason ? reason : JsonNull.Instance),
            ("next", NextSteps.After(plan.Status, plan.Id.ToString(), settings)));

    private JsonObject Next(Proposal proposal)
    {
        var json = proposal.ToJson();
        return proposal.Plan is { } plan ? json.With("next", NextSteps.After(plan.Status, plan.Id.ToString(), settings)) : json;
    }

    /// <summary>
    /// The body: an object, or text that holds one, which models send too. Text is read by the strict reader under the caps of a
    /// body; what it refuses is refused here with its place.
    /// </summary>
    private JsonValue? Body(ToolArguments arguments)
    {
        var body = arguments.Required("body");
        if (body is not JsonString text)
        {
            return body;
        }

        if (JsonReader.TryRead(Encoding.UTF8.GetBytes(text.Value), session.Limits.ReadOptions, out var read, out var error))
        {
            return read;
        }

        var path = error.Path == JsonError.Root ? "body" : $"body/{error.Path}";
        arguments.Refuse(path, $"line {error.Line}, column {error.Column}: {error.Message}; better, pass `body` as an object");
        return null;
    }

    private static Refusal Missing() => new(RefusalCode.Malformed, "body", "missing; give this argument");

    private static Refusal At(Refusal refusal) => refusal.Path == JsonError.Root ? refusal with { Path = "plan_id" } : refusal;

    private static ToolAnswer NotAccepted(Refusal? refusal)
    {
        refusal ??= Missing();
        return new ToolAnswer(
            JsonObject.Of(
                ("accepted", false),
                ("plan_id", JsonNull.Instance),
                ("status", PlanStatus.Unknown.Word()),
                ("validation", JsonNull.Instance),
                ("error", refusal.Message),
                ("refusal", refusal.ToJson())),
            IsError: true);
    }
}
