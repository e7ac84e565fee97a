using System.ComponentModel;
using System.Diagnostics;
using Interlock.Ledger;
using Interlock.Storage;
using Interlock.Tests.Ledger;

namespace Interlock.Tests.Storage;

/// <summary>Disks that are full or read-only, and processes that are killed: real ones.</summary>
public sealed class SqliteDiskTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> mounts = [];

    public void Dispose()
    {
        foreach (var mount in mounts)
        {
            _ = Run("umount", mount);
        }

        folder.Dispose();
    }

    [Fact]
    public async Task A_full_disk_refuses_loses_nothing_and_is_usable_once_there_is_space()
    {
        var disk = Mount("size=1m");
        await using var store = await OpenAsync(disk);
        var acknowledged = new List<LedgerEntry>();
        Refusal? refusal = null;
        for (var i = 0; i < 2_000 && refusal is null; i++)
        {
            var answer = await store.AppendAsync(Events.Proposal(i, intent: new string('x', 2_000)), default);
            refusal = (answer as AppendAnswer.Refused)?.Refusal;
            acknowledged.AddRange(answer is AppendAnswer.Appended appended ? appended.Entries : []);
        }

        Assert.Equal(RefusalCode.Storage, refusal?.Code);
        Assert.Contains("disk is full; free space", refusal?.Message);
        Assert.NotEmpty(acknowledged);
        Assert.Equal(acknowledged.Select(entry => entry.Hash), (await store.ChainAsync()).Select(entry => entry.Hash));

        Assert.Equal(0, Run("mount", "-o", "remount,size=8m", disk));
        var next = (await store.AppendOkAsync(Events.Proposal(9_999)))[0];
        Assert.Equal(acknowledged.Count, next.Seq);
        Assert.Empty((await store.CheckAsync(default)).Value().Findings);
    }

    [Fact]
    public async Task A_disk_that_became_read_only_refuses_and_says_so()
    {
        var disk = Mount("size=4m");
        await (await OpenAsync(disk)).DisposeAsync();
        Assert.Equal(0, Run("mount", "-o", "remount,ro", disk));
        var refusal = (await SqliteLedgerStore.OpenAsync(
            Path.Combine(disk, "ledger.db"), TimeProvider.System, null, default)).Refusal();
        Assert.Equal(RefusalCode.Storage, refusal.Code);
        Assert.Contains(Path.Combine(disk, "ledger.db"), refusal.Message);

        var other = (await SqliteLedgerStore.OpenAsync(
            Path.Combine(disk, "new.db"), TimeProvider.System, null, default)).Refusal();
        Assert.Contains("cannot be written", other.Message);
    }

    [Fact]
    public async Task A_process_killed_while_it_appends_loses_nothing_that_it_was_told_is_durable()
    {
        var path = folder.File("ledger.db");
        using var child = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath ?? throw new InvalidOperationException("no path of this process"),
            ["-explicit", "only", "-method", $"{typeof(AppendingChild).FullName}.{nameof(AppendingChild.Append_until_killed)}"])
        {
            RedirectStandardOutput = true,
            Environment = { [AppendingChild.Variable] = path },
        }) ?? throw new InvalidOperationException("the child did not start");
        var log = $"{path}.acknowledged";
        var enough = SpinWait.SpinUntil(() => (File.Exists(log) && new FileInfo(log).Length > 1_000) || child.HasExited, TimeSpan.FromSeconds(60));
        var exitedByItself = child.HasExited;
        child.Kill();
        await child.WaitForExitAsync();
        Assert.True(enough && !exitedByItself, await child.StandardOutput.ReadToEndAsync());

        // the last line may be torn; every whole one was acknowledged
        var acknowledged = (await File.ReadAllTextAsync(log)).Split('\n')[..^1];
        await using var store = await OpenAsync(folder.Path);
        var chain = (await store.ChainAsync()).Select(entry => entry.Hash.ToString()).ToHashSet();
        Assert.True(acknowledged.Length > 10);
        Assert.All(acknowledged, hash => Assert.Contains(hash, chain));
        Assert.Empty((await store.CheckAsync(default)).Value().Findings);
        await store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 0)));
    }

    private static async Task<SqliteLedgerStore> OpenAsync(string disk) =>
        (await SqliteLedgerStore.OpenAsync(Path.Combine(disk, "ledger.db"), TimeProvider.System, null, default)).Value();

    private string Mount(string options)
    {
        var path = Directory.CreateDirectory(folder.File($"disk{mounts.Count}")).FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path) == 0, "mounting a small disk needs root on Linux");
        mounts.Add(path);
        return path;
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process?.WaitForExit();
            return process?.ExitCode ?? -1;
        }
        catch (Win32Exception)
        {
            return -1;
        }
    }
}
