namespace Interlock.Tests.Faults.Kills;

/// <summary>Who tests the tester: each way in which a sync can be missing is found, in the lines of a trace and in a real process.</summary>
public sealed class SyncTraceFacts
{
    private const string Wal = "7</d/ledger.db-wal>";
    private const string Said = """11 write(1</d/answers.txt>, "{\"status\": \"approved\"}\n", 24) = 24""";

    private static readonly string[] Good =
    [
        $$"""12 pwrite64({{Wal}}, "\0\0\0\1\17\330\0", 24, 4152) = 24""",
        $$"""12 pwrite64({{Wal}}, "\r\0\0\0\t{\"event\":{\"approved_by\":\"rita\",\"kind\":\"approved\",\"plan_id\":\"p1\"},\"hash\":\"aa\",\"prev\":\"bb\",\"seq\":3", 4096, 4176 <unfinished ...>""",
        """11 write(5<pipe:[99]>, "*", 1) = 1""",
        """12 <... pwrite64 resumed>) = 4096""",
        $$"""12 pwrite64({{Wal}}, "\n\0\0\0\2", 4096, 8296) = 4096""",
        $$"""12 fsync({{Wal}} <unfinished ...>""",
        """11 write(5<pipe:[99]>, "*", 1) = 1""",
        """12 <... fsync resumed>) = 0""",
        Said,
    ];

    [Fact]
    public void Words_after_the_sync_are_as_they_should_be() => Assert.Null(Fault(Good));

    [Fact]
    public void A_sync_that_is_missing_is_found() => Assert.Contains("never synced", Fault(Without("fsync")), StringComparison.Ordinal);

    [Fact]
    public void Words_during_the_sync_are_found() => Assert.Contains("came before the sync", Fault([.. Good[..7], Said, Good[7]]), StringComparison.Ordinal);

    [Fact]
    public void Words_before_the_sync_are_found() => Assert.Contains("came before the sync", Fault([.. Good[..5], Said, .. Good[5..8]]), StringComparison.Ordinal);

    [Fact]
    public void Words_before_the_entry_are_found() => Assert.Contains("came before the entry", Fault([Said, .. Good[..8]]), StringComparison.Ordinal);

    [Fact]
    public void A_sync_before_the_last_write_of_a_transaction_is_no_sync_of_it() =>
        Assert.Contains("never synced", Fault([.. Good[..4], .. Good[5..8], Good[4], Said]), StringComparison.Ordinal);

    [Theory]
    [InlineData("resumed>) = 0", "resumed>) = -1 EIO (Input/output error)")]
    [InlineData("resumed>) = 0", "resumed>) = 0 (INJECTED)")]
    [InlineData("fsync(7</d/ledger.db-wal>", "fsync(7</d/other>")]
    public void A_sync_that_failed_was_made_up_or_was_of_something_else_is_no_sync(string what, string instead) =>
        Assert.Contains("never synced", Fault([.. Good.Select(line => line.Contains("fsync", StringComparison.Ordinal) ? line.Replace(what, instead, StringComparison.Ordinal) : line)]), StringComparison.Ordinal);

    [Fact]
    public void An_entry_of_another_plan_or_kind_is_not_taken_for_it()
    {
        Assert.Contains("never written", Fault([.. Good.Select(line => line.Replace("p1", "p2", StringComparison.Ordinal))]), StringComparison.Ordinal);
        Assert.Contains("never written", Fault([.. Good.Select(line => line.Replace("kind\\\":\\\"approved", "kind\\\":\\\"expired", StringComparison.Ordinal))]), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_never_said_proves_nothing() => Assert.Contains("nothing was said", Fault(Good[..^1]), StringComparison.Ordinal);

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("FULL", null)]
    [InlineData("OFF", "never synced")]
    public async Task A_real_process_that_does_not_sync_is_found(string synchronous, string? fault)
    {
        using var bench = new SyncBench();
        var trace = await bench.TraceAsync(UnsyncedChild.Command(bench.Bench.At("ledger.db"), synchronous), _ => bench.SaidAsync(UnsyncedChild.Words));

        var found = SyncRule.Fault(trace, SyncBench.Entry("approved", "p1"), bench.Says(UnsyncedChild.Words));
        if (fault is null)
        {
            Assert.Null(found);
        }
        else
        {
            Assert.Contains(fault, found, StringComparison.Ordinal);
        }
    }

    private static string[] Without(string call) => [.. Good.Where(line => !line.Contains(call, StringComparison.Ordinal))];

    private static string? Fault(IEnumerable<string> lines) => SyncRule.Fault(
        SyncTrace.Parse(lines),
        SyncBench.Entry("approved", "p1"),
        call => call.IsWrite && call.Path == "/d/answers.txt" && call.Arguments.Contains("\"status\": \"approved\"", StringComparison.Ordinal));
}
