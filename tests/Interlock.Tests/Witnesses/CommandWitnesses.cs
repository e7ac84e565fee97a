using System.Runtime.Versioning;
using System.Text;
using Interlock.Adapters.Witnesses;
using Interlock.Ledger;
using Interlock.Tests.Adapters;
using Interlock.Tests.Ledger;
using Interlock.Tests.Ledger.Witnesses;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Witnesses;

public sealed class CommandWitnesses : IDisposable
{
    private readonly AdapterBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task It_gets_the_signed_checkpoint_and_what_it_prints_is_the_proof()
    {
        var submission = WitnessProtocolTests.Submission(WitnessProtocolTests.Tree(3, "a"), 0, 3);

        var held = Assert.IsType<WitnessAnswer.Held>(await Shell("cat").SubmitAsync(submission, default));

        Assert.Equal(submission.Checkpoint.Note.ToBytes(), held.Proof.ToArray());
    }

    [Theory]
    [InlineData("exit 3", "exited with 3")]
    [InlineData("echo no route >&2; exit 1", "after `no route`")]
    [InlineData("head -c 65537 /dev/zero", "more than 65536 bytes")]
    public async Task One_that_fails_or_prints_too_much_holds_nothing(string script, string why) => Assert.Contains(
        why,
        Assert.IsType<WitnessAnswer.Silent>(await Shell(script).SubmitAsync(Any, default)).Refusal.Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task One_that_does_not_read_its_input_may_hold_it_all_the_same() =>
        Assert.Equal("ok\n", Encoding.ASCII.GetString(Assert.IsType<WitnessAnswer.Held>(await Shell("exec <&-; echo ok").SubmitAsync(Any, default)).Proof.Span));

    [Fact]
    public async Task One_that_hangs_is_killed_when_the_wait_is_over()
    {
        using var folder = new TemporaryFolder();
        using var bound = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));

        var answer = await Shell($"sleep 5; touch {folder.File("alive")}").SubmitAsync(Any, bound.Token);

        Assert.Contains("killed", Assert.IsType<WitnessAnswer.Silent>(answer).Refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("alive")));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task One_that_cannot_be_started_says_why()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("push"), "#!/no/such/shell\n");
        File.SetUnixFileMode(folder.File("push"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var silent = Assert.IsType<WitnessAnswer.Silent>(
            await CommandWitness.Create("w", [folder.File("push")], bench.Environment).Value().SubmitAsync(Any, default));

        Assert.Contains("cannot be started (No such file or directory); look whether", silent.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_is_not_there_is_refused() =>
        Assert.Equal(RefusalCode.Invalid, CommandWitness.Create("w", ["no-such-program-anywhere"], bench.Environment).Refusal().Code);

    private static WitnessSubmission Any => WitnessProtocolTests.Submission(WitnessProtocolTests.Tree(3, "a"), 0, 3);

    private CommandWitness Shell(string script) => CommandWitness.Create("shell", ["/bin/sh", "-c", script], bench.Environment).Value();
}
