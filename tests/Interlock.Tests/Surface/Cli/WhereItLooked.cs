using System.Text;
using Interlock.Canonical;

namespace Interlock.Tests.Surface.Cli;

/// <summary>What a person needs who stands in a wrong folder, or before a plan that is refused: the place.</summary>
public sealed class WhereItLooked
{
    private const string Body =
        """
        intent: x
        stages:
          - id: a
            action: write_note
            params: {name: "Not A Name", text: hi}
            colour: red
        """;

    private const string Json = "{\n\t\"intent\": \"x\",\n\t\"stages\": [\n\t\t{\"id\": \"a\", \"action\": \"launch\", \"params\": {}}\n\t]\n}\n";

    [Theory]
    [InlineData("plan.yaml", Body, "schema-valid: plan.yaml:3:5: body/stages/0: ")]
    [InlineData("plan.yaml", Body, "mutating-stage-has-rollback: plan.yaml:3:5: body/stages/0/rollback: ")]
    [InlineData("plan.json", Json, "unique-ids-and-known-actions: plan.json:4:25: body/stages/0/action: ")]
    [InlineData("whole.json", "{\"body\":\n" + Json + "}", "unique-ids-and-known-actions: whole.json:5:25: body/stages/0/action: ")]
    public async Task A_fault_in_a_plan_is_told_with_its_line_and_column(string name, string text, string expected)
    {
        await using var bench = new CliBench();
        await File.WriteAllTextAsync(bench.At(name), text);

        Assert.Contains(expected, (await bench.RunAsync("validate", name)).Out, StringComparison.Ordinal);
        Assert.Contains(expected, (await bench.RunAsync("propose", name)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_of_several_faults_has_its_own_line_and_place()
    {
        await using var bench = new CliBench();
        await File.WriteAllTextAsync(bench.At("plan.yaml"), $"{Body}\n  - id: a\n    action: launch\n    params: {{}}\n");
        var text = (await bench.RunAsync("validate", "plan.yaml")).Out;

        Assert.Contains("✗ unique-ids-and-known-actions\n    plan.yaml:7:9: body/stages/1/id: ", text, StringComparison.Ordinal);
        Assert.Contains("\n    plan.yaml:8:13: body/stages/1/action: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_from_a_pipe_has_paths_alone()
    {
        await using var bench = new CliBench { Piped = Encoding.UTF8.GetBytes(Json) };

        Assert.Contains("unique-ids-and-known-actions: body/stages/0/action: ", (await bench.RunAsync("validate", "-")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_in_a_policy_file_is_told_with_its_line_and_column()
    {
        await using var bench = new CliBench();
        await File.WriteAllTextAsync(bench.At("plan.yaml"), Body);
        await File.WriteAllTextAsync(bench.At("rules.yaml"), "forbidden_actions: []\nunknown_action: perhaps\n");
        var ran = await bench.RunAsync("validate", "plan.yaml", "--policy", "rules.yaml");

        Assert.Equal(78, ran.Exit);
        Assert.StartsWith("interlock: rules.yaml:2:17: unknown_action: ", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_wrong_folder_every_command_says_where_it_looked_and_makes_nothing()
    {
        await using var bench = new CliBench(configuration: null);
        bench.Variables["HOME"] = bench.At("home");
        await File.WriteAllTextAsync(bench.At("plan.yaml"), CliBench.Plan());
        string[][] commands =
        [
            ["list"], ["show", "abcdef00"], ["log", "abcdef00"], ["watch", "abcdef00"], ["approve", "abcdef00", "--by", "a", "--yes"],
            ["reject", "abcdef00", "--by", "a"], ["execute", "abcdef00"], ["propose", "plan.yaml", "--continues", "abcdef00"],
        ];
        foreach (var command in commands)
        {
            var ran = await bench.RunAsync(command);
            Assert.Contains($"in the data folder `{bench.At("home/.local/share/interlock")}`, the default", ran.Out + ran.Error, StringComparison.Ordinal);
        }

        Assert.Equal(1, (await bench.RunAsync("propose", "plan.yaml")).Exit);
        Assert.Equal(1, (await bench.RunAsync("propose", "nowhere.yaml")).Exit);
        Assert.False(Directory.Exists(bench.At("home")));
    }

    [Fact]
    public async Task The_configuration_that_names_the_folder_is_told()
    {
        await using var bench = new CliBench();
        Assert.Equal(
            $"no plans yet in the data folder `{bench.At("data")}`, which `{bench.At("interlock.yaml")}` names\n", (await bench.RunAsync("list")).Out);
        await bench.ProposeAsync();
        Assert.EndsWith(
            $"\ninterlock: looked in the data folder `{bench.At("data")}`, which `{bench.At("interlock.yaml")}` names\n",
            (await bench.RunAsync("show", "00000000")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_proposal_makes_no_ledger_but_is_noted_in_one_that_is_there()
    {
        await using var bench = new CliBench();
        await File.WriteAllTextAsync(bench.At("bad.yaml"), Body);
        var refused = await bench.RunAsync("propose", "bad.yaml", "--json");

        Assert.Equal(1, refused.Exit);
        Assert.Equal("invalid", CliBench.Json(refused)["refusal"] is JsonObject refusal ? refusal.Text("code") : null);
        Assert.False(Directory.Exists(bench.At("data")));
        await bench.ProposeAsync();
        Assert.Equal(1, (await bench.RunAsync("propose", "bad.yaml")).Exit);
        Assert.Contains("propose-rejected", (await bench.RunAsync("log")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_makes_the_folder_that_it_is_told()
    {
        await using var bench = new CliBench(configuration: null);
        var ran = await bench.RunAsync("init", "new/site");

        Assert.Equal(0, ran.Exit);
        Assert.True(File.Exists(bench.At("new/site/interlock.yaml")));
        Assert.Equal(0, (await bench.RunAsync("config", "check", "--config", "new/site/interlock.yaml")).Exit);
        Assert.Equal(1, (await bench.RunAsync("init", "new/site")).Exit);
        await File.WriteAllTextAsync(bench.At("file"), "");
        Assert.Equal(74, (await bench.RunAsync("init", "file")).Exit);
    }
}
