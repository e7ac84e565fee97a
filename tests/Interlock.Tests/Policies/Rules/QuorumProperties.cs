using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Policies;

namespace Interlock.Tests.Policies;

/// <summary>The evaluation beside one that tries every way to give people to places: slow, and so plain that it is right.</summary>
public sealed class QuorumProperties
{
    private const int Cases = 4_000;

    [Fact]
    public void A_rule_is_met_exactly_where_some_way_to_place_different_people_meets_it()
    {
        var met = 0;
        for (var seed = 0; seed < Cases * Soak.Factor; seed++)
        {
            var one = new Case(new Random(seed));
            var answer = Quorum.Evaluate(one.Policy, one.Plan, one.Approvals, one.People);

            Assert.True(answer.IsMet == one.Oracle(one.Approvals), $"seed {seed}: {string.Join('\n', answer.Lines)}");
            met += answer.IsMet ? 1 : 0;
        }

        Assert.InRange(met, Cases / 20, Cases * Soak.Factor * 19 / 20);
    }

    [Fact]
    public void Whoever_is_said_to_be_missing_brings_the_rule_nearer_and_nobody_else_does()
    {
        var asked = 0;
        for (var seed = 0; seed < Cases / 4 * Soak.Factor; seed++)
        {
            var one = new Case(new Random(seed));
            foreach (var rule in Quorum.Evaluate(one.Policy, one.Plan, one.Approvals, one.People).Rules.Where(rule => !rule.IsMet))
            {
                var before = rule.Missing.Sum(missing => missing.Count);
                var could = rule.Missing.SelectMany(missing => missing.OrOf.Prepend(missing.Of)).SelectMany(group => group.People).ToHashSet();
                foreach (var person in one.People)
                {
                    var best = new GivenApproval(person, Assurance.HardwareVerified, true, true, TimeSpan.FromDays(1));
                    var after = Quorum.Evaluate(one.Policy, one.Plan, one.Approvals.Add(best), one.People).Rules.Single(same => same.Rule == rule.Rule);

                    Assert.Equal(could.Contains(person) ? before - 1 : before, after.Missing.Sum(missing => missing.Count));
                    asked++;
                }
            }
        }

        Assert.True(asked > 1_000);
    }

    [Fact]
    public void One_more_approval_never_unmeets_a_rule_and_the_order_of_approvals_says_nothing()
    {
        for (var seed = 0; seed < Cases / 4 * Soak.Factor; seed++)
        {
            var random = new Random(seed);
            var one = new Case(random);
            var shuffled = one.Approvals.ToArray();
            random.Shuffle(shuffled);
            var answer = Quorum.Evaluate(one.Policy, one.Plan, one.Approvals, one.People);

            Assert.Equal(answer.IsMet, Quorum.Evaluate(one.Policy, one.Plan, [.. shuffled], one.People).IsMet);
            Assert.True(!answer.IsMet || Quorum.Evaluate(one.Policy, one.Plan, one.Approvals.Add(one.Approval(random)), one.People).IsMet);
            Assert.All(answer.Rules, rule => Assert.Equal(rule.Counted.Distinct(), rule.Counted));
        }
    }

    [Fact]
    public void To_count_each_group_by_itself_is_found_to_be_wrong() =>
        Assert.Contains(Enumerable.Range(0, 2_000), seed =>
        {
            var one = new Case(new Random(seed));
            return one.OracleByGroup() != one.Oracle(one.Approvals);
        });

    private sealed class Case
    {
        private static readonly string[] GroupNames = ["g1", "g2", "g3"];

        public Case(Random random)
        {
            People = RuleSamples.People[..random.Next(1, RuleSamples.People.Length + 1)];
            var owner = random.Next(4) == 0 ? People[random.Next(People.Length)] : "olga";
            Plan = RuleSamples.Plan() with { AgentOwner = random.Next(20) == 0 ? null : owner };
            while (true)
            {
                var groups = GroupNames.Select(name => $"\"{name}\": [{string.Join(", ", Some(random).Select(person => $"\"{person}\""))}]");
                var rules = Enumerable.Range(0, random.Next(3)).Select(i =>
                    $"{{\"name\": \"r{i}\", \"require\": \"{Require(random)}\""
                    + (random.Next(3) == 0 ? ", \"assurance\": \"hardware\"" : "") + (random.Next(4) == 0 ? ", \"reason\": \"required\"" : "")
                    + (random.Next(4) == 0 ? ", \"min_review\": \"5s\"" : "") + "}");
                var json = RuleSamples.Json($"{{\"groups\": {{{string.Join(", ", groups)}}}, \"rules\": [{string.Join(", ", rules)}]}}");
                if (ApprovalPolicy.TryParse(json, PolicyNames.Unknown with { People = People }).TryGet(out var policy, out _))
                {
                    Policy = policy;
                    break;
                }
            }

            Approvals = [.. Enumerable.Range(0, random.Next(7)).Select(_ => Approval(random))];
        }

        public ImmutableArray<string> People { get; }

        public PlanFacts Plan { get; }

        public ApprovalPolicy Policy { get; }

        public ImmutableArray<GivenApproval> Approvals { get; }

        public GivenApproval Approval(Random random) => new(
            random.Next(20) == 0 ? "stranger" : People[random.Next(People.Length)],
            (Assurance)random.Next(4), random.Next(2) == 0, random.Next(2) == 0, random.Next(3) == 0 ? null : TimeSpan.FromSeconds(random.Next(10)));

        public bool Oracle(ImmutableArray<GivenApproval> approvals) => Rules().All(rule =>
        {
            var places = rule.Require.Demands.SelectMany(demand => Enumerable.Repeat(demand.Group, demand.Count)).ToList();
            return Place(places, Good(rule, approvals));
        });

        public bool OracleByGroup() => Rules().All(rule =>
            rule.Require.Demands.All(demand => Good(rule, Approvals).Count(person => Belongs(demand.Group, person)) >= demand.Count));

        private ImmutableArray<ApprovalRule> Rules() => Policy.Rules.IsEmpty ? [ApprovalRule.Default] : Policy.Rules;

        private HashSet<string> Good(ApprovalRule rule, ImmutableArray<GivenApproval> approvals) =>
        [
            .. from approval in approvals
               where People.Contains(approval.Person) && Plan.AgentOwner is not null && approval.Person != Plan.AgentOwner
                   && approval.Assurance >= rule.Assurance && (approval.HasReason || !rule.ReasonRequired)
                   && (rule.MinReview == TimeSpan.Zero || approval.Reviewed >= rule.MinReview)
               select approval.Person,
        ];

        private bool Place(List<string> places, HashSet<string> people) =>
            places.Count == 0
            || people.Where(person => Belongs(places[0], person)).Any(person => Place(places[1..], [.. people.Where(other => other != person)]));

        private bool Belongs(string group, string person) => group == "anyone" || Policy.Groups[group].Contains(person);

        private List<string> Some(Random random)
        {
            var some = People.Where(_ => random.Next(2) == 0).ToList();
            return some.Count == 0 ? [People[0]] : some;
        }

        private static string Require(Random random) => string.Join(
            " and ",
            GroupNames.Append("anyone").Where(_ => random.Next(2) == 0).DefaultIfEmpty("g1").Select(name => $"{random.Next(1, 3)} of {name}"));
    }
}
