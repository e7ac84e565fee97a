using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Tests.Execution;
using Interlock.Tests.Signing;
using Interlock.Tests.Surface.Cli;

namespace Interlock.Tests.Attacks;

/// <summary>Input that is damaged rather than hostile: a refusal at the terminal that says where and what to do, and the plan stays as it was.</summary>
public sealed class BadInput
{
    private static readonly string Configuration =
        CliBench.Configuration.Replace("unsigned: allow", "approvers: {allowed_signers: signers}", StringComparison.Ordinal);

    [Fact]
    public async Task A_statement_that_is_signed_elsewhere_by_stock_ssh_keygen_approves()
    {
        await using var bench = await SignedCliAsync();
        var id = await WrittenAsync(bench);
        Assert.Equal("approved", await StatusAsync(bench, id, await bench.RunAsync("approve", id, "--signature", "st.sig", "--json"), exit: 0));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("empty")]
    [InlineData("text")]
    [InlineData("missing")]
    public async Task A_damaged_signature_file_is_refused_by_its_name_with_the_mend(string how)
    {
        await using var bench = await SignedCliAsync();
        var id = await WrittenAsync(bench);
        var bytes = await File.ReadAllBytesAsync(bench.At("st.sig"));
        switch (how)
        {
            case "cut":
                await File.WriteAllBytesAsync(bench.At("st.sig"), bytes[..^40]);
                break;
            case "empty":
                await File.WriteAllBytesAsync(bench.At("st.sig"), []);
                break;
            case "text":
                await File.WriteAllTextAsync(bench.At("st.sig"), "approved, says alice\n");
                break;
            default:
                File.Delete(bench.At("st.sig"));
                break;
        }

        var refused = await bench.RunAsync("approve", id, "--signature", "st.sig");
        Assert.NotEqual(0, refused.Exit);
        Assert.Contains("st.sig", refused.Error, StringComparison.Ordinal);
        Assert.Contains("ssh-keygen -Y sign", refused.Error, StringComparison.Ordinal);
        Assert.Equal("proposed", await StatusAsync(bench, id));
    }

    [Fact]
    public async Task A_signature_of_another_statement_is_refused_and_the_true_one_still_counts()
    {
        await using var bench = await SignedCliAsync();
        var id = await WrittenAsync(bench);
        await File.WriteAllTextAsync(bench.At("other"), "{}");
        await SignAsync(bench, "other", "interlock-approval-v1");
        var refused = await bench.RunAsync("approve", id, "--signature", "other.sig");
        Assert.Contains("does not belong to these bytes", refused.Error, StringComparison.Ordinal);
        await StatusAsync(bench, id, refused, exit: 1);
        Assert.Equal(0, (await bench.RunAsync("approve", id, "--signature", "st.sig")).Exit);
    }

    [Theory]
    [InlineData("bob ssh-dss AAAAB3NzaC1kc3MAAAAA\n", "ssh-dss")]
    [InlineData("bob ssh-ed25519 not-base64\n", "")]
    [InlineData("bob\n", "")]
    [InlineData("bob ssh-unheard-of AAAA\n", "")]
    public async Task A_line_of_the_signers_that_cannot_be_used_is_refused_with_file_and_line(string line, string names)
    {
        await using var bench = await SignedCliAsync();
        var id = await WrittenAsync(bench);
        var before = await File.ReadAllTextAsync(bench.At("signers"));
        await File.AppendAllTextAsync(bench.At("signers"), "# somebody new\n" + line);
        var refused = await bench.RunAsync("approve", id, "--signature", "st.sig");
        Assert.NotEqual(0, refused.Exit);
        Assert.Contains("signers: line 3: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains(names, refused.Error, StringComparison.Ordinal);
        Assert.Contains(";", refused.Error, StringComparison.Ordinal);

        await File.WriteAllTextAsync(bench.At("signers"), before);
        Assert.Equal("proposed", await StatusAsync(bench, id));
        Assert.Equal(0, (await bench.RunAsync("approve", id, "--signature", "st.sig")).Exit);
    }

    [Fact]
    public async Task A_clock_behind_the_ledger_is_refused_with_both_times()
    {
        await using var bench = await SignedCliAsync();
        var id = await WrittenAsync(bench);
        bench.Clock = new Shifted(TimeSpan.FromHours(-1));
        var refused = await bench.RunAsync("approve", id, "--signature", "st.sig");
        Assert.NotEqual(0, refused.Exit);
        Assert.Contains("clock", refused.Error, StringComparison.Ordinal);
        bench.Clock = TimeProvider.System;
        Assert.Equal("proposed", await StatusAsync(bench, id));
        Assert.Equal(0, (await bench.RunAsync("approve", id, "--signature", "st.sig")).Exit);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(-6)]
    [InlineData(6)]
    [InlineData(60)]
    public async Task A_statement_of_a_clock_that_is_far_off_is_not_issued(int minutes)
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ProposeAsync();
        var (review, statement) = await bench.DraftAsync(id, "alice");
        var off = Bench.Must(SignedBench.Document(review).Approve("alice", null, statement.IssuedAt.AddMinutes(minutes), statement.Time("expires_at")));
        var refusal = Bench.Refused(await bench.Person.IssueAsync(id, SignedBench.Document(review), off, default));
        Assert.Equal((RefusalCode.ClockBehind, "issued_at"), (refusal.Code, refusal.Path));
        Assert.Contains("set the clock right", refusal.Message, StringComparison.Ordinal);
        Assert.Single(await bench.Inner.KindsAsync(id));
    }

