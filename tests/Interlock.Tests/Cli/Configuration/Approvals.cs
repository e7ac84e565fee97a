using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Policies;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Cli.Configuration;

/// <summary>Who has to agree and when nothing may run, as <c>interlock.yaml</c> says it.</summary>
public sealed class Approvals : IDisposable
{
    private const string Full =
        """
        version: 1
        agents:
          claude: {owner: alice}
        approvers: [alice, bob, carol]
        groups:
          sre: [alice, bob]
          security: [carol]
        rules:
          - name: production
            match: {action: deploy, target: {kind: service, id: "prod-*"}}
            require: 1 of sre and 1 of security
            assurance: hardware
            reason: required
            min_review: 30s
          - name: irreversible
            match: {irreversible: true, stages: {at_least: 2}, agent: claude}
            require: 2 of anyone
        self_approval: allow
        drift: halt
        resume: 2 of sre
        governance: {mode: locked, change: 2 of sre, genesis: pins/genesis}
        freezes:
          - name: weekend
            match: {action: [deploy]}
            when: {days: [fri, sat], from: "16:00", to: "08:00", zone: Europe/Berlin}
            reason: nobody is there to look
          - name: year's end
            when: {from: "2026-12-20T00:00", to: "2027-01-05T00:00", zone: UTC}
        requests: {pending: 7, cooldown: 1h}
        actions:
          deploy: {mutating: false, command: {argv: [echo, deploy]}}
        """;

    private readonly ConfigurationBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void A_full_file_gives_all_that_it_says()
    {
        var loaded = bench.Configuration(Full);
        var policy = loaded.Approval;

        Assert.Equal(["security", "sre"], policy.Groups.Keys);
        Assert.Equal(["production", "irreversible"], policy.Rules.Select(rule => rule.Name));
        Assert.Equal("1 of sre and 1 of security", policy.Rules[0].Require.ToString());
        Assert.Equal(TimeSpan.FromSeconds(30), policy.Rules[0].MinReview);
        Assert.Equal((SelfApproval.Allow, DriftRule.Halt, GovernanceMode.Locked), (policy.SelfApproval, policy.Drift, policy.Governance.Mode));
        Assert.Equal("2 of sre", policy.Resume.ToString());
        Assert.Equal(["weekend", "year's end"], policy.Freezes.Select(freeze => freeze.Name));
        Assert.Equal(bench.At("pins/genesis"), loaded.GenesisFile);
        Assert.Equal((7, TimeSpan.FromHours(1)), (loaded.Volume.Pending, loaded.Volume.Cooldown));
        Assert.Null(loaded.Signers);
    }

    [Fact]
    public void The_least_file_has_no_rules_and_bars_owners()
    {
        var loaded = bench.Configuration("version: 1");

        Assert.Equal(ApprovalPolicy.Default.Json.ToString(), loaded.Approval.Json.ToString());
        Assert.Equal((20, TimeSpan.FromMinutes(10)), (loaded.Volume.Pending, loaded.Volume.Cooldown));
        Assert.Null(loaded.GenesisFile);
    }

