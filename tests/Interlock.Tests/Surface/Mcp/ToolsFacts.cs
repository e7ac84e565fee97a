using System.Text.Json;

namespace Interlock.Tests.Surface.Mcp;

public sealed class ToolsFacts
{
    [Fact]
    public async Task The_tools_are_those_of_the_contract_and_none_approves()
    {
        await using var host = await AgentHost.InitializedAsync();
        var tools = (await host.RequestAsync("tools/list")).GetProperty("result").GetProperty("tools").EnumerateArray().ToDictionary(
            tool => tool.GetProperty("name").GetString() ?? "");

        Assert.Equal(
            ["check_plan", "describe_catalog", "execute_plan", "get_plan", "list_plans", "propose_plan", "wait_for_plan", "withdraw_plan"],
            tools.Keys.Order(StringComparer.Ordinal));
        foreach (var tool in tools.Values)
        {
            Assert.Equal("object", tool.GetProperty("inputSchema").GetProperty("type").GetString());
            Assert.False(tool.GetProperty("inputSchema").GetProperty("additionalProperties").GetBoolean());
            Assert.Equal("object", tool.GetProperty("outputSchema").GetProperty("type").GetString());
            Assert.NotEmpty(tool.GetProperty("title").GetString() ?? "");
            Assert.NotEmpty(tool.GetProperty("description").GetString() ?? "");
            Assert.Equal(5, tool.GetProperty("annotations").EnumerateObject().Count());
        }

        Assert.True(Hint("execute_plan", "destructiveHint"));
        Assert.True(Hint("execute_plan", "openWorldHint"));
        Assert.True(Hint("check_plan", "readOnlyHint"));
        Assert.True(Hint("check_plan", "openWorldHint"));
        Assert.False(Hint("propose_plan", "readOnlyHint"));
        Assert.False(Hint("propose_plan", "idempotentHint"));

        bool Hint(string tool, string name) => tools[tool].GetProperty("annotations").GetProperty(name).GetBoolean();
    }

