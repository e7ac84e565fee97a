using System.Text;

namespace Interlock.Tests.Surface.Cli;

/// <summary>From a configuration with witnesses to a run, at the command line: the witness is <c>interlock witness</c>, the executor a detached one.</summary>
public sealed class Witnessing
{
    [Fact]
    public async Task A_plan_runs_while_a_witness_holds_its_claim_and_waits_approved_while_none_does()
    {
        await using var bench = new CliBench();
        var log = (await bench.RunAsync("keys", "log", "log.key", "--name", "example.org/log")).Out.Split("public: ")[1].Trim();
        var witness = (await bench.RunAsync("witness", "--key", "w1.key", "--new-key", "witness.example/w1")).Out.Trim();
        using var stop = new CancellationTokenSource();
        var said = new StringBuilder();
        var serving = bench.RunAsync(["witness", "--key", "w1.key", "--listen", "127.0.0.1:0", "--data", "memory", "--log", log], stop.Token, said);
        while (!said.ToString().EndsWith('\n') || !said.ToString().Contains("http://", StringComparison.Ordinal))
        {
            Assert.False(serving.IsCompleted);
            await Task.Delay(20);
        }

        await File.AppendAllTextAsync(bench.At("interlock.yaml"), $$"""

            log: {key: log.key, public: {{log}}, anchor: away/anchor}
            witnesses: {require: 1, wait: 20s, list: [{name: witness.example/w1, url: "{{said.ToString().Split("listening at ")[1].Trim()}}", public: {{witness}}}]}
            """);
        var (first, second) = (await bench.ProposeAsync(), await bench.ProposeAsync(CliBench.Plan("other")));
        Assert.Equal(0, (await bench.RunAsync("approve", first, "--by", "alice", "--yes")).Exit);
        Assert.Equal(0, (await bench.RunAsync("approve", second, "--by", "alice", "--yes")).Exit);

        var ran = await bench.RunAsync("execute", first);
        Assert.True(ran.Exit == 0, ran.Out + ran.Error);
        Assert.Contains("witnessed", (await bench.RunAsync("log", first)).Out, StringComparison.Ordinal);
        await stop.CancelAsync();
        Assert.Equal(0, (await serving).Exit);

        var refused = await bench.RunAsync("execute", second);
        Assert.Equal(1, refused.Exit);
        Assert.Contains("too few witnesses vouched for the ledger's checkpoint (required: 1): the witness `witness.example/w1` cannot be reached", refused.Out + refused.Error, StringComparison.Ordinal);
        Assert.Contains("approved", (await bench.RunAsync("show", second)).Out, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.At("notes/other.txt")));
    }
}
