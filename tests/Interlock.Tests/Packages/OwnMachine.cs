using System.Diagnostics;
using System.Text.Json;
using Interlock.Tests.Canonical;
using Interlock.Tests.EndToEnd;
using Interlock.Tests.Storage;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Packages;

/// <summary>
/// A machine of its own as far as the SDK can tell: an own home, package cache and configuration, and of all feeds the one folder
/// that is given. What is there by chance on this machine is not used.
/// </summary>
internal sealed class OwnMachine : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public OwnMachine(string? feed)
    {
        File.WriteAllText(At("nuget.config"), $"""
            <configuration><packageSources><clear />{(feed is null ? "" : $"<add key=\"local\" value=\"{feed}\" />")}</packageSources></configuration>
            """);
        Directory.CreateDirectory(At("home"));
    }

    public string At(string relative) => Path.Combine(folder.Path, relative);

    public async Task<Shell.Outcome> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = start.Environment["DOTNET_CLI_HOME"] = At("home");
        start.Environment["NUGET_PACKAGES"] = At("cache");
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_NOLOGO"] = start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = start.Environment["DOTNET_ADD_GLOBAL_TOOLS_TO_PATH"] = "false";

        // a command that is installed finds the runtime here, wherever it is
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "/");
        start.Environment["PATH"] = $"{Path.GetDirectoryName(NodeScript.Place)}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment.Remove("INTERLOCK_CONFIG");
        start.Environment.Remove("DOTNET_BUNDLE_EXTRACT_BASE_DIR");
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(10));
        return new Shell.Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>The same for what has to go well.</summary>
    public async Task<string> MustAsync(string program, params string[] arguments)
    {
        var outcome = await RunAsync(program, arguments);
        Assert.True(outcome.Code == 0, $"{program} {string.Join(' ', arguments)}: {outcome.Code}\n{outcome.Output}\n{outcome.Error}");
        return outcome.Output;
    }

    /// <summary>
    /// A plan's whole way: a host's client starts the program and proposes over MCP, a person approves in another process, and a
    /// third, detached one executes under its supervisor.
    /// </summary>
    public async Task GoTheWholeWayAsync(string program, params string[] before)
    {
        var npm = Path.Combine(SharedData.Repository, ".npm");
        Assert.SkipUnless(
            File.Exists(NodeScript.Place) && Directory.Exists(Path.Combine(npm, "node_modules/@modelcontextprotocol/sdk")),
            "npm @modelcontextprotocol/sdk is not installed; ./test installs it");
        await MustAsync(program, [.. before, "init", folder.Path]);
        await MustAsync(program, [.. before, "config", "check"]);

        // the catalog's example is to delete this note
        var note = Path.Combine(Directory.CreateDirectory(At("interlock-notes")).FullName, "hello.txt");
        await File.WriteAllTextAsync(note, "good morning");
        using var told = JsonDocument.Parse(await MustAsync(
            NodeScript.Place, [Path.Combine(SharedData.Repository, "tests/clients/installed.mjs"), npm, program, .. before, "mcp"]));

        Assert.Equal("interlock", told.RootElement.GetProperty("server").GetProperty("name").GetString());
        Assert.Equal(8, told.RootElement.GetProperty("tools").GetArrayLength());
        var proposed = told.RootElement.GetProperty("proposed");
        Assert.True(proposed.GetProperty("accepted").GetBoolean(), proposed.ToString());
        var id = proposed.GetProperty("plan_id").GetString() ?? "";
        await MustAsync(program, [.. before, "approve", id, "--yes"]);
        using var run = JsonDocument.Parse(await MustAsync(program, [.. before, "execute", id, "--json"]));
        Assert.Equal("executed", run.RootElement.GetProperty("status").GetString());
        Assert.False(File.Exists(note));
        await EndExecutorAsync();
    }

    public void Dispose() => folder.Dispose();

    /// <summary>The executor would end by itself after some seconds without work; its folder must not vanish under it.</summary>
    private async Task EndExecutorAsync()
    {
        foreach (var log in Directory.EnumerateFiles(folder.Path, "executor.log", SearchOption.AllDirectories))
        {
            for (var tries = 0; tries < 200 && !(await File.ReadAllTextAsync(log)).Contains("ended", StringComparison.Ordinal); tries++)
            {
                await Task.Delay(100);
            }

            Assert.Contains("ended", await File.ReadAllTextAsync(log), StringComparison.Ordinal);
        }
    }
}
