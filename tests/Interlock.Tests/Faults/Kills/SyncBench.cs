using System.Diagnostics;
using Interlock.Tests.EndToEnd;

namespace Interlock.Tests.Faults.Kills;

/// <summary>Runs the built executable under <c>strace</c>, with its standard output in a file whose path the trace then shows.</summary>
internal sealed class SyncBench : IDisposable
{
    private const string Strace = "/usr/bin/strace";

    // whatever makes bytes durable, says something, or begins an effect
    private const string Calls =
        "trace=write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,fsync,fdatasync,execve,connect,rename,renameat,renameat2,mkdir,mkdirat";

    private readonly ProcessBench bench;
    private int traces;

    public SyncBench()
    {
        Assert.SkipUnless(File.Exists(Strace), "`strace` is missing: apt-get install strace");
        bench = new ProcessBench();
    }

    public ProcessBench Bench => bench;

    /// <summary>Where the answers of the command go.</summary>
    public string Answers => bench.At("answers.txt");

    /// <summary>Runs a command to its end under strace.</summary>
    public async Task<SyncTrace> TraceAsync(params string[] arguments)
    {
        var (trace, code, error) = await RunAsync(bench.Command(arguments), null);
        Assert.True(code == 0, error);
        return trace;
    }

    /// <summary>The same for a program that is spoken to: <paramref name="talk"/> gets its input and ends the talk by returning.</summary>
    public async Task<SyncTrace> TraceAsync(ProcessStartInfo command, Func<StreamWriter, Task> talk)
    {
        var (trace, _, _) = await RunAsync(command, talk);
        return trace;
    }

    /// <summary>Waits for words in the file of answers.</summary>
    public Task SaidAsync(string text) => ProcessBench.UntilAsync(() => File.Exists(Answers) && ReadAnswers().Contains(text, StringComparison.Ordinal), text);

    public string ReadAnswers()
    {
        using var file = new FileStream(Answers, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    /// <summary>Whether a call writes these words to standard output.</summary>
    public Predicate<SyncTrace.Call> Says(string text) =>
        call => call.IsWrite && call.Path == Answers && call.Arguments.Contains(text, StringComparison.Ordinal);

    /// <summary>Whether bytes hold an entry of a kind about a plan: members are in the order of their names.</summary>
    public static Predicate<string> Entry(string kind, string plan) => Entry(kind, plan, string.Empty);

    /// <summary>The same for an entry that also holds these words, after its kind.</summary>
    public static Predicate<string> Entry(string kind, string plan, string words) => text =>
    {
        var mark = $"\"kind\":\"{kind}\"";
        for (var at = text.IndexOf(mark, StringComparison.Ordinal); at >= 0; at = text.IndexOf(mark, at + 1, StringComparison.Ordinal))
        {
            var end = text.IndexOf("\"seq\":", at, StringComparison.Ordinal);
            var entry = end < 0 ? text[at..] : text[at..end];
            if (entry.Contains(plan, StringComparison.Ordinal) && entry.Contains(words, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    };

    public void Dispose() => bench.Dispose();

    private async Task<(SyncTrace Trace, int Code, string Error)> RunAsync(ProcessStartInfo command, Func<StreamWriter, Task>? talk)
    {
        var log = bench.At($"trace{++traces}.log");
        File.Delete(Answers);
        var traced = new ProcessStartInfo(
            "/bin/sh",
            [
                "-c", "answers=$1; shift; exec \"$@\" >\"$answers\"", "sh", Answers,
                Strace, "-f", "-y", "-q", "-s", "9000", "-o", log, "-e", Calls, "-e", "signal=none", command.FileName, .. command.ArgumentList,
            ])
        {
            WorkingDirectory = command.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        traced.Environment.Clear();
        foreach (var (name, value) in command.Environment)
        {
            traced.Environment[name] = value;
        }

        using var process = Process.Start(traced) ?? throw new InvalidOperationException("not started");
        var error = process.StandardError.ReadToEndAsync();
        if (talk is not null)
        {
            await talk(process.StandardInput);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.SkipWhen((await error).Contains("PTRACE_TRACEME", StringComparison.Ordinal), "the system does not let `strace` look at processes");
        return (SyncTrace.Parse(await File.ReadAllLinesAsync(log)), process.ExitCode, await error);
    }
}