    [Fact]
    public void Approvers_may_be_files_and_then_nobody_is_known_by_name_yet()
    {
        var loaded = bench.Configuration(
            "{version: 1, groups: {sre: [zoe]}, approvers: {allowed_signers: keys/allowed, revoked: /etc/revoked, webauthn: {origins: ['https://b.example', 'http://localhost:8080'], rp_ids: [b.example]}}}");

        Assert.Null(loaded.Approvers);
        Assert.Equal((bench.At("keys/allowed"), "/etc/revoked"), (loaded.Signers?.AllowedSigners, loaded.Signers?.Revoked));
        Assert.Equal(["http://localhost:8080", "https://b.example"], loaded.Signers?.Origins ?? []);
        Assert.Equal(["b.example"], loaded.Signers?.RelyingParties ?? []);
        Assert.Contains(
            $"  whoever has a key in {bench.At("keys/allowed")} that is not in /etc/revoked; passkeys from http://localhost:8080, https://b.example, and nobody else\n",
            ConfigExplain.Text(loaded), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("approvers: {revoked: x}", "interlock.yaml:2:1: `allowed_signers` is missing; name the OpenSSH file that says whose key is whose")]
    [InlineData("approvers: {allowed_signer: x}", "interlock.yaml:2:13: the key `allowed_signer` is not known here; did you mean `allowed_signers`?")]
    [InlineData("approvers: {allowed_signers: x, webauthn: {origins: ['https://a/b']}}", "interlock.yaml:2:54: `origins/0` is not right; an origin is a scheme, a host and at most a port, without a path: `https://interlock.example.org`")]
    [InlineData("approvers: alice", "interlock.yaml:2:12: `approvers` is a list of different names, for example [alice, bob], or `{allowed_signers: PATH}`; leave the key out to accept any name")]
    [InlineData("groups: {sre: alice}", "interlock.yaml:2:15: `sre` is not right; a group is a list of different names, for example [alice, bob]")]
    [InlineData("approvers: [alice]\ngroups:\n  sre: [alice, alcie]", "interlock.yaml:4:16: nobody of the name `alcie` is declared under `approvers`; did you mean `alice`?")]
    [InlineData("rules:\n  - {name: a, require: 2 of sre}\ngroups: {sre: [alice]}", "interlock.yaml:3:24: group `sre` has 1 person; add people to it, or ask for fewer")]
    [InlineData("rules:\n  - {name: a, require: 1 of sr}\ngroups: {sre: [alice]}", "interlock.yaml:3:24: there is no group `sr`; did you mean `sre`?, or add it under `groups`")]
    [InlineData("rules:\n  - {name: a, requir: 1 of sre}", "interlock.yaml:3:15: the key `requir` is not known here; did you mean `require`?")]
    [InlineData("rules:\n  - {name: a, match: {action: deplyo}, reason: required}\nactions: {deploy: {mutating: false, command: {argv: [echo]}}}", "interlock.yaml:3:31: no action `deplyo` is declared under `actions`; did you mean `deploy`?")]
    [InlineData("agents: {claude: {}}\nrules:\n  - {name: a, match: {agent: [claud]}, reason: required}", "interlock.yaml:4:31: no agent `claud` is declared under `agents`; did you mean `claude`?")]
    [InlineData("rules:\n  - {name: a, assurance: high}", "interlock.yaml:3:26: `assurance` is `none`, `key`, `hardware` or `hardware-verified`")]
    [InlineData("rules:\n  - name: a", "interlock.yaml:3:5: this rule demands nothing; add `require: 2 of GROUP`, or one of `assurance`, `device_bound`, `min_review`, `reason`, `require`")]
    [InlineData("self_approval: no", "interlock.yaml:2:16: `self_approval` is `forbid` or `allow`")]
    [InlineData("resume: 1 of sre", "interlock.yaml:2:9: there is no group `sre`; known here: `anyone`, or add it under `groups`")]
    [InlineData("governance: {mode: locked}", "interlock.yaml:2:1: `locked` needs `genesis`: the file, out of every agent's reach, that holds the digest of the first entry; name it")]
    [InlineData("freezes:\n  - {name: a, when: {from: '10:00', to: '11:00', zone: Europe/Berln}}", "interlock.yaml:3:56: there is no time zone `Europe/Berln`; did you mean `Europe/Berlin`? name one of the IANA database, such as `Europe/Berlin` or `UTC`")]
    [InlineData("freezes:\n  - {name: a, when: {from: '10:00', to: '25:00', zone: UTC}}", "interlock.yaml:3:41: not a time of day at which something can end; write it as `18:00`, from 00:01 to 24:00")]
    [InlineData("requests: {pending: 0}", "interlock.yaml:2:21: `pending` is an integer from 1 to 1000")]
    [InlineData("requests: {cooldown: 25h}", "interlock.yaml:2:22: `cooldown` lies outside its range; give a duration from 0ms to 24h")]
    public void A_fault_is_named_with_its_place_and_its_mend(string text, string expected) =>
        Assert.Equal(expected, bench.Fault($"version: 1\n{text}\n"));

    [Theory]
    [InlineData("alice, bob, carol]", "alice, bob, carol, dora]")]
    [InlineData("sre: [alice, bob]", "sre: [alice, bob, carol]")]
    [InlineData("min_review: 30s", "min_review: 29s")]
    [InlineData("self_approval: allow", "self_approval: forbid")]
    [InlineData("drift: halt", "drift: show")]
    [InlineData("resume: 2 of sre", "resume: 1 of sre")]
    [InlineData("pins/genesis", "/tmp/genesis")]
    [InlineData("[fri, sat]", "[fri]")]
    public void Whatever_rules_is_in_both_digests(string before, string after)
    {
        Assert.Contains(before, Full, StringComparison.Ordinal);
        var (old, changed) = (bench.Configuration(Full), bench.Configuration(Full.Replace(before, after)));
        Assert.NotEqual(old.Digest, changed.Digest);
        Assert.NotEqual(old.PolicyDigest, changed.PolicyDigest);
    }

    [Theory]
    [InlineData("  deploy: {", "  look: {mutating: false, command: {argv: [echo, look]}}\n  deploy: {")]
    [InlineData("[echo, deploy]", "[echo, deployed]")]
    [InlineData("deploy: {mutating: false, ", "deploy: {resources: ['a:b'], ")]
    public void The_definition_of_an_action_is_in_the_one_digest_and_not_in_the_other(string before, string after)
    {
        Assert.Contains(before, Full, StringComparison.Ordinal);
        var (old, changed) = (bench.Configuration(Full), bench.Configuration(Full.Replace(before, after)));
        Assert.NotEqual(old.Digest, changed.Digest);
        Assert.Equal(old.PolicyDigest, changed.PolicyDigest);
    }

    [Fact]
    public void Room_for_proposals_decides_nothing_about_a_plan() => Assert.Equal(
        bench.Configuration(Full).Digest, bench.Configuration(Full.Replace("{pending: 7, cooldown: 1h}", "{}")).Digest);

    [Fact]
    public void Every_example_of_the_guide_loads()
    {
        var guide = File.ReadAllText(Path.Combine(SharedData.Repository, "docs", "guide", "approval-rules.md"));
        var examples = guide.Split("```yaml\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]).ToList();

        Assert.Equal(3, examples.Count);
        foreach (var example in examples)
        {
            _ = bench.Configuration($"version: 1\n{example}actions: {{deploy: {{mutating: false, command: {{argv: [echo]}}}}}}\n");
        }
    }

    [Fact]
    public void It_is_explained_in_plain_words()
    {
        var text = ConfigExplain.Text(bench.Configuration(Full));
        foreach (var line in (string[])
        [
            "group sre: alice, bob",
            "rule production: plans with a stage that does deploy and touches service:prod-* need 1 of sre and 1 of security, signed with a touched authenticator, with a reason, after at least 30s of review",
            "rule irreversible: plans of claude with at least 2 stages and a stage that cannot be undone need 2 of anyone",
            "a plan that no rule matches needs 1 of anyone; all rules that match are to be met",
            "the owner of an agent may approve what it proposes (`self_approval: allow`)",
            "freeze weekend: plans with a stage that does deploy may not run fri, sat from 16:00 to 08:00 of the next day (Europe/Berlin): nobody is there to look",
            "freeze year's end: all plans may not run from 2026-12-20T00:00 to 2027-01-05T00:00 (UTC)",
            "a run that no longer sees what the approver saw halts until a person countersigns the difference",
            "to resume after an emergency stop needs 2 of sre",
            "governance is locked: a change of what decides needs 2 of sre of those who decided before",
            "at most 7 proposals of an agent wait for a person; what was rejected may come again after 1h",
        ])
        {
            Assert.Contains($"  {line}\n", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("warning", text, StringComparison.Ordinal);
        Assert.Contains("  every plan needs 1 of anyone\n", ConfigExplain.Text(bench.Configuration("version: 1")), StringComparison.Ordinal);
        var json = ConfigExplain.Json(bench.Configuration(Full));
        Assert.Equal(bench.Configuration(Full).PolicyDigest.ToString(), json.Text("policy_digest"));
        Assert.Equal("halt", (json["approval"] as JsonObject)?.Text("drift"));
    }

    [Fact]
    public void A_rule_that_the_owner_makes_impossible_and_an_owner_that_is_likely_a_slip_are_warned_of()
    {
        var blocked = bench.Configuration(
            "{version: 1, approvers: [alice, bob], agents: {claude: {owner: alice}, cron: {}}, groups: {sre: [alice, bob]}, rules: [{name: two, require: 2 of sre}]}");
        Assert.Equal(
            "the rule two cannot be met for plans of the agent claude, whose owner may not approve them; add people to its groups, or ask for fewer",
            Assert.Single(ConfigExplain.Warnings(blocked)));
        Assert.Equal(
            "the owner `alcie` of the agent claude is no approver, so nobody is kept from approving its plans; did you mean `alice`?",
            Assert.Single(ConfigExplain.Warnings(bench.Configuration("{version: 1, approvers: [alice, bob], agents: {claude: {owner: alcie}}}"))));
        Assert.Empty(ConfigExplain.Warnings(bench.Configuration("{version: 1, approvers: [alice, bob], agents: {claude: {owner: nobody-near}}}")));
    }
}
