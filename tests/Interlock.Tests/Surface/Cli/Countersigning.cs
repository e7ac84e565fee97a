using Interlock.Canonical;
using Interlock.Cli.Configuration;

namespace Interlock.Tests.Surface.Cli;

/// <summary>What people type who sign, with keys and signatures of stock <c>ssh-keygen</c>.</summary>
public sealed class Countersigning
{
    [Fact]
    public async Task Init_makes_a_key_where_there_is_none_and_its_person_approves_with_it()
    {
        await using var bench = new CliBench(configuration: null);
        bench.Variables["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        bench.Variables["HOME"] = bench.At("home");
        Directory.CreateDirectory(bench.At("home"));

        var made = await bench.RunAsync("init");
        Assert.True(made.Exit == 0, made.Error);
        Assert.Contains("unattended: whatever runs as this user can sign with it", made.Out, StringComparison.Ordinal);
        var id = await bench.ProposeAsync(InitTemplate.Plan);
        var approved = await bench.RunAsync("approve", id, "--yes");
        Assert.True(approved.Exit == 0, approved.Error);
        Assert.Contains("by tess, signed with SHA256:", approved.Out, StringComparison.Ordinal);
        Assert.Contains("(assurance: key)", approved.Out, StringComparison.Ordinal);

        var executed = await bench.RunAsync("execute", id);
        Assert.True(executed.Exit == 0, executed.Out + executed.Error);
        Assert.Equal(0, (await bench.RunAsync("fsck")).Exit);
        Assert.True(File.Exists(bench.At(FirstKeys.Anchor)));
        Assert.Contains("hardware", (await bench.RunAsync("keys", "list", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_keys_shows_all_names_of_a_person_and_what_limits_a_key()
    {
        await using var bench = new SigningBench();
        SigningBench.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "laptop", "-f", bench.Cli.At("other"));
        await File.AppendAllTextAsync(
            bench.Cli.At("allowed_signers"), $"olga,ops namespaces=\"git,file\" {await File.ReadAllTextAsync(bench.Cli.At("other.pub"))}");

        var shown = (await bench.Cli.RunAsync("keys", "list")).Out;
        Assert.Contains("olga (also ops)  ssh-ed25519", shown, StringComparison.Ordinal);
        Assert.Contains("  only for git,file  laptop", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("only for interlock", shown, StringComparison.Ordinal);
        Assert.Contains("\"git,file\"", (await bench.Cli.RunAsync("keys", "list", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_takes_the_key_that_somebody_has_and_a_second_init_touches_nothing()
    {
        await using var bench = new SigningBench();
        File.Delete(bench.Cli.At("interlock.yaml"));
        Directory.CreateDirectory(bench.Cli.At("home/.ssh"));
        SigningBench.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret words", "-C", "mine", "-f", bench.Cli.At("home/.ssh/id_ed25519"));

        var made = await bench.Cli.RunAsync("init", "there");
        Assert.True(made.Exit == 0, made.Error);
        Assert.Contains("with a passphrase", made.Out, StringComparison.Ordinal);
        Assert.Contains(
            (await File.ReadAllTextAsync(bench.Cli.At("home/.ssh/id_ed25519.pub"))).Split(' ')[1],
            await File.ReadAllTextAsync(bench.Cli.At("there/allowed_signers")),
            StringComparison.Ordinal);

        var before = await File.ReadAllBytesAsync(bench.Cli.At("there/.interlock-trust/log.key"));
        var again = await bench.Cli.RunAsync("init", "there");
        Assert.Equal(1, again.Exit);
        Assert.Contains("exists already", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(bench.Cli.At("there/.interlock-trust/log.key")));
    }

    [Fact]
    public async Task Two_of_three_are_two_people_and_not_two_keys()
    {
        await using var bench = new SigningBench("groups: {sre: [alice, bob, carol]}\nrules: [{name: all, require: 2 of sre}]\n");
        var (one, two, other) = (bench.Key("alice", "alice-1"), bench.Key("alice", "alice-2"), bench.Key("bob", "bob-1"));
        bench.Key("carol", "carol-1");
        var id = await bench.ProposeAsync();

        var first = await bench.ApproveAsync(id, one);
        Assert.True(first.Exit == 0, first.Error);
        Assert.Contains("others are still missing", first.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await bench.ApproveAsync(id, two)).Exit);
        var explained = await bench.Cli.RunAsync("rules", "explain", id);
        Assert.Contains("needs 1 more of `sre` (bob, carol)", explained.Out, StringComparison.Ordinal);
        Assert.Equal("proposed", CliBench.Json(await bench.Cli.RunAsync("rules", "explain", id, "--json")).Text("status"));

        var last = await bench.ApproveAsync(id, other);
        Assert.Contains("approved: plan", last.Out, StringComparison.Ordinal);
        var run = await bench.Cli.RunAsync("execute", id, "--by", "alice");
        Assert.True(run.Exit == 0, run.Out + run.Error);
    }

    [Fact]
    public async Task A_statement_is_written_signed_elsewhere_and_taken_back()
    {
        await using var bench = new SigningBench();
        var key = bench.Key("alice", "alice-1");
        var id = await bench.ProposeAsync();

        var wrote = await bench.Cli.RunAsync("approve", id, "--by", "alice", "--write-statement", "s");
        Assert.True(wrote.Exit == 0, wrote.Error);
        Assert.Contains("ssh-keygen -Y sign -n interlock-approval-v1", wrote.Out, StringComparison.Ordinal);
        SigningBench.Run("ssh-keygen", "-Y", "sign", "-n", "interlock-approval-v1", "-f", key, bench.Cli.At("s"));

        // what was shown is there, and its digest is the statement's
        var statement = CliBench.Json(new Ran(0, await File.ReadAllTextAsync(bench.Cli.At("s")), ""));
        Assert.Equal(statement.Text("render_digest"), Sha256Digest.Of(await File.ReadAllBytesAsync(bench.Cli.At("s.review.json"))).ToString());

        var taken = await bench.Cli.RunAsync("approve", id, "--signature", "s.sig");
        Assert.True(taken.Exit == 0, taken.Error);
        Assert.Contains("approved: plan", taken.Out, StringComparison.Ordinal);
        Assert.Equal(1, (await bench.Cli.RunAsync("approve", id, "--signature", "s.sig")).Exit);
    }

    [Fact]
    public async Task A_longer_look_is_waited_out_and_a_missing_reason_is_asked_for()
    {
        await using var bench = new SigningBench("rules: [{name: slow, min_review: 2s, reason: required}]\n");
        var key = bench.Key("alice", "alice-1");
        var id = await bench.ProposeAsync();

        var silent = await bench.ApproveAsync(id, key);
        Assert.Equal(1, silent.Exit);
        Assert.Contains("gave no reason", silent.Error, StringComparison.Ordinal);

        var waited = await bench.ApproveAsync(id, key, "--reason", "the night is quiet");
        Assert.True(waited.Exit == 0, waited.Error);
        Assert.Contains("a rule wants a longer look", waited.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_owner_of_the_agent_and_a_software_key_where_hardware_is_asked_for_do_not_count()
    {
        await using var bench = new SigningBench("rules: [{name: hard, assurance: hardware}]\n");
        var (owner, soft) = (bench.Key("olga", "olga-1"), bench.Key("alice", "alice-1"));
        var id = await bench.ProposeAsync();

        Assert.Contains("owns the agent", (await bench.ApproveAsync(id, owner)).Error, StringComparison.Ordinal);
        Assert.Contains("the rule asks for `hardware`", (await bench.ApproveAsync(id, soft)).Error, StringComparison.Ordinal);
        Assert.Contains("proposed", (await bench.Cli.RunAsync("rules", "explain", id)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_rejection_ends_an_approved_plan()
    {
        await using var bench = new SigningBench();
        var (alice, bob) = (bench.Key("alice", "alice-1"), bench.Key("bob", "bob-1"));
        var id = await bench.ProposeAsync();
        Assert.Equal(0, (await bench.ApproveAsync(id, alice)).Exit);

        var rejected = await bench.Cli.RunAsync("reject", id, "--key", bob, "--reason", "not tonight");
        Assert.True(rejected.Exit == 0, rejected.Error);
        Assert.Equal(1, (await bench.Cli.RunAsync("execute", id)).Exit);
        Assert.False(File.Exists(bench.Cli.At("notes/hello.txt")));
    }

    [Fact]
    public async Task A_stop_is_in_force_unsigned_and_going_on_takes_the_quorum()
    {
        await using var bench = new SigningBench("groups: {sre: [alice, bob]}\nresume: 2 of sre\n");
        var (alice, bob) = (bench.Key("alice", "alice-1"), bench.Key("bob", "bob-1"));
        var id = await bench.ProposeAsync();
        Assert.Equal(0, (await bench.ApproveAsync(id, alice)).Exit);

        var stopped = await bench.Cli.RunAsync("stop-all", "--reason", "smoke");
        Assert.True(stopped.Exit == 0, stopped.Error);
        Assert.Contains("in force but unsigned", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await bench.Cli.RunAsync("execute", id)).Exit);

        Assert.Contains("until others have signed", (await bench.Cli.RunAsync("resume-all", "--key", alice)).Out, StringComparison.Ordinal);
        Assert.Contains("until others have signed", (await bench.Cli.RunAsync("resume-all", "--key", alice)).Out, StringComparison.Ordinal);
        Assert.Contains("resumed", (await bench.Cli.RunAsync("resume-all", "--key", bob)).Out, StringComparison.Ordinal);
        var run = await bench.Cli.RunAsync("execute", id);
        Assert.True(run.Exit == 0, run.Out + run.Error);
    }

    [Fact]
    public async Task A_revoked_key_counts_no_more_also_for_what_it_signed()
    {
        await using var bench = new SigningBench();
        var key = bench.Key("alice", "alice-1");
        bench.Key("bob", "bob-1");
        var id = await bench.ProposeAsync();
        Assert.Equal(0, (await bench.ApproveAsync(id, key)).Exit);
        var fingerprint = SigningBench.Run("ssh-keygen", "-l", "-f", key).Split(' ')[1];

        var revoked = await bench.Cli.RunAsync("keys", "revoke", fingerprint);
        Assert.True(revoked.Exit == 0, revoked.Error);
        Assert.Contains("configured", (await bench.Cli.RunAsync("log")).Out, StringComparison.Ordinal);

        var run = await bench.Cli.RunAsync("execute", id);
        Assert.Equal(1, run.Exit);
        Assert.Contains("signers_digest", run.Out + run.Error, StringComparison.Ordinal);
        Assert.Contains("is revoked", (await bench.ApproveAsync(await bench.Cli.ProposeAsync(SigningBench.Plan.Replace("hello", "other", StringComparison.Ordinal)), key)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("add")]
    [InlineData("revoke")]
    public async Task A_change_of_the_keys_waits_for_another_one_and_keeps_what_that_wrote(string verb)
    {
        await using var bench = new SigningBench();
        var (alice, bob) = (bench.Key("alice", "alice-1"), bench.Key("bob", "bob-1"));
        SigningBench.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", bench.Cli.At("new"));
        var file = bench.Cli.At(verb == "add" ? "allowed_signers" : "revoked_keys");
        var theirs = verb == "add" ? $"carol {await File.ReadAllTextAsync(bench.Cli.At("new.pub"))}" : await File.ReadAllTextAsync(bob + ".pub");
        SigningBench.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", bench.Cli.At("other"));
        string[] command = verb == "add"
            ? ["keys", "add", "dave", "other.pub"]
            : ["keys", "revoke", SigningBench.Run("ssh-keygen", "-l", "-f", alice).Split(' ')[1]];
        Task<Ran> ours;
        await using (new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            var before = await File.ReadAllTextAsync(file);
            ours = Task.Run(() => bench.Cli.RunAsync(command));
            await Task.WhenAny(ours, Task.Delay(TimeSpan.FromSeconds(1)));
            await File.WriteAllTextAsync(file, before + theirs);
        }

        var ran = await ours;
        Assert.True(ran.Exit == 0, ran.Error);
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains(theirs, text, StringComparison.Ordinal);
        Assert.Equal(verb == "add" ? 4 : 2, text.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public async Task Keys_that_are_revoked_or_ran_out_are_not_said_to_count()
    {
        await using var bench = new SigningBench();
        var (alice, bob) = (bench.Key("alice", "alice-1"), bench.Key("bob", "bob-1"));
        SigningBench.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", bench.Cli.At("old"));
        await File.AppendAllTextAsync(bench.Cli.At("allowed_signers"), $"carol valid-before=\"20200101Z\" {await File.ReadAllTextAsync(bench.Cli.At("old.pub"))}");

        Assert.Contains("recorded in the ledger, 1 keys count now", (await RevokeAsync(alice)).Out, StringComparison.Ordinal);
        Assert.Contains("approvals: 1 keys count, 1 of them in software", await ApprovalsAsync(), StringComparison.Ordinal);
        Assert.Contains("recorded in the ledger, 0 keys count now", (await RevokeAsync(bob)).Out, StringComparison.Ordinal);
        var none = await ApprovalsAsync();
        Assert.StartsWith("warn", none, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("no key counts: of 3 registered each is revoked or not valid now", none, StringComparison.Ordinal);

        Task<Ran> RevokeAsync(string key) => bench.Cli.RunAsync("keys", "revoke", SigningBench.Run("ssh-keygen", "-l", "-f", key).Split(' ')[1]);

        async Task<string> ApprovalsAsync() => (await bench.Cli.RunAsync("doctor")).Out.Split('\n').Single(line => line.Contains(" approvals: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_void_by_the_time_that_another_signs_is_told_with_the_reason_and_makes_no_quorum()
    {
        await using var bench = new SigningBench("groups: {sre: [alice, bob, carol]}\nrules: [{name: all, require: 2 of sre}]\n");
        var (alice, bob, carol) = (bench.Key("alice", "alice-1"), bench.Key("bob", "bob-1"), bench.Key("carol", "carol-1"));
        var id = await bench.ProposeAsync();
        Assert.Equal(0, (await bench.ApproveAsync(id, alice)).Exit);
        Assert.Equal(0, (await bench.Cli.RunAsync("keys", "revoke", SigningBench.Run("ssh-keygen", "-l", "-f", carol).Split(' ')[1])).Exit);

        var signed = await bench.ApproveAsync(id, bob);
        Assert.True(signed.Exit == 0, signed.Error);
        Assert.Contains("others are still missing", signed.Out, StringComparison.Ordinal);
        Assert.Contains("what `alice` signed is void", signed.Error, StringComparison.Ordinal);
        Assert.Contains("signers_digest", signed.Error, StringComparison.Ordinal);
        Assert.Contains("what `alice` signed is void", (await bench.Cli.RunAsync("rules", "explain", id)).Out, StringComparison.Ordinal);
        Assert.Matches("void +what `alice` signed is void", (await bench.Cli.RunAsync("show", id)).Out);

        Assert.Contains("approved: plan", (await bench.ApproveAsync(id, alice, "--reason", "once more")).Out, StringComparison.Ordinal);
        Assert.Equal(0, (await bench.Cli.RunAsync("execute", id)).Exit);
    }

    [Fact]
    public async Task A_signature_that_is_brought_back_is_refused_for_what_is_wrong_with_its_own_statement()
    {
        await using var bench = new SigningBench("rules: [{name: why, require: 2 of anyone, reason: required}]\n");
        var (alice, bob) = (bench.Key("alice", "alice-1"), bench.Key("bob", "bob-1"));
        var id = await bench.ProposeAsync();
        await WrittenAsync(bench, id, "alice", alice, "a");
        await WrittenAsync(bench, id, "bob", bob, "b", "--reason", "the night is quiet");

        // bob's statement waits too, and was issued later
        var silent = await bench.Cli.RunAsync("approve", id, "--signature", "a.sig");
        Assert.Equal(1, silent.Exit);
        Assert.Contains("`alice` gave no reason", silent.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("`bob`", silent.Error, StringComparison.Ordinal);
        Assert.Contains("countersigned: plan", (await bench.Cli.RunAsync("approve", id, "--signature", "b.sig")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_difference_that_is_signed_elsewhere_is_accepted_as_the_page_says_and_is_no_approval()
    {
        await using var bench = new SigningBench("drift: halt\n");
        var alice = bench.Key("alice", "alice-1");
        var id = await bench.ProposeAsync();
        Assert.Equal(0, (await bench.ApproveAsync(id, alice)).Exit);
        await File.WriteAllTextAsync(bench.Cli.At("notes/weather"), "dry and hot");

        var step = await WrittenAsync(bench, id, "alice", alice, "d", "--drift");
        Assert.Equal($"interlock approve {id} --signature d.sig", step);
        var taken = await bench.Cli.RunAsync(step.Split(' ')[1..]);
        Assert.True(taken.Exit == 0, taken.Error);
        Assert.StartsWith("accepted: plan", taken.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await bench.Cli.RunAsync("execute", id)).Exit);
    }

    [Fact]
    public async Task What_looks_different_is_recorded_and_shown()
    {
        await using var bench = new SigningBench();
        var key = bench.Key("alice", "alice-1");
        var id = await bench.ProposeAsync();
        Assert.Equal(0, (await bench.ApproveAsync(id, key)).Exit);
        await File.WriteAllTextAsync(bench.Cli.At("notes/weather"), "dry and hot");

        var run = await bench.Cli.RunAsync("execute", id);
        Assert.True(run.Exit == 0, run.Out + run.Error);
        Assert.Contains("sees another value than `alice` approved", run.Out, StringComparison.Ordinal);
        Assert.Contains("dry and hot", (await bench.Cli.RunAsync("log", id, "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_looks_different_halts_where_the_policy_says_so_and_is_accepted_by_who_approved()
    {
        await using var bench = new SigningBench("drift: halt\n");
        var (alice, bob) = (bench.Key("alice", "alice-1"), bench.Key("bob", "bob-1"));
        var id = await bench.ProposeAsync();
        Assert.Equal(0, (await bench.ApproveAsync(id, alice)).Exit);
        await File.WriteAllTextAsync(bench.Cli.At("notes/weather"), "dry and hot");

        var halted = await bench.Cli.RunAsync("execute", id);
        Assert.Equal(1, halted.Exit);
        Assert.Contains("approve", halted.Out + halted.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.Cli.At("notes/hello.txt")));

        Assert.Equal(1, (await bench.ApproveAsync(id, bob, "--drift")).Exit);
        var accepted = await bench.ApproveAsync(id, alice, "--drift");
        Assert.True(accepted.Exit == 0, accepted.Error);
        var run = await bench.Cli.RunAsync("execute", id);
        Assert.True(run.Exit == 0, run.Out + run.Error);
    }

    [Fact]
    public async Task A_key_that_is_nobodys_and_a_missing_file_of_keys_are_refused_with_the_mend()
    {
        await using var bench = new SigningBench();
        bench.Key("alice", "alice-1");
        SigningBench.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", bench.Cli.At("stranger"));
        var id = await bench.ProposeAsync();

        var stranger = await bench.ApproveAsync(id, "stranger");
        Assert.Equal(1, stranger.Exit);
        Assert.Contains("interlock keys add", stranger.Error, StringComparison.Ordinal);

        // nobody waits for what a pipe may bring
        SigningBench.Run("mkfifo", bench.Cli.At("pipe"));
        var piped = await bench.Cli.RunAsync("approve", id, "--signature", "pipe");
        Assert.Equal(74, piped.Exit);
        Assert.Contains("cannot be read: this is no regular file", piped.Error, StringComparison.Ordinal);

        await File.AppendAllTextAsync(bench.Cli.At("allowed_signers"), "bob ssh-nonsense AAAA\n");
        var unreadable = await bench.ApproveAsync(id, "alice-1");
        Assert.NotEqual(0, unreadable.Exit);
        Assert.StartsWith($"interlock: {bench.Cli.At("allowed_signers")}: line 2: ", unreadable.Error, StringComparison.Ordinal);
        Assert.Contains("proposed", (await bench.Cli.RunAsync("list")).Out, StringComparison.Ordinal);
    }

    /// <summary>Writes a statement and signs it as the printed step says; gives the step that is printed after it.</summary>
    private static async Task<string> WrittenAsync(SigningBench bench, string id, string person, string key, string file, params string[] more)
    {
        var wrote = await bench.Cli.RunAsync(["approve", id, "--by", person, "--write-statement", file, .. more]);
        Assert.True(wrote.Exit == 0, wrote.Error);
        var lines = wrote.Out.Split('\n');
        var sign = lines.Single(static line => line.StartsWith("sign:  ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        SigningBench.Run(sign[0], [.. sign[1..^2], key, bench.Cli.At(file)]);
        return lines.Single(static line => line.StartsWith("then:  ", StringComparison.Ordinal))["then:  ".Length..];
    }
}
