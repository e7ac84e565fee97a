using Interlock.Canonical;
using Interlock.Policies;
using static Interlock.Tests.Policies.RuleSamples;

namespace Interlock.Tests.Policies;

public sealed class ApprovalPolicyTests
{
    private const string Full =
        """
        'rules': [{'name': 'production', 'match': {'action': ['deploy'], 'agent': 'claude', 'target': {'kind': 'service', 'id': 'prod-*'},
            'stages': {'at_least': 2}, 'irreversible': true}, 'require': '2 of sre and  1 of security', 'assurance': 'hardware-verified',
            'device_bound': 'required', 'reason': 'required', 'min_review': '30s'}],
        'self_approval': 'allow', 'drift': 'halt', 'resume': '2 of sre',
        'governance': {'mode': 'locked', 'change': '2 of sre', 'genesis': 'pins/genesis'},
        'freezes': [{'name': 'weekend', 'when': {'days': ['sat', 'fri'], 'from': '16:00', 'to': '24:00', 'zone': 'Europe/Berlin'}, 'reason': 'nobody is here'},
            {'name': 'yearend', 'match': {'action': 'deploy'}, 'when': {'from': '2026-12-20T00:00', 'to': '2027-01-05T00:00', 'zone': 'UTC'}}]
        """;

    [Fact]
    public void The_default_spells_everything_out() => Assert.Equal(
        """{"drift":"show","freezes":[],"governance":{"change":"1 of anyone","mode":"open"},"groups":{},"resume":"1 of anyone","rules":[],"self_approval":"forbid"}""",
        ApprovalPolicy.Default.Json.ToString());

    [Fact]
    public void A_rule_spells_its_defaults_out() => Assert.Equal(
        """[{"assurance":"none","device_bound":"optional","match":{},"min_review":"0ms","name":"a","reason":"optional","require":"1 of sre"}]""",
        Policy("'rules': [{'name': 'a', 'require': '1 of sre'}]").Json["rules"]?.ToString());

    [Fact]
    public void A_policy_read_again_from_what_it_says_is_the_same()
    {
        foreach (var text in (string[])["", Full, "'rules': [{'name': 'a', 'min_review': '0s', 'assurance': 'none'}]"])
        {
            var policy = Policy(text);
            var again = ApprovalPolicy.TryParse(policy.Json, PolicyNames.Unknown).OrThrow();
            Assert.Equal(policy.Json.ToString(), again.Json.ToString());
        }
    }

    [Fact]
    public void Everything_that_is_said_is_in_the_digest()
    {
        (string From, string To)[] changes =
        [
            ("'production'", "'prod'"), ("['deploy']", "['drop']"), ("'claude'", "'cron'"), ("'service'", "'host'"), ("prod-*", "prod*"), ("'at_least': 2", "'at_least': 3"),
            (", 'irreversible': true", ""), ("2 of sre and", "1 of sre and"), ("hardware-verified", "hardware"), ("'device_bound': 'required', ", ""),
            ("'reason': 'required', ", ""), ("'30s'", "'31s'"), ("'allow'", "'forbid'"), ("'halt'", "'show'"), ("'resume': '2 of sre'", "'resume': '1 of sre'"),
            ("locked", "open"), ("'change': '2", "'change': '1"), ("pins/genesis", "genesis"), ("'sat', ", ""), ("16:00", "16:01"), ("24:00", "23:59"), ("Europe/Berlin", "Europe/Paris"),
            ("nobody is here", "no"), ("'match': {'action': 'deploy'}, 'when'", "'when'"), ("2026-12-20", "2026-12-21"), ("2027-01-05", "2027-01-06"), ("UTC", "Europe/Berlin"),
        ];
        var digests = changes.Select(change =>
        {
            Assert.Contains(change.From, Full, StringComparison.Ordinal);
            return CanonicalJson.Hash(Policy(Full.Replace(change.From, change.To, StringComparison.Ordinal)).Json);
        }).Append(CanonicalJson.Hash(Policy(Full).Json)).ToList();

        Assert.Equal(digests.Count, digests.Distinct().Count());
    }

