using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Evidence;
using Interlock.Ledger;
using Interlock.Signing.LogKeys;

namespace Interlock.Tests.Evidence;

/// <summary>What an outsider can check, in process and with stock tools, and everything that must not pass either.</summary>
public sealed class EvidenceOfAPlan(SignedPlan approved) : IClassFixture<SignedPlan>
{
    private EvidenceFiles Files => approved.Files;

    public static TheoryData<string> Tamperings => new(Tampered.Keys);

    private static LogKey Other { get; } = LogKey.Create("interlock.example/evidence", SystemRandom.Instance).OrThrow();

    /// <summary>Each is vouched for anew with the log's key: what is left to find it by is the evidence itself.</summary>
    private static Dictionary<string, Func<SignedPlan, EvidenceFiles>> Tampered { get; } = new(StringComparer.Ordinal)
    {
        ["another body"] = plan => plan.Sealed(Edit(plan.Files, "body.json", "hello there", "goodbye all")),
        ["another statement"] = plan => plan.Sealed(Edit(plan.Files, First(plan, "statements/"), "fine, says", "fine; says")),
        ["statements in each other's place"] = plan => plan.Sealed(Swap(plan.Files, "statements/")),
        ["signatures in each other's place"] = plan => plan.Sealed(Swap(plan.Files, "signatures/")),
        ["a countersignature's line removed"] = plan => plan.Sealed(Removed(plan, EventKinds.Countersigned)),
        ["the approval's line removed"] = plan => plan.Sealed(Removed(plan, EventKinds.Approved)),
        ["the proposal's line removed"] = plan => plan.Sealed(Removed(plan, EventKinds.Genesis)),
        ["lines in each other's place"] = plan => plan.Sealed(Swap(plan.Files, "entries/")),
        ["proofs in each other's place"] = plan => plan.Sealed(Swap(plan.Files, "proofs/")),
        ["a line changed"] = plan => plan.Sealed(Edit(plan.Files, SignedEntry(plan), "fine, says", "fine; says")),
        ["the checkpoint of another tree"] = plan => plan.Sealed(plan.Files.With(
            "checkpoint", LogNotes.Signer(plan.Key).Sign(new TreeHead(40, Sha256Digest.Of("another"u8))).Note.ToBytes())),
        ["the checkpoint of another key"] = plan => plan.Sealed(plan.Files.With("checkpoint", Foreign(plan))),
        ["another log key"] = plan => plan.Sealed(
            plan.Files.With("log-key", Encoding.ASCII.GetBytes(Other.VerifierKey + "\n")).With("checkpoint", Foreign(plan)), Other),
        ["other signers"] = plan => plan.Sealed(Edit(plan.Files, First(plan, "signers/"), "alice", "carol")),
        ["another review"] = plan => plan.Sealed(Edit(plan.Files, First(plan, "reviews/"), "hello there", "goodbye all")),
        ["a file changed and not vouched for"] = plan => Edit(plan.Files, "VERIFY.md", "Evidence", "evidence"),
        ["a line removed and not vouched for"] = plan => plan.Files.Without(SignedEntry(plan)),
        ["the sums changed"] = plan => Edit(plan.Files, "sums", "0", "1"),
    };

    [Fact]
    public async Task It_verifies_without_interlock_and_says_who_approved_what()
    {
        var ran = SignedPlan.Good(await SignedPlan.ScriptAsync(Files));

        Assert.Contains("Good \"interlock-approval-v1\" signature for alice with ED25519 key", ran.Out, StringComparison.Ordinal);
        Assert.Contains("Good \"interlock-approval-v1\" signature for bob with ED25519-SK key", ran.Out, StringComparison.Ordinal);
        Assert.Contains(": execution-start at ", ran.Out, StringComparison.Ordinal);
        Assert.Contains($"all holds: plan {approved.Plan}, body ", ran.Out, StringComparison.Ordinal);
        Assert.Empty(ran.Error);
    }

    [Fact]
    public async Task It_verifies_with_interlock_and_without_a_configuration()
    {
        var ran = SignedPlan.Good(await approved.Bench.RunAsync("--config", "nowhere.yaml", "verify-evidence", "evidence"));

        Assert.Contains("approval by alice at ", ran.Out, StringComparison.Ordinal);
        Assert.Contains("approval by bob at ", ran.Out, StringComparison.Ordinal);
        Assert.Contains("(assurance: hardware): fine, says bob", ran.Out, StringComparison.Ordinal);
        Assert.Contains("it is executed", ran.Out, StringComparison.Ordinal);
        Assert.Contains("not proven:\n  that a key is that person's", ran.Out, StringComparison.Ordinal);
        Assert.Equal(ran.Out, approved.Written.Out.Replace("wrote evidence; whoever gets it reads VERIFY.md in it", "the evidence holds", StringComparison.Ordinal));
        var json = Surface.Cli.CliBench.Json(await approved.Bench.RunAsync("verify-evidence", "evidence", "--json"));
        Assert.Equal(2, Assert.IsType<JsonArray>(json["people"]).Items.Length);
    }

