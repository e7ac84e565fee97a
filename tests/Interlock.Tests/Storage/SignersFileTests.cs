using Interlock.Storage;

namespace Interlock.Tests.Storage;

/// <summary>The files of keys: of two changes at once neither is lost, and only the file itself is replaced.</summary>
public sealed class SignersFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Signers => folder.File("signers");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Of_many_changes_at_once_none_is_lost()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => Assert.Null(SignersFile.Change(Signers, () => Read() + $"{i}\n")))));

        Assert.Equal(Enumerable.Range(0, 40), (await File.ReadAllLinesAsync(Signers)).Select(int.Parse).Order());
        Assert.Equal(["signers", "signers.lock"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_mode_stays_and_a_refusal_changes_nothing()
    {
        File.WriteAllText(Signers, "old\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Signers, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }

        Assert.Equal("no", SignersFile.Change(Signers, () => Refusal.Of(RefusalCode.Invalid, "no"))?.Message);
        Assert.Equal("old\n", File.ReadAllText(Signers));
        Assert.Null(SignersFile.Change(Signers, () => "new\n"));
        Assert.Equal("new\n", File.ReadAllText(Signers));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(Signers));
        }
    }

    [Fact]
    public void No_link_is_replaced_and_none_is_written_through()
    {
        File.WriteAllText(folder.File("elsewhere"), "theirs\n");
        File.CreateSymbolicLink(Signers, folder.File("elsewhere"));
        Assert.Contains("this is a link; name the file itself", SignersFile.Change(Signers, () => "new\n")?.Message, StringComparison.Ordinal);
        Assert.NotNull(new FileInfo(Signers).LinkTarget);

        File.Delete(Signers);
        File.CreateSymbolicLink(Signers + ".new", folder.File("elsewhere"));
        Assert.Null(SignersFile.Change(Signers, () => "new\n"));
        Assert.Equal("new\n", File.ReadAllText(Signers));
        Assert.Null(new FileInfo(Signers).LinkTarget);
        Assert.Equal("theirs\n", File.ReadAllText(folder.File("elsewhere")));
    }

    private string Read() => File.Exists(Signers) ? File.ReadAllText(Signers) : "";
}
