using System.Text.Json;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Policies;

namespace Interlock.Tests.Surface.Mcp;

public sealed class CatalogFacts
{
    [Fact]
    public async Task Every_example_of_the_catalog_passes_check_plan()
    {
        await using var host = await AgentHost.InitializedAsync();
        var catalog = await host.CallAsync("describe_catalog");
        var actions = catalog.GetProperty("actions").EnumerateArray().ToList();
        Assert.Equal(["look", "publish", "restart", "wipe"], actions.Select(action => action.GetProperty("name").GetString()));
        foreach (var action in actions.Where(action => action.GetProperty("name").GetString() != "wipe"))
        {
            var body = $$"""{"intent":"an example","stages":[{{action.GetProperty("example").GetRawText()}}]}""";
            var checkedPlan = await host.CallAsync("check_plan", $$"""{"body":{{body}}}""");
            Assert.True(checkedPlan.GetProperty("approvable").GetBoolean(), checkedPlan.ToString());
        }

        var whole = await host.CallAsync("propose_plan", $$"""{"body":{{catalog.GetProperty("example_plan").GetRawText()}}}""");
        Assert.True(whole.GetProperty("accepted").GetBoolean(), whole.ToString());
    }

    [Fact]
    public async Task The_catalog_says_what_each_action_needs_and_what_is_forbidden()
    {
        await using var host = await AgentHost.InitializedAsync();
        var catalog = await host.CallAsync("describe_catalog");
        var actions = catalog.GetProperty("actions").EnumerateArray().ToDictionary(action => action.GetProperty("name").GetString() ?? "");
        Assert.Equal(["rollback", "preconditions"], actions["restart"].GetProperty("needs").EnumerateArray().Select(need => need.GetString()));
        Assert.Empty(actions["look"].GetProperty("needs").EnumerateArray());
        Assert.True(actions["wipe"].GetProperty("forbidden").GetBoolean());
        Assert.False(actions["wipe"].TryGetProperty("example", out _));
        Assert.Equal("web-1", actions["restart"].GetProperty("params_schema").GetProperty("properties").GetProperty("host").GetProperty("enum")[0].GetString());
        Assert.Equal("up", catalog.GetProperty("probes")[0].GetProperty("name").GetString());
        Assert.Equal(100, catalog.GetProperty("limits").GetProperty("max_stages").GetInt32());
        Assert.Equal("none", catalog.GetProperty("isolation").GetString());
        Assert.Contains(catalog.GetProperty("rules").EnumerateArray(), rule => (rule.GetString() ?? "").Contains("`wipe`", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_instructions_alone_hold_a_plan_that_validates()
    {
        await using var host = await AgentHost.StartAsync();
        var result = (await host.RequestAsync(
            "initialize", """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}""")).GetProperty("result");
        var instructions = result.GetProperty("instructions").GetString() ?? "";
        Assert.Contains("restart (mutating)", instructions, StringComparison.Ordinal);
        Assert.Contains("wipe (forbidden by policy)", instructions, StringComparison.Ordinal);
        Assert.InRange(instructions.Length, 1_000, 6_000);
        var body = instructions.Split('\n').Single(line => line.StartsWith("{\"intent\":\"", StringComparison.Ordinal) && !line.Contains("string", StringComparison.Ordinal));
        var proposed = await host.CallAsync("propose_plan", $$"""{"body":{{body}}}""");
        Assert.True(proposed.GetProperty("accepted").GetBoolean(), proposed.ToString());
    }

    [Fact]
    public async Task An_empty_catalog_explains_how_to_add_an_action()
    {
        await using var host = await AgentHost.StartAsync(catalog: Catalog.Empty, policy: Policy.Empty);
        var result = (await host.RequestAsync(
            "initialize", """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}""")).GetProperty("result");
        Assert.Contains("interlock.yaml", result.GetProperty("instructions").GetString(), StringComparison.Ordinal);
        var catalog = await host.CallAsync("describe_catalog");
        Assert.Contains("interlock.yaml", catalog.GetProperty("help").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, catalog.GetProperty("example_plan").ValueKind);
    }

    [Fact]
    public async Task The_prompt_teaches_the_format_and_carries_the_goal()
    {
        await using var host = await AgentHost.InitializedAsync();
        var listed = (await host.RequestAsync("prompts/list")).GetProperty("result").GetProperty("prompts");
        Assert.Equal("write_plan", listed[0].GetProperty("name").GetString());
        var prompt = (await host.RequestAsync("prompts/get", """{"name":"write_plan","arguments":{"goal":"restart all web servers"}}""")).GetProperty("result");
        var text = prompt.GetProperty("messages")[0].GetProperty("content").GetProperty("text").GetString() ?? "";
        Assert.Contains("restart all web servers", text, StringComparison.Ordinal);
        Assert.Contains("params_schema", text, StringComparison.Ordinal);
        Assert.Contains("check_plan", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_of_a_body_names_the_extension_of_the_policy()
    {
        var world = new FakeWorld();
        var policy = new PolicyBuilder().Action("restart").Extend(new SchemaExtension(
            JsonObject.Of(("ticket", JsonObject.Of(("type", "string")))),
            JsonObject.Of(("window", JsonObject.Of(("type", "string")))),
            null)).Build();
        await using var host = await AgentHost.StartAsync(catalog: world.Catalog(), policy: policy, world: world);
        await host.RequestAsync("initialize", """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}""");
        var body = (await host.CallAsync("describe_catalog")).GetProperty("plan_format").GetProperty("properties");
        Assert.True(body.TryGetProperty("ticket", out _));
        Assert.True(body.GetProperty("stages").GetProperty("items").GetProperty("properties").TryGetProperty("window", out _));
    }
}
