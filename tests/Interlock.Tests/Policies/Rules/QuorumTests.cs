using Interlock.Approvals;
using Interlock.Policies;
using static Interlock.Tests.Policies.RuleSamples;

namespace Interlock.Tests.Policies;

public sealed class QuorumTests
{
    [Fact]
    public void Where_no_rule_matches_one_of_anyone_is_enough_and_nobody_is_not()
    {
        var policy = Policy("'rules': [{'name': 'db', 'match': {'action': 'migrate'}, 'require': '2 of sre'}]");

        Assert.False(Evaluate(policy, Plan()).IsMet);
        Assert.Equal("rule `default` (1 of anyone) needs 1 more of `anyone` (alice, bob, carol, dora, erin, frank)", Evaluate(policy, Plan()).Lines[0]);
        Assert.True(Evaluate(policy, Plan(), By("frank")).IsMet);
        Assert.False(Evaluate(policy, Plan(Stage("migrate")), By("frank")).IsMet);
    }

    [Fact]
    public void Every_rule_that_matches_is_to_be_met()
    {
        var policy = Policy("'rules': [{'name': 'all', 'require': '1 of sre'}, {'name': 'deploys', 'match': {'action': ['deploy']}, 'require': '1 of security'}]");

        Assert.False(Evaluate(policy, Plan(), By("alice")).IsMet);
        Assert.False(Evaluate(policy, Plan(), By("dora")).IsMet);
        Assert.True(Evaluate(policy, Plan(), By("alice"), By("dora")).IsMet);
        Assert.True(Evaluate(policy, Plan(Stage("look")), By("alice")).IsMet);
    }

    [Fact]
    public void One_person_stands_for_one_group_of_a_rule_and_for_several_rules()
    {
        var within = Policy("'rules': [{'name': 'both', 'require': '1 of sre and 1 of security'}]");
        var apart = Policy("'rules': [{'name': 'one', 'require': '1 of sre'}, {'name': 'two', 'require': '1 of security'}]");

        Assert.False(Evaluate(within, Plan(), By("carol")).IsMet);
        Assert.True(Evaluate(within, Plan(), By("carol"), By("alice")).IsMet);
        Assert.True(Evaluate(within, Plan(), By("carol"), By("dora")).IsMet);
        Assert.False(Evaluate(within, Plan(), By("alice"), By("bob")).IsMet);
        Assert.True(Evaluate(apart, Plan(), By("carol")).IsMet);
    }

    [Fact]
    public void People_are_counted_and_never_their_keys()
    {
        var policy = Policy("'rules': [{'name': 'two', 'require': '2 of sre'}]");

        var answer = Evaluate(policy, Plan(), By("alice"), By("alice", Assurance.Hardware), By("alice", deviceBound: true));

        Assert.False(answer.IsMet);
        Assert.Equal(["rule `two` (2 of sre) needs 1 more of `sre` (bob, carol); alice approved"], answer.Lines);
    }

    [Fact]
    public void It_says_who_is_missing_and_of_which_other_group_somebody_would_do()
    {
        var policy = Policy("'rules': [{'name': 'both', 'require': '1 of sre and 1 of security'}]");

        Assert.Equal(
            ["rule `both` (1 of sre and 1 of security) needs 1 more of `sre` (alice, bob, carol) and 1 more of `security` (carol, dora)"],
            Evaluate(policy, Plan()).Lines);
        Assert.Equal(
            ["rule `both` (1 of sre and 1 of security) needs 1 more of `security` (dora) or of `sre` (alice, bob); carol approved"],
            Evaluate(policy, Plan(), By("carol")).Lines);
        Assert.Equal(["rule `both` (1 of sre and 1 of security) is met by alice, dora"], Evaluate(policy, Plan(), By("dora"), By("alice")).Lines);
    }

    [Theory]
    [InlineData("'assurance': 'hardware'", "approved with the assurance `key`, and the rule asks for `hardware`")]
    [InlineData("'device_bound': 'required'", "approved with a key that can leave its device, and the rule asks for one that cannot")]
    [InlineData("'reason': 'required'", "gave no reason, and the rule asks for one")]
    [InlineData("'min_review': '30s'", "looked for a time that is not known, and the rule asks for 30s")]
    public void An_approval_that_is_not_good_enough_does_not_count_for_that_rule(string demand, string why)
    {
        var policy = Policy($"'rules': [{{'name': 'strict', {demand}}}, {{'name': 'lax', 'require': '1 of sre'}}]");

        var answer = Evaluate(policy, Plan(), By("alice"));

        Assert.Equal([false, true], answer.Rules.Select(rule => rule.IsMet));
        Assert.Equal($"rule `strict` does not count `alice`, who {why}", answer.Lines[1]);
        Assert.Contains("alice", answer.Rules[0].Missing[0].Of.People);
        Assert.True(Evaluate(policy, Plan(), By("alice"), By("alice", Assurance.HardwareVerified, true, true, 31)).IsMet);
    }

