using System.Collections.Immutable;
using System.Globalization;
using Interlock.Canonical;
using Interlock.Cli.Commands;
using Interlock.Cli.People;
using Interlock.Cli.Terminal;
using Interlock.Signing.Keygen;

namespace Interlock.Cli.Demo;

/// <summary>
/// What the demo shows, step by step. Whatever it says of Interlock it has just looked at: a claim that does not hold is shown as one
/// and makes the exit code 1.
/// </summary>
internal sealed class DemoStory(Invocation run, DemoWishes wishes, DemoFolder folder, DemoScreen screen, ServerKeeper keeper)
{
    public const string Data = ".interlock";

    private const int Short = 8;
    private const string KeyName = "demo_key";
    private static readonly ImmutableArray<string> Deciding = ["approve", "sign", "confirm", "reject", "resolve", "config"];

    private readonly string person = NameOf(run.Around);
    private ImmutableArray<ServerState> before = [];
    private int stages;
    private bool live;
    private bool signs;

    private CancellationToken Stop => run.Stop;

    public async Task<int> TellAsync()
    {
        screen.Title("interlock demo");
        screen.Say("An agent wants to restart three web servers. It can only propose. You read what would be done and approve"
            + " exactly that; then it is done, stage by stage, with checks. Everything here is real, and on this machine only.");
        await SetUpAsync();
        await using var traffic = new PoolTraffic(folder.Path, keeper, run.Around.Clock);

        string plan;
        await using (var agent = await ConnectAsync())
        {
            plan = await ProposeAsync(agent);
        }

        if (!await ReviewAsync(plan))
        {
            screen.Say("Nothing was approved, so nothing was done.");
            return Exit.Refused;
        }

        var copy = wishes.Break ? null : TamperedLedger.Copy(folder, Data);
        await using (var agent = await ConnectAsync())
        {
            var executed = await ExecuteAsync(agent, plan);
            await traffic.StopAsync();
            await WhatHappenedAsync(executed, traffic);
            screen.Step(wishes.Break ? "It stays halted" : "What does not work");
            await AgainAsync(agent, plan, executed.Text("status") ?? "");
            if (!wishes.Break)
            {
                await EditedAsync(agent, plan);
            }
        }

        if (copy is not null)
        {
            await TamperedAsync(copy, plan);
        }

        await AuditAsync(plan);
        return screen.AllHeld ? Exit.Success : Exit.Refused;
    }

    private Task<DemoAgent> ConnectAsync() => DemoAgent.ConnectAsync(folder.Configuration, folder.Path, Progress, Stop);

    private async Task SetUpAsync()
    {
        new PoolFile(ServerKeeper.Names, []).Write(folder.Path);
        var logKey = await KeysAsync();
        await File.WriteAllTextAsync(folder.Configuration, DemoConfiguration.Text(keeper, person, Data, Program(), logKey, run.Around), Stop);
        before = keeper.Servers;

        screen.Step("Three web servers");
        Servers("");
        screen.Fact(PoolFile.Name, "all three are in rotation; a client sends requests to whichever are");
        if (wishes.Break)
        {
            screen.Fact("--break", "web2 will be unhealthy after its restart; nobody has told Interlock", Ink.Caution);
        }

        screen.Fact("interlock.yaml", "what the agent may propose: drain, restart, undrain; what it may look at; whose signature counts");
        if (signs)
        {
            screen.Fact(KeyName, "your key in this demo, made just now. It signs by itself; your own would ask for a touch or a passphrase");
        }
    }

    /// <summary>
    /// A key for this run alone, so that nobody's own is touched: it signs by itself, as yours should not. Null where the machine has
    /// no <c>ssh-keygen</c>.
    /// </summary>
    private async Task<string?> KeysAsync()
    {
        var environment = Signatories.EnvironmentOf(run.Around) with { Home = folder.Path };
        var made = await SshKeys.CreateUnattendedAsync(environment, folder.At(KeyName), $"{person}, for one run of the demo", Stop);
        if (!made.TryGet(out var key, out var refusal))
        {
            screen.Fact("unsigned", refusal.Message, Ink.Caution);
            return null;
        }

        signs = true;
        return FirstSetup.Register(folder.Path, person, key, SystemRandom.Instance).TryGet(out var log, out refusal)
            ? log.ToString()
            : throw new IOException(refusal.Message);
    }

