using Interlock.Canonical;
using Interlock.Cli.Configuration;

namespace Interlock.Tests.Cli.Configuration;

public sealed class Explaining : IDisposable
{
    private readonly ConfigurationBench bench = new();

    public void Dispose() => bench.Dispose();

    private string Text(string yaml) => ConfigExplain.Text(bench.Configuration(yaml));

    [Fact]
    public void It_says_in_plain_words_what_may_be_done_and_by_whom()
    {
        Directory.CreateDirectory(bench.At("pool"));
        bench.Set("TOKEN", "s3cr3t-value");
        var text = Text(
            """
            version: 1
            unsigned: allow
            agents: {claude: {owner: alice}}
            approvers: [bob, alice]
            policy: {forbidden_actions: [stop], forbidden_targets: [{kind: service, id: database}]}
            actions:
              start: {description: Start it., resources: ["service:{unit}"], params: {unit: {enum: [web, mail]}}, command: {argv: [echo, start, "{unit}"]}}
              stop: {resources: ["service:{unit}"], params: {unit: {pattern: "[a-z]+"}}, command: {argv: [echo, stop, "{unit}"]}}
              note: {params: {name: {pattern: "[a-z]+"}}, file: {op: delete, roots: [pool], path: "{name}.txt"}}
              call: {resources: ["api:x"], http: {method: POST, url: "https://example.org/x", headers: {Authorization: {secret: "env:TOKEN", prefix: "Bearer "}}}}
            probes:
              up: {visible: true, command: {argv: [echo, up], read: exit_code}}
            """);
        foreach (var expected in (string[])
        [
            "claude, owned by alice", "alice, bob, and nobody else", "`unsigned: allow`", "isolation: none",
            "start: changes the world\n", "Start it.", "echo start {unit} in ", "takes unit: one of web, mail", "touches service:{unit}",
            "stop: changes the world; FORBIDDEN by the policy", "takes unit: text that matches [a-z]+\n",
            "deletes the file {name}.txt beneath " + bench.At("pool"), "takes expect_sha256 (optional)",
            "sends POST https://example.org/x to example.org", "the secret of actions/call/http/headers/Authorization/secret: env:TOKEN",
            "up: agents are told the value", "echo up in " + bench.Folder + ", and reads its exit code",
            "every target and resource with id = database and kind = service", "needs a rollback and at least one precondition",
            "the default ones", "a proposal waits 24h for its approval, which then holds 1h", bench.At(".interlock"),
        ])
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("s3cr3t", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_safe_default_says_that_nothing_can_happen()
    {
        var text = ConfigExplain.Text(ConfigurationBench.Whole(bench.Load()));
        Assert.Contains("the safe default holds; write one with `interlock init`", text, StringComparison.Ordinal);
        Assert.Contains("no plan can be accepted", text, StringComparison.Ordinal);
        Assert.Contains("nothing can be approved", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_says_the_same()
    {
        var configuration = bench.Configuration(
            "{version: 1, instance: here, approvers: [al], actions: {say: {mutating: false, command: {argv: [echo, hi]}}}, policy: {forbidden_actions: [say]}}");
        var json = ConfigExplain.Json(configuration);
        Assert.Equal(configuration.Digest.ToString(), json.Text("digest"));
        Assert.Equal("none", json.Text("isolation"));
        Assert.Equal("forbid", json.Text("unsigned"));
        var say = (JsonObject?)((JsonObject?)json["actions"])?["say"];
        Assert.Equal("false true", $"{say?["mutating"]} {say?["forbidden"]}");
        Assert.EndsWith("echo hi in " + bench.Folder, say?.Text("does"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_against_what_no_action_touches_is_warned_of()
    {
        const string Rules = "{version: 1, policy: {forbidden_targets: RULES}, actions: {"
            + "run: {resources: ['service:web'], command: {argv: [echo]}}, rm: {params: {f: {pattern: '[a-z]+'}}, file: {op: delete, roots: [pool], path: '{f}'}}}}";
        Directory.CreateDirectory(bench.At("pool"));
        Assert.Empty(ConfigExplain.Warnings(bench.Configuration(Rules.Replace("RULES", "[{kind: service, id: x}, {kind: file}, {id: y}]", StringComparison.Ordinal))));
        Assert.Equal(
            "the policy forbids targets of the kind `servce`, and no action touches that kind; did you mean `service`?",
            Assert.Single(ConfigExplain.Warnings(bench.Configuration(Rules.Replace("RULES", "[{kind: servce, id: x}, {kind: servce, id: y}]", StringComparison.Ordinal)))));
    }

    [Fact]
    public void An_action_that_could_rewrite_the_ledger_is_warned_of()
    {
        const string Roots = "{version: 1, actions: {rm: {params: {f: {pattern: '[a-z]+'}}, file: {op: delete, roots: [ROOT], path: '{f}'}}}}";
        Directory.CreateDirectory(bench.At("pool"));
        Assert.Empty(ConfigExplain.Warnings(bench.Configuration(Roots.Replace("ROOT", "pool"))));
        var warnings = ConfigExplain.Warnings(bench.Configuration(Roots.Replace("ROOT", "."))).ToList();
        Assert.Equal(2, warnings.Count);
        Assert.StartsWith("the ledger lies beneath a root of the action rm", warnings[0], StringComparison.Ordinal);
        Assert.Contains("warning: this configuration lies beneath", Text(Roots.Replace("ROOT", ".")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_cannot_steer_the_terminal()
    {
        var text = Text("{version: 1, instance: x, actions: {say: {description: \"a\\e[31mb\\nc\", mutating: false, command: {argv: [echo]}}}}");
        Assert.DoesNotContain('\u001b', text);
        Assert.Contains("a\\u{1b}[31mb\\u{a}c", text, StringComparison.Ordinal);
    }
}