    [Theory]
    [InlineData("'rulez': []", "rulez", "the key `rulez` is not known here; did you mean `rules`?")]
    [InlineData("'rules': {}", "rules", "not a list; write `- {name: NAME, require: 2 of GROUP}` for each")]
    [InlineData("'rules': [1]", "rules/0", "not an object; write `- {name: NAME, require: 2 of GROUP}` for each")]
    [InlineData("'rules': [{'require': '1 of sre'}]", "rules/0", "a `name` is missing or is no text of 1 to 64 printable characters; give it one that people recognise")]
    [InlineData("'rules': [{'name': 'a'}]", "rules/0", "this rule demands nothing; add `require: 2 of GROUP`, or one of `assurance`, `device_bound`, `min_review`, `reason`, `require`")]
    [InlineData("'rules': [{'name': 'a', 'require': '1 of sre'}, {'name': 'a', 'require': '1 of sre'}]", "rules/1/name", "the name `a` stands twice; choose another")]
    [InlineData("'rules': [{'name': 'default', 'require': '1 of sre'}]", "rules/0/name", "the name `default` stands twice; choose another")]
    [InlineData("'rules': [{'name': 'a', 'requires': '1 of sre'}]", "rules/0/requires", "the key `requires` is not known here; did you mean `require`?")]
    [InlineData("'rules': [{'name': 'a', 'require': 'sre'}]", "rules/0/require", "not a requirement; write it as `2 of sre`, or `2 of sre and 1 of security`")]
    [InlineData("'rules': [{'name': 'a', 'require': '1 of sre or 1 of security'}]", "rules/0/require", "not a requirement; write it as `2 of sre`, or `2 of sre and 1 of security`")]
    [InlineData("'rules': [{'name': 'a', 'require': '1 of sre and'}]", "rules/0/require", "not a requirement; write it as `2 of sre`, or `2 of sre and 1 of security`")]
    [InlineData("'rules': [{'name': 'a', 'require': '0 of sre'}]", "rules/0/require", "`0` is no number of people; ask for 1 to 20")]
    [InlineData("'rules': [{'name': 'a', 'require': '+1 of sre'}]", "rules/0/require", "`+1` is no number of people; ask for 1 to 20")]
    [InlineData("'rules': [{'name': 'a', 'require': '21 of sre'}]", "rules/0/require", "`21` is no number of people; ask for 1 to 20")]
    [InlineData("'rules': [{'name': 'a', 'require': '3 of security'}]", "rules/0/require", "group `security` has 2 people; add people to it, or ask for fewer")]
    [InlineData("'rules': [{'name': 'a', 'require': '7 of anyone'}]", "rules/0/require", "asks for 7 people and 6 are registered; register more, or ask for fewer")]
    [InlineData("'rules': [{'name': 'a', 'require': '1 of securty'}]", "rules/0/require", "there is no group `securty`; did you mean `security`?, or add it under `groups`")]
    [InlineData("'rules': [{'name': 'a', 'require': '1 of sre and 1 of sre'}]", "rules/0/require", "asks for `sre` twice; write `2 of sre`")]
    [InlineData("'rules': [{'name': 'a', 'require': '3 of sre and 2 of security'}]", "rules/0/require", "no different people can meet this, since one person stands for one group of a requirement; add people to its groups, or ask for fewer")]
    [InlineData("'rules': [{'name': 'a', 'assurance': 'high'}]", "rules/0/assurance", "not one of `none`, `key`, `hardware`, `hardware-verified`; choose one")]
    [InlineData("'rules': [{'name': 'a', 'reason': true}]", "rules/0/reason", "not one of `optional`, `required`; choose one")]
    [InlineData("'rules': [{'name': 'a', 'min_review': '2d'}]", "rules/0/min_review", "not a duration; write `30s` or `5m`, at most 24h")]
    [InlineData("'rules': [{'name': 'a', 'reason': 'required', 'match': {'actions': 'x'}}]", "rules/0/match/actions", "the key `actions` is not known here; did you mean `action`?")]
    [InlineData("'rules': [{'name': 'a', 'reason': 'required', 'match': {'action': []}}]", "rules/0/match/action", "names nothing or more than 200; give a name or a list of names, or leave the key out")]
    [InlineData("'rules': [{'name': 'a', 'reason': 'required', 'match': {'action': ['x', 'x']}}]", "rules/0/match/action/1", "`x` stands here twice; remove one")]
    [InlineData("'rules': [{'name': 'a', 'reason': 'required', 'match': {'irreversible': false}}]", "rules/0/match/irreversible", "can only be `true`; leave it out to mean every stage")]
    [InlineData("'rules': [{'name': 'a', 'reason': 'required', 'match': {'stages': 3}}]", "rules/0/match/stages", "not a number of stages; write `{at_least: 5}`, 1 to 1000000")]
    [InlineData("'rules': [{'name': 'a', 'reason': 'required', 'match': {'target': {}}}]", "rules/0/match/target", "names nothing; write `{kind: service, id: \"prod-*\"}`, or one of the two")]
    [InlineData("'rules': [{'name': 'a', 'reason': 'required', 'match': {'target': {'kind': 'a*'}}}]", "rules/0/match/target/kind", "a kind is matched as it is; leave `kind` out to mean every kind")]
    [InlineData("'self_approval': 'no'", "self_approval", "not one of `forbid`, `allow`; choose one")]
    [InlineData("'drift': false", "drift", "not one of `show`, `halt`; choose one")]
    [InlineData("'resume': 2", "resume", "not a requirement; write it as `2 of sre`, or `2 of sre and 1 of security`")]
    [InlineData("'governance': {'mode': 'locked'}", "governance", "`locked` needs `genesis`: the file, out of every agent's reach, that holds the digest of the first entry; name it")]
    [InlineData("'governance': {'mod': 'open'}", "governance/mod", "the key `mod` is not known here; did you mean `mode`?")]
    [InlineData("'governance': {'change': '9 of sre'}", "governance/change", "group `sre` has 3 people; add people to it, or ask for fewer")]
    [InlineData("'governance': {'genesis': 7}", "governance/genesis", "not a path; name the file that holds the digest of the first entry")]
    public void A_fault_is_named_with_its_path_and_its_mend(string text, string path, string message)
    {
        var fault = Fault(text);
        Assert.Equal((path, message), (fault.Path, fault.Message));
    }

