using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Interlock.Tests.EndToEnd;

namespace Interlock.Tests.Faults.Kills;

/// <summary>
/// Real processes over one data folder, and somebody who kills them: an agent that proposes and asks for runs over MCP, people
/// who approve and execute with commands of their own, and two executors, each started again as soon as it ends. Who is killed
/// when follows from the seed; what the machine makes of it does not.
/// </summary>
internal sealed class KillRun(ProcessBench bench, int seed, int wanted)
{
    /// <summary>Every caller that finds no executor starts one: more of them would cost processes and show nothing new.</summary>
    private const int MostWaiting = 4;
    private static readonly TimeSpan Answer = TimeSpan.FromMinutes(2);

    private readonly ConcurrentQueue<string> toApprove = new();
    private readonly ConcurrentQueue<string> toExecute = new();
    private readonly ConcurrentBag<Acknowledged> acknowledged = [];
    private readonly ConcurrentDictionary<string, int> kills = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, long> executors = new();
    private readonly List<Task> asking = [];
    private readonly ConcurrentBag<string> surprises = [];
    private AgentProcess? agent;
    private double life = 500;
    private int killed;
    private int names;
    private int unsaid;

    /// <summary>How often whom.</summary>
    public IReadOnlyDictionary<string, int> Kills => kills;

    public IReadOnlyCollection<Acknowledged> Said => acknowledged;

    /// <summary>How often somebody was killed between a decision and its words: the narrowest place there is.</summary>
    public int Unsaid => unsaid;

    /// <summary>Answers that nobody should get, whoever was killed.</summary>
    public IReadOnlyCollection<string> Surprises => surprises;

    private bool Goes => Volatile.Read(ref killed) < wanted;

    /// <summary>Runs until enough were killed, then kills everybody.</summary>
    public async Task RunAsync()
    {
        try
        {
            await Task.WhenAll(
                Task.Run(() => ProposeAsync(new Random(seed))),
                Task.Run(() => ApproveAsync(new Random(seed + 1))),
                Task.Run(() => ExecuteAsync(new Random(seed + 2))),
                Task.Run(() => KillExecutorsAsync(new Random(seed + 3))),
                Task.Run(() => KeepExecutorAsync()),
                Task.Run(() => KeepExecutorAsync()));
        }
        finally
        {
            foreach (var (id, _) in bench.Processes().Where(process => process.Arguments.Contains(" executor", StringComparison.Ordinal)))
            {
                ProcessBench.Kill(id);
            }
        }

        await Task.WhenAll(asking);
    }

    /// <summary>The agent: proposes while there is room, and is killed in the middle of a call.</summary>
    private async Task ProposeAsync(Random random)
    {
        while (Goes)
        {
            using var now = new AgentProcess(bench);
            agent = now;
            var last = random.Next(2, 10);
            for (var i = 0; Goes && !now.HasEnded; i++)
            {
                if (toApprove.Count + toExecute.Count > MostWaiting)
                {
                    await Task.Delay(20);
                    i--;
                    continue;
                }

                var call = now.ToolAsync("propose_plan", $$"""{"body":{{KillPlans.Body(random, ref names)}}}""");
                if (i >= last)
                {
                    await Task.Delay(TimeSpan.FromMicroseconds(random.Next(12_000)));
                    now.Kill();
                    Count("agent");
                }

                if (await call.WaitAsync(Answer) is not { } answer)
                {
                    break;
                }

                if (!answer.GetProperty("accepted").GetBoolean())
                {
                    surprises.Add($"a proposal was refused: {answer}");
                    return;
                }

                var id = answer.GetProperty("plan_id").GetString() ?? string.Empty;
                acknowledged.Add(new Acknowledged(id, "proposed"));
                toApprove.Enqueue(id);
            }
        }
    }

