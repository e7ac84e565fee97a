using System.Text.Json;
using Interlock.Checks;
using Interlock.Actions;

namespace Interlock.Tests.Adapters;

public sealed class CommandActions : IDisposable
{
    private const string Unit = """ "params": {"unit": {"type": "string", "pattern": "[a-z@./ -]+"}}, "resources": ["service:{unit}"] """;

    private readonly AdapterBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_command_runs_without_a_shell_and_its_output_is_captured()
    {
        var script = bench.Script("show", "printf '<%s>' \"$@\"; echo ' err' >&2");
        var outcome = await bench.RunAsync(
            $$"""{"params": {"who": {"pattern": ".*"} }, "resources": ["x:1"], "command": {"argv": ["{{script}}", "a b", "{who}", "$(id)", "*"]} }""",
            """{"who": "x; touch pwned `id`"}""");
        Assert.IsType<StageOutcome.Succeeded>(outcome);
        Assert.Contains("<a b><x; touch pwned `id`><$(id)><*>", AdapterBench.Text(outcome), StringComparison.Ordinal);
        Assert.Contains("err", AdapterBench.Text(outcome), StringComparison.Ordinal);
        Assert.False(File.Exists(bench.At("pwned")));
    }

    [Fact]
    public async Task An_exit_code_that_is_no_success_is_a_failure_with_its_output()
    {
        var script = bench.Script("fail", "echo sorry; exit 3");
        var outcome = await bench.RunAsync($$"""{"resources": ["x:1"], "command": {"argv": ["{{script}}"]} }""");
        Assert.IsType<StageOutcome.Failed>(outcome);
        Assert.Equal("exit code 3", outcome.Detail);
        Assert.Equal("sorry\n", AdapterBench.Text(outcome));
        outcome = await bench.RunAsync($$"""{"resources": ["x:1"], "command": {"argv": ["{{script}}"], "success": [0, 3]} }""");
        Assert.IsType<StageOutcome.Succeeded>(outcome);
    }

