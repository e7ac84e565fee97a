using System.Text;
using Interlock.Cli.Composition;
using Interlock.Evidence;
using Interlock.Ledger;
using Interlock.Signing.LogKeys;
using Interlock.Storage;
using Interlock.Tests.Evidence;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Surface.Cli;

/// <summary>Each way in which a ledger and its anchor can disagree at a start, and the one way around: <c>recover</c>.</summary>
public sealed class Restoring
{
    [Fact]
    public async Task A_data_folder_put_back_alone_is_refused_until_it_is_recovered()
    {
        await using var bench = await AnchoredAsync();
        var id = await bench.ProposeAsync();
        await OkAsync(bench, "approve", id, "--by", "alice", "--yes");
        Copy(bench.At("data"), bench.At("backup"));
        await OkAsync(bench, "execute", id, "--by", "alice");
        File.Delete(bench.At("notes/hello.txt"));
        Copy(bench.At("backup"), bench.At("data"));

        // every opening for deciding refuses, and no executor starts
        foreach (var command in (string[][])
        [
            ["approve", id, "--by", "alice", "--yes"], ["reject", id, "--by", "alice"], ["execute", id, "--by", "alice"], ["resume-all", "--by", "alice"],
            ["propose", "plan.yaml"], ["executor"], ["erase", new string('0', 64), "--reason", "x", "--yes"], ["governance", "pin"], ["governance", "sign"], ["fsck"],
        ])
        {
            var refused = await bench.RunAsync(command);
            Assert.True(refused.Exit == 2, $"{string.Join(' ', command)}: {refused.Exit} {refused.Out} {refused.Error}");
            Assert.Contains("interlock recover", refused.Out + refused.Error, StringComparison.Ordinal);
        }

        Assert.Contains("standard input is no terminal", (await bench.RunAsync("recover", "--by", "alice")).Error, StringComparison.Ordinal);
        bench.Typed = "00000000\n00000000\n00000000\n";
        Assert.Contains("nothing was done", (await bench.RunAsync("recover", "--by", "alice")).Error, StringComparison.Ordinal);
        var recovered = await RecoverAsync(bench);
        Assert.Contains("recovered: epoch 1 begins", recovered.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(bench.At("away/anchor.before-epoch-1")));

        // approved when the copy was made, executed since: it must not run again
        var again = await bench.RunAsync("execute", id, "--by", "alice");
        Assert.Equal(1, again.Exit);
        Assert.Contains("before it was restored", again.Out + again.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.At("notes/hello.txt")));
        await OkAsync(bench, "fsck");
        var next = await bench.ProposeAsync(CliBench.Plan("other"));
        await OkAsync(bench, "approve", next, "--by", "alice", "--yes");
        await OkAsync(bench, "execute", next, "--by", "alice");
        Assert.Contains("recovered", (await bench.RunAsync("log")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_that_nobody_signed_cannot_be_cut_off_and_one_that_could_be_says_so()
    {
        await using var bench = await AnchoredAsync();
        var id = await bench.ProposeAsync();
        await OkAsync(bench, "approve", id, "--by", "alice", "--yes");
        Copy(bench.At("data"), bench.At("backup"));

        Assert.Empty((await OkAsync(bench, "stop-all", "--by", "alice")).Error);
        Copy(bench.At("backup"), bench.At("data"));

        var refused = await bench.RunAsync("execute", id, "--by", "alice");
        Assert.Equal(2, refused.Exit);
        Assert.Contains("interlock recover", refused.Out + refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.At("notes/hello.txt")));

        File.Delete(bench.At("away/anchor"));
        Assert.Contains("in force but not anchored", (await OkAsync(bench, "stop-all", "--by", "alice")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("garbage")]
    [InlineData("of another log")]
    public async Task An_anchor_that_is_lost_is_made_anew_by_a_recovery_only(string what)
    {
        await using var bench = await AnchoredAsync();
        await bench.ProposeAsync();
        switch (what)
        {
            case "missing":
                File.Delete(bench.At("away/anchor"));
                break;
            case "garbage":
                await File.WriteAllTextAsync(bench.At("away/anchor"), "hello\n");
                await File.WriteAllTextAsync(bench.At("away/anchor.new"), "hello\n");
                break;
            default:
                await using (var other = await AnchoredAsync())
                {
                    await other.ProposeAsync();
                    File.Copy(other.At("away/anchor"), bench.At("away/anchor"), overwrite: true);
                    File.Copy(other.At("away/anchor.new"), bench.At("away/anchor.new"), overwrite: true);
                }

                break;
        }

        Assert.NotEqual(0, (await bench.RunAsync("propose", "plan.yaml")).Exit);
        Assert.Contains("nobody can say from here", (await RecoverAsync(bench)).Out, StringComparison.Ordinal);
        await OkAsync(bench, "fsck");
        await bench.ProposeAsync(CliBench.Plan("other"));
    }

    [Fact]
    public async Task One_damaged_file_of_the_anchor_stops_nothing_and_fsck_says_that_it_is_there()
    {
        await using var bench = await AnchoredAsync();
        await bench.ProposeAsync();
        Assert.Empty((await OkAsync(bench, "fsck")).Error);

        await File.WriteAllTextAsync(bench.At("away/anchor.new"), "hello\n");

        Assert.Contains($"`{bench.At("away/anchor.new")}` is there and holds no checkpoint of this log", (await OkAsync(bench, "fsck")).Error, StringComparison.Ordinal);
        await bench.ProposeAsync(CliBench.Plan("other"));
        Assert.Empty((await OkAsync(bench, "fsck")).Error);
    }

    [Fact]
    public async Task A_recovery_anchors_what_it_verified_whatever_the_stored_tree_says()
    {
        await using var bench = await AnchoredAsync();
        for (var i = 0; i < TreeTile.MaxWidth; i++)
        {
            await bench.ProposeAsync(CliBench.Plan($"note{(char)('a' + i)}"));
        }

        File.Delete(bench.At("away/anchor"));
        RawDatabase.Run(bench.At("data/ledger.db"), "UPDATE tree SET hash = zeroblob(32)");

        await RecoverAsync(bench);

        Assert.True(SignedNote.TryParse(await File.ReadAllBytesAsync(bench.At("away/anchor")), out var note, out var error), error);
        Assert.True(Checkpoint.TryParse(note.Text, out var anchored, out error), error);
        await OkAsync(bench, "export", "log.jsonl");
        var lines = new MerkleTree();
        foreach (var line in (await File.ReadAllTextAsync(bench.At("log.jsonl"))).TrimEnd('\n').Split('\n'))
        {
            lines.Append(TreeHash.Leaf(Encoding.UTF8.GetBytes(line)));
        }

        Assert.Equal(lines.Head, anchored.Head);
        Assert.Contains("of the tree is not the hash of its entries", (await bench.RunAsync("fsck")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_for_good_is_not_written_over_a_stored_tree_that_somebody_changed()
    {
        await using var bench = new CliBench();
        var id = string.Empty;
        for (var i = 0; i < TreeTile.MaxWidth; i++)
        {
            id = await bench.ProposeAsync(CliBench.Plan($"note{(char)('a' + i)}"));
        }

        await OkAsync(bench, "reject", id, "--by", "alice");
        await OkAsync(bench, "stop-all", "--by", "alice");
        using var file = new RawDatabase(bench.At("data/ledger.db"));
        var body = $"{file.Execute($"SELECT line ->> '$.event.plan_hash' FROM (SELECT CAST(line AS TEXT) AS line FROM entries) WHERE line ->> '$.event.kind' = 'proposed' AND line ->> '$.event.plan_id' = '{id}'")}";
        var hash = file.Execute("SELECT hex(hash) FROM tree");
        file.Execute("UPDATE tree SET hash = zeroblob(32)");

        // an entry with that root would stand there for good, and the gate would release nothing ever after
        Assert.Contains("entries are not those of then", (await bench.RunAsync("resume-all", "--by", "alice")).Error, StringComparison.Ordinal);
        Assert.Contains("entries are not those of then", (await Erase()).Error, StringComparison.Ordinal);
        file.Execute($"UPDATE tree SET hash = x'{hash}'");

        await OkAsync(bench, "resume-all", "--by", "alice");
        Assert.Equal(0, (await Erase()).Exit);
        await OkAsync(bench, "fsck");

        Task<Ran> Erase() => bench.RunAsync("erase", body, "--reason", "asked for", "--yes", "--by", "alice");
    }

    [Fact]
    public async Task A_ledger_ahead_of_its_anchor_goes_on_and_there_is_nothing_to_recover()
    {
        await using var bench = await AnchoredAsync();
        await bench.ProposeAsync();
        var early = await File.ReadAllBytesAsync(bench.At("away/anchor"));
        await bench.ProposeAsync(CliBench.Plan("second"));
        await File.WriteAllBytesAsync(bench.At("away/anchor"), early);

        await bench.ProposeAsync(CliBench.Plan("third"));
        bench.Typed = "";
        var refused = await bench.RunAsync("recover", "--by", "alice");
        Assert.Contains("the ledger agrees with its anchor", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--restored", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_and_anchor_put_back_together_are_seen_by_nobody_here_and_whoever_did_it_says_so()
    {
        await using var bench = await AnchoredAsync();
        var id = await bench.ProposeAsync();
        await OkAsync(bench, "approve", id, "--by", "alice", "--yes");
        Copy(bench.At("data"), bench.At("backup"));
        File.Copy(bench.At("away/anchor"), bench.At("backup.anchor"));
        File.Copy(bench.At("away/anchor.new"), bench.At("backup.anchor.new"));
        await OkAsync(bench, "execute", id, "--by", "alice");
        File.Delete(bench.At("notes/hello.txt"));
        Copy(bench.At("backup"), bench.At("data"));
        File.Copy(bench.At("backup.anchor"), bench.At("away/anchor"), overwrite: true);
        File.Copy(bench.At("backup.anchor.new"), bench.At("away/anchor.new"), overwrite: true);

        // the limit that the guide names: only a witness would see it
        await OkAsync(bench, "fsck");
        await RecoverAsync(bench, "--restored");
        Assert.Equal(1, (await bench.RunAsync("execute", id, "--by", "alice")).Exit);
        Assert.False(File.Exists(bench.At("notes/hello.txt")));
    }

    [Fact]
    public async Task A_recovery_that_died_before_its_anchor_stood_is_finished_without_asking_again()
    {
        await using var bench = await AnchoredAsync();
        await bench.ProposeAsync();
        Copy(bench.At("data"), bench.At("backup"));
        await bench.ProposeAsync(CliBench.Plan("second"));
        Copy(bench.At("backup"), bench.At("data"));
        await RecoverAsync(bench);
        File.Copy(bench.At("away/anchor.before-epoch-1"), bench.At("away/anchor"), overwrite: true);
        bench.Typed = null;

        var finished = await bench.RunAsync("recover", "--by", "alice");

        Assert.True(finished.Exit == 0, finished.Error);
        Assert.Contains("only its anchor was missing", finished.Error, StringComparison.Ordinal);
        await bench.ProposeAsync(CliBench.Plan("third"));
        Assert.DoesNotContain(".2", (await bench.RunAsync("governance", "show")).Out.Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_before_whoever_recovers_has_confirmed_it()
    {
        await using var bench = await AnchoredAsync();
        var id = await bench.ProposeAsync();
        Copy(bench.At("data"), bench.At("backup"));
        await OkAsync(bench, "approve", id, "--by", "alice", "--yes");
        Copy(bench.At("backup"), bench.At("data"));
        var file = await File.ReadAllTextAsync(bench.At("interlock.yaml"));
        await File.WriteAllTextAsync(bench.At("interlock.yaml"), file.Replace("owner: olga", "owner: oscar", StringComparison.Ordinal));
        var (ledger, anchor) = ((await bench.RunAsync("export")).Out, await File.ReadAllBytesAsync(bench.At("away/anchor")));

        foreach (var typed in (string?[])[null, "", "00000000\n00000000\n00000000\n"])
        {
            bench.Typed = typed;
            Assert.Equal(1, (await bench.RunAsync("recover", "--by", "alice")).Exit);
        }

        Assert.Equal(ledger, (await bench.RunAsync("export")).Out);
        Assert.Equal(anchor, await File.ReadAllBytesAsync(bench.At("away/anchor")));
        await RecoverAsync(bench);
        Assert.Contains("configured", (await bench.RunAsync("log")).Out, StringComparison.Ordinal);
        await OkAsync(bench, "fsck");
    }

    [Fact]
    public async Task A_recovery_is_signed_elsewhere_and_taken_back()
    {
        await using var bench = await AnchoredAsync();
        bench.Variables["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        SigningBench.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", bench.At("alice"));
        await File.WriteAllTextAsync(bench.At("signers"), $"alice {await File.ReadAllTextAsync(bench.At("alice.pub"))}");
        var file = (await File.ReadAllTextAsync(bench.At("interlock.yaml"))).Replace("unsigned: allow", "approvers: {allowed_signers: signers}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(bench.At("interlock.yaml"), file);
        var id = await bench.ProposeAsync();
        Copy(bench.At("data"), bench.At("backup"));
        await OkAsync(bench, "approve", id, "--key", "alice", "--yes");
        Copy(bench.At("backup"), bench.At("data"));
        var before = (await bench.RunAsync("export")).Out;

        var wrote = await bench.RunAsync("recover", "--by", "alice", "--write-statement", "r");
        Assert.True(wrote.Exit == 0, wrote.Error);
        Assert.Contains("to be signed by alice", wrote.Out, StringComparison.Ordinal);
        Assert.EndsWith("then:  interlock recover --signature r.sig\n", wrote.Out, StringComparison.Ordinal);
        Assert.Equal(before, (await bench.RunAsync("export")).Out);
        SigningBench.Run("ssh-keygen", "-Y", "sign", "-n", "interlock-governance-v1", "-f", bench.At("alice"), bench.At("r"));

        // nobody types anything: the signature is the confirmation
        var recovered = await bench.RunAsync("recover", "--signature", "r.sig");
        Assert.True(recovered.Exit == 0, recovered.Error);
        Assert.Contains("recovered: epoch 1 begins", recovered.Out, StringComparison.Ordinal);
        await OkAsync(bench, "fsck");
        await bench.ProposeAsync(CliBench.Plan("other"));
        Assert.Contains("agrees with its anchor", (await bench.RunAsync("recover", "--signature", "r.sig")).Error, StringComparison.Ordinal);
        Assert.Equal(1, (await bench.RunAsync("recover", "--restored", "--signature", "r.sig")).Exit);
    }

    [Fact]
    public async Task After_a_recovery_there_is_evidence_and_none_without_the_entry_of_the_recovery()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is missing: apt-get install openssl");
        await using var bench = await AnchoredAsync();
        await bench.ProposeAsync();
        var waiting = await bench.ProposeAsync(CliBench.Plan("waiting"));
        await OkAsync(bench, "approve", waiting, "--by", "alice", "--yes");
        Copy(bench.At("data"), bench.At("backup"));
        await bench.ProposeAsync(CliBench.Plan("lost"));
        Copy(bench.At("backup"), bench.At("data"));
        await RecoverAsync(bench);
        await RecoverAsync(bench, "--restored");
        var next = await bench.ProposeAsync(CliBench.Plan("other"));
        await OkAsync(bench, "approve", next, "--by", "alice", "--yes");
        await OkAsync(bench, "execute", next, "--by", "alice");

        // approved in one life and refused in another, and one that knows the third alone
        Assert.Equal(1, (await bench.RunAsync("execute", waiting, "--by", "alice")).Exit);
        await OkAsync(bench, "evidence", waiting, "-o", "of-waiting");
        await OkAsync(bench, "evidence", next, "-o", "of-next");
        foreach (var bundle in (string[])["of-waiting", "of-next"])
        {
            await OkAsync(bench, "verify-evidence", bundle);
            SignedPlan.Good(await SignedPlan.ScriptAsync((await EvidenceFolder.ReadAsync(bench.At(bundle), default)).OrThrow()));
        }

        // whoever has the log's key leaves a recovery out
        var files = (await EvidenceFolder.ReadAsync(bench.At("of-next"), default)).OrThrow();
        var recoveries = files.Names.Where(name => name.StartsWith("entries/", StringComparison.Ordinal)
            && Encoding.UTF8.GetString(files.Read(name).OrThrow().Span).Contains("\"kind\":\"recovered\"", StringComparison.Ordinal)).OrderBy(static name => name.Length).ThenBy(static name => name, StringComparer.Ordinal).ToList();
        Assert.Equal(2, recoveries.Count);
        using var key = LogKeyFile.Load(bench.At("log.key")).OrThrow();
        Assert.True(PlanId.TryParse(next, out var id));
        foreach (var name in recoveries)
        {
            var without = files.Without(name).Without(name.Replace("entries/", "proofs/", StringComparison.Ordinal).Replace(".json", "", StringComparison.Ordinal));
            without = EvidenceManifest.Seal(without, id, LogNotes.NoteSigner(key));
            var checkedAgain = await new EvidenceCheck(RegisteredSigners.ReadArchived, LogNotes.Verifier).RunAsync(without, default);
            Assert.False(checkedAgain.TryGet(out _, out _));
            if (name == recoveries[^1])
            {
                Assert.Contains("of another ledger, or of another life of it", (await SignedPlan.ScriptAsync(without)).Error, StringComparison.Ordinal);
            }
        }
    }

    private static async Task<CliBench> AnchoredAsync()
    {
        var bench = new CliBench();
        var made = await bench.RunAsync("keys", "log", "log.key", "--name", "example.org/log");
        var key = made.Out.Split("public: ")[1].Trim();
        await File.WriteAllTextAsync(
            bench.At("interlock.yaml"), $"{CliBench.Configuration}\nlog:\n  key: log.key\n  public: {key}\n  anchor: away/anchor\n");
        return bench;
    }

    private static async Task<Ran> OkAsync(CliBench bench, params string[] args)
    {
        var ran = await bench.RunAsync(args);
        Assert.True(ran.Exit == 0, $"{string.Join(' ', args)}: {ran.Out} {ran.Error}");
        return ran;
    }

    /// <summary>Reads the digest off the screen and types it, as a person would.</summary>
    private static async Task<Ran> RecoverAsync(CliBench bench, params string[] more)
    {
        bench.Typed = "";
        var shown = await bench.RunAsync(["recover", "--by", "alice", .. more]);
        bench.Typed = shown.Out.Split("\nnew      ")[1][..8] + "\n";
        var ran = await bench.RunAsync(["recover", "--by", "alice", .. more]);
        bench.Typed = null;
        Assert.True(ran.Exit == 0, ran.Out + ran.Error);
        return ran;
    }

    private static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