    /// <summary>A person who approves, each plan with a process of its own; one killed at whatever point tries again.</summary>
    private async Task ApproveAsync(Random random)
    {
        while (Goes)
        {
            if (!toApprove.TryDequeue(out var id))
            {
                await Task.Delay(10);
                continue;
            }

            var (output, error, code) = await CommandAsync("approver", random, 0.7, "approve", id, "--by", "rita", "--yes", "--json");
            if (Acknowledged.StatusIn(output) == "approved")
            {
                acknowledged.Add(new Acknowledged(id, "approved"));
                toExecute.Enqueue(id);
            }
            else if (code == null)
            {
                toApprove.Enqueue(id);
            }
            else if (code == 1 && error.Contains("is approved", StringComparison.Ordinal))
            {
                // the one before was killed between its decision and its words
                unsaid++;
                toExecute.Enqueue(id);
            }
            else
            {
                surprises.Add($"`approve` ended with {code}: {error}");
            }
        }
    }

    /// <summary>Who asks for runs: the agent, which goes on meanwhile, or a person with a command.</summary>
    private async Task ExecuteAsync(Random random)
    {
        while (Goes)
        {
            asking.RemoveAll(task => task.IsCompletedSuccessfully);
            if (!toExecute.TryDequeue(out var id) || asking.Count > MostWaiting)
            {
                await Task.Delay(10);
                continue;
            }

            if (random.Next(3) > 0 && agent is { HasEnded: false } now)
            {
                asking.Add(AskAgentAsync(now, id));
            }
            else
            {
                asking.Add(AskCommandAsync(new Random(random.Next()), id));
            }
        }
    }

    private async Task AskAgentAsync(AgentProcess now, string id)
    {
        if (await now.ToolAsync("execute_plan", $$"""{"plan_id":"{{id}}"}""") is { } answer)
        {
            Ran(id, answer.GetProperty("status").GetString());
        }
        else if (Goes)
        {
            toExecute.Enqueue(id);
        }
    }

    private async Task AskCommandAsync(Random random, string id)
    {
        var (output, _, code) = await CommandAsync("caller", random, 0.7, "execute", id, "--json");
        if (Acknowledged.StatusIn(output) is { } status)
        {
            Ran(id, status);
        }
        else if (code == null && Goes)
        {
            toExecute.Enqueue(id);
        }
    }

    /// <summary>A run that did not start (<c>rejected</c>) acknowledges nothing.</summary>
    private void Ran(string id, string? status)
    {
        if (status is "executed" or "halted")
        {
            acknowledged.Add(new Acknowledged(id, status));
        }
    }

    /// <summary>Runs a command that may be killed on its way; then the code is null.</summary>
    private async Task<(string Output, string Error, int? Code)> CommandAsync(string who, Random random, double chance, params string[] arguments)
    {
        using var process = Process.Start(bench.Command(arguments)) ?? throw new InvalidOperationException("not started");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var started = Stopwatch.GetTimestamp();
        if (random.NextDouble() < chance)
        {
            await MomentAsync(random, process);
            if (Goes)
            {
                process.Kill();
            }
        }

        await Task.WhenAny(process.WaitForExitAsync(), EndOfGameAsync());
        if (process.HasExited && process.ExitCode == 0 && who == "approver")
        {
            // how long a life is, here and now
            life = ((3 * life) + Stopwatch.GetElapsedTime(started).TotalMilliseconds) / 4;
        }

        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync().WaitAsync(Answer);
        var wasKilled = process.ExitCode == 128 + 9;
        if (wasKilled)
        {
            Count(who);
        }

        return (await output, await error, wasKilled ? null : process.ExitCode);
    }

    /// <summary>
    /// Half of the victims die at any time of their lives, the others close to a durable write of anybody: that is where the
    /// mistakes are.
    /// </summary>
    private async Task MomentAsync(Random random, Process process)
    {
        if (random.Next(2) == 0)
        {
            await Task.Delay(random.Next((int)(life * 1.2) + 1));
            return;
        }

        await Task.Delay(random.Next((int)life + 1));
        await FileGrowth.WaitAsync(bench.At("data/ledger.db-wal"), () => !process.HasExited);
        await Task.Delay(TimeSpan.FromMicroseconds(random.Next(20_000)));
    }

