using System.Text.Json;

namespace Interlock.Tests.Surface.Mcp;

public sealed class ErasFacts
{
    [Fact]
    public async Task A_client_of_2026_needs_no_handshake()
    {
        await using var host = await AgentHost.StartAsync();
        var discovered = (await host.RequestAsync("server/discover", $$"""{{{AgentHost.Modern}} }""")).GetProperty("result");
        Assert.Contains("2026-07-28", discovered.GetProperty("supportedVersions").EnumerateArray().Select(version => version.GetString()));
        Assert.Contains("describe_catalog", discovered.GetProperty("instructions").GetString(), StringComparison.Ordinal);
        var answer = await host.RequestAsync(
            "tools/call", $$$"""{"name":"propose_plan","arguments":{"body":{{{FakeWorld.Body("web-1")}}} },{{{AgentHost.Modern}}} }""");
        Assert.True(AgentHost.Structured(answer).GetProperty("accepted").GetBoolean());
        Assert.Equal("complete", answer.GetProperty("result").GetProperty("resultType").GetString());
    }

    [Fact]
    public async Task Resources_are_the_catalog_and_the_plans_of_this_agent()
    {
        await using var host = await AgentHost.InitializedAsync();
        var id = await host.ProposeAsync("web-1");
        var listed = (await host.RequestAsync("resources/list")).GetProperty("result").GetProperty("resources");
        Assert.Equal(["interlock://catalog", $"interlock://plans/{id}"], listed.EnumerateArray().Select(one => one.GetProperty("uri").GetString()));
        var templates = (await host.RequestAsync("resources/templates/list")).GetProperty("result").GetProperty("resourceTemplates");
        Assert.Equal("interlock://plans/{id}", templates[0].GetProperty("uriTemplate").GetString());

        var read = (await host.RequestAsync("resources/read", $$"""{"uri":"interlock://plans/{{id}}"}""")).GetProperty("result").GetProperty("contents")[0];
        using var document = JsonDocument.Parse(read.GetProperty("text").GetString() ?? "");
        Assert.Equal("proposed", document.RootElement.GetProperty("status").GetString());
        Assert.Equal("application/json", read.GetProperty("mimeType").GetString());

        var missing = await host.RequestAsync("resources/read", """{"uri":"interlock://plans/00000000-0000-4000-8000-000000000000"}""");
        Assert.Equal(-32002, missing.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_subscriber_of_2025_is_told_when_a_person_changes_the_plan()
    {
        await using var host = await AgentHost.InitializedAsync();
        var id = await host.ProposeAsync("web-1");
        var other = await host.ProposeAsync("web-2");
        Assert.True((await host.RequestAsync("resources/subscribe", $$"""{"uri":"interlock://plans/{{id}}"}""")).TryGetProperty("result", out _));
        await host.ApproveAsync(other);
        await host.ApproveAsync(id);
        var told = await host.FirstAsync(message => IsUpdate(message));
        Assert.Equal($"interlock://plans/{id}", told.GetProperty("params").GetProperty("uri").GetString());
        Assert.False(told.GetProperty("params").TryGetProperty("_meta", out _));

        await host.RequestAsync("resources/unsubscribe", $$"""{"uri":"interlock://plans/{{id}}"}""");
        var missing = await host.RequestAsync("resources/subscribe", """{"uri":"interlock://plans/00000000-0000-4000-8000-000000000000"}""");
        Assert.True(missing.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task A_listener_of_2026_is_acknowledged_first_and_each_update_names_its_subscription()
    {
        await using var host = await AgentHost.StartAsync();
        var id = await host.ProposeModernAsync("web-1");
        await host.SendAsync(
            $$$"""{"jsonrpc":"2.0","id":77,"method":"subscriptions/listen","params":{"notifications":{"resourceSubscriptions":["interlock://plans/{{{id}}}","interlock://plans/none"]},{{{AgentHost.Modern}}} } }""");
        var acknowledged = await host.FirstAsync(message => Method(message) == "notifications/subscriptions/acknowledged");
        Assert.Equal(77, Subscription(acknowledged));
        Assert.Equal(
            [$"interlock://plans/{id}"],
            acknowledged.GetProperty("params").GetProperty("notifications").GetProperty("resourceSubscriptions").EnumerateArray().Select(uri => uri.GetString()));

        await host.ApproveAsync(id);
        var told = await host.FirstAsync(IsUpdate);
        Assert.Equal(77, Subscription(told));
        Assert.Equal($"interlock://plans/{id}", told.GetProperty("params").GetProperty("uri").GetString());

        await host.SendAsync($$$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77,{{{AgentHost.Modern}}} } }""");
        await host.RequestAsync("tools/list", $$"""{{{AgentHost.Modern}} }""");
    }

    [Fact]
    public async Task Progress_tells_each_stage_in_order_and_before_the_answer()
    {
        await using var host = await AgentHost.InitializedAsync();
        var id = await host.ProposeAsync("web-1", "web-2", "web-3");
        await host.ApproveAsync(id);
        await host.RequestAsync("tools/call", $$$"""{"name":"execute_plan","arguments":{"plan_id":"{{{id}}}"},"_meta":{"progressToken":"p"}}""");
        var messages = host.Received.ToList();
        var progress = messages.Where(message => Method(message) == "notifications/progress").Select(message => message.GetProperty("params")).ToList();
        Assert.Equal(
            ["stage `restart-web-1` committed", "stage `restart-web-2` committed", "stage `restart-web-3` committed"],
            progress.Select(one => one.GetProperty("message").GetString() ?? "").Where(text => text.EndsWith("committed", StringComparison.Ordinal)));
        var steps = progress.Select(one => one.GetProperty("progress").GetDouble()).ToList();
        Assert.Equal(steps.Distinct().Order(), steps);
        Assert.All(progress, one => Assert.Equal(3, one.GetProperty("total").GetInt32()));
        Assert.Equal(messages.Count - 1, messages.FindLastIndex(message => message.TryGetProperty("result", out _)));
    }

    [Fact]
    public async Task A_cancelled_execute_ends_the_wait_and_not_the_run()
    {
        var world = new FakeWorld { Door = new TaskCompletionSource() };
        await using var host = await AgentHost.InitializedAsync(world);
        var id = await host.ProposeAsync("web-1");
        await host.ApproveAsync(id);
        await host.SendAsync($$$"""{"jsonrpc":"2.0","id":60,"method":"tools/call","params":{"name":"execute_plan","arguments":{"plan_id":"{{{id}}}"} } }""");
        Assert.Equal("executing", (await host.CallAsync("wait_for_plan", $$"""{"plan_id":"{{id}}","seen_status":"approved"}""")).GetProperty("status").GetString());
        await host.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":60}}""");

        // the cancellation is taken before the run may end: else the answer could rightly come first
        await host.CallAsync("list_plans", "{}");
        await Task.Delay(500);
        world.Door.SetResult();
        var ended = await host.CallAsync("wait_for_plan", $$"""{"plan_id":"{{id}}","seen_status":"executing"}""");
        Assert.Equal("executed", ended.GetProperty("status").GetString());
        Assert.Single(world.Effects);
        Assert.DoesNotContain(host.Received, message => message.TryGetProperty("id", out var given) && given.GetRawText() == "60");
    }

    [Fact]
    public async Task The_end_of_input_ends_the_session_and_not_the_run()
    {
        var world = new FakeWorld { Door = new TaskCompletionSource() };
        await using var host = await AgentHost.InitializedAsync(world);
        var id = await host.ProposeAsync("web-1");
        await host.ApproveAsync(id);
        await host.SendAsync($$$"""{"jsonrpc":"2.0","id":60,"method":"tools/call","params":{"name":"execute_plan","arguments":{"plan_id":"{{{id}}}"} } }""");
        await host.CallAsync("wait_for_plan", $$"""{"plan_id":"{{id}}","seen_status":"approved"}""");
        host.CloseInput();
        Assert.Equal(0, await host.Serving.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains("ending", (await host.AnswerAsync(60)).ToString(), StringComparison.Ordinal);

        world.Door.SetResult();
        var person = host.Engine.ForPerson();
        Assert.True((await person.PlanAsync(id, default)).TryGet(out var plan, out _));
        while (!plan.HasEnded)
        {
            Assert.True((await person.WaitAsync(plan, TimeSpan.FromSeconds(20), default)).TryGet(out plan, out _));
        }

        Assert.Equal(Interlock.Plans.PlanStatus.Executed, plan.Status);
    }

    [Fact]
    public async Task What_was_asked_before_the_end_of_input_is_answered()
    {
        await using var host = await AgentHost.StartAsync();
        await host.SendAsync($$$"""{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"describe_catalog","arguments":{},{{{AgentHost.Modern}}} } }""");
        host.CloseInput();
        Assert.True((await host.AnswerAsync(5)).TryGetProperty("result", out _));
        Assert.Equal(0, await host.Serving.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Termination_ends_a_wait_at_once_with_code_zero()
    {
        await using var host = await AgentHost.InitializedAsync();
        var id = await host.ProposeAsync("web-1");
        await host.SendAsync($$$"""{"jsonrpc":"2.0","id":60,"method":"tools/call","params":{"name":"wait_for_plan","arguments":{"plan_id":"{{{id}}}","timeout_seconds":50} } }""");
        await host.RequestAsync("ping");
        host.Terminate();
        Assert.Equal(0, await host.Serving.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Another_agents_plan_does_not_exist()
    {
        var store = new Interlock.Ledger.MemoryLedgerStore(TimeProvider.System);
        var world = new FakeWorld();
        await using var mine = await AgentHost.InitializedAsync(world, store, run: false);
        await using var theirs = await AgentHost.InitializedAsync(world, store, run: false, agent: "other");
        var id = await mine.ProposeAsync("web-1");
        foreach (var tool in (string[])["get_plan", "wait_for_plan", "withdraw_plan"])
        {
            var refusal = (await theirs.CallAsync(tool, $$"""{"plan_id":"{{id}}"}""", isError: true)).GetProperty("refusal");
            Assert.Equal("not_found", refusal.GetProperty("code").GetString());
        }

        var run = await theirs.CallAsync("execute_plan", $$"""{"plan_id":"{{id}}"}""");
        Assert.Equal("not_found", run.GetProperty("code").GetString());
        Assert.Equal(0, (await theirs.CallAsync("list_plans")).GetProperty("count").GetInt32());
        Assert.Equal(1, (await theirs.RequestAsync("resources/list")).GetProperty("result").GetProperty("resources").GetArrayLength());
        Assert.True((await theirs.RequestAsync("resources/read", $$"""{"uri":"interlock://plans/{{id}}"}""")).TryGetProperty("error", out _));
    }

    private static string? Method(JsonElement message) => message.TryGetProperty("method", out var method) ? method.GetString() : null;

    private static bool IsUpdate(JsonElement message) => Method(message) == "notifications/resources/updated";

    private static int Subscription(JsonElement message) =>
        message.GetProperty("params").GetProperty("_meta").GetProperty("io.modelcontextprotocol/subscriptionId").GetInt32();
}
