using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Cli.Demo;

/// <summary>
/// The plan that the agent writes. The demo's agent is a program and no model, but it writes what a model would: it has only the
/// catalog that <c>describe_catalog</c> tells of, and what <c>check_plan</c> lets it see.
/// </summary>
internal static class DemoPlan
{
    public const string Intent = "restart the web servers one after another";

    /// <summary>Three stages for each server.</summary>
    /// <param name="servers">The servers, in their order.</param>
    public static JsonObject Body(params IEnumerable<string> servers) => JsonObject.Of(
        ("intent", Intent),
        ("stages", new JsonArray(servers.SelectMany(Stages))));

    /// <summary>The same plan, but the stage that says it restarts web3 restarts another.</summary>
    /// <param name="server">Which one.</param>
    /// <param name="admit">Whether its target says so too.</param>
    public static JsonObject Retargeted(string server, bool admit)
    {
        var body = Body(ServerKeeper.Names);
        return body.With("stages", new JsonArray(((JsonArray?)body["stages"] ?? new JsonArray([])).Items.Select(item =>
        {
            if (item is not JsonObject stage || stage.Text("id") != "restart-web3")
            {
                return item;
            }

            stage = stage.With("params", JsonObject.Of(("server", server)));
            return admit ? stage.With("target", Target(server)) : stage;
        })));
    }

    private static IEnumerable<JsonValue> Stages(string server)
    {
        yield return Stage(
            "drain",
            server,
            [Check("pool", "contains", "out: none")],
            [Check("pool", "contains", $"out: {server}")],
            Undo("undrain", server));
        yield return Stage(
            "restart",
            server,
            [Check("pool", "contains", $"out: {server}"), Check($"{server}_generation", "equals", Number(1))],
            [Check($"{server}_health", "equals", "ok"), Check($"{server}_generation", "equals", Number(2))],
            JsonObject.Of(("irreversible", true), ("justification", "a process that has ended cannot be brought back; the new one serves the same")));
        yield return Stage(
            "undrain",
            server,
            [Check($"{server}_health", "equals", "ok")],
            [Check("pool", "contains", "out: none")],
            Undo("drain", server));
    }

    private static JsonObject Stage(string action, string server, JsonObject[] before, JsonObject[] after, JsonObject rollback) => JsonObject.Of(
        ("id", $"{action}-{server}"),
        ("action", action),
        ("target", Target(server)),
        ("params", JsonObject.Of(("server", server))),
        ("preconditions", new JsonArray(before)),
        ("verify", new JsonArray(after)),
        ("rollback", rollback));

    private static JsonObject Undo(string action, string server) => JsonObject.Of(
        ("action", action), ("params", JsonObject.Of(("server", server))), ("target", Target(server)));

    private static JsonObject Target(string server) => JsonObject.Of(("kind", "server"), ("id", server));

    private static JsonObject Check(string probe, string comparison, string value) => JsonObject.Of(
        ("check", probe), ("expect", JsonObject.Of(("op", comparison), ("value", value))));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
