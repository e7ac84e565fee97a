using System.Diagnostics;
using System.Text.Json;

namespace Interlock.Tests.EndToEnd;

public sealed class EightProcesses
{
    private const int Servers = 8;

    [Fact]
    [Trait("speed", "slow")]
    public Task Eight_processes_that_execute_one_approval_have_one_effect_between_them_in_50_of_50_trials() => TrialsAsync(50);

    [Fact]
    public Task Eight_processes_that_execute_one_approval_have_one_effect_between_them() => TrialsAsync(3);

    private static async Task TrialsAsync(int trials)
    {
        using var bench = new ProcessBench();
        var servers = Enumerable.Range(0, Servers).Select(_ => new Server(bench)).ToList();
        try
        {
            foreach (var server in servers)
            {
                await server.InitializeAsync();
            }

            for (var trial = 0; trial < trials; trial++)
            {
                var id = await bench.ApprovedAsync($"trial{trial}", "0");
                var answers = await Task.WhenAll(servers.Select(server => Task.Run(() => server.ExecuteAsync(id))));

                Assert.All(answers, answer => Assert.Equal("executed", answer.GetProperty("status").GetString()));
                Assert.Single(answers, answer => !answer.GetProperty("repeated").GetBoolean());
                Assert.Equal(trial + 1, bench.Effects.Length);
            }
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }

        Assert.Equal(trials, bench.Effects.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(0, (await bench.RunAsync("fsck")).Code);
    }

    /// <summary>One `interlock mcp` process, spoken to in bare JSON-RPC.</summary>
    private sealed class Server : IDisposable
    {
        private readonly Process process;
        private int next;

        public Server(ProcessBench bench)
        {
            process = Process.Start(bench.Command("mcp", "--agent", "tester")) ?? throw new InvalidOperationException("not started");
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
        }

        public async Task InitializeAsync()
        {
            var client = """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"eight","version":"1"}}""";
            await CallAsync("initialize", client);
            await process.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        }

        public async Task<JsonElement> ExecuteAsync(string id)
        {
            var result = await CallAsync("tools/call", $$$"""{"name":"execute_plan","arguments":{"plan_id":"{{{id}}}"}}""");
            return result.GetProperty("structuredContent");
        }

        public void Dispose()
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                process.Kill();
            }

            process.Dispose();
        }

        private async Task<JsonElement> CallAsync(string method, string parameters)
        {
            var id = ++next;
            await process.StandardInput.WriteLineAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"{{{method}}}","params":{{{parameters}}}}""");
            await process.StandardInput.FlushAsync();
            while (true)
            {
                var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(3))
                    ?? throw new InvalidOperationException("the server ended");
                using var json = JsonDocument.Parse(line);
                if (json.RootElement.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
                {
                    return json.RootElement.GetProperty("result").Clone();
                }
            }
        }
    }
}