    [Fact]
    public async Task A_reason_is_signed_whole_or_refused_and_never_cut()
    {
        await using var bench = await SignedBench.OpenAsync();
        var (longest, longer) = (new string('a', 1_000), new string('a', 1_001));
        var id = await bench.ProposeAsync();
        var review = Bench.Must(await bench.Person.ReviewAsync(id, default));
        Refused(bench.Person.StatementFor(review, "alice", longer));
        Refused(await bench.Person.RejectionAsync(id, "alice", longer, default));
        Refused(await bench.Inner.Engine.ForRecovery().StatementAsync(null, "alice", longer, default));

        Bench.Must(await bench.CountersignAsync(id, "alice", reason: longest));
        Assert.Equal(longest, Assert.Single((await bench.Inner.PlanAsync(id)).Countersignatures).Reason);
        var approved = Bench.Must(await bench.Person.ReviewAsync(id, default));
        Refused(bench.Person.DriftStatementFor(approved, "alice", longer));
        Assert.Equal("executed", (await bench.Inner.ExecuteAsync(id)).Text("status"));

        // one that was made elsewhere is refused for what it is
        var statement = Bench.Must(bench.Person.StatementFor(review, "alice", longest));
        Assert.Equal("reason", Bench.Refused(Statement.TryRead(CanonicalJson.Write(statement.Json.Without("reason").With("reason", new JsonString(longer))))).Path);

        static void Refused(Result<Statement> made)
        {
            var refusal = Bench.Refused(made);
            Assert.Equal((RefusalCode.Malformed, "reason"), (refusal.Code, refusal.Path));
            Assert.Contains("at most 1,000 characters and this one has 1,001", refusal.Message, StringComparison.Ordinal);
        }
    }

    private static async Task<CliBench> SignedCliAsync()
    {
        var bench = new CliBench(Configuration);
        var (code, said) = await Shared.KeygenAsync([], "-q", "-t", "ed25519", "-N", "", "-C", "alice", "-f", bench.At("key"));
        Assert.True(code == 0, said);
        await File.WriteAllTextAsync(bench.At("signers"), "alice " + await File.ReadAllTextAsync(bench.At("key.pub")));
        return bench;
    }

    /// <summary>A plan whose approval was written out as <c>st</c> and signed with stock <c>ssh-keygen</c> into <c>st.sig</c>.</summary>
    private static async Task<string> WrittenAsync(CliBench bench)
    {
        var id = await bench.ProposeAsync();
        var written = await bench.RunAsync("approve", id, "--by", "alice", "--write-statement", "st");
        Assert.True(written.Exit == 0, written.Out + written.Error);
        await SignAsync(bench, "st", StatementType.Approval.Namespace);
        return id;
    }

    private static async Task SignAsync(CliBench bench, string file, string @namespace)
    {
        var (code, said) = await Shared.KeygenAsync([], "-Y", "sign", "-n", @namespace, "-f", bench.At("key"), bench.At(file));
        Assert.True(code == 0, said);
    }

    private static async Task<string?> StatusAsync(CliBench bench, string id, Ran? ran = null, int exit = 0)
    {
        Assert.True(ran is null || ran.Exit == exit, $"{ran?.Exit}: {ran?.Out}{ran?.Error}");
        return CliBench.Json(await bench.RunAsync("show", id, "--json"))["plan"] is JsonObject plan ? plan.Text("status") : null;
    }

    private sealed class Shifted(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
