using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Interlock.Canonical;

namespace Interlock.Tests.Surface.Cli;

/// <summary>A locked governance as people meet it, with keys that stock <c>ssh-keygen</c> made and signs with.</summary>
public sealed partial class Governing
{
    private const string Locked =
        """

        approvers: {allowed_signers: signers}
        groups: {sre: [alice, bob]}
        governance: {mode: locked, change: 2 of sre, genesis: pin/genesis}
        """;

    [Fact]
    public async Task The_walk_from_a_new_ledger_to_a_signed_change()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ssh-keygen"), "`ssh-keygen` is missing: apt-get install openssh-client");
        await using var bench = new CliBench(CliBench.Configuration.Replace("unsigned: allow", "unsigned: forbid", StringComparison.Ordinal) + Locked);
        bench.Variables["HOME"] = bench.Folder;
        bench.Variables["PATH"] = "/usr/bin:/bin";
        bench.Variables["TMPDIR"] = bench.Folder;
        Directory.CreateDirectory(bench.At("pin"));
        await File.WriteAllTextAsync(bench.At("signers"), $"alice {Key(bench, "alice")}\nbob {Key(bench, "bob")}\n");
        var walk = new StringBuilder();

        await StepAsync("propose", "plan.yaml");
        await StepAsync("governance", "pin");
        await StepAsync("governance", "show");
        var id = await bench.ProposeAsync();
        await StepAsync("approve", id, "--by", "alice", "--key", "alice", "--yes");

        // whoever can write the file adds a key of their own and asks for less
        var file = await File.ReadAllTextAsync(bench.At("interlock.yaml"));
        await File.AppendAllTextAsync(bench.At("signers"), $"mallory {Key(bench, "mallory")}\n");
        await File.WriteAllTextAsync(bench.At("interlock.yaml"), file.Replace("mode: locked, change: 2 of sre, genesis: pin/genesis", "mode: open", StringComparison.Ordinal));
        await StepAsync("execute", id, "--by", "alice");
        await StepAsync("governance", "sign", "--by", "mallory", "--key", "mallory", "--yes");
        await StepAsync("governance", "sign", "--by", "alice", "--key", "alice", "--yes");
        await StepAsync("governance", "show");
        await StepAsync("governance", "sign", "--key", "bob", "--yes");
        await StepAsync("governance", "show");
        await StepAsync("reject", id, "--by", "bob", "--key", "bob");
        var body = CliBench.Json(await bench.RunAsync("log", id, "--json"))["entries"] is JsonArray { Items: [JsonObject first, ..] }
            ? (first["event"] as JsonObject)?.Text("plan_hash") ?? "" : "";
        await StepAsync("erase", body, "--reason", "held a name", "--key", "bob", "--yes");
        await StepAsync("show", id);
        await StepAsync("fsck");

        Transcript.IsAsRecorded("governance", Timeless(walk.ToString().Replace(bench.Folder, "FOLDER", StringComparison.Ordinal)));

        async Task StepAsync(params string[] args)
        {
            if (args[0] == "propose")
            {
                await File.WriteAllTextAsync(bench.At("plan.yaml"), CliBench.Plan());
            }

            var ran = await bench.RunAsync(args);
            walk.Append($"$ interlock {string.Join(' ', args)}\n");

            // what a review looks like has transcripts of its own
            walk.Append(args[0] is "approve" ? ran.Out.TrimEnd('\n').Split('\n')[^1] + "\n" : ran.Out).Append(ran.Error);
            walk.Append(ran.Exit == 0 ? "\n" : $"[{ran.Exit}]\n\n");
        }
    }

    [GeneratedRegex("SHA256:[A-Za-z0-9+/]{43}")]
    private static partial Regex Fingerprint { get; }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Digest { get; }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id { get; }

    [GeneratedRegex("20[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(\\+00:00|Z| UTC)?( \\(.*?\\))?")]
    private static partial Regex Time { get; }

    [GeneratedRegex("\\(digest [0-9a-f]{12}\\)")]
    private static partial Regex Short { get; }

    private static string Timeless(string text) => Short.Replace(
        Time.Replace(Id.Replace(Digest.Replace(Fingerprint.Replace(text, "SHA256:…"), "DIGEST"), "PLAN"), "TIME"), "(digest …)");

    private static string Key(CliBench bench, string name)
    {
        using var made = Process.Start(new ProcessStartInfo("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", bench.At(name)]));
        made?.WaitForExit();
        return File.ReadAllText(bench.At(name + ".pub")).Trim();
    }
}