    [Fact]
    public async Task Every_command_of_the_page_does_what_it_says()
    {
        var page = Encoding.UTF8.GetString(Files.Read("VERIFY.md").OrThrow().Span);
        var commands = page.Split("```sh\n")[1..^1].Select(static part => part.Split("```")[0]);
        var script = "set -eu; cd \"$(dirname \"$0\")\"\n" + string.Join('\n', commands);

        var ran = SignedPlan.Good(await SignedPlan.ScriptAsync(Files.With("commands.sh", Encoding.UTF8.GetBytes(script)), "commands.sh"));

        Assert.Equal(2, ran.Out.Split("Signature Verified Successfully").Length - 1);
        Assert.Equal(2, ran.Out.Split("Good \"interlock-approval-v1\" signature").Length - 1);
        var hashes = ran.Out.Split('\n').Where(static line => line.Contains("\"plan_hash\"", StringComparison.Ordinal)).ToList();
        Assert.EndsWith($" 5 \"plan_hash\":\"{Sha256Digest.Of(Files.Read("body.json").OrThrow().Span)}\"", Assert.Single(hashes), StringComparison.Ordinal);
        Assert.EndsWith(Interlock.Evidence.VerifyScript.Text + "```\n", page, StringComparison.Ordinal);
        Assert.True(Interlock.Evidence.VerifyScript.Text.Split('\n').Length <= 81, "a script that is meant to be read has at most 80 lines");
    }

    [Theory]
    [MemberData(nameof(Tamperings))]
    public async Task What_was_tampered_with_is_found_by_stock_tools_and_by_interlock(string tampering)
    {
        var files = Tampered[tampering](approved);

        Assert.Contains("DOES NOT VERIFY", (await SignedPlan.ScriptAsync(files)).Error, StringComparison.Ordinal);
        Assert.False((await CheckAsync(files)).TryGet(out _, out _), $"{tampering}: it was accepted");
    }

    [Fact]
    public async Task A_file_that_nobody_vouches_for_is_named()
    {
        Assert.Equal("notes.txt", Refused(await CheckAsync(Files.With("notes.txt", "hello"u8.ToArray()))).Path);
        Assert.Equal("notes.txt", Refused(await CheckAsync(approved.Sealed(Files.With("notes.txt", "hello"u8.ToArray())))).Path);
        foreach (var name in Files.Names)
        {
            Assert.Equal(name, Refused(await CheckAsync(Files.Without(name))).Path);
        }
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Each_byte_flipped_is_refused_with_the_files_name()
    {
        var missed = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Files.Names, async (name, _) =>
        {
            var bytes = Files.Read(name).OrThrow().ToArray();
            for (var i = 0; i < bytes.Length; i++)
            {
                var flipped = bytes.ToArray();
                flipped[i] ^= 1;
                var refused = !(await CheckAsync(Files.With(name, flipped))).TryGet(out var _, out var refusal);

                // another key of the log: then nothing is signed by it, which shows at the manifest
                if (!refused || (refusal?.Path != name && name != "log-key"))
                {
                    missed.Add(string.Create(CultureInfo.InvariantCulture, $"{name} at {i}: {refusal?.Path} {refusal?.Message}"));
                }
            }
        });

        Assert.Empty(missed);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_byte_flipped_by_whoever_has_the_logs_key_is_refused_too()
    {
        var missed = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Files.Names.Where(static name => name is not ("manifest" or "sums")), async (name, _) =>
        {
            var bytes = Files.Read(name).OrThrow().ToArray();
            for (var i = 0; i < bytes.Length; i += 1 + (bytes.Length / 200))
            {
                var flipped = bytes.ToArray();
                flipped[i] ^= 1;
                if ((await CheckAsync(approved.Sealed(Files.With(name, flipped)))).TryGet(out var _, out var _))
                {
                    missed.Add(string.Create(CultureInfo.InvariantCulture, $"{name} at {i}"));
                }
            }
        });

        Assert.Empty(missed);
    }

