using System.Text;
using Interlock.Canonical;
using Interlock.Cli.Commands;
using Interlock.Cli.Terminal;
using Interlock.Tests.Adapters;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Surface.Cli;

/// <summary>What a command left: its exit code and what it wrote.</summary>
internal sealed record Ran(int Exit, string Out, string Error);

/// <summary>
/// A folder with a configuration, and the command line over it as <c>Main</c> runs it: real files, real SQLite. The executor
/// runs in this process, beside the command that asks for it.
/// </summary>
internal sealed class CliBench : IAsyncDisposable
{
    public const string Configuration =
        """
        version: 1
        data: data
        unsigned: allow
        agents:
          assistant: {owner: olga}
        actions:
          write_note:
            description: write a note
            params:
              name: {pattern: "[a-z]{1,10}"}
              text: {content: true}
            file:
              op: write
              roots: [notes]
              path: "{name}.txt"
              content: "{text}"
        probes:
          note_exists:
            description: whether a note exists
            params:
              name: {pattern: "[a-z]{1,10}"}
            file:
              roots: [notes]
              path: "{name}.txt"
              read: exists
        """;

    private readonly TemporaryFolder folder = new();
    private readonly CancellationTokenSource ended = new();
    private readonly List<Task<int>> executors = [];

    public CliBench(string? configuration = Configuration)
    {
        Directory.CreateDirectory(At("notes"));
        if (configuration is not null)
        {
            File.WriteAllText(At("interlock.yaml"), configuration);
        }
    }

    public string Folder => folder.Path;

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal) { ["LANG"] = "C.UTF-8", ["USER"] = "tess" };

    /// <summary>The screen's width; null for a pipe.</summary>
    public int? Columns { get; set; }

    /// <summary>The screen's width for refusals and remarks; null for a pipe.</summary>
    public int? ErrorColumns { get; set; }

    /// <summary>The clock that commands see.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>What a person types; null where standard input is no terminal.</summary>
    public string? Typed { get; set; }

    /// <summary>What a pipe brings.</summary>
    public byte[] Piped { get; set; } = [];

    public static string Plan(string name = "hello", string intent = "leave a note") =>
        $$$"""
        intent: {{{intent}}}
        stages:
          - id: first
            action: write_note
            params: {name: {{{name}}}, text: "hello there"}
            preconditions:
              - {check: note_exists, probe: {name: {{{name}}}}, expect: {op: equals, value: "false"}}
            verify:
              - {check: note_exists, probe: {name: {{{name}}}}, expect: {op: equals, value: "true"}}
            rollback: {irreversible: true, justification: a note stays}
        """;

    public string At(string relative) => Path.Combine(Folder, relative);

    public async Task<Ran> RunAsync(params string[] args) => await RunAsync(args, CancellationToken.None);

    public async Task<Ran> RunAsync(string[] args, CancellationToken stop, StringBuilder? written = null)
    {
        written ??= new StringBuilder();
        await using var output = new StringWriter(written);
        using var error = new StringWriter();
        using var bytes = new MemoryStream();
        await using var surroundings = new Surroundings(
            output,
            error,
            () => new MemoryStream(Typed is null ? Piped : Encoding.UTF8.GetBytes(Typed)),
            () => bytes,
            name => Variables.GetValueOrDefault(name),
            Folder)
        {
            InputIsTerminal = Typed is not null,
            OutputIsTerminal = Columns is not null,
            Columns = Columns,
            Variables = Variables,
            ErrorColumns = ErrorColumns,
            Supervisor = AdapterBench.TestSupervisor,
            UserName = "tess",
            Clock = Clock,
            StartDetached = Start,
        };
        var exit = await CommandLine.RunAsync(args, surroundings, stop);
        return new Ran(exit, written + Encoding.UTF8.GetString(bytes.ToArray()), error.ToString());
    }

    /// <summary>Proposes a plan and gives its id.</summary>
    public async Task<string> ProposeAsync(string? plan = null)
    {
        await File.WriteAllTextAsync(At("plan.yaml"), plan ?? Plan());
        var ran = await RunAsync("propose", "plan.yaml", "--json");
        Assert.True(ran.Exit == 0, ran.Out + ran.Error);
        return Json(ran).Text("plan_id") ?? throw new InvalidOperationException(ran.Out);
    }

    public static JsonObject Json(Ran ran) =>
        JsonReader.TryRead(Encoding.UTF8.GetBytes(ran.Out.TrimEnd('\n')), new JsonReadOptions { MaxDepth = 64 }, out var value, out var error)
            ? Assert.IsType<JsonObject>(value)
            : throw new InvalidOperationException($"{error} in {ran.Out} {ran.Error}");

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await Task.WhenAll(executors);
        ended.Dispose();
        folder.Dispose();
    }

    private void Start(IReadOnlyList<string> args)
    {
        lock (executors)
        {
            executors.Add(Task.Run(async () => (await RunAsync([.. args], ended.Token)).Exit));
        }
    }
}