    [Fact]
    public async Task The_environment_holds_only_what_was_declared()
    {
        bench.Set("HOMELY", "yes");
        var outcome = await bench.RunAsync(
            """{"resources": ["x:1"], "command": {"argv": ["env"], "env": {"A": "1", "B": {"from_env": "HOMELY"}}}}""");
        var names = AdapterBench.Text(outcome).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]).Order();
        Assert.Equal(["A", "B", "INTERLOCK_IDEMPOTENCY_KEY", "INTERLOCK_STAGE", "LANG", "PATH"], names);
        Assert.Contains($"INTERLOCK_IDEMPOTENCY_KEY={AdapterBench.Key("k")}\n", AdapterBench.Text(outcome), StringComparison.Ordinal);
        Assert.Contains("B=yes\n", AdapterBench.Text(outcome), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_is_dev_null_and_no_other_descriptor_is_open()
    {
        var outcome = await bench.RunAsync(
            """{"resources": ["x:1"], "command": {"argv": ["sh", "-c", "readlink /proc/self/fd/0; pwd; for i in $(seq 3 64); do readlink /proc/self/fd/$i; done; true"]}}""");
        Assert.Equal($"/dev/null\n{bench.Folder}\n", AdapterBench.Text(outcome));
    }

    [Fact]
    public async Task A_secret_is_handed_over_and_shown_nowhere()
    {
        bench.Set("TOKEN", "hunter2-hunter2");
        await File.WriteAllTextAsync(bench.At("pw"), "file-secret-9\n");
        var script = bench.Script("tell", "echo t=$T p=$P");
        var action = bench.Action($$"""
            {"resources": ["x:1"], "command": {"argv": ["{{script}}"],
             "env": {"T": {"secret": "env:TOKEN"}, "P": {"secret": "file:{{bench.At("pw")}}"} } } }
            """);
        var effect = Assert.Single(AdapterBench.Effects(action, "{}"));
        Assert.Contains("env:TOKEN", effect.Json.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", effect.Json.ToString() + effect.Summary + action.Definition, StringComparison.Ordinal);
        var outcome = await action.Executor.ExecuteAsync(effect, AdapterBench.Key("k"), CancellationToken.None);
        Assert.Equal($"t=[secret env:TOKEN] p=[secret file:{bench.At("pw")}]\n", AdapterBench.Text(outcome));
    }

    [Fact]
    public async Task A_secret_that_crosses_the_output_limit_is_replaced_as_a_whole()
    {
        bench.Set("TOKEN", "hunter2-hunter2");
        var script = bench.Script("tell", "printf 'abcd%s-and-more' $T");
        var outcome = await bench.RunAsync($$"""
            {"resources": ["x:1"], "command": {"argv": ["{{script}}"], "output_limit": 8, "env": {"T": {"secret": "env:TOKEN"} } } }
            """);
        Assert.Equal("abcd[secret env:TOKEN]", AdapterBench.Text(outcome));
    }

    [Fact]
    public async Task A_missing_secret_means_not_dispatched()
    {
        var outcome = await bench.RunAsync("""
            {"resources": ["x:1"], "command": {"argv": ["true"], "env": {"T": {"secret": "env:NOWHERE"}}}}
            """);
        Assert.IsType<StageOutcome.NotDispatched>(outcome);
        Assert.Contains("`env:NOWHERE`", outcome.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "option")]
    [InlineData("-rf", "option")]
    public void A_value_never_becomes_an_option(string value, string reason)
    {
        var action = bench.Action($$"""{ {{Unit}}, "command": {"argv": ["systemctl", "restart", "{unit}"]} }""".Replace("systemctl", "echo", StringComparison.Ordinal));
        var refusal = AdapterBench.Refusal(action, $$"""{"unit": "{{value}}"}""");
        Assert.Equal("stages/0/params/unit", refusal.Path);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_literal_double_dash_or_inside_an_argument_a_value_may_start_with_a_dash()
    {
        var action = bench.Action($$"""{ {{Unit}}, "command": {"argv": ["echo", "--unit={unit}", "--", "{unit}"]} }""");
        var effect = Assert.Single(AdapterBench.Effects(action, """{"unit": "-x"}"""));
        Assert.EndsWith("""["/usr/bin/echo","--unit=-x","--","-x"]""", effect.Content["argv"]?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_double_dash_that_is_itself_a_value_ends_no_options()
    {
        var action = bench.Action("""
            {"params": {"a": {"pattern": ".*"}, "b": {"pattern": ".*"}}, "resources": ["x:1"], "command": {"argv": ["echo", "{a}", "{b}"]}}
            """);
        Assert.Contains("option", AdapterBench.Refusal(action, """{"a": "--", "b": "-x"}""").Message, StringComparison.Ordinal);
        Assert.Contains("option", AdapterBench.Refusal(action, """{"a": "", "b": "-x"}""").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a\nb")]
    [InlineData("web\n")]
    [InlineData("a b")]
    [InlineData("%2e%2e")]
    [InlineData("@evil")]
    [InlineData("web٣")]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("web​")]
    public void Hostile_values_are_refused_whatever_the_pattern_lets_out(string value)
    {
        var action = bench.Action("""{"params": {"unit": {"pattern": "^[a-z\\d]+$"}}, "resources": ["x:{unit}"], "command": {"argv": ["echo", "{unit}"]}}""");
        var refusal = AdapterBench.Refusal(action, $$"""{"unit": {{JsonSerializer.Serialize(value)}} }""");
        Assert.Equal("stages/0/params/unit", refusal.Path);
    }

    [Fact]
    public void A_very_long_value_is_refused()
    {
        var action = bench.Action("""{"params": {"unit": {"pattern": "a*"}}, "resources": ["x:1"], "command": {"argv": ["echo", "{unit}"]}}""");
        Assert.Contains("256", AdapterBench.Refusal(action, $$"""{"unit": "{{new string('a', 100_000)}}"}""").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_missing_and_mistyped_parameters_are_refused_with_their_path()
    {
        var action = bench.Action("""{"params": {"n": {"type": "integer", "minimum": 1, "maximum": 9}}, "resources": ["x:1"], "command": {"argv": ["echo", "{n}"]}}""");
        Assert.Equal("stages/0/params/m", AdapterBench.Refusal(action, """{"n": 1, "m": 2}""").Path);
        Assert.Equal("stages/0/params/n", AdapterBench.Refusal(action, "{}").Path);
        Assert.Contains("an integer", AdapterBench.Refusal(action, """{"n": "1"}""").Message, StringComparison.Ordinal);
        Assert.Contains("not an integer", AdapterBench.Refusal(action, """{"n": 1.5}""").Message, StringComparison.Ordinal);
        Assert.Contains("larger than 9", AdapterBench.Refusal(action, """{"n": 10}""").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_looks_like_a_placeholder_stays_a_value()
    {
        var action = bench.Action("""
            {"params": {"a": {"pattern": ".*"}, "b": {"pattern": ".*"}}, "resources": ["x:{a}"], "command": {"argv": ["echo", "{a}{{a}}", "{b}"]}}
            """);
        var effect = Assert.Single(AdapterBench.Effects(action, """{"a": "{b}", "b": "B"}"""));
        Assert.Equal("""["/usr/bin/echo","{b}{a}","B"]""", effect.Content["argv"]?.ToString());
    }

    [Fact]
    public void A_stage_fans_out_over_a_list()
    {
        var action = bench.Action("""
            {"params": {"units": {"type": "array", "pattern": "[a-z0-9]+"}}, "for_each": "units", "resources": ["service:{units}"],
             "command": {"argv": ["echo", "{units}"]}}
            """);
        var effects = AdapterBench.Effects(action, """{"units": ["web1", "web2"]}""");
        Assert.Equal(["web1", "web2"], effects.Select(effect => effect.Target));
        Assert.Equal(["service:web1", "service:web2"], effects.Select(effect => Assert.Single(effect.Resources).ToString()));
        Assert.NotEqual(effects[0].Digest, effects[1].Digest);
        Assert.Contains("twice", AdapterBench.Refusal(action, """{"units": ["a", "a"]}""").Message, StringComparison.Ordinal);
        Assert.Contains("1 to 100", AdapterBench.Refusal(action, """{"units": []}""").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_was_swapped_is_another_definition_and_is_not_run()
    {
        var script = bench.Script("tool", "echo one");
        var declaration = $$"""{"resources": ["x:1"], "command": {"argv": ["./tool"]} }""";
        var before = bench.Action(declaration);
        var effect = Assert.Single(AdapterBench.Effects(before, "{}"));
        bench.Script("tool", "echo two");
        Assert.NotEqual(before.Definition.ToString(), bench.Action(declaration).Definition.ToString());
        Assert.Contains(script, effect.Content.ToString(), StringComparison.Ordinal);
        var outcome = await before.Executor.ExecuteAsync(effect, AdapterBench.Key("k"), CancellationToken.None);
        Assert.IsType<StageOutcome.NotDispatched>(outcome);
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_means_not_dispatched()
    {
        var script = bench.Script("odd", "true");
        await File.WriteAllTextAsync(script, "#!/no/such/interpreter\n");
        var outcome = await bench.RunAsync($$"""{"resources": ["x:1"], "command": {"argv": ["{{script}}"]} }""");
        Assert.IsType<StageOutcome.NotDispatched>(outcome);
        Assert.StartsWith("the command was not started", outcome.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"command": {"argv": ["echo"]}}""", "resources", "resources:")]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": ["echo"], "shell": true}}""", "command/shell", "not known")]
    [InlineData("""{"resources": ["x:1"], "comand": {"argv": ["echo"]}}""", "(root)", "exactly one of")]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": []}}""", "command", "argv")]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": ["no-such-program-anywhere"]}}""", "command/argv/0", "absolute path")]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": ["echo", "{who}"]}}""", "command/argv/1", "declare it")]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": ["echo", "{"]}}""", "command/argv/1", "{{")]
    [InlineData("""{"resources": ["x:1"], "params": {"p": {"pattern": "echo"}}, "command": {"argv": ["{p}"]}}""", "command/argv/0", "fixed")]
    [InlineData("""{"resources": ["x:1"], "params": {"p": {"type": "string"}}, "command": {"argv": ["echo"]}}""", "params/p", "any text")]
    [InlineData("""{"resources": ["x:1"], "params": {"p": {"pattern": "(?=a)"}}, "command": {"argv": ["echo"]}}""", "params/p/pattern", "backtracking")]
    [InlineData("""{"resources": ["x:1"], "params": {"p": {"pattern": "a)(b"}}, "command": {"argv": ["echo"]}}""", "params/p/pattern", "a `)` without its `(`")]
    [InlineData("""{"resources": ["x:1"], "params": {"p": {"content": true}}, "command": {"argv": ["echo", "{p}"]}}""", "command/argv/1", "content")]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": ["echo"], "timeout": "soon"}}""", "command/timeout", "30s")]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": ["echo"], "env": {"T": {"secret": "hunter2"}}}}""", "command/env/T", "reference")]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": ["echo"], "env": {"INTERLOCK_STAGE": "x"}}}""", "command/env/INTERLOCK_STAGE", "INTERLOCK_")]
    [InlineData("""{"resources": ["nothing"], "command": {"argv": ["echo"]}}""", "resources/0", "kind:id")]
    [InlineData("""{"resources": ["x:1"], "for_each": "p", "command": {"argv": ["echo"]}}""", "for_each", "list")]
    public void A_faulty_declaration_is_refused_with_place_and_mend(string declaration, string path, string mend)
    {
        var refusal = bench.ActionRefusal(declaration);
        Assert.Equal(path, refusal.Path);
        Assert.Contains(mend, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_of_the_parameters_says_what_describe_checks()
    {
        var action = bench.Action($$"""{ {{Unit}}, "command": {"argv": ["echo", "{unit}"]} }""");
        Assert.Equal(
            """{"$schema":"https://json-schema.org/draft/2020-12/schema","additionalProperties":false,"properties":{"unit":{"allOf":[{"pattern":"^[ -~]*$"}],"maxLength":256,"pattern":"^(?:[a-z@./ -]+)$","type":"string"}},"required":["unit"],"type":"object"}""",
            action.ParametersSchema.ToString());
    }

    [Fact]
    public async Task Probes_read_the_exit_code_the_output_or_a_place_in_it()
    {
        Assert.Equal("7", await Seen("""{"command": {"argv": ["sh", "-c", "exit 7"], "read": "exit_code"}}"""));
        Assert.Equal("\"hello\"", await Seen("""{"command": {"argv": ["echo", " hello "], "read": "stdout"}}"""));
        Assert.Equal("\"x\"", await Seen("""{"command": {"argv": ["sh", "-c", "echo no >&2; echo x"]}}"""));
        Assert.Equal("true", await Seen("""{"command": {"argv": ["echo", "{{\"a/b\":[{{\"ok\":true}}]}}"], "json_pointer": "/a~1b/0/ok"}}"""));
        var unanswered = await bench.ObserveAsync("""{"command": {"argv": ["sh", "-c", "echo x; exit 1"]}}""");
        Assert.Equal("the command ended with exit code 1", Assert.IsType<Observation.Unanswered>(unanswered).Reason);
        unanswered = await bench.ObserveAsync("""{"command": {"argv": ["echo", "12345"], "output_limit": 3}}""");
        Assert.Contains("output_limit", Assert.IsType<Observation.Unanswered>(unanswered).Reason, StringComparison.Ordinal);
        unanswered = await bench.ObserveAsync("""{"command": {"argv": ["sleep", "60"], "timeout": "200ms"}}""");
        Assert.Contains("0.2 s", Assert.IsType<Observation.Unanswered>(unanswered).Reason, StringComparison.Ordinal);
    }

    private async Task<string> Seen(string declaration) =>
        Assert.IsType<Observation.Seen>(await bench.ObserveAsync(declaration)).Value.ToString();
}
