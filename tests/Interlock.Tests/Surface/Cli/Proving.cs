using System.Diagnostics;
using System.Text;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Ledger;
using Interlock.Tests.Ledger;
using Interlock.Tests.Ledger.Checkpoints;

namespace Interlock.Tests.Surface.Cli;

/// <summary>An installation that is signed: what it proves, what stock tools make of that, and what it refuses once it was taken back.</summary>
public sealed class Proving
{
    [Fact]
    public async Task What_is_proven_of_a_plan_is_verified_by_sha256sum_alone()
    {
        await using var bench = Signed();
        var id = await bench.ProposeAsync();
        Assert.Equal(0, (await bench.RunAsync("approve", id, "--by", "a", "--yes")).Exit);
        var ran = await bench.RunAsync("prove", id, "-o", "proof.json");
        Assert.True(ran.Exit == 0, ran.Error);
        Assert.Contains("4 entries stand in the 5 of the signed checkpoint", ran.Out, StringComparison.Ordinal);
        Assert.Equal(74, (await bench.RunAsync("prove", id, "-o", "proof.json")).Exit);

        var proof = CliBench.Json(new Ran(0, await File.ReadAllTextAsync(bench.At("proof.json")), ""));
        var note = Encoding.UTF8.GetBytes(proof.Text("checkpoint") ?? "");
        Assert.Equal(await File.ReadAllBytesAsync(bench.At("away/anchor")), note);
        Assert.Equal(5, TestLog.Verifier.Open(note, "it").Value().Head.Size);
        foreach (var entry in Objects(proof["entries"]))
        {
            var hash = Sha256Sum([0, .. Encoding.UTF8.GetBytes(entry.Text("line") ?? "")]);
            Assert.Equal(entry.Text("leaf"), hash);
            foreach (var step in Objects(entry["steps"]))
            {
                var (left, right) = (step.Text("left") ?? "", step.Text("right") ?? "");
                Assert.Contains(hash, new[] { left, right });
                hash = Sha256Sum([1, .. Convert.FromHexString(left + right)]);
                Assert.Equal(step.Text("node"), hash);
            }

            Assert.Equal(proof.Text("root"), hash);
        }
    }

    [Fact]
    public async Task One_entry_and_the_consistency_of_two_sizes_are_proven_and_nothing_beyond_the_checkpoint_is()
    {
        await using var bench = Signed();
        await bench.ProposeAsync();
        Assert.Contains("entry 0, genesis", (await bench.RunAsync("prove", "0")).Out, StringComparison.Ordinal);
        Assert.Equal("interlock-inclusion-v1", CliBench.Json(await bench.RunAsync("prove", "1", "--json")).Text("format"));
        var consistency = CliBench.Json(await bench.RunAsync("prove", "--consistency", "1", "2", "--json"));
        var proof = new ConsistencyProof(1, 2, [.. ((JsonArray?)consistency["hashes"] ?? throw new InvalidOperationException()).Items.OfType<JsonString>()
            .Select(text => Sha256Digest.TryParse(text.Value, out var digest) ? digest : default)]);
        Assert.True(proof.Verify(Root("old"), Root("new")));

        Assert.Equal(1, (await bench.RunAsync("prove", "--consistency", "1", "3")).Exit);
        Assert.Equal(1, (await bench.RunAsync("prove", "2")).Exit);
        Assert.Equal(64, (await bench.RunAsync("prove")).Exit);
        Assert.Equal(64, (await bench.RunAsync("prove", "1", "--consistency", "1", "2")).Exit);

        Sha256Digest Root(string name) =>
            Sha256Digest.TryParse((consistency[name] as JsonObject)?.Text("root"), out var digest) ? digest : throw new InvalidOperationException(name);
    }