    [Fact]
    public async Task Evidence_is_written_into_a_new_folder_only_and_about_a_plan_that_is_there()
    {
        Assert.Contains("something stands there", (await approved.Bench.RunAsync("evidence", approved.Plan, "-o", "evidence")).Error, StringComparison.Ordinal);
        Assert.Contains("no plan", (await approved.Bench.RunAsync("evidence", "00000000", "-o", "other")).Error, StringComparison.Ordinal);
        Assert.Contains("no folder", (await approved.Bench.RunAsync("verify-evidence", "other")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_log_there_is_no_evidence()
    {
        await using var bench = new Surface.Cli.CliBench();
        var id = await bench.ProposeAsync();

        Assert.Contains("nothing is signed here", (await bench.RunAsync("evidence", id, "-o", "evidence")).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench.At("evidence")));
    }

    [Fact]
    public async Task A_ledger_that_began_without_a_log_gives_no_evidence_and_says_why()
    {
        await using var bench = new Surface.Cli.CliBench();
        var id = await bench.ProposeAsync();
        var made = await bench.RunAsync("keys", "log", "log.key", "--name", "example.org/log");
        await File.AppendAllTextAsync(
            bench.At("interlock.yaml"), $"\nlog:\n  key: log.key\n  public: {made.Out.Split("public: ")[1].Trim()}\n  anchor: away/anchor\n");
        bench.Typed = "";
        bench.Typed = (await bench.RunAsync("recover", "--by", "alice")).Out.Split("\nnew      ")[1][..8] + "\n";
        SignedPlan.Good(await bench.RunAsync("recover", "--by", "alice"));
        await bench.ProposeAsync(Surface.Cli.CliBench.Plan("second"));

        var refused = await bench.RunAsync("evidence", id, "-o", "evidence");
        Assert.NotEqual(0, refused.Exit);
        Assert.Contains("`log:` was not configured yet when the ledger began", refused.Error, StringComparison.Ordinal);
        Assert.Contains("a ledger that began with `log:`", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_is_no_checkpoint()
    {
        Assert.True(SignedNote.TryParse(Files.Read("manifest").OrThrow().Span, out var note, out _));
        Assert.False(Checkpoint.TryParse(note.Text, out _, out _));
    }

    private static Task<Result<EvidenceReport>> CheckAsync(EvidenceFiles files) =>
        new EvidenceCheck(RegisteredSigners.ReadArchived, LogNotes.Verifier).RunAsync(files, CancellationToken.None);

    private static Refusal Refused(Result<EvidenceReport> result)
    {
        Assert.False(result.TryGet(out _, out var refusal));
        return refusal ?? throw new InvalidOperationException("a result without a refusal");
    }

    private static EvidenceFiles Edit(EvidenceFiles files, string name, string old, string @new)
    {
        var text = Encoding.UTF8.GetString(files.Read(name).OrThrow().Span);
        Assert.Contains(old, text, StringComparison.Ordinal);
        return files.With(name, Encoding.UTF8.GetBytes(text.Replace(old, @new, StringComparison.Ordinal)));
    }

    private static EvidenceFiles Swap(EvidenceFiles files, string folder)
    {
        var names = files.Names.Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Take(2).ToList();
        return files.With(names[0], files.Read(names[1]).OrThrow()).With(names[1], files.Read(names[0]).OrThrow());
    }

    private static EvidenceFiles Removed(SignedPlan plan, string kind)
    {
        var name = Of(plan, kind);
        return plan.Files.Without(name).Without(name.Replace("entries/", "proofs/", StringComparison.Ordinal).Replace(".json", "", StringComparison.Ordinal));
    }

    private static byte[] Foreign(SignedPlan plan)
    {
        Assert.True(SignedNote.TryParse(plan.Files.Read("checkpoint").OrThrow().Span, out var note, out _));
        Assert.True(Checkpoint.TryParse(note.Text, out var checkpoint, out _));
        return LogNotes.Signer(Other).Sign(checkpoint.Head).Note.ToBytes();
    }

    private static string SignedEntry(SignedPlan plan) => Of(plan, EventKinds.Countersigned);

    private static string Of(SignedPlan plan, string kind) => plan.Files.Names.First(name =>
        name.StartsWith("entries/", StringComparison.Ordinal)
        && Encoding.UTF8.GetString(plan.Files.Read(name).OrThrow().Span).Contains($"\"kind\":\"{kind}\"", StringComparison.Ordinal));

    private static string First(SignedPlan plan, string folder) => plan.Files.Names.First(name => name.StartsWith(folder, StringComparison.Ordinal));
}
