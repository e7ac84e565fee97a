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
        await using var bench = Open();
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

    [Fact]
    public async Task Doctor_says_that_nothing_is_decided_by_changed_files_until_the_change_is_signed()
    {
        await using var bench = Open();
        await OkAsync(bench, "governance", "pin");
        Assert.Equal("ok", await FoundAsync(bench));

        // an action is no part of what is locked: it is recorded as it comes
        var file = await File.ReadAllTextAsync(bench.At("interlock.yaml"));
        await File.WriteAllTextAsync(bench.At("interlock.yaml"), file.Replace("{1,10}", "{1,9}", StringComparison.Ordinal));
        Assert.StartsWith("warn: nothing: the next approval or execution records it", await FoundAsync(bench), StringComparison.Ordinal);

        // nor are the keys a part of the configuration's digest, and they decide all the same
        await File.AppendAllTextAsync(bench.At("signers"), $"mallory {Key(bench, "mallory")}\n");
        var refused = await FoundAsync(bench);
        Assert.StartsWith("fail: put the files back, or have each of them run `interlock governance sign`", refused, StringComparison.Ordinal);
        Assert.Contains("nothing is approved, resolved, resumed, claimed or executed until 2 of sre", refused, StringComparison.Ordinal);
        Assert.Equal(1, (await bench.RunAsync("doctor")).Exit);

        await OkAsync(bench, "governance", "sign", "--key", "alice", "--yes");
        Assert.StartsWith("fail:", await FoundAsync(bench), StringComparison.Ordinal);
        await OkAsync(bench, "governance", "sign", "--key", "bob", "--yes");
        Assert.Equal("ok", await FoundAsync(bench));

        static async Task<string> FoundAsync(CliBench bench)
        {
            var findings = CliBench.Json(await bench.RunAsync("doctor", "--json"))["findings"] is JsonArray all ? all.Items.OfType<JsonObject>() : [];
            var found = Assert.Single(findings, static one => one.Text("name") == "governance");
            return found.Text("status") == "ok" ? "ok" : $"{found.Text("status")}: {found.Text("mend")}; {found.Text("message")}";
        }
    }

    [Fact]
    public async Task A_change_is_signed_elsewhere_and_taken_back()
    {
        await using var bench = Open();
        await OkAsync(bench, "governance", "pin");
        await File.AppendAllTextAsync(bench.At("signers"), $"mallory {Key(bench, "mallory")}\n");

        Assert.Contains("--by NAME", (await bench.RunAsync("governance", "sign", "--write-statement", "a")).Error, StringComparison.Ordinal);
        var stranger = await bench.RunAsync("governance", "sign", "--by", "mallory", "--write-statement", "a");
        Assert.Contains("`mallory` has no key among those that decide by the ledger; registered are keys of `alice`, `bob`", stranger.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.At("a")));

        var wrote = await bench.RunAsync("governance", "sign", "--by", "alice", "--write-statement", "a");
        Assert.True(wrote.Exit == 0, wrote.Error);
        Assert.Contains("of mallory, written `mallory`\nto be signed by alice\nwrote ", wrote.Out, StringComparison.Ordinal);
        Assert.EndsWith("then:  interlock governance sign --signature a.sig\n", wrote.Out, StringComparison.Ordinal);
        SigningBench.Run("ssh-keygen", "-Y", "sign", "-n", "interlock-governance-v1", "-f", bench.At("alice"), bench.At("a"));

        // what it is about has the digest that the statement says
        var (statement, about) = (Read(bench, "a"), Read(bench, "a.review.json"));
        Assert.Equal(statement.Text("new_digest"), (about["here"] as JsonObject)?.Text("digest"));
        Assert.Contains("of mallory", about.ToString(), StringComparison.Ordinal);

        await OkAsync(bench, "governance", "sign", "--by", "bob", "--write-statement", "b");
        SigningBench.Run("ssh-keygen", "-Y", "sign", "-n", "interlock-governance-v1", "-f", bench.At("mallory"), bench.At("b"));
        Assert.Equal(1, (await bench.RunAsync("governance", "sign", "--signature", "b.sig")).Exit);
        File.Delete(bench.At("b.sig"));
        SigningBench.Run("ssh-keygen", "-Y", "sign", "-n", "interlock-governance-v1", "-f", bench.At("bob"), bench.At("b"));

        await OkAsync(bench, "governance", "sign", "--signature", "a.sig");
        var recorded = await bench.RunAsync("governance", "sign", "--signature", "b.sig");
        Assert.Contains("signed, and recorded", recorded.Out, StringComparison.Ordinal);
        await OkAsync(bench, "fsck");
    }

    [Theory]
    [InlineData("a", "does not end in `.sig`")]
    [InlineData("nothing.sig", "is not there; name the file that `ssh-keygen -Y sign` wrote")]
    [InlineData("alone.sig", "put the file that `--write-statement` wrote beside its signature")]
    [InlineData("garbage.sig", "garbage`: this is no statement")]
    [InlineData("edited.sig", "sign")]
    public async Task A_signature_without_its_statement_is_refused(string file, string why)
    {
        await using var bench = Open();
        await OkAsync(bench, "governance", "pin");
        await File.AppendAllTextAsync(bench.At("signers"), $"mallory {Key(bench, "mallory")}\n");
        await OkAsync(bench, "governance", "sign", "--by", "alice", "--write-statement", "a", "--reason", "to let mallory in");
        SigningBench.Run("ssh-keygen", "-Y", "sign", "-n", "interlock-governance-v1", "-f", bench.At("alice"), bench.At("a"));
        foreach (var copy in (string[])["alone.sig", "garbage.sig", "edited.sig"])
        {
            File.Copy(bench.At("a.sig"), bench.At(copy));
        }

        await File.WriteAllTextAsync(bench.At("garbage"), "hello");
        var statement = await File.ReadAllTextAsync(bench.At("a"));
        await File.WriteAllTextAsync(bench.At("edited"), statement.Replace("mallory", "nobody", StringComparison.Ordinal));
        var before = (await bench.RunAsync("export")).Out;

        var refused = await bench.RunAsync("governance", "sign", "--signature", file);

        Assert.Equal(1, refused.Exit);
        Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, (await bench.RunAsync("export")).Out);
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

    private static CliBench Open()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ssh-keygen"), "`ssh-keygen` is missing: apt-get install openssh-client");
        var bench = new CliBench(CliBench.Configuration.Replace("unsigned: allow", "unsigned: forbid", StringComparison.Ordinal) + Locked);
        bench.Variables["HOME"] = bench.Folder;
        bench.Variables["PATH"] = "/usr/bin:/bin";
        bench.Variables["TMPDIR"] = bench.Folder;
        Directory.CreateDirectory(bench.At("pin"));
        File.WriteAllText(bench.At("signers"), $"alice {Key(bench, "alice")}\nbob {Key(bench, "bob")}\n");
        return bench;
    }

    private static async Task OkAsync(CliBench bench, params string[] args)
    {
        var ran = await bench.RunAsync(args);
        Assert.True(ran.Exit == 0, $"{string.Join(' ', args)}: {ran.Out} {ran.Error}");
    }

    private static JsonObject Read(CliBench bench, string file) => CliBench.Json(new Ran(0, File.ReadAllText(bench.At(file)), ""));

    private static string Key(CliBench bench, string name)
    {
        using var made = Process.Start(new ProcessStartInfo("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", bench.At(name)]));
        made?.WaitForExit();
        return File.ReadAllText(bench.At(name + ".pub")).Trim();
    }
}
