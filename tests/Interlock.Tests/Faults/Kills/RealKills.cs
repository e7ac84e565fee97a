using System.Diagnostics;
using System.Globalization;
using Interlock.Tests.EndToEnd;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Faults.Kills;

/// <summary><c>kill -9</c> against the real executable and its real ledger. See docs/testing.md.</summary>
public sealed class RealKills(ITestOutputHelper output)
{
    /// <summary>A data folder is used for so many kills, then it is measured and the next one begins.</summary>
    private const int Round = 150;

    private const string Seed = "INTERLOCK_KILL_SEED";

    [Fact]
    public Task A_handful_of_kills_loses_nothing_repeats_nothing_and_leaves_nobody_behind() => KillAsync(12, program: null);

    [Fact]
    [Trait("speed", "slow")]
    public async Task Three_hundred_kills_lose_nothing_repeat_nothing_and_leave_nobody_behind() =>
        await KillAsync(300 * Soak.Factor, await BuildAsync());

    private async Task KillAsync(int wanted, string? program)
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable(Seed), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next(1, 1_000_000);
        int effects = 0, unsaid = 0, inDoubt = 0;
        var watch = Stopwatch.StartNew();
        var totals = new SortedDictionary<string, int>(StringComparer.Ordinal);
        // on a busy machine a dozen may be killed before anybody gets anywhere: then it goes on for a while
        for (int done = 0, seed = first; done < wanted || (effects < wanted / 10 && done < 3 * wanted); done = totals.Values.Sum(), seed += 10)
        {
            var bench = new ProcessBench { Program = program };
            try
            {
                var run = new KillRun(bench, seed, done < wanted ? Math.Min(Round, wanted - done) : Round);
                await RoundAsync(bench, run, totals);
                effects += bench.Effects.Length;
                unsaid += run.Unsaid;
                inDoubt += (await File.ReadAllLinesAsync(bench.At("audit.jsonl"))).Count(line => line.Contains("\"halt_code\":\"in_doubt\"", StringComparison.Ordinal));
            }
            catch (Exception error)
            {
                bench.Keep = true;
                var counts = string.Join(", ", totals.Select(pair => $"{pair.Value} × {pair.Key}"));
                throw new InvalidOperationException($"{Seed}={seed} after {counts}; the folder is kept: {bench.Folder}\n{error.Message}", error);
            }
            finally
            {
                bench.Dispose();
            }
        }

        output.WriteLine(
            $"{Seed}={first}: {totals.Values.Sum()} kills in {watch.Elapsed.TotalSeconds:0} s ({string.Join(", ", totals.Select(pair => $"{pair.Value} × {pair.Key}"))}), {effects} effects, {inDoubt} plans in doubt, {unsaid} decisions made and not said");

        // a run in which nobody gets anywhere proves nothing
        Assert.True(effects >= wanted / 10, $"only {effects} effects beside {wanted} kills");
    }

    private static async Task RoundAsync(ProcessBench bench, KillRun run, SortedDictionary<string, int> totals)
    {
        await File.WriteAllTextAsync(
            bench.At("work.sh"),
            """
            #!/bin/sh
            echo "$1 $INTERLOCK_IDEMPOTENCY_KEY" >> effects.log
            case $2 in 60) setsid sleep "$2" & ;; esac
            exec sleep "$2"

            """);
        await run.RunAsync();
        foreach (var (who, count) in run.Kills)
        {
            totals[who] = totals.GetValueOrDefault(who) + count;
        }

        Assert.Empty(run.Surprises);

        // with their engines gone, supervisors end what they hold, also what has left the session
        await ProcessBench.UntilAsync(() => bench.Processes().Length == 0, "every process of a stage to end");
        await RecoverAsync(bench);

        var sound = await bench.RunAsync("fsck");
        Assert.True(sound.Code == 0, sound.Output + sound.Error);
        Assert.Equal(0, (await bench.RunAsync("export", "audit.jsonl")).Code);
        var verified = await bench.RunAsync("verify-audit", "audit.jsonl");
        Assert.True(verified.Code == 0, verified.Output + verified.Error);
        Assert.Empty(KillOracle.Faults(await File.ReadAllLinesAsync(bench.At("audit.jsonl")), bench.Effects, run.Said));
        Assert.Empty(bench.Processes());
    }

    /// <summary>One more executor, which nobody kills, brings to an end what the others left.</summary>
    private static async Task RecoverAsync(ProcessBench bench)
    {
        using var executor = Process.Start(bench.Command("executor", "--config", bench.At("interlock.yaml"))) ?? throw new InvalidOperationException("not started");
        var error = executor.StandardError.ReadToEndAsync();
        executor.StandardInput.Close();
        await ProcessBench.UntilAsync(
            () => executor.HasExited || !bench.RunAsync("list", "--status", "executing", "--json").Result.Output.Contains("plan_id", StringComparison.Ordinal),
            "every run to be brought to an end");
        using (var term = Process.Start("kill", ["-TERM", $"{executor.Id}"]))
        {
            await term.WaitForExitAsync();
        }

        await executor.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(executor.ExitCode is 0 or 130, await error);
        await ProcessBench.UntilAsync(() => bench.Processes().Length == 0, "the last executor to leave nobody behind");
    }

    /// <summary>The executable that `./interlock` starts, which is built if it is not: it starts in half the time of the tests' own.</summary>
    private static async Task<string> BuildAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are contained on Linux only");
        var built = await Shell.RunAsync(SharedData.Repository, Path.Combine(SharedData.Repository, "interlock"), "--version");
        Assert.True(built.Code == 0, built.Error);
        var folder = Path.Combine(SharedData.Repository, ".build");
        return Path.Combine(folder, (await File.ReadAllTextAsync(Path.Combine(folder, "current"))).Trim(), "Interlock.Cli");
    }
}