    private async Task<string> ProposeAsync(DemoAgent agent)
    {
        screen.Step("The agent proposes");
        var untouched = World();
        screen.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"The agent here is a script, so that you need no key for a model. It speaks real MCP to `interlock mcp` (process {agent.ServerId}).")
            + " What a tool does not let it do, it cannot do.");
        var tools = await agent.ToolsAsync(Stop);
        screen.Call("tools/list", string.Join(", ", tools));
        screen.Claim(
            !tools.Any(static tool => Deciding.Any(word => tool.Contains(word, StringComparison.OrdinalIgnoreCase))), "none of these tools approves anything");
        var catalog = await agent.CallAsync("describe_catalog", Stop);
        screen.Call("describe_catalog", $"{Names(catalog, "actions")} may be proposed, {Count(catalog, "probes")} probes may be looked at");

        var body = DemoPlan.Body(ServerKeeper.Names);
        stages = Count(body, "stages");
        var check = await agent.CallAsync("check_plan", body, Stop);
        screen.Call("check_plan", $"{stages} stages, approvable: {check["approvable"]}; nothing was stored");

        var proposed = await agent.CallAsync("propose_plan", body, Stop);
        var plan = proposed.Text("plan_id") ?? throw new InvalidOperationException($"the demo's plan was refused: {proposed}");
        screen.Call("propose_plan", $"plan {plan[..Short]} is {proposed.Text("status")}");

        var refused = await agent.CallAsync("execute_plan", plan, Stop);
        screen.Call("execute_plan", $"{refused.Text("status")}, {refused.Text("reason")}");
        screen.Claim(refused.Text("status") == "rejected" && World() == untouched, "an unapproved plan is refused, and no server was touched");
        return plan;
    }

    private async Task<bool> ReviewAsync(string plan)
    {
        screen.Step("You review");
        screen.Say("This page is computed from the plan and the configuration; what the agent says of it comes last, and marked."
            + " It is long because it leaves nothing out. Read `does` and `touches` of each stage first. A check that does not hold"
            + " yet is looked at again right before its stage.");
        string[] who = signs ? ["--key", KeyName] : ["--by", person];
        string[] arguments = ["approve", plan[..Short], .. who, .. wishes.Yes ? (ReadOnlySpan<string>)["--yes"] : []];
        screen.Typed($"interlock {string.Join(' ', arguments)}");
        screen.Show(static page => page.Line());
        arguments = [.. arguments.Select(argument => argument == KeyName ? folder.At(KeyName) : argument)];

        // a person may press Ctrl-C at the question, and the read of a terminal cannot be cancelled: it is left behind
        var approving = Task.Run(() => InterlockAsync([.. arguments, "--config", folder.Configuration]));
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, run.Around.Clock, Stop);
        await Task.WhenAny(approving, stopped);
        Stop.ThrowIfCancellationRequested();
        return await approving == Exit.Success;
    }

    private async Task<JsonObject> ExecuteAsync(DemoAgent agent, string plan)
    {
        screen.Step("The agent executes the approved plan");
        screen.Say("For each stage: look at the preconditions, write down what is about to be done, do it, verify.");
        live = true;
        var executed = await agent.CallAsync("execute_plan", plan, Stop);
        live = false;
        screen.Call("execute_plan", executed.Text("status") == "executed"
            ? $"executed, {Count(executed, "committed")} stages"
            : $"{executed.Text("status")} at {executed.Text("halted_stage")}: {executed.Text("reason")}");
        return executed;
    }

    private async Task WhatHappenedAsync(JsonObject executed, PoolTraffic traffic)
    {
        screen.Step("What happened");
        Servers(", not touched");
        var pool = PoolFile.Read(folder.Path);
        screen.Fact(PoolFile.Name, pool?.ToString().TrimEnd('\n').Replace("\n", ", ", StringComparison.Ordinal) ?? "");
        if (wishes.Break)
        {
            screen.Fact("web2 says", await traffic.HealthAsync("web2"));
            screen.Claim(
                executed.Text("status") == "halted" && executed.Text("halted_stage") == "restart-web2",
                "web2 came back unhealthy; its verify saw that, and the plan halted there");
            screen.Claim(
                keeper.Servers[2] == before[2] && pool is { In: ["web1", "web3"], Out: ["web2"] },
                "web2 stays out of rotation, web3 was not touched, nothing was guessed or retried");
        }
        else
        {
            screen.Claim(
                executed.Text("status") == "executed" && keeper.Servers.All(static server => server.Generation == 2),
                "every server runs in a new process, and was healthy before it got requests again");
        }

        var states = PoolFile.History(folder.Path);
        screen.Claim(states.All(static state => state.Out.Length <= 1), "at no time was more than one server out of rotation");
        screen.Claim(
            traffic is { Answered: > 0, Lost: 0 },
            string.Create(
                CultureInfo.InvariantCulture,
                $"of the {traffic.Answered + traffic.Lost} requests that the client sent all the while, {traffic.Lost} stayed without an answer"));
    }

    private async Task AgainAsync(DemoAgent agent, string plan, string status)
    {
        screen.Say("The agent executes the same plan once more.");
        var now = World();
        var again = await agent.CallAsync("execute_plan", plan, Stop);
        screen.Call("execute_plan", $"{again.Text("status")}, repeated: {again["repeated"]}");
        screen.Claim(
            again["repeated"] is JsonBoolean { Value: true } && again.Text("status") == status && World() == now,
            wishes.Break
                ? "it gets the recorded run; a halted plan never goes on, going on is a new plan for you to review"
                : "it gets the recorded run, and there is no second effect");
    }

    private async Task EditedAsync(DemoAgent agent, string plan)
    {
        screen.Show(static page => page.Line());
        screen.Say("It edits one stage of the approved plan: restart-web3 is to restart web1.");
        var now = World();
        var approved = await agent.CallAsync("get_plan", plan, Stop);
        var lie = await agent.CallAsync("propose_plan", DemoPlan.Retargeted("web1", admit: false), Stop);
        screen.Call("propose_plan", $"accepted: {lie["accepted"]}; {Why(lie)}");
        screen.Claim(lie["accepted"] is JsonBoolean { Value: false }, "a stage cannot say web3 and touch web1");

        var edited = await agent.CallAsync("propose_plan", DemoPlan.Retargeted("web1", admit: true), Stop);
        var other = edited.Text("plan_id") ?? throw new InvalidOperationException($"the edited plan was refused: {edited}");
        var (was, has) = (approved.Text("plan_hash") ?? "", edited.Text("plan_hash") ?? "");
        screen.Call("propose_plan", $"another plan, {other[..Short]}");
        screen.Fact("approved hash", was[..32] + "...");
        screen.Fact("edited hash", has[..32] + "...");
        var refused = await agent.CallAsync("execute_plan", other, Stop);
        screen.Call("execute_plan", $"{refused.Text("status")}, {refused.Text("reason")}");
        screen.Claim(
            was != has && refused.Text("status") == "rejected" && World() == now,
            "an edited plan has another hash; your approval is not for it");
        await agent.CallAsync("withdraw_plan", other, Stop);
    }

    private async Task TamperedAsync(TamperedLedger copy, string plan)
    {
        screen.Show(static page => page.Line());
        screen.Say("Somebody with access to the disk edits the approved plan inside the ledger. (A copy, made right after you approved.)");
        screen.Fact("was", copy.Before);
        screen.Fact("is", copy.After);
        var now = World();
        string[] arguments = ["execute", plan[..Short], "--config"];
        screen.Typed($"interlock {string.Join(' ', arguments)} {Path.GetFileName(folder.TamperedConfiguration)}");
        var code = await InterlockAsync([.. arguments, folder.TamperedConfiguration]);
        screen.Claim(
            code != Exit.Success && World() == now, $"a body that is not what was approved is never executed (exit code {code})");
    }

    private async Task AuditAsync(string plan)
    {
        screen.Step("The log");
        screen.Say("Every decision is one entry in a chain of hashes. Exported, anybody can verify it.");
        screen.Typed("interlock export audit.jsonl");
        var exported = await InterlockAsync(["export", folder.Audit, "--config", folder.Configuration]);
        screen.Typed("interlock verify-audit audit.jsonl");
        var verified = await InterlockAsync(["verify-audit", folder.Audit]);
        screen.Claim(exported == Exit.Success && verified == Exit.Success, "the log verifies");
        if (signs)
        {
            await EvidenceAsync(plan);
        }

        screen.Show(static page => page.Line());
        if (wishes.Keep is not null)
        {
            screen.Say($"Kept in {Escape.Line(folder.Path)}: interlock.yaml, the ledger ({Data}), audit.jsonl, evidence, transcript.txt. Look around:");
            screen.Typed($"interlock show {plan[..Short]} --config {Escape.Line(folder.Configuration)}");
        }
        else
        {
            screen.Say("Now every process is ended and the folder removed; `--keep DIR` keeps it."
                + (wishes.Break ? "" : " Try `interlock demo --break`, and `interlock init` for a configuration of your own."));
        }
    }

    private async Task EvidenceAsync(string plan)
    {
        screen.Show(static page => page.Line());
        screen.Say("For somebody who has no Interlock: what was approved, by whose signature, what ran, and that no entry is missing.");
        screen.Typed($"interlock evidence {plan[..Short]} -o {DemoFolder.Evidence}");
        var written = await InterlockAsync(["evidence", plan, "-o", folder.At(DemoFolder.Evidence), "--config", folder.Configuration]);
        screen.Typed($"interlock verify-evidence {DemoFolder.Evidence}");
        var proven = await InterlockAsync(["verify-evidence", folder.At(DemoFolder.Evidence)]);
        screen.Claim(
            written == Exit.Success && proven == Exit.Success,
            $"the evidence verifies; {DemoFolder.Evidence}/VERIFY.md does it with sha256sum, ssh-keygen and openssl alone");
    }

    private Task<int> InterlockAsync(IReadOnlyList<string> arguments) => CommandLine.RunAsync(arguments, screen.Around, Stop);

    private void Servers(string unchanged)
    {
        foreach (var (server, index) in keeper.Servers.Select(static (server, index) => (server, index)))
        {
            screen.Fact(server.Name, string.Create(
                CultureInfo.InvariantCulture,
                $"port {server.Port}, generation {server.Generation}, process {server.ProcessId}")
                + (server == before[index]
                    ? unchanged
                    : string.Create(CultureInfo.InvariantCulture, $" (was {before[index].ProcessId})")));
        }
    }

    /// <summary>Whole numbers are ends of stages; what lies between says that one began, or why it halted.</summary>
    private void Progress(double progress, string message)
    {
        var done = progress == Math.Floor(progress);
        var begun = progress - Math.Floor(progress) == 0.5;
        if (live && progress > 0 && !begun && message.Split('`') is [_, var stage, var word])
        {
            var number = (int)Math.Ceiling(progress);
            screen.Stage(done, string.Create(
                CultureInfo.InvariantCulture, $"{number}/{stages} {stage,-14} {(done ? "done and verified" : word.Trim())}"));
        }
    }

    /// <summary>A link with a short name: the page names the program in each stage, and a build's path is long.</summary>
    private IReadOnlyList<string> Program()
    {
        if (OperatingSystem.IsWindows() || SelfProcess.Command is not [var program])
        {
            return SelfProcess.Command;
        }

        File.CreateSymbolicLink(folder.At("interlock"), program);
        return ["./interlock"];
    }

    /// <summary>Everything that a stage can change: the servers' processes, and every state that the pool was ever in.</summary>
    private string World() =>
        string.Join('\n', [.. keeper.Servers.Select(static server => server.ToString()), .. PoolFile.History(folder.Path).Select(static state => state.ToString())]);

    private static int Count(JsonObject answer, string list) => answer[list] is JsonArray items ? items.Items.Length : 0;

    private static string Names(JsonObject answer, string list) => answer[list] is JsonArray items
        ? string.Join(", ", items.Items.OfType<JsonObject>().Select(static item => item.Text("name")))
        : "nothing";

    private static string Why(JsonObject answer) =>
        answer["validation"] is JsonObject validation && validation["errors"] is JsonArray { Items: [JsonString first, ..] }
            ? first.Value
            : answer.Text("error") ?? "";

    /// <summary>The operating-system user, where its name can stand in a configuration as it is.</summary>
    private static string NameOf(Surroundings around) =>
        around.Environment("USER") is { Length: > 0 and <= 32 } user && user.All(static unit => char.IsAsciiLetterOrDigit(unit) || unit is '-' or '_')
            ? user
            : "you";
}
