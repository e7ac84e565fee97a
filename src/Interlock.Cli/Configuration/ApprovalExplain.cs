using System.Globalization;
using Interlock.Adapters.Declarations;
using Interlock.Approvals;
using Interlock.Policies;

namespace Interlock.Cli.Configuration;

/// <summary>Says in plain words who has to agree to what, and when nothing may run.</summary>
internal static class ApprovalExplain
{
    /// <summary>Who may sign, where files say so.</summary>
    public static string Signers(SignerFiles files) =>
        $"whoever has a key in {Plain.Text(files.AllowedSigners)}"
        + (files.Revoked is { } revoked ? $" that is not in {Plain.Text(revoked)}" : "")
        + (files.Origins.IsEmpty ? "" : $"; passkeys from {string.Join(", ", files.Origins.Select(static origin => Plain.Text(origin)))}")
        + ", and nobody else";

    /// <summary>Lines about rules, freezes and who may resume or change them.</summary>
    public static IEnumerable<string> Lines(ApprovalPolicy policy)
    {
        foreach (var (name, people) in policy.Groups)
        {
            yield return $"group {name}: {string.Join(", ", people.Select(static person => Plain.Text(person)))}";
        }

        foreach (var rule in policy.Rules)
        {
            yield return $"rule {Plain.Text(rule.Name)}: {Plans(rule.Match)} need {rule.Require}{Demands(rule)}";
        }

        yield return policy.Rules.IsEmpty ? "every plan needs 1 of anyone" : "a plan that no rule matches needs 1 of anyone; all rules that match are to be met";
        yield return policy.SelfApproval == SelfApproval.Allow
            ? "the owner of an agent may approve what it proposes (`self_approval: allow`)"
            : "the owner of an agent may not approve what it proposes; where nobody knows the owner, nobody may";
        foreach (var freeze in policy.Freezes)
        {
            yield return $"freeze {Plain.Text(freeze.Name)}: {Plans(freeze.Match)} may not run {freeze.When}"
                + (freeze.Reason is { } reason ? $": {Plain.Text(reason)}" : "");
        }

        yield return policy.Drift == DriftRule.Halt
            ? "a run that no longer sees what the approver saw halts until a person countersigns the difference"
            : "a run that no longer sees what the approver saw goes on while its checks pass, and the difference is recorded";
        yield return $"to resume after an emergency stop needs {policy.Resume}";
        yield return policy.Governance.Mode == GovernanceMode.Locked
            ? $"governance is locked: a change of what decides needs {policy.Governance.Change} of those who decided before"
            : "governance is open: whoever can write this file changes what decides, and the change is recorded";
    }

    /// <summary>Rules that nobody can meet, and names that are likely slips.</summary>
    public static IEnumerable<string> Warnings(InterlockConfiguration configuration)
    {
        var policy = configuration.Approval;
        foreach (var agent in configuration.Agents.Values)
        {
            if (policy.SelfApproval == SelfApproval.Forbid && agent.Owner is { } owner && configuration.Approvers is { } people
                && !people.Contains(owner, StringComparer.Ordinal) && Spelling.Nearest(owner, people) is { } near)
            {
                yield return $"the owner `{Plain.Text(owner)}` of the agent {agent.Name} is no approver, so nobody is kept from approving its plans; "
                    + $"did you mean `{Plain.Text(near)}`?";
            }

            foreach (var rule in policy.Rules.Where(rule => rule.Match.Agents.IsEmpty || rule.Match.Agents.Contains(agent.Name, StringComparer.Ordinal)))
            {
                if (policy.OwnerBlocks(rule, agent.Owner, configuration.Approvers))
                {
                    yield return $"the rule {Plain.Text(rule.Name)} cannot be met for plans of the agent {agent.Name}, whose owner may not approve them; "
                        + "add people to its groups, or ask for fewer";
                }
            }
        }
    }

    private static string Plans(PlanMatch match)
    {
        string[] stage =
        [
            .. match.Actions.IsEmpty ? [] : (string[])[$"does {Or(match.Actions)}"],
            .. match.Target is { } target ? (string[])[$"touches {Plain.Text(target.ToString())}"] : [],
            .. match.Irreversible ? (string[])["cannot be undone"] : [],
        ];
        var plans = match.Agents.IsEmpty ? "plans" : $"plans of {Or(match.Agents)}";
        string[] said =
        [
            .. match.LeastStages == 0 ? [] : (string[])[string.Create(CultureInfo.InvariantCulture, $"at least {match.LeastStages} stages")],
            .. stage.Length == 0 ? [] : (string[])[$"a stage that {string.Join(" and ", stage)}"],
        ];
        return said.Length > 0 ? $"{plans} with {string.Join(" and ", said)}" : match.Agents.IsEmpty ? "all plans" : $"all {plans}";
    }

    private static string Demands(ApprovalRule rule)
    {
        string[] demands =
        [
            .. rule.Assurance switch
            {
                Assurance.None => [],
                Assurance.Key => (string[])["signed with a key"],
                Assurance.Hardware => ["signed with a touched authenticator"],
                Assurance.HardwareVerified => ["signed with an authenticator that verified its user"],
            },
            .. rule.DeviceBound ? (string[])["with a key that cannot leave its device"] : [],
            .. rule.ReasonRequired ? (string[])["with a reason"] : [],
            .. rule.MinReview == TimeSpan.Zero ? [] : (string[])[$"after at least {Quantities.Text(rule.MinReview)} of review"],
        ];
        return demands.Length == 0 ? "" : $", {string.Join(", ", demands)}";
    }

    private static string Or(IEnumerable<string> names) => string.Join(" or ", names.Select(static name => Plain.Text(name)));
}
