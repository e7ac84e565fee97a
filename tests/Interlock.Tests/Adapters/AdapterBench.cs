using System.Collections.Immutable;
using System.Text;
using Interlock.Adapters;
using Interlock.Adapters.Supervision;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Actions;
using Interlock.Plans;

namespace Interlock.Tests.Adapters;

/// <summary>A temporary folder with an adapter environment around it, and short ways to declare and run.</summary>
internal sealed class AdapterBench : IDisposable
{
    private readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);

    public AdapterBench()
    {
        Folder = Directory.CreateTempSubdirectory("interlock-adapters-").FullName;
        Environment = new AdapterEnvironment
        {
            BaseDirectory = Folder,
            Supervisor = TestSupervisor,
            Secrets = name => variables.GetValueOrDefault(name),
            Time = TimeProvider.System,
        };
    }

    /// <summary>The host executable that is built beside the tests.</summary>
    public static SupervisorCommand TestSupervisor { get; } = new(
        Path.ChangeExtension(typeof(Interlock.Cli.Program).Assembly.Location, null), [Supervisor.Argument]);

    public string Folder { get; }

    public AdapterEnvironment Environment { get; init; }

    public static IdempotencyKey Key(string text) =>
        IdempotencyKey.TryParse(Sha256Digest.Of(Encoding.UTF8.GetBytes(text)).ToString(), out var key)
            ? key
            : throw new InvalidOperationException();

    public static JsonObject Json(string json) =>
        JsonReader.TryRead(Encoding.UTF8.GetBytes(json), JsonReadOptions.PlanBody, out var value, out var error)
            ? (JsonObject)value
            : throw new ArgumentException(error.ToString());

    public void Set(string name, string value) => variables[name] = value;

    public string At(string relative) => Path.Combine(Folder, relative);

    public string Script(string name, string body)
    {
        var path = At(name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    public ActionDefinition Action(string declaration) =>
        AdapterCatalog.Action("act", Json(declaration), Environment).TryGet(out var action, out var refusal)
            ? action
            : throw new ArgumentException(refusal.ToString());

    public Refusal ActionRefusal(string declaration) =>
        AdapterCatalog.Action("act", Json(declaration), Environment).TryGet(out _, out var refusal)
            ? throw new ArgumentException("the declaration was accepted")
            : refusal;

    public ProbeDefinition Probe(string declaration) =>
        AdapterCatalog.Probe("look", Json(declaration), Environment).TryGet(out var probe, out var refusal)
            ? probe
            : throw new ArgumentException(refusal.ToString());

    public async Task<Observation> ObserveAsync(string declaration, string arguments = "{}") =>
        await Probe(declaration).Probe.ProbeAsync(
            new Check("look", Json(arguments), CheckOperator.EqualTo, "", null), CancellationToken.None);

    public static Result<ImmutableArray<Effect>> Describe(ActionDefinition action, string parameters) =>
        action.Executor.Describe(Stage(parameters));

    public static ImmutableArray<Effect> Effects(ActionDefinition action, string parameters) =>
        Describe(action, parameters).TryGet(out var effects, out var refusal) ? effects : throw new ArgumentException(refusal.ToString());

    public static Refusal Refusal(ActionDefinition action, string parameters) =>
        Describe(action, parameters).TryGet(out _, out var refusal) ? throw new ArgumentException("the stage was accepted") : refusal;

    /// <summary>Declares, describes and executes an action with one effect.</summary>
    public async Task<StageOutcome> RunAsync(string declaration, string parameters = "{}", string key = "k")
    {
        var action = Action(declaration);
        var effect = Assert.Single(Effects(action, parameters));
        return await action.Executor.ExecuteAsync(effect, Key(key), CancellationToken.None);
    }

    public static string Text(StageOutcome outcome) => Encoding.UTF8.GetString(outcome.Output.Span);

    public static Stage Stage(string parameters) =>
        new(0, "s1", "act", null, Json(parameters), [], [], null, null, JsonObject.Empty);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
