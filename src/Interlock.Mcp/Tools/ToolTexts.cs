namespace Interlock.Mcp.Tools;

/// <summary>Titles and descriptions of the tools: what a model has to know to call each rightly the first time.</summary>
internal static class ToolTexts
{
    public static string Title(string tool) => tool switch
    {
        "describe_catalog" => "Describe actions, probes and rules",
        "check_plan" => "Check a plan without proposing it",
        "propose_plan" => "Propose a plan for approval",
        "get_plan" => "Read a plan",
        "list_plans" => "List your plans",
        "wait_for_plan" => "Wait until a plan's status changes",
        "execute_plan" => "Execute an approved plan",
        "withdraw_plan" => "Withdraw a plan",
        _ => throw new InvalidOperationException($"the tool `{tool}` has no title"),
    };

    public static string Description(string tool) => tool switch
    {
        "describe_catalog" =>
            "Lists every action that a plan may use with the schema of its params and a complete example stage, every probe that a "
            + "check may use with the schema of its arguments, the rules and the limits, and one complete plan body that validates. "
            + "Call it before you write a plan. Changes nothing.",
        "check_plan" =>
            "Validates a plan body, says what each stage would exactly do, and runs its checks against the live systems now. Stores "
            + "nothing and changes nothing. Call it until `approvable` is true, then call propose_plan with the same body.",
        "propose_plan" =>
            "Stores a plan so that a person can review it. Nothing is executed. The answer has `accepted`; when it is false nothing "
            + "was stored and `validation.errors` names each fault with its path and mend. `continues` names an ended plan of yours "
            + "that this one carries on from, `supersedes` a waiting one that it replaces.",
        "get_plan" =>
            "Returns one of your plans: its status, approval, execution result and body. `error` says why where it cannot.",
        "list_plans" =>
            "Lists your plans, newest first, at most 50; pass `next_cursor` as `cursor` for older ones.",
        "wait_for_plan" =>
            "Returns as soon as the plan's status differs from `seen_status` (default: its status now) or the plan has ended, at the "
            + "latest after `timeout_seconds`. Call it again to go on waiting for a person's approval or for a run.",
        "execute_plan" =>
            "Executes a plan that a person has approved, stage by stage, and returns when the run has ended: `status` is executed, "
            + "halted or rejected (refused, nothing done; see `reason`). Calling it again never runs anything twice: it joins the run "
            + "or returns its recorded result with `repeated: true`. If your host gives up waiting, the run goes on: use wait_for_plan.",
        "withdraw_plan" =>
            "Takes back one of your plans that is still proposed or approved. It cannot be undone; propose it again instead.",
        _ => throw new InvalidOperationException($"the tool `{tool}` has no description"),
    };
}
