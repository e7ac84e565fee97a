using System.Text.Json;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Surface.Mcp;

public sealed class HostileLines
{
    [Fact]
    public async Task Every_malformed_body_gets_an_answer_that_names_path_and_reason()
    {
        await using var host = await AgentHost.InitializedAsync();
        var wrong = new List<string>();
        var id = 1_000;
        foreach (var vector in SharedData.Lines("malformed.jsonl"))
        {
            var text = vector.GetProperty("text").GetString() ?? "";
            foreach (var body in (string[])[text, JsonSerializer.Serialize(text)])
            {
                id++;
                await host.SendAsync(
                    $$$"""{"method":"tools/call","params":{"name":"propose_plan","arguments":{"body":{{{body}}} } },"jsonrpc":"2.0","id":{{{id}}} }""");
                var answer = await host.AnswerAsync(id);
                if (!IsRefusal(answer))
                {
                    wrong.Add($"{vector.GetProperty("name")}: {answer}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(0, (await host.CallAsync("list_plans")).GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"a":"\ud800"}}""", "params/a")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"a":1,"a":2}}""", "params/a")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"a":9007199254740993}}""", "params/a")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"a":NaN}}""", "params/a")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":[]}""", "params")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":5}""", "method")]
    [InlineData("""{"jsonrpc":"1.0","id":7,"method":"tools/list"}""", "jsonrpc")]
    [InlineData("""{"jsonrpc":"2.0","id":7}""", "method")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":5}}""", "params/name")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"get_plan","arguments":[]}}""", "params/arguments")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"approve_plan","arguments":{}}}""", "params/name")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"plans/approve"}""", "method")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"server/discover"}""", "method")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"completion/complete","params":{}}""", "method")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"resources/read","params":{"uri":"interlock://plans/none"}}""", "params/uri")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"resources/subscribe","params":{"uri":"file:///etc/passwd"}}""", "params/uri")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"resources/list","params":{"cursor":"x"}}""", "params/cursor")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"prompts/get","params":{"name":"approve"}}""", "params/name")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"prompts/get","params":{"name":"write_plan","arguments":{"a":"b"}}}""", "params/arguments")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"resources/read","params":{"uri":5}}""", "params/uri")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"resources/read","params":{}}""", "params")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"prompts/get","params":{"name":"write_plan"}}""", "params/arguments/goal")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/clientInfo":5}}}""", "params/_meta/io.modelcontextprotocol")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":5}}""", "params/_meta")]
    [InlineData("""{"method":"tools/list","params":{"a":[1,2},"jsonrpc":"2.0","id":7}""", "params/a")]
    public async Task A_wrong_message_is_answered_with_its_place(string line, string path)
    {
        await using var host = await AgentHost.InitializedAsync();
        await host.SendAsync(line);
        var error = (await host.AnswerAsync(7)).GetProperty("error");
        var data = error.GetProperty("data");
        Assert.StartsWith(path, data.GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(data.GetProperty("code").GetString() ?? "");
        Assert.EndsWith(
            $"at {data.GetProperty("path")}: {data.GetProperty("message")}", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.InRange(error.GetProperty("code").GetInt32(), -32700, -32002);
        await StillServesAsync(host);
    }

    [Theory]
    [InlineData("1999-01-01")]
    [InlineData("2027-01-01")]
    public async Task A_version_that_is_not_served_is_answered_with_those_that_are(string version)
    {
        await using var host = await AgentHost.StartAsync();
        await host.SendAsync("""
            {"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"VERSION","io.modelcontextprotocol/clientInfo":{"name":"x","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}
            """.Replace("VERSION", version, StringComparison.Ordinal));
        var error = (await host.AnswerAsync(7)).GetProperty("error");
        var data = error.GetProperty("data");
        Assert.Contains("2026-07-28", data.GetProperty("supported").ToString(), StringComparison.Ordinal);
        Assert.Equal("params/_meta/io.modelcontextprotocol/protocolVersion", data.GetProperty("path").GetString());
        Assert.Contains("use one of", data.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("nonsense")]
    [InlineData("""[{"jsonrpc":"2.0","id":7,"method":"tools/list"}]""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"tools/list"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"id":8,"method":"tools/list"}""")]
    public async Task A_message_without_a_usable_id_is_answered_all_the_same(string line)
    {
        await using var host = await AgentHost.InitializedAsync();
        await host.SendAsync(line);
        var answer = await host.FirstAsync(message => message.TryGetProperty("error", out _));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("id").ValueKind);
        Assert.NotEmpty(answer.GetProperty("error").GetProperty("data").GetProperty("path").GetString() ?? "");
        await StillServesAsync(host);
    }

    [Fact]
    public async Task Invalid_utf8_is_refused_not_replaced()
    {
        await using var host = await AgentHost.InitializedAsync();
        byte[] line = [.. """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"list_plans","arguments":{"status":"""u8, (byte)'"', 0xff, (byte)'"', .. "}}}\n"u8];
        await host.SendBytesAsync(line);
        var error = (await host.AnswerAsync(7)).GetProperty("error");
        Assert.Equal(-32700, error.GetProperty("code").GetInt32());
        Assert.Equal("params/arguments/status", error.GetProperty("data").GetProperty("path").GetString());
        await StillServesAsync(host);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Nesting_of_100000_is_answered_closed_or_not(bool closed, bool idLast)
    {
        await using var host = await AgentHost.InitializedAsync();
        var nest = new string('[', 100_000) + (closed ? new string(']', 100_000) : "");
        var call = $$$"""
            "method":"tools/call","params":{"name":"propose_plan","arguments":{"body":{{{nest}}}}}
            """;
        await host.SendAsync(idLast ? $$"""{{{call}},"jsonrpc":"2.0","id":7}""" : $$"""{"jsonrpc":"2.0","id":7,{{call}} }""");
        var error = (await host.AnswerAsync(7)).GetProperty("error");
        Assert.Contains("deep", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("params/arguments/body", error.GetProperty("data").GetProperty("path").GetString(), StringComparison.Ordinal);
        await StillServesAsync(host);
    }

    [Theory]
    [InlineData(2_000_000)]
    [InlineData(10_000_000)]
    public async Task A_string_of_megabytes_is_answered_wherever_the_id_stands(int length)
    {
        await using var host = await AgentHost.InitializedAsync();
        var body = $$"""{"intent":"{{new string('a', length)}}","stages":[{"id":"s","action":"look","params":{"host":"web-1"} }]}""";
        await host.SendAsync($$$"""{"method":"tools/call","params":{"name":"propose_plan","arguments":{"body":{{{body}}} } },"jsonrpc":"2.0","id":7}""");
        await host.SendAsync($$$"""{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"propose_plan","arguments":{"body":{{{body}}} } } }""");
        Assert.True(IsRefusal(await host.AnswerAsync(7)));
        Assert.True(IsRefusal(await host.AnswerAsync(8)));
        await StillServesAsync(host);
    }

    [Fact]
    public async Task Five_thousand_stages_and_fifty_thousand_keys_are_refused_with_reason()
    {
        await using var host = await AgentHost.InitializedAsync();
        var stages = string.Join(',', Enumerable.Range(0, 5_000).Select(at => $$"""{"id":"s{{at}}","action":"look","params":{"host":"web-1"} }"""));
        var keys = string.Join(',', Enumerable.Range(0, 50_000).Select(at => $"\"k{at}\":1"));
        var many = await host.CallAsync("propose_plan", $$"""{"body":{"intent":"x","stages":[{{stages}}]} }""");
        Assert.False(many.GetProperty("accepted").GetBoolean());
        Assert.NotEmpty(many.GetProperty("validation").GetProperty("errors").EnumerateArray());
        var wide = await host.CallAsync(
            "propose_plan", $$$"""{"body":{"intent":"x","stages":[{"id":"s","action":"look","params":{{{{keys}}} } }]}}""");
        Assert.False(wide.GetProperty("accepted").GetBoolean());
        Assert.NotEmpty(wide.GetProperty("validation").GetProperty("errors").EnumerateArray());
    }

    [Fact]
    public async Task Empty_lines_and_carriage_returns_are_no_messages()
    {
        await using var host = await AgentHost.InitializedAsync();
        await host.SendBytesAsync("\r\n \n\n{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}\r\n"u8.ToArray());
        Assert.True((await host.AnswerAsync(7)).TryGetProperty("result", out _));
        Assert.DoesNotContain(host.Received, message => message.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task A_refused_message_is_logged_without_control_characters()
    {
        await using var host = await AgentHost.InitializedAsync();
        await host.SendAsync("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x\",\"params\":{\"\\u001b[2J\":1,\"\\u001b[2J\":2}}");
        await host.AnswerAsync(7);
        Assert.Contains("refused", host.Log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', host.Log.ToString());
    }

    private static async Task StillServesAsync(AgentHost host) =>
        Assert.True((await host.RequestAsync("ping")).TryGetProperty("result", out _));

    /// <summary>A JSON-RPC error with its place, or a tool's answer that stored nothing and says where and why.</summary>
    private static bool IsRefusal(JsonElement answer)
    {
        if (answer.TryGetProperty("error", out var error))
        {
            var data = error.GetProperty("data");
            return data.GetProperty("path").GetString() is { Length: > 0 } && data.GetProperty("message").GetString() is { Length: > 0 };
        }

        var structured = answer.GetProperty("result").GetProperty("structuredContent");
        if (structured.GetProperty("accepted").GetBoolean())
        {
            return false;
        }

        var refusal = structured.GetProperty("refusal");
        return refusal.GetProperty("path").GetString() is { Length: > 0 } path
            && (path != "(root)" || structured.GetProperty("validation").GetProperty("errors").EnumerateArray().Any(told => told.GetString() is { Length: > 10 }));
    }
}
