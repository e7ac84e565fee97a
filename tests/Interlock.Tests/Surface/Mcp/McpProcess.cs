using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Surface.Mcp;

/// <summary>The process that hosts start: <c>interlock mcp</c>, as it was built.</summary>
public sealed class McpProcess
{
    private const string Describe =
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"describe_catalog","arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{} } } }""";

    [Fact]
    public async Task Nothing_but_protocol_is_on_standard_output_and_the_end_of_input_ends_it_with_zero()
    {
        using var folder = new Folder();
        using var process = Start(folder.Path);
        await process.StandardInput.WriteLineAsync("nonsense");
        await process.StandardInput.WriteLineAsync(Describe);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1));
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.True(process.ExitCode == 0, error);
        var lines = output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Equal(-32700, lines[0].GetProperty("error").GetProperty("code").GetInt32());
        Assert.True(lines[1].GetProperty("result").GetProperty("structuredContent").TryGetProperty("actions", out _));
        Assert.Contains("refused", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_termination_signal_ends_it_with_zero()
    {
        using var folder = new Folder();
        using var process = Start(folder.Path);
        await process.StandardInput.WriteLineAsync(Describe);
        Assert.NotNull(await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)));
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, process.ExitCode);
    }

    private static Process Start(string folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are those of POSIX");
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            ? "Release"
            : "Debug";
        var cli = Path.Combine(SharedData.Repository, "src", "Interlock.Cli", "bin", configuration, "net10.0", "Interlock.Cli");
        Assert.SkipUnless(File.Exists(cli), "the command line is not built beside these tests");
        var start = new ProcessStartInfo(cli, ["mcp"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        start.Environment["HOME"] = folder;
        start.Environment.Remove("XDG_DATA_HOME");
        start.Environment.Remove("INTERLOCK_CONFIG");
        return Process.Start(start) ?? throw new InvalidOperationException("the command line did not start");
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("interlock-mcp-");

        public string Path => folder.FullName;

        public void Dispose() => folder.Delete(recursive: true);
    }
}
