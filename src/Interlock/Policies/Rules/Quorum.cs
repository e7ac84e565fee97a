using System.Collections.Immutable;

namespace Interlock.Policies;

/// <summary>
/// Whether enough people agreed. People are counted, never keys or approvals. Within one rule nobody is counted twice: for
/// <c>1 of sre and 1 of security</c>, carol who belongs to both is one of the two. Different rules look at the same approvals each by itself:
/// carol may be the one of <c>sre</c> that one rule asks for and the one of <c>security</c> that another does.
/// </summary>
internal static class Quorum
{
    /// <summary>Evaluates every rule that matches a plan.</summary>
    /// <param name="policy">The rules.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="approvals">The verified approvals of this plan; several of one person count as that one person.</param>
    /// <param name="people">Every registered person; null where any name counts.</param>
    public static QuorumAnswer Evaluate(
        ApprovalPolicy policy, PlanFacts plan, ImmutableArray<GivenApproval> approvals, ImmutableArray<string>? people)
    {
        var groups = new PeopleGroups(policy.Groups, people);
        var barred = SeparationOfDuties.Fault(policy, plan);
        return new QuorumAnswer(
            [.. policy.RulesFor(plan).Select(rule => Evaluate(rule, approvals, groups, person => SeparationOfDuties.Bars(policy, plan, person)))],
            barred);
    }

    /// <summary>Evaluates one rule before anybody has approved.</summary>
    public static RuleAnswer Evaluate(ApprovalRule rule, ApprovalPolicy policy, PlanFacts plan, ImmutableArray<string>? people) =>
        Evaluate(rule, [], new PeopleGroups(policy.Groups, people), person => SeparationOfDuties.Bars(policy, plan, person));

    /// <summary>Evaluates a requirement that no rule holds: to resume, or to change what decides. Nobody is barred from these.</summary>
    /// <param name="policy">The groups.</param>
    /// <param name="name">What it is about, for people.</param>
    /// <param name="require">The requirement.</param>
    /// <param name="agreed">Who agreed.</param>
    /// <param name="people">Every registered person; null where any name counts.</param>
    public static RuleAnswer Evaluate(
        ApprovalPolicy policy, string name, Requirement require, IEnumerable<string> agreed, ImmutableArray<string>? people) =>
        Count(name, require, [.. agreed], [], new PeopleGroups(policy.Groups, people), static _ => false);

    private static RuleAnswer Evaluate(
        ApprovalRule rule, ImmutableArray<GivenApproval> approvals, PeopleGroups groups, Func<string, bool> isBarred)
    {
        var good = new SortedSet<string>(StringComparer.Ordinal);
        var uncounted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var approval in approvals)
        {
            if (Lacks(approval) is { } why)
            {
                uncounted[approval.Person] = why;
            }
            else
            {
                good.Add(approval.Person);
            }
        }

        // somebody who approved twice is told of only where no approval of theirs is good enough
        return Count(
            rule.Name, rule.Require, good, [.. uncounted.Where(one => !good.Contains(one.Key)).Select(static one => new UncountedApproval(one.Key, one.Value))],
            groups, isBarred);

        string? Lacks(GivenApproval approval) =>
            !groups.IsRegistered(approval.Person) ? "is not registered"
            : isBarred(approval.Person) ? "owns the agent, or may own it"
            : !rule.Require.Demands.Any(demand => groups.Holds(demand.Group, approval.Person)) ? "belongs to no group that the rule asks for"
            : approval.Lacks(rule);
    }

    private static RuleAnswer Count(
        string name,
        Requirement require,
        SortedSet<string> agreed,
        ImmutableArray<UncountedApproval> uncounted,
        PeopleGroups groups,
        Func<string, bool> isBarred)
    {
        var assigned = new PeopleAssignment(require, [.. agreed], groups.Holds);
        var unfilled = assigned.Unfilled();
        var could = require.Demands.ToImmutableDictionary(
            static demand => demand.Group,
            demand => new Candidates(
                demand.Group,
                [.. groups.Of(demand.Group).Where(person => !agreed.Contains(person) && !isBarred(person))],
                groups.IsOpen && demand.Group == PeopleGroups.Anyone),
            StringComparer.Ordinal);
        return new RuleAnswer(name, require.ToString(), assigned.Counted, Missing(), uncounted, CanBeMet());

        ImmutableArray<MissingPeople> Missing() =>
        [
            .. from place in unfilled
               group place by place into same
               select new MissingPeople(same.Count(), could[same.Key], [.. assigned.InsteadOf(same.Key).Select(other => could[other])]),
        ];

        bool CanBeMet()
        {
            ImmutableArray<string> everybody =
                [.. agreed.Concat(could.Values.SelectMany(static group => group.People)).Distinct(StringComparer.Ordinal)];

            // whoever does not come under a name is there wherever any name counts, unless everybody is barred
            return new PeopleAssignment(require, everybody, groups.Holds).Unfilled(groups.IsOpen && !isBarred("")).IsEmpty;
        }
    }
}