    private async Task EndOfGameAsync()
    {
        while (Goes)
        {
            await Task.Delay(100);
        }

        // who is at it may still be answered
        await Task.Delay(TimeSpan.FromSeconds(1));
    }

    /// <summary>One of two: while the other holds the lock, this one waits for it, ends and is started again.</summary>
    private async Task KeepExecutorAsync()
    {
        while (Goes)
        {
            using var process = Process.Start(bench.Command("executor", "--config", bench.At("interlock.yaml"))) ?? throw new InvalidOperationException("not started");
            executors[process.Id] = Stopwatch.GetTimestamp();
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            var error = process.StandardError.ReadToEndAsync();
            while (!process.HasExited && Goes)
            {
                await Task.Delay(20);
            }

            executors.TryRemove(process.Id, out _);
            if (!process.HasExited)
            {
                process.Kill();
            }

            await process.WaitForExitAsync();
            if (process.ExitCode is not (0 or 128 + 9))
            {
                surprises.Add($"an executor ended with {process.ExitCode}: {await error}");
            }
        }
    }

    /// <summary>Kills whoever holds the lock around an effect, around a durable write or at any time, and sometimes who waits for it.</summary>
    private async Task KillExecutorsAsync(Random random)
    {
        while (Goes)
        {
            if (random.Next(4) > 0)
            {
                // a second one is there to take over at once; else each caller starts one, which happens often enough
                await UntilTwoAsync();
            }

            switch (random.Next(4))
            {
                case 0:
                    await FileGrowth.WaitAsync(bench.At("effects.log"), () => Goes);
                    await Task.Delay(random.Next(60));
                    break;
                case 1:
                    await FileGrowth.WaitAsync(bench.At("effects.log"), () => Goes);
                    await FileGrowth.WaitAsync(bench.At("data/ledger.db-wal"), () => Goes);
                    await Task.Delay(TimeSpan.FromMicroseconds(random.Next(8_000)));
                    break;
                case 2:
                    await FileGrowth.WaitAsync(bench.At("data/ledger.db-wal"), () => Goes);
                    await Task.Delay(TimeSpan.FromMicroseconds(random.Next(20_000)));
                    break;
                default:
                    await Task.Delay(random.Next(900));
                    break;
            }

            var holder = Holder();
            var victim = random.Next(6) > 0 ? holder : executors.Keys.FirstOrDefault(id => id != holder);
            if (victim != 0 && Killed(victim))
            {
                Count(victim == holder ? "executor" : "executor in waiting");

                // somebody has to get as far as a stage
                await FileGrowth.WaitAsync(bench.At("effects.log"), () => Goes, random.Next(1_500));
            }
        }
    }

    private async Task UntilTwoAsync()
    {
        for (var tries = 0; Goes && tries < 100; tries++)
        {
            if (executors.Values.Count(started => Stopwatch.GetElapsedTime(started).TotalMilliseconds > life * 0.8) == 2)
            {
                return;
            }

            await Task.Delay(20);
        }
    }

    /// <summary>The last that wrote that it had taken the lock; 0 where none has.</summary>
    private int Holder()
    {
        var log = bench.At("data/executor.log");
        var line = File.Exists(log) ? File.ReadLines(log).LastOrDefault(line => line.Contains("] started", StringComparison.Ordinal)) : null;
        return line is null ? 0 : int.Parse(line.AsSpan(line.IndexOf('[') + 1, line.IndexOf(']') - line.IndexOf('[') - 1), CultureInfo.InvariantCulture);
    }

    /// <summary>A number is killed only where it is still an executor of this folder: numbers are used again.</summary>
    private bool Killed(int id)
    {
        if (!bench.Processes().Any(process => process.Id == id && process.Arguments.Contains(" executor", StringComparison.Ordinal)))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private void Count(string who)
    {
        kills.AddOrUpdate(who, 1, (_, count) => count + 1);
        Interlocked.Increment(ref killed);
    }
}
