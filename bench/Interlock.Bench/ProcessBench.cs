using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Interlock.Bench;

/// <summary>What a person and a host wait for: the command line's listing and the MCP server's first answer, from a cold start.</summary>
internal static class ProcessBench
{
    /// <summary>A call on one line that proposes what the example of <c>interlock init</c> does.</summary>
    private static readonly string Proposal = """
        {"jsonrpc":"2.0","id":ID,"method":"tools/call","params":{"name":"propose_plan","arguments":{"body":{"intent":"note ID","stages":[
        {"id":"write","action":"write_note","params":{"name":"note-ID","text":"hello"},
        "preconditions":[{"check":"note_exists","probe":{"name":"note-ID"},"expect":{"op":"equals","value":"false"}}],
        "verify":[{"check":"note_exists","probe":{"name":"note-ID"},"expect":{"op":"equals","value":"true"}}],
        "rollback":{"action":"delete_note","params":{"name":"note-ID"}}}]}}}}
        """.ReplaceLineEndings("");

    public static async IAsyncEnumerable<Row> RunAsync()
    {
        using var folder = new Scratch();
        var config = await InitAsync(folder);
        var data = Directory.CreateDirectory(folder.File(".interlock"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var ledger = Path.Combine(data.FullName, "ledger.db");
        await FillAsync(ledger, 1_000);

        var hello = await Processes.MedianAsync(9, Processes.Hello);
        yield return await ListAsync("CLI `list`, 1,000 plans", "258 ms", 120, 55, hello.Seconds, config);
        await FillAsync(ledger, 99_000);
        yield return await ListAsync("… the newest 50 of 100,000", "–", 150, double.PositiveInfinity, hello.Seconds, config);

        using var fresh = new Scratch();
        var other = await InitAsync(fresh);
        var starts = new double[7];
        var peaks = new double[starts.Length];
        double proposal = 0;
        for (var i = -1; i < starts.Length; i++)
        {
            var (start, peak, median) = await McpAsync(other, i == starts.Length - 1 ? 300 : 0);
            if (i >= 0)
            {
                (starts[i], peaks[i], proposal) = (start, peak, median);
            }
        }

        var first = Rounds.Median(starts);
        yield return new Row(
            "MCP start → first answer", "660 ms, 60 MB", "330 ms, 75 MB", $"{first * 1000:0} ms, {Rounds.Median(peaks):0} MB",
            $"`dotnet` hello, ReadyToRun, {hello.Seconds * 1000:0} ms", $"{hello.Seconds / first:0.00}", first < 0.330 && Rounds.Median(peaks) <= 75);
        yield return new Row(
            "one durable `propose_plan` over stdio", "1.7 ms", "p50 1.5 ms", $"{proposal * 1000:0.00} ms", "–", "–", proposal <= 0.0015);
    }

    private static async Task<Row> ListAsync(string work, string reference, int milliseconds, double megabytes, double hello, string config)
    {
        var list = await Processes.MedianAsync(9, Processes.Interlock, "list", "--config", config);
        return new Row(
            work,
            reference,
            double.IsFinite(megabytes) ? $"{milliseconds} ms, {megabytes} MB" : $"{milliseconds} ms",
            $"{list.Seconds * 1000:0} ms, {list.PeakMegabytes:0} MB",
            $"`dotnet` hello, ReadyToRun, {hello * 1000:0} ms",
            $"{hello / list.Seconds:0.00}",
            list.Seconds * 1000 <= milliseconds && list.PeakMegabytes <= megabytes);
    }

    /// <summary>Starts a server, waits for its first answer, then proposes so many plans one after another.</summary>
    private static async Task<(double Start, double Peak, double Proposal)> McpAsync(string config, int proposals)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var server = Processes.Start(Processes.Interlock, "mcp", "--config", config, "--agent", "assistant");
        _ = server.StandardError.ReadToEndAsync();
        await AskAsync(server, """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}
            """);
        var start = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var peak = Processes.Peak(server);
        await server.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        var times = new double[Math.Max(1, proposals)];
        for (var i = 0; i < proposals; i++)
        {
            var id = (i + 1).ToString(CultureInfo.InvariantCulture);
            var request = Proposal.Replace("ID", id, StringComparison.Ordinal);
            times[i] = await Rounds.SecondsAsync(async () =>
            {
                var answer = await AskAsync(server, request);
                if (!answer.Contains("\"accepted\":true", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException($"a proposal has to be accepted: {answer}");
                }
            });
        }

        server.StandardInput.Close();
        await server.WaitForExitAsync();
        return (start, peak, Rounds.Median(times));
    }

    private static async Task<string> AskAsync(Process server, string request)
    {
        await server.StandardInput.WriteLineAsync(request.Trim());
        await server.StandardInput.FlushAsync();
        while (await server.StandardOutput.ReadLineAsync() is { } line)
        {
            using var message = JsonDocument.Parse(line);
            if (message.RootElement.TryGetProperty("id", out _))
            {
                return line;
            }
        }

        throw new InvalidOperationException("the server ended without an answer");
    }

    private static async Task<string> InitAsync(Scratch folder)
    {
        await Processes.EndAsync(Processes.Interlock, "init", folder.Folder);
        var config = folder.File("interlock.yaml");
        await File.AppendAllTextAsync(config, "\nrequests: {pending: 1000}\n");
        return config;
    }

    private static async Task FillAsync(string ledger, int plans)
    {
        await using var rig = await PlanRig.OpenAsync(ledger);
        await rig.ProposeAsync(plans, 64);
    }
}