    [Theory]
    [InlineData(29, false)]
    [InlineData(30, true)]
    public void A_review_must_have_taken_its_time(int seconds, bool met)
    {
        var answer = Evaluate(Policy("'rules': [{'name': 'slow', 'min_review': '30s'}]"), Plan(), By("alice", seconds: seconds));

        Assert.Equal(met, answer.IsMet);
        Assert.Equal(met, !answer.Lines.Contains("rule `slow` does not count `alice`, who looked for 29s, and the rule asks for 30s"));
    }

    [Fact]
    public void Assurances_are_ordered_and_more_is_enough()
    {
        foreach (var asked in Enum.GetValues<Assurance>())
        {
            var policy = Policy($"'rules': [{{'name': 'a', 'assurance': '{asked.Word()}'}}]");
            foreach (var given in Enum.GetValues<Assurance>())
            {
                Assert.Equal(given >= asked, Evaluate(policy, Plan(), By("alice", given)).IsMet);
            }
        }
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("Alice")]
    public void The_owner_of_the_agent_cannot_approve_unless_it_is_allowed(string owner)
    {
        var plan = Plan() with { AgentOwner = owner };
        var forbids = Policy("");

        Assert.Equal(SelfApproval.Forbid, forbids.SelfApproval);
        Assert.False(Evaluate(forbids, plan, By("alice")).IsMet);
        Assert.Equal("rule `default` does not count `alice`, who owns the agent, or may own it", Evaluate(forbids, plan, By("alice")).Lines[1]);
        Assert.DoesNotContain("alice", Evaluate(forbids, plan).Rules[0].Missing[0].Of.People);
        Assert.True(Evaluate(forbids, plan, By("bob")).IsMet);
        Assert.True(Evaluate(Policy("'self_approval': 'allow'"), plan, By("alice")).IsMet);
    }

    [Fact]
    public void Where_nobody_knows_the_owner_nobodys_approval_counts()
    {
        var plan = Plan() with { AgentOwner = null };

        var answer = Evaluate(Policy(""), plan, [.. People.Select(person => By(person, Assurance.HardwareVerified))]);

        Assert.False(answer.IsMet);
        Assert.False(answer.Rules[0].CanBeMet);
        Assert.Contains("name the agent's owner under `agents`", answer.Lines[0], StringComparison.Ordinal);
        Assert.True(Evaluate(Policy("'self_approval': 'allow'"), plan, By("alice")).IsMet);
    }

    [Fact]
    public void An_operating_system_user_says_who_the_owner_is_only_where_the_name_is_registered()
    {
        Assert.Equal("olga", SeparationOfDuties.OwnerOf("olga", "alice", People));
        Assert.Equal("alice", SeparationOfDuties.OwnerOf(null, "alice", People));
        Assert.Null(SeparationOfDuties.OwnerOf(null, "root", People));
        Assert.Null(SeparationOfDuties.OwnerOf(null, null, People));
        Assert.Equal("root", SeparationOfDuties.OwnerOf(null, "root", null));
    }

    [Fact]
    public void A_rule_that_nobody_can_meet_any_more_says_so()
    {
        var answer = Evaluate(Policy("'rules': [{'name': 'two', 'require': '2 of security'}]"), Plan() with { AgentOwner = "dora" }, By("carol"));

        Assert.False(answer.Rules[0].CanBeMet);
        Assert.Contains("1 more of `security` (nobody is left); carol approved; there are not enough people who may", answer.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_is_not_registered_is_not_counted_even_where_a_group_names_them()
    {
        var policy = Read("'rules': [{'name': 'one', 'require': '1 of sre'}]", PolicyNames.Unknown).OrThrow();

        Assert.False(Quorum.Evaluate(policy, Plan(), [By("alice")], ["bob"]).IsMet);
        Assert.Equal("rule `one` does not count `alice`, who is not registered", Quorum.Evaluate(policy, Plan(), [By("alice")], ["bob"]).Lines[1]);
        Assert.True(Quorum.Evaluate(policy, Plan(), [By("bob")], ["bob"]).IsMet);
        Assert.True(Quorum.Evaluate(ApprovalPolicy.Default, Plan(), [By("whoever")], null).IsMet);
        Assert.Contains("`anyone` (any name)", Quorum.Evaluate(ApprovalPolicy.Default, Plan(), [], null).Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_resume_is_counted_by_the_same_arithmetic_and_bars_nobody()
    {
        var policy = Policy("'resume': '2 of sre'");

        Assert.False(Quorum.Evaluate(policy, "resume", policy.Resume, ["alice", "alice"], People).IsMet);
        Assert.True(Quorum.Evaluate(policy, "resume", policy.Resume, ["alice", "carol"], People).IsMet);
    }

    [Fact]
    public void The_answer_on_the_wire_says_the_same()
    {
        var answer = Evaluate(Policy("'rules': [{'name': 'both', 'assurance': 'hardware', 'require': '1 of sre'}]"), Plan(), By("alice"));

        Assert.Equal(
            """{"met":false,"rules":[{"can_be_met":true,"counted":[],"met":false,"missing":[{"count":1,"of":{"any_name":false,"group":"sre","people":["alice","bob","carol"]},"or_of":[]}],"not_counted":[{"person":"alice","why":"approved with the assurance `key`, and the rule asks for `hardware`"}],"require":"1 of sre","rule":"both"}]}""",
            answer.ToJson().ToString());
    }
}
