using Interlock.Plans;

namespace Interlock.Mcp.Tools;

/// <summary>What an agent does next, said in every answer that leaves it waiting: a model that has only this answer goes on right.</summary>
internal static class NextSteps
{
    public static string After(PlanStatus status, string plan, McpServerSettings settings) => status switch
    {
        PlanStatus.Unknown => "propose the plan",
        PlanStatus.Proposed =>
            $"a person has to approve this plan, you cannot: {settings.ApproverHint.Replace("{id}", plan, StringComparison.Ordinal)}; "
            + "tell the person so, then call `wait_for_plan`",
        PlanStatus.Approved => "approved: call `execute_plan`",
        PlanStatus.Executing => "the run goes on: call `wait_for_plan`, or `execute_plan` to join it",
        PlanStatus.Halted => "the run halted and never resumes: read the reason, look at the world, propose a new plan that `continues` this one",
        PlanStatus.Executed => "done; a second `execute_plan` only returns this result",
        PlanStatus.Rejected => "this plan is over: read the reason, then propose another plan or ask the person",
        PlanStatus.Expired => "this plan ran out of time: propose it again if it is still wanted",
        _ => throw new InvalidOperationException($"no next step for status {status}"),
    };
}
