using System.Diagnostics;
using System.Globalization;
using System.Text;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.EndToEnd;

/// <summary>
/// The built executable running the demo in a temporary folder of its own. Everything that descends from it carries a mark in its
/// environment or names that folder, so that survivors are found without knowing what the demo starts.
/// </summary>
internal sealed class DemoProcess : IDisposable
{
    private const string Mark = "INTERLOCK_TEST_DEMO";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("interlock-demo-test-");
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly Task reading;
    private readonly Task<string> errors;

    private DemoProcess(Func<string, (string Program, string[] Arguments)> command)
    {
        var (program, arguments) = command(folder.FullName);
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Mark] = folder.FullName;
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(folder.FullName, "tmp")).FullName;
        start.Environment["USER"] = "alice";
        start.Environment["TERM"] = "xterm";

        // as `./interlock` sets it where the runtime is not in one of the usual places
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "/");
        process = Process.Start(start) ?? throw new InvalidOperationException("not started");
        reading = Task.Run(ReadAsync);
        errors = process.StandardError.ReadToEndAsync();
    }

    public static string Executable
    {
        get
        {
            var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))) ?? "Debug";
            var path = Path.Combine(SharedData.Repository, "src", "Interlock.Cli", "bin", configuration, "net10.0", "Interlock.Cli");
            Assert.SkipUnless(File.Exists(path), "the executable is built for this system only: `Interlock.Cli` is missing");
            return path;
        }
    }

    public int Id => process.Id;

    /// <summary>What the demo was given to keep, where it was told to.</summary>
    public string Kept => Path.Combine(folder.FullName, "kept");

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Starts the demo with its streams in pipes.</summary>
    public static DemoProcess Start(params string[] arguments) => new(_ => (Executable, ["demo", .. arguments]));

    /// <summary>Starts the demo in a terminal, which is what <c>script</c> of util-linux makes.</summary>
    public static DemoProcess StartInTerminal(string arguments = "")
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "`script` of util-linux is missing");
        return new DemoProcess(_ => ("/usr/bin/script", ["-qec", $"'{Executable}' demo {arguments}", "/dev/null"]));
    }

    public void Type(string line)
    {
        process.StandardInput.Write(line + "\n");
        process.StandardInput.Flush();
    }

    public async Task SeenAsync(string text)
    {
        for (var waited = Stopwatch.StartNew(); !Output.Contains(text, StringComparison.Ordinal);)
        {
            Assert.False(reading.IsCompleted, $"it ended before it said `{text}`:\n{Output}\n{(reading.IsCompleted ? await errors : string.Empty)}");
            Assert.True(waited.Elapsed < Patience, $"`{text}` was never said:\n{Output}");
            await Task.Delay(20);
        }
    }

    public async Task<(int Code, string Error)> EndAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await errors);
    }

    /// <summary>Sends a signal to the demo alone, not to its group.</summary>
    public async Task SignalAsync(string name) =>
        await Shell.BashAsync("kill -s \"$1\" \"$2\"", name, Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>What is left in the folder for temporary files; the runtime's own pipes for debuggers are not the demo's.</summary>
    public IEnumerable<string> Leftovers() => Directory.EnumerateFileSystemEntries(Path.Combine(folder.FullName, "tmp"))
        .Select(path => Path.GetFileName(path))
        .Where(name => !name.StartsWith("dotnet-diagnostic-", StringComparison.Ordinal) && !name.StartsWith("clr-debug-pipe-", StringComparison.Ordinal));

    /// <summary>Processes that are left: this one's environment is not marked, so it is never among them.</summary>
    public IReadOnlyList<string> Survivors()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are found through /proc");
        var found = new List<string>();
        foreach (var entry in Directory.EnumerateDirectories("/proc").Where(entry => char.IsAsciiDigit(Path.GetFileName(entry)[0])))
        {
            try
            {
                var command = File.ReadAllText(Path.Combine(entry, "cmdline"));
                if (command.Contains(folder.FullName, StringComparison.Ordinal)
                    || File.ReadAllText(Path.Combine(entry, "environ")).Contains($"{Mark}={folder.FullName}", StringComparison.Ordinal))
                {
                    found.Add($"{Path.GetFileName(entry)}: {command.Replace('\0', ' ')}");
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // it ended, or is another user's
            }
        }

        return found;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        int read;
        while ((read = await process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            lock (output)
            {
                output.Append(buffer, 0, read);
            }
        }
    }
}
