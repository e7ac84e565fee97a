using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.EndToEnd;

/// <summary>
/// A folder with a configuration whose one action really starts a program, and the built executable over it as separate
/// processes: what a person, a host and an attacker of the process table have before them.
/// </summary>
internal sealed class ProcessBench : IDisposable
{
    private const string Configuration =
        """
        version: 1
        data: data
        unsigned: allow
        agents: {tester: {owner: olga}}
        requests: {pending: 1000}
        actions:
          work:
            description: append the stage's key to effects.log, then take a while
            params:
              name: {pattern: "[a-z0-9]{1,20}"}
              seconds: {pattern: "[0-9.]{1,5}"}
            command: {argv: [./work.sh, "{name}", "{seconds}"], timeout: 120s}
            resources: ["work:{name}"]
        probes:
          ready:
            description: whether the folder is ready
            file: {roots: ["."], path: work.sh, read: exists}
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("interlock-processes-");

    public ProcessBench()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are contained on Linux only");
        File.WriteAllText(At("interlock.yaml"), Configuration);
        File.WriteAllText(At("work.sh"), "#!/bin/sh\necho \"$1 $INTERLOCK_IDEMPOTENCY_KEY\" >> effects.log\nexec sleep \"$2\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(At("work.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.WriteAllText(At("effects.log"), string.Empty);
    }

    public string Folder => folder.FullName;

    /// <summary>Another build of the command line than the one beside these tests.</summary>
    public string? Program { get; init; }

    /// <summary>Whether the folder stays, for whoever has to find out what happened.</summary>
    public bool Keep { get; set; }

    /// <summary>The effects that really happened, one line each.</summary>
    public string[] Effects => File.ReadAllLines(At("effects.log"));

    public string At(string name) => Path.Combine(folder.FullName, name);

    public ProcessStartInfo Command(params string[] arguments)
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var program = Program ?? Path.Combine(SharedData.Repository, "src/Interlock.Cli/bin", configuration, "net10.0/Interlock.Cli");
        Assert.SkipUnless(File.Exists(program), "the command line is not built beside these tests");
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        start.Environment.Remove("INTERLOCK_CONFIG");

        // as `./interlock` sets it where the runtime is not in one of the usual places
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "/");
        return start;
    }

    public async Task<Shell.Outcome> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Command(arguments)) ?? throw new InvalidOperationException("the program did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        return new Shell.Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>A plan with one stage, proposed and approved.</summary>
    public async Task<string> ApprovedAsync(string name, string seconds)
    {
        await File.WriteAllTextAsync(At("plan.yaml"), PlanText(name, seconds));
        var proposed = await RunAsync("propose", "plan.yaml", "--json");
        Assert.True(proposed.Code == 0, proposed.Output + proposed.Error);
        using var json = JsonDocument.Parse(proposed.Output);
        var id = json.RootElement.GetProperty("plan_id").GetString() ?? throw new InvalidOperationException(proposed.Output);
        var approved = await RunAsync("approve", id, "--by", "rita", "--yes");
        Assert.True(approved.Code == 0, approved.Output + approved.Error);
        return id;
    }

    public async Task<JsonElement> PlanAsync(string id)
    {
        var shown = await RunAsync("show", id, "--json");
        Assert.True(shown.Code == 0, shown.Output + shown.Error);
        using var json = JsonDocument.Parse(shown.Output);
        return json.RootElement.GetProperty("plan").Clone();
    }

    /// <summary>The processes whose working directory is this folder or beneath it, or whose arguments name it.</summary>
    public (int Id, string Arguments)[] Processes() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Arguments: ArgumentsOf(id)))
            .Where(process => process.Arguments.Contains(Folder, StringComparison.Ordinal) || WorkingFolderOf(process.Id).StartsWith(Folder, StringComparison.Ordinal)),
    ];

    /// <summary>Whether the stage's program has left its mark and is taking its while.</summary>
    public bool Working() =>
        Effects.Length > 0 && Processes().Any(process => process.Arguments.StartsWith("sleep ", StringComparison.Ordinal));

    /// <summary>The executor that started the stage's program: the one that holds the lock, where another waits for it.</summary>
    public int ExecutorOfStage()
    {
        var id = Processes().First(process => process.Arguments.StartsWith("sleep ", StringComparison.Ordinal)).Id;
        while (!ArgumentsOf(id).Contains(" executor ", StringComparison.Ordinal))
        {
            // the fourth field of /proc/ID/stat; the second, in parentheses, may hold anything
            var stat = File.ReadAllText($"/proc/{id}/stat");
            id = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
            Assert.True(id > 1, "the stage's program has no executor above it");
        }

        return id;
    }

    public static string PlanText(string name, string seconds) =>
        $$"""
        intent: do some work
        stages:
          - id: work
            action: work
            target: {kind: work, id: {{name}}}
            params: {name: {{name}}, seconds: "{{seconds}}"}
            preconditions: [{check: ready, expect: {op: equals, value: "true"} }]
            rollback: {irreversible: true, justification: work done stays done}
        """;

    public void Dispose()
    {
        foreach (var (id, _) in Processes())
        {
            Kill(id);
        }

        if (!Keep)
        {
            folder.Delete(recursive: true);
        }
    }

    public static void Kill(int id)
    {
        using var kill = Process.Start("kill", ["-KILL", $"{id}"]);
        kill.WaitForExit();
    }

    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"waited a minute for: {what}");
            await Task.Delay(20);
        }
    }

    private static string ArgumentsOf(int id) => Read(() => File.ReadAllText($"/proc/{id}/cmdline")).Replace('\0', ' ');

    private static string WorkingFolderOf(int id) => Read(() => new FileInfo($"/proc/{id}/cwd").LinkTarget);

    private static string Read(Func<string?> read)
    {
        try
        {
            return read() ?? string.Empty;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