    [Fact]
    public async Task A_plan_is_proposed_approved_by_a_person_executed_once_and_told_of()
    {
        await using var host = await AgentHost.InitializedAsync();
        var id = await host.ProposeAsync("web-1", "web-2");
        var listed = await host.CallAsync("list_plans", """{"status":"proposed"}""");
        Assert.Equal(1, listed.GetProperty("count").GetInt32());
        Assert.Equal("restart the web servers", listed.GetProperty("plans")[0].GetProperty("intent").GetString());

        var refused = await host.CallAsync("execute_plan", $$"""{"plan_id":"{{id}}"}""");
        Assert.Equal("rejected", refused.GetProperty("status").GetString());
        Assert.Contains("approve", refused.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Empty(host.World.Effects);

        await host.ApproveAsync(id);
        var run = await host.CallAsync("execute_plan", $$"""{"plan_id":"{{id}}"}""");
        Assert.Equal("executed", run.GetProperty("status").GetString());
        Assert.Equal(["committed", "committed"], run.GetProperty("committed").EnumerateArray().Select(stage => stage.GetProperty("status").GetString()));
        Assert.False(run.GetProperty("repeated").GetBoolean());

        var again = await host.CallAsync("execute_plan", $$"""{"plan_id":"{{id}}"}""");
        Assert.True(again.GetProperty("repeated").GetBoolean());
        Assert.Equal(["restart of web-1", "restart of web-2"], host.World.Effects);

        var document = await host.CallAsync("get_plan", $$"""{"plan_id":"{{id}}"}""");
        Assert.Equal("executed", document.GetProperty("status").GetString());
        Assert.Equal("none", document.GetProperty("approval").GetProperty("assurance").GetString());
    }

    [Fact]
    public async Task A_proposal_that_fails_stores_nothing_and_names_each_fault()
    {
        await using var host = await AgentHost.InitializedAsync();
        var answer = await host.CallAsync("propose_plan", """{"body":{"intent":"x","stages":[{"id":"a","action":"restart","params":{"host":"web-9"}}]}}""");
        Assert.False(answer.GetProperty("accepted").GetBoolean());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("plan_id").ValueKind);
        Assert.False(answer.GetProperty("validation").GetProperty("approvable").GetBoolean());
        Assert.NotEmpty(answer.GetProperty("validation").GetProperty("errors").EnumerateArray());
        Assert.Equal("invalid", answer.GetProperty("refusal").GetProperty("code").GetString());
        Assert.Equal(0, (await host.CallAsync("list_plans")).GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("get_plan", """{"plan_id":"00000000-0000-4000-8000-000000000000"}""", "plan_id", "not_found")]
    [InlineData("get_plan", """{"plan_id":7}""", "plan_id", "malformed")]
    [InlineData("get_plan", "{}", "plan_id", "malformed")]
    [InlineData("get_plan", """{"plan_id":"x","plan":"y"}""", "plan", "malformed")]
    [InlineData("list_plans", """{"status":"open"}""", "status", "malformed")]
    [InlineData("list_plans", """{"status":1}""", "status", "malformed")]
    [InlineData("list_plans", """{"cursor":"-1"}""", "cursor", "malformed")]
    [InlineData("describe_catalog", """{"verbose":true}""", "verbose", "malformed")]
    [InlineData("wait_for_plan", """{"plan_id":"00000000-0000-4000-8000-000000000000","timeout_seconds":51}""", "timeout_seconds", "malformed")]
    [InlineData("wait_for_plan", """{"plan_id":"00000000-0000-4000-8000-000000000000","timeout_seconds":"5"}""", "timeout_seconds", "malformed")]
    [InlineData("withdraw_plan", """{"plan_id":"00000000-0000-4000-8000-000000000000"}""", "plan_id", "not_found")]
    [InlineData("check_plan", "{}", "body", "malformed")]
    [InlineData("propose_plan", """{"body":{},"continues":5}""", "continues", "malformed")]
    [InlineData("propose_plan", """{"body":"{\"intent\":\"a\",\"intent\":\"b\"}"}""", "body/intent", "malformed")]
    public async Task A_wrong_argument_is_refused_with_its_path(string tool, string arguments, string path, string code)
    {
        await using var host = await AgentHost.InitializedAsync();
        var answer = await host.CallAsync(tool, arguments, isError: true);
        var refusal = answer.GetProperty("refusal");
        Assert.Equal(path, refusal.GetProperty("path").GetString());
        Assert.Equal(code, refusal.GetProperty("code").GetString());
        Assert.Equal(answer.GetProperty("error").GetString(), refusal.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_body_may_come_as_text_that_holds_an_object()
    {
        await using var host = await AgentHost.InitializedAsync();
        var text = JsonSerializer.Serialize(FakeWorld.Body("web-1"));
        var answer = await host.CallAsync("propose_plan", $$"""{"body":{{text}}}""");
        Assert.True(answer.GetProperty("accepted").GetBoolean());
    }

    [Fact]
    public async Task Checking_a_plan_tells_effects_and_live_checks_and_stores_nothing()
    {
        await using var host = await AgentHost.InitializedAsync();
        host.World.Up = "false";
        var answer = await host.CallAsync("check_plan", $$"""{"body":{{FakeWorld.Body("web-1")}}}""");
        Assert.True(answer.GetProperty("approvable").GetBoolean());
        var stage = answer.GetProperty("stages")[0];
        Assert.Equal("restart of web-1", stage.GetProperty("effects")[0].GetProperty("summary").GetString());
        Assert.Equal("fail", stage.GetProperty("preconditions")[0].GetProperty("status").GetString());
        Assert.Equal(0, (await host.CallAsync("list_plans")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task The_newest_fifty_plans_are_listed_and_a_cursor_gives_the_rest()
    {
        await using var host = await AgentHost.InitializedAsync();
        for (var count = 0; count < 53; count++)
        {
            var body = FakeWorld.Body("web-1").Replace("the web servers", $"one, the {count}th time", StringComparison.Ordinal);
            Assert.True((await host.CallAsync("propose_plan", $$"""{"body":{{body}}}""")).GetProperty("accepted").GetBoolean());
        }

        var first = await host.CallAsync("list_plans");
        Assert.Equal(50, first.GetProperty("count").GetInt32());
        var rest = await host.CallAsync("list_plans", $$"""{"cursor":"{{first.GetProperty("next_cursor").GetString()}}"}""");
        Assert.Equal(3, rest.GetProperty("count").GetInt32());
        Assert.False(rest.TryGetProperty("next_cursor", out _));
    }

    [Fact]
    public async Task A_waiting_agent_is_told_when_a_person_decides()
    {
        await using var host = await AgentHost.InitializedAsync();
        var id = await host.ProposeAsync("web-1");
        var waiting = host.CallAsync("wait_for_plan", $$"""{"plan_id":"{{id}}","seen_status":"proposed","timeout_seconds":50}""");
        await Task.Delay(50);
        Assert.False(waiting.IsCompleted);
        await host.ApproveAsync(id);
        var told = await waiting;
        Assert.Equal("approved", told.GetProperty("status").GetString());
        Assert.True(told.GetProperty("changed").GetBoolean());
        Assert.Contains("execute_plan", told.GetProperty("next").GetString(), StringComparison.Ordinal);

        var bounded = await host.CallAsync("wait_for_plan", $$"""{"plan_id":"{{id}}","timeout_seconds":0}""");
        Assert.False(bounded.GetProperty("changed").GetBoolean());
        var late = await host.CallAsync("wait_for_plan", $$"""{"plan_id":"{{id}}","seen_status":"proposed"}""");
        Assert.True(late.GetProperty("changed").GetBoolean());
    }

    [Fact]
    public async Task A_withdrawn_plan_is_rejected_for_good()
    {
        await using var host = await AgentHost.InitializedAsync();
        var id = await host.ProposeAsync("web-1");
        var withdrawn = await host.CallAsync("withdraw_plan", $$"""{"plan_id":"{{id}}"}""");
        Assert.Equal("rejected", withdrawn.GetProperty("status").GetString());
        Assert.Equal("withdrawn", withdrawn.GetProperty("reason_code").GetString());
        var again = await host.CallAsync("withdraw_plan", $$"""{"plan_id":"{{id}}"}""", isError: true);
        Assert.Equal("wrong_status", again.GetProperty("refusal").GetProperty("code").GetString());
    }
}
