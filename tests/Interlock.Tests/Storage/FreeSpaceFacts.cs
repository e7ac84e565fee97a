using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Storage;

namespace Interlock.Tests.Storage;

/// <summary>The floor and the reserve, on a disk whose free space the test tells. On a disk that is really full: <c>EndToEnd.FullDisk</c>.</summary>
public sealed class FreeSpaceFacts : IDisposable
{
    private const long Floor = 8 << 20;
    private const long Reserve = 2 << 20;

    private static readonly JsonObject Stop = JsonObject.Of((EventKinds.KindField, EventKinds.Stopped), ("by", "rita"));

    private readonly TemporaryFolder folder = new();
    private long free = 1L << 30;

    private string Ledger => folder.File("ledger.db");

    private string ReserveFile => Ledger + ".reserve";

    private long Set => File.Exists(ReserveFile) ? new FileInfo(ReserveFile).Length : 0;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Below_the_floor_what_can_wait_is_refused_and_everything_else_is_written()
    {
        await using var store = await OpenAsync();
        free = Floor / 2;

        var waits = Assert.IsType<AppendAnswer.Refused>(await store.AppendAsync(new Append { Events = [Stop], CanWait = true }, default));
        var written = await store.AppendAsync(new Append { Events = [Stop] }, default);

        Assert.Equal(RefusalCode.Storage, waits.Refusal.Code);
        Assert.Contains("has 4 MiB free, below its floor of 8 MiB", waits.Refusal.Message, StringComparison.Ordinal);
        Assert.Contains("space.floor", waits.Refusal.Message, StringComparison.Ordinal);
        Assert.IsType<AppendAnswer.Appended>(written);
        Assert.Equal(1, (await store.HeadAsync(default)).OrThrow().Size);
    }

    [Fact]
    public async Task In_one_commit_each_gets_its_own_answer()
    {
        await using var store = await OpenAsync();
        free = 0;
        var asked = Enumerable.Range(0, 40).Select(i => store.AppendAsync(new Append { Events = [Stop], CanWait = i % 2 == 0 }, default)).ToArray();

        var answers = await Task.WhenAll(asked);

        Assert.All(answers.Where((_, i) => i % 2 == 0), answer => Assert.IsType<AppendAnswer.Refused>(answer));
        Assert.All(answers.Where((_, i) => i % 2 == 1), answer => Assert.IsType<AppendAnswer.Appended>(answer));
        Assert.Equal(20, (await store.HeadAsync(default)).OrThrow().Size);
    }

    [Fact]
    public async Task When_there_is_room_again_agents_are_let_in_and_the_reserve_is_made_whole()
    {
        await using var store = await OpenAsync();
        free = 0;
        await store.AppendAsync(new Append { Events = [Stop] }, default);
        Assert.InRange(Set, 0, Reserve - 1);

        free = Floor + Reserve;
        Assert.IsType<AppendAnswer.Appended>(await store.AppendAsync(new Append { Events = [Stop], CanWait = true }, default));

        Assert.Equal(Reserve, Set);
    }

    [Fact]
    public async Task The_reserve_really_holds_its_blocks()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "blocks are counted with stat");
        await using var store = await OpenAsync();

        var stat = await EndToEnd.Shell.RunAsync(folder.Path, "stat", "-c", "%b %B", ReserveFile);
        var numbers = stat.Output.Trim().Split(' ');

        Assert.InRange(long.Parse(numbers[0], null) * long.Parse(numbers[1], null), Reserve, long.MaxValue);
    }

    [Fact]
    public async Task No_reserve_is_made_where_it_would_take_the_room_below_the_floor()
    {
        free = Floor + Reserve - 1;
        await using var store = await OpenAsync();

        Assert.False(File.Exists(ReserveFile));
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_reserve_is_never_followed()
    {
        var precious = folder.File("precious");
        await File.WriteAllBytesAsync(precious, new byte[4_096]);
        File.CreateSymbolicLink(ReserveFile, precious);
        free = 0;
        await using var store = await OpenAsync();
        await store.AppendAsync(new Append { Events = [Stop] }, default);
        free = 1L << 30;
        await store.AppendAsync(new Append { Events = [Stop], CanWait = true }, default);

        Assert.Equal(4_096, new FileInfo(precious).Length);
    }

    [Fact]
    public async Task Without_a_floor_nothing_waits()
    {
        await using var store = await OpenAsync(floor: 0, reserve: 0);
        free = 0;

        Assert.IsType<AppendAnswer.Appended>(await store.AppendAsync(new Append { Events = [Stop], CanWait = true }, default));
    }

    [Fact]
    public async Task A_reserve_above_the_floor_is_a_mistake_of_the_program() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => OpenAsync(floor: 1, reserve: 2));

    private async Task<SqliteLedgerStore> OpenAsync(long floor = Floor, long reserve = Reserve) =>
        (await SqliteLedgerStore.OpenAsync(
            Ledger,
            TimeProvider.System,
            new SqliteOptions { FreeSpaceFloor = floor, ReserveBytes = reserve, FreeSpace = () => free },
            default)).OrThrow();
}
