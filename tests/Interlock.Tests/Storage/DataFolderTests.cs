using System.Diagnostics;
using Interlock.Storage;
using Interlock.Tests.Ledger;

namespace Interlock.Tests.Storage;

public sealed class DataFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_data_folder_and_its_ledger_are_for_their_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are of Unix");
            return;
        }

        var data = DataFolder.Open(folder.File("a/b")).Value();
        await using var store = (await data.OpenLedgerAsync(TimeProvider.System, null, default)).Value();
        await store.AppendOkAsync(Events.Proposal(1));
        Assert.Equal("700", Mode(data.Path));
        foreach (var file in Directory.GetFiles(data.Path))
        {
            Assert.Equal("600", Mode(file));
        }

        Assert.Contains(data.LedgerPath, Directory.GetFiles(data.Path));
    }

    [Fact]
    public void Only_one_process_is_the_executor_until_it_lets_go()
    {
        var data = DataFolder.Open(folder.Path).Value();
        Assert.False(data.IsExecutorRunning());
        Assert.True(data.TryTakeExecutorLock(out var held));
        Assert.True(data.IsExecutorRunning());
        Assert.False(data.TryTakeExecutorLock(out _));
        Assert.Equal(RefusalCode.Locked, data.TakeExecutorLock().Refusal().Code);
        held.Dispose();
        Assert.False(data.IsExecutorRunning());
        Assert.True(data.TryTakeExecutorLock(out var again));
        again.Dispose();
    }

    [Fact]
    public async Task Another_process_holds_the_lock_until_it_is_killed()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "/usr/bin/flock is not there");
        var data = DataFolder.Open(folder.Path).Value();
        await File.WriteAllTextAsync(data.ExecutorLockPath, "");
        using var other = Process.Start("/usr/bin/flock", ["--exclusive", "--no-fork", data.ExecutorLockPath, "sleep", "60"]);
        try
        {
            Assert.True(SpinWait.SpinUntil(data.IsExecutorRunning, TimeSpan.FromSeconds(10)));
            Assert.False(data.TryTakeExecutorLock(out _));
        }
        finally
        {
            other.Kill();
        }

        await other.WaitForExitAsync();
        Assert.False(data.IsExecutorRunning());
        Assert.True(data.TryTakeExecutorLock(out var mine));
        mine.Dispose();
    }

    [Fact]
    public async Task Asking_whether_it_is_held_does_not_keep_a_taker_from_it()
    {
        var data = DataFolder.Open(folder.Path).Value();
        using var stop = new CancellationTokenSource();
        var asking = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                _ = data.IsExecutorRunning();
            }
        });
        for (var i = 0; i < 50; i++)
        {
            Assert.True(data.TryTakeExecutorLock(out var taken));
            taken.Dispose();
        }

        await stop.CancelAsync();
        await asking;
    }

    [Fact]
    public void A_path_that_is_a_file_is_refused_with_the_mend()
    {
        File.WriteAllText(folder.File("file"), "x");
        Assert.Equal(RefusalCode.Storage, DataFolder.Open(folder.File("file")).Refusal().Code);
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