    [Fact]
    public async Task The_tiles_are_those_of_the_checkpoint_and_hold_every_entry()
    {
        await using var bench = Signed();
        await bench.ProposeAsync();
        Assert.Equal(0, (await bench.RunAsync("export", "--tiles", "tiles")).Exit);
        Assert.Equal(
            ["checkpoint", "tile/0/000.p/2", "tile/entries/000.p/2"],
            Directory.GetFiles(bench.At("tiles"), "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(bench.At("tiles"), path)).Order(StringComparer.Ordinal));
        var checkpoint = TestLog.Verifier.Open(await File.ReadAllBytesAsync(bench.At("tiles/checkpoint")), "it").Value();
        var tile = await File.ReadAllBytesAsync(bench.At("tiles/tile/0/000.p/2"));
        Assert.Equal(Sha256Sum([1, .. tile]), checkpoint.Head.Root.ToString());
        var entries = await File.ReadAllBytesAsync(bench.At("tiles/tile/entries/000.p/2"));
        var length = (entries[0] << 8) | entries[1];
        Assert.Equal(Convert.ToHexStringLower(tile.AsSpan(0, 32)), Sha256Sum([0, .. entries[2..(2 + length)]]));
        Assert.Equal(74, (await bench.RunAsync("export", "--tiles", "tiles")).Exit);
    }

    [Fact]
    public async Task A_ledger_that_was_put_back_is_found_by_fsck_and_doctor_and_nothing_is_decided_on_it()
    {
        await using var bench = Signed();
        var id = await bench.ProposeAsync();
        File.Copy(bench.At("data/ledger.db"), bench.At("copy.db"));
        Assert.Equal(0, (await bench.RunAsync("reject", id, "--by", "a")).Exit);
        Assert.Equal(0, (await bench.RunAsync("fsck")).Exit);
        File.Delete(bench.At("data/ledger.db-wal"));
        File.Copy(bench.At("copy.db"), bench.At("data/ledger.db"), overwrite: true);

        var fsck = await bench.RunAsync("fsck");
        Assert.Equal(2, fsck.Exit);
        Assert.Contains("its end was cut off", fsck.Out, StringComparison.Ordinal);
        Assert.Contains("its end was cut off", (await bench.RunAsync("doctor")).Out, StringComparison.Ordinal);
        foreach (var command in (string[][])[["approve", id, "--by", "a", "--yes"], ["execute", id], ["propose", "plan.yaml"]])
        {
            var ran = await bench.RunAsync(command);
            Assert.Equal(2, ran.Exit);
            Assert.Contains("its end was cut off", ran.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_key_that_others_may_read_or_that_is_not_the_configured_one_is_refused()
    {
        await using var bench = Signed();
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(bench.At("log.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("log.key", await FailedAsync("propose", "plan.yaml"), StringComparison.Ordinal);
        File.Delete(bench.At("log.key"));
        Assert.Null(LogKeyFile.Create(bench.At("log.key"), TestLog.OtherKey));
        Assert.Contains("is that of", await FailedAsync("propose", "plan.yaml"), StringComparison.Ordinal);

        async Task<string> FailedAsync(params string[] args)
        {
            await File.WriteAllTextAsync(bench.At("plan.yaml"), CliBench.Plan());
            var ran = await bench.RunAsync(args);
            Assert.NotEqual(0, ran.Exit);
            return ran.Error;
        }
    }

    [Fact]
    public async Task Without_a_log_there_is_nothing_to_prove_and_everything_says_so()
    {
        await using var bench = new CliBench();
        await bench.ProposeAsync();
        Assert.Contains("nothing is signed here", (await bench.RunAsync("prove", "0")).Error, StringComparison.Ordinal);
        Assert.Contains("nothing is signed here", (await bench.RunAsync("export", "--tiles", "tiles")).Error, StringComparison.Ordinal);
        Assert.Contains("nothing is signed or anchored", (await bench.RunAsync("config", "check")).Out, StringComparison.Ordinal);
        Assert.Contains("nothing is signed or anchored", (await bench.RunAsync("doctor")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_made_opens_what_is_configured_with_it_and_is_never_made_over()
    {
        await using var bench = new CliBench();
        Assert.Equal("interlock.local/my-laptop", LogAnchor.NameFor("my laptop", SystemRandom.Instance));
        Assert.Matches("^interlock.local/[0-9a-f]{8}$", LogAnchor.NameFor(null, SystemRandom.Instance));
        var made = LogAnchor.MakeKey(bench.At("made.key"), LogAnchor.NameFor("my laptop", SystemRandom.Instance), SystemRandom.Instance).Value();
        using (LogAnchor.Open(new LogPlace(bench.At("made.key"), made, bench.At("anchor"))).Value())
        {
        }

        Assert.False(LogAnchor.MakeKey(bench.At("made.key"), made.Name, SystemRandom.Instance).TryGet(out _, out _));
    }

    private static CliBench Signed()
    {
        var bench = new CliBench(CliBench.Configuration + $"\nlog: {{key: log.key, public: \"{TestLog.Key.VerifierKey}\", anchor: away/anchor}}\n");
        Assert.Null(LogKeyFile.Create(bench.At("log.key"), TestLog.Key));
        return bench;
    }

    private static IEnumerable<JsonObject> Objects(JsonValue? value) => Assert.IsType<JsonArray>(value).Items.OfType<JsonObject>();

    private static string Sha256Sum(byte[] bytes)
    {
        using var process = Process.Start(new ProcessStartInfo("sha256sum") { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("no sha256sum");
        process.StandardInput.BaseStream.Write(bytes);
        process.StandardInput.Close();
        return process.StandardOutput.ReadToEnd().Split(' ')[0];
    }
}
