using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Interlock.Tests.EndToEnd;

namespace Interlock.Tests.Faults.Kills;

/// <summary>One <c>interlock mcp</c> process that may be killed at any moment: then what it has not answered is answered with null.</summary>
internal sealed class AgentProcess : IDisposable
{
    private readonly Process process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement?>> waiting = new();
    private readonly Lock writing = new();
    private volatile bool ended;
    private int next;

    public AgentProcess(ProcessBench bench)
    {
        process = Process.Start(bench.Command("mcp", "--agent", "tester")) ?? throw new InvalidOperationException("not started");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        _ = Task.Run(ReadAsync);
        _ = CallAsync("initialize", """{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"kills","version":"1"}}""");
        Write("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
    }

    public bool HasEnded => ended;

    /// <summary>Calls a tool. Null where the process died before it had answered, to the last byte of the line.</summary>
    public async Task<JsonElement?> ToolAsync(string tool, string arguments) =>
        await CallAsync("tools/call", $$"""{"name":"{{tool}}","arguments":{{arguments}}}""") is { } result
        && result.TryGetProperty("structuredContent", out var content)
            ? content
            : null;

    public void Kill() => process.Kill();

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private Task<JsonElement?> CallAsync(string method, string parameters)
    {
        var answer = new TaskCompletionSource<JsonElement?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Interlocked.Increment(ref next);
        waiting[id] = answer;
        Write($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""");
        if (ended)
        {
            answer.TrySetResult(null);
        }

        return answer.Task;
    }

    private void Write(string line)
    {
        lock (writing)
        {
            try
            {
                process.StandardInput.Write(line + "\n");
                process.StandardInput.Flush();
            }
            catch (Exception gone) when (gone is IOException or InvalidOperationException)
            {
                // killed; whoever waits hears it from the reader
            }
        }
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!TryParse(line, out var json) || !json.TryGetProperty("id", out var id) || !waiting.TryRemove(id.GetInt32(), out var answer))
            {
                continue;
            }

            answer.TrySetResult(json.TryGetProperty("result", out var result) ? result : null);
        }

        ended = true;
        foreach (var answer in waiting.Values)
        {
            answer.TrySetResult(null);
        }
    }

    /// <summary>The last line of a killed process may be torn: it acknowledges nothing.</summary>
    private static bool TryParse(string line, out JsonElement json)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            json = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            json = default;
            return false;
        }
    }
}
