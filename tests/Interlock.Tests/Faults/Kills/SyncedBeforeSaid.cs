using System.Globalization;
using System.Text.RegularExpressions;
using Interlock.Tests.EndToEnd;

namespace Interlock.Tests.Faults.Kills;

/// <summary>
/// A page cache outlives <c>kill -9</c> and hides a sync that is missing: so the kernel is asked in which order it was told to
/// sync, to answer and to act.
/// </summary>
public sealed partial class SyncedBeforeSaid
{
    [Fact]
    public async Task Every_command_that_decides_answers_after_the_sync_of_what_it_answers()
    {
        using var bench = new SyncBench();
        await File.WriteAllTextAsync(bench.Bench.At("plan.yaml"), ProcessBench.PlanText("w1", "0"));

        var proposed = await bench.TraceAsync("propose", "plan.yaml", "--json");
        var id = IdIn(bench.ReadAnswers());
        Assert.Null(SyncRule.Fault(proposed, SyncBench.Entry("proposed", id), bench.Says(id)));

        var approved = await bench.TraceAsync("approve", id, "--by", "rita", "--yes", "--json");
        Assert.Null(SyncRule.Fault(approved, SyncBench.Entry("approved", id), bench.Says("\"status\": \"approved\"")));

        var stopped = await bench.TraceAsync("stop-all", "--by", "rita");
        Assert.Null(SyncRule.Fault(stopped, SyncBench.Entry("stopped", string.Empty), bench.Says("stopped")));

        var rejected = await bench.TraceAsync("reject", id, "--by", "rita", "--reason", "no");
        Assert.Null(SyncRule.Fault(rejected, SyncBench.Entry("rejected", id), bench.Says("rejected")));
    }

    [Fact]
    public async Task A_new_data_folder_is_on_the_disk_before_anything_in_it_is_acknowledged()
    {
        using var bench = new SyncBench();
        await File.WriteAllTextAsync(bench.Bench.At("plan.yaml"), ProcessBench.PlanText("w1", "0"));

        var trace = await bench.TraceAsync("propose", "plan.yaml", "--json");

        Assert.Null(SyncRule.FolderFault(trace, bench.Bench.At("data"), bench.Says(IdIn(bench.ReadAnswers()))));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Over_mcp_propose_plan_answers_after_the_sync_of_what_it_answers()
    {
        using var bench = new SyncBench();
        const string Body = """{"intent":"do some work","stages":[{"id":"s","action":"work","target":{"kind":"work","id":"w1"},"params":{"name":"w1","seconds":"0"},"preconditions":[{"check":"ready","expect":{"op":"equals","value":"true"}}],"rollback":{"irreversible":true,"justification":"done stays done"}}]}""";

        var trace = await bench.TraceAsync(bench.Bench.Command("mcp", "--agent", "tester"), async input =>
        {
            await input.WriteAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"sync","version":"1"}}}""" + "\n");
            await input.WriteAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""" + "\n");
            await input.WriteAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"propose_plan","arguments":{"body":""" + Body + "}}}\n");
            await input.FlushAsync();
            await bench.SaidAsync("plan_id");
        });

        var id = IdIn(bench.ReadAnswers());
        Assert.Null(SyncRule.Fault(trace, SyncBench.Entry("proposed", id), bench.Says(id)));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task An_executor_starts_connects_and_writes_after_the_sync_of_its_intent()
    {
        using var bench = new SyncBench();
        using var server = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        var port = ((System.Net.IPEndPoint)server.LocalEndpoint).Port;
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await server.AcceptTcpClientAsync();
                await client.GetStream().ReadAtLeastAsync(new byte[4096], 1);
                await client.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        });
        await DeclareAsync(bench.Bench, port);
        var id = await ApprovedAsync(bench.Bench);

        Task<Shell.Outcome>? asked = null;
        var trace = await bench.TraceAsync(bench.Bench.Command("executor", "--config", bench.Bench.At("interlock.yaml")), async _ =>
        {
            await ProcessBench.UntilAsync(() => bench.Bench.At("data/executor.log") is var log && File.Exists(log), "the executor to start");
            asked = bench.Bench.RunAsync("execute", id, "--json");
            var answer = await asked;
            Assert.True(answer.Code == 0, answer.Output + answer.Error);
        });

        Assert.Null(SyncRule.Fault(
            trace, SyncBench.Entry("stage-intent", id, "\"stage\":\"start\""), call => call.Name == "execve" && call.Arguments.Contains("work.sh", StringComparison.Ordinal)));
        Assert.Null(SyncRule.Fault(
            trace, SyncBench.Entry("stage-intent", id, "\"stage\":\"send\""), call => call.Name == "connect" && call.Arguments.Contains($"htons({port})", StringComparison.Ordinal)));
        Assert.Null(SyncRule.Fault(
            trace, SyncBench.Entry("stage-intent", id, "\"stage\":\"write\""), call => call.IsWrite && call.Arguments.Contains("written by a stage", StringComparison.Ordinal) && !call.Path.Contains("ledger", StringComparison.Ordinal)));

        // and nothing of a stage is verified or said before its outcome is on the disk
        Assert.Null(SyncRule.Fault(
            trace, SyncBench.Entry("stage-outcome", id, "\"stage\":\"start\""), call => call.Name == "connect" && call.Arguments.Contains($"htons({port})", StringComparison.Ordinal)));
    }

    private static async Task DeclareAsync(ProcessBench bench, int port)
    {
        var text = await File.ReadAllTextAsync(bench.At("interlock.yaml"));
        var more = string.Create(CultureInfo.InvariantCulture, $$"""
            actions:
              send:
                description: tell a server
                http: {method: POST, url: "http://127.0.0.1:{{port}}/done", allow_private: true}
                resources: ["server:one"]
              write:
                description: write a note
                file: {op: write, roots: [notes], path: note.txt, content: "written by a stage"}
            """);
        Directory.CreateDirectory(bench.At("notes"));
        await File.WriteAllTextAsync(bench.At("interlock.yaml"), text.Replace("actions:", more, StringComparison.Ordinal));
    }

    private static async Task<string> ApprovedAsync(ProcessBench bench)
    {
        const string Rest = "preconditions: [{check: ready, expect: {op: equals, value: \"true\"} }], rollback: {irreversible: true, justification: done stays done}";
        await File.WriteAllTextAsync(
            bench.At("plan.yaml"),
            $$"""
            intent: one effect of each kind
            stages:
              - {id: start, action: work, target: {kind: work, id: w1}, params: {name: w1, seconds: "0"}, {{Rest}}}
              - {id: send, action: send, params: {}, {{Rest}}}
              - {id: write, action: write, params: {}, {{Rest}}}
            """);
        var proposed = await bench.RunAsync("propose", "plan.yaml", "--json");
        Assert.True(proposed.Code == 0, proposed.Output + proposed.Error);
        var id = IdIn(proposed.Output);
        var approved = await bench.RunAsync("approve", id, "--by", "rita", "--yes");
        Assert.True(approved.Code == 0, approved.Output + approved.Error);
        return id;
    }

    private static string IdIn(string answer) => PlanIdIn().Match(answer) is { Success: true } match
        ? match.Groups["id"].Value
        : throw new InvalidOperationException($"no plan in: {answer}");

    [GeneratedRegex("\"plan_id\": ?\"(?<id>[0-9a-f-]{36})\"", RegexOptions.CultureInvariant)]
    private static partial Regex PlanIdIn();
}