    [Theory]
    [InlineData("{'groups': {'anyone': ['alice']}}", "groups/anyone", "`anyone` is every registered person already; choose another name")]
    [InlineData("{'groups': {'s r e': ['alice']}}", "groups/s r e", "a group's name is 1 to 64 ASCII letters, digits, points, underscores and hyphens; rename it")]
    [InlineData("{'groups': {'sre': []}}", "groups/sre", "names nothing or more than 200; give a name or a list of names, or leave the key out")]
    [InlineData("{'groups': {'sre': 'alice'}}", "groups/sre", "not a list; write the names of its people, as in `[alice, bob]`")]
    [InlineData("{'groups': {'sre': ['alice', 'alice']}}", "groups/sre/1", "`alice` stands here twice; remove one")]
    [InlineData("{'groups': {'sre': ['alcie']}}", "groups/sre/0", "nobody of the name `alcie` is declared under `approvers`; did you mean `alice`?")]
    [InlineData("{'groups': {'sre': [' alice']}}", "groups/sre/0", "a name has 1 to 128 printable characters and no space at its ends")]
    [InlineData("{'rules': [{'name': 'a', 'reason': 'required', 'match': {'action': 'deplyo'}}]}", "rules/0/match/action", "no action `deplyo` is declared under `actions`; did you mean `deploy`?")]
    [InlineData("{'rules': [{'name': 'a', 'reason': 'required', 'match': {'agent': ['claud']}}]}", "rules/0/match/agent/0", "no agent `claud` is declared under `agents`; did you mean `claude`?")]
    public void A_name_that_nobody_declared_is_named(string json, string path, string message)
    {
        var read = ApprovalPolicy.TryParse(Json(json.Replace('\'', '"')), new PolicyNames(["deploy"], ["claude"], People));
        Assert.False(read.TryGet(out _, out var fault));
        Assert.Equal((path, message), (fault?.Path, fault?.Message));
    }

    [Fact]
    public void There_is_an_end_to_rules_groups_people_and_freezes()
    {
        static string Many(int count, Func<int, string> one) => string.Join(", ", Enumerable.Range(0, count).Select(one));
        static string Rules(int count) => $"'rules': [{Many(count, i => $"{{'name': 'r{i}', 'reason': 'required'}}")}]";
        static string Freezes(int count) =>
            $"'freezes': [{Many(count, i => $"{{'name': 'f{i}', 'when': {{'from': '01:00', 'to': '02:00', 'zone': 'UTC'}}}}")}]";
        static Result<ApprovalPolicy> Groups(int groups, int people) => ApprovalPolicy.TryParse(
            Json($"{{'groups': {{{Many(groups, i => $"'g{i}': [{Many(people, j => $"'p{j}'")}]")}}}}}".Replace('\'', '"')), PolicyNames.Unknown);

        Assert.Equal(100, Policy(Rules(100)).Rules.Length);
        Assert.Equal("holds 101 entries; give at most 100", Fault(Rules(101)).Message);
        Assert.Equal(100, Policy(Freezes(100)).Freezes.Length);
        Assert.Equal("holds 101 entries; give at most 100", Fault(Freezes(101)).Message);
        Assert.Equal(100, Groups(100, 200).OrThrow().Groups.Count);
        Assert.False(Groups(101, 1).TryGet(out _, out _));
        Assert.False(Groups(1, 201).TryGet(out _, out _));
    }

    [Fact]
    public void Without_knowing_who_is_registered_every_well_formed_name_passes() =>
        Assert.Equal(["zoe"], ApprovalPolicy.TryParse(Json("""{"groups": {"g": ["zoe"]}}"""), PolicyNames.Unknown).OrThrow().Groups["g"]);
}
