using System.Diagnostics;
using System.Text.RegularExpressions;
using Interlock.Tests.Adapters;

namespace Interlock.Tests.Surface.Cli;

public sealed class Detaching
{
    [Fact]
    public async Task The_executor_lives_in_a_session_of_its_own_and_is_nobodys_child()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sessions are read from /proc");
        await using var bench = new CliBench();
        var id = await bench.ProposeAsync();
        Assert.Equal(0, (await bench.RunAsync("approve", id, "--by", "alice", "--yes")).Exit);

        // the built program itself, as a person or a host starts it
        var start = new ProcessStartInfo(AdapterBench.TestSupervisor.Program, ["execute", id])
        {
            WorkingDirectory = bench.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("not started");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        // the streams end with the command: the executor behind it holds none of them
        var ended = await Task.WhenAny(Task.WhenAll(output, error), Task.Delay(TimeSpan.FromSeconds(5)));
        Assert.True(ended != null && output.IsCompleted && error.IsCompleted, "somebody still holds the streams of a command that has ended");
        Assert.True(process.ExitCode == 0, await output + await error);
        Assert.True(File.Exists(bench.At("notes/hello.txt")));

        var executor = int.Parse(Regex.Match(await File.ReadAllTextAsync(bench.At("data/executor.log")), @"\[(\d+)\] started").Groups[1].Value);
        var fields = (await File.ReadAllTextAsync($"/proc/{executor}/stat")).Split(") ")[1].Split(' ');
        Assert.NotEqual(process.Id, int.Parse(fields[1]));
        Assert.Equal(executor, int.Parse(fields[2]));
        Assert.Equal(executor, int.Parse(fields[3]));
        await EndAsync(executor, bench.At("data/executor.log"));
    }

    /// <summary>SIGTERM ends an idle executor in order.</summary>
    private static async Task EndAsync(int executor, string log)
    {
        using (var kill = Process.Start("kill", ["-TERM", executor.ToString()]))
        {
            await kill.WaitForExitAsync();
        }

        for (var tries = 0; tries < 100 && !(await File.ReadAllTextAsync(log)).Contains("ended", StringComparison.Ordinal); tries++)
        {
            await Task.Delay(100);
        }

        Assert.Contains("ended: asked to", await File.ReadAllTextAsync(log), StringComparison.Ordinal);
    }
}
