using Interlock.Cli.Composition;

namespace Interlock.Tests.Cli.Configuration;

/// <summary>Whether the file that pins the ledger can be swapped: by its own owner, and by whoever may rename a folder above it.</summary>
public sealed class PinnedPlaces : IDisposable
{
    private readonly ConfigurationBench bench = new();

    public PinnedPlaces()
    {
        bench.Write("conf/trust/genesis", "pinned\n");
        Directory.CreateDirectory(bench.At("links"));
        foreach (var path in (string[])["conf", "conf/trust", "conf/trust/genesis", "links"])
        {
            if (!OperatingSystem.IsWindows())
            {
                // whatever the mask of whoever runs this
                File.SetUnixFileMode(bench.At(path), File.GetUnixFileMode(bench.At(path)) & ~(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
            }
        }
    }

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData("", null)]
    [InlineData("conf/trust/genesis", "belongs to this user")]
    [InlineData("conf/trust", "lies in a folder of this user, who can put another file there")]
    [InlineData("conf", "conf, a folder of this user, who can put another one there")]
    [InlineData(".", "a folder of this user, who can put another one there")]
    public void Whoever_owns_a_folder_above_can_put_another_file_there(string own, string? weakness) =>
        Says(weakness, GenesisFile.Weakness(bench.At("conf/trust/genesis"), path => path == Path.TrimEndingDirectorySeparator(Path.GetFullPath(own.Length == 0 ? "none" : own, bench.Folder))));

    [Theory]
    [InlineData("conf", UnixFileMode.GroupWrite, "conf, a folder that others can write to")]
    [InlineData("conf", UnixFileMode.OtherWrite, "conf, a folder that others can write to")]
    [InlineData("conf", UnixFileMode.OtherWrite | UnixFileMode.StickyBit, null)]
    [InlineData("conf/trust", UnixFileMode.GroupWrite, "lies in a folder that others can write to")]
    public void So_can_whoever_may_write_to_one(string folder, UnixFileMode more, string? weakness)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are those of Unix");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(bench.At(folder), File.GetUnixFileMode(bench.At(folder)) | more);
        }

        Says(weakness, GenesisFile.Weakness(bench.At("conf/trust/genesis"), static _ => false));
    }

    [Fact]
    public void A_link_on_the_way_is_looked_at_where_it_stands_and_where_it_leads()
    {
        Directory.CreateSymbolicLink(bench.At("links/way"), bench.At("conf/trust"));
        var path = bench.At("links/way/genesis");

        Assert.Null(GenesisFile.Weakness(path, static _ => false));
        Says("links, a folder of this user", GenesisFile.Weakness(path, one => one == bench.At("links")));
        Says("conf, a folder of this user", GenesisFile.Weakness(path, one => one == bench.At("conf")));
        Says("belongs to this user", GenesisFile.Weakness(path, one => one == bench.At("conf/trust/genesis")));
        if (!OperatingSystem.IsWindows())
        {
            // a link in such a folder may be this user's own, and then it can be another one
            File.SetUnixFileMode(bench.At("links"), File.GetUnixFileMode(bench.At("links")) | UnixFileMode.OtherWrite | UnixFileMode.StickyBit);
            Says("links, a folder that others can write to", GenesisFile.Weakness(path, static _ => false));
        }
    }

    private static void Says(string? expected, string? weakness)
    {
        if (expected is null)
        {
            Assert.Null(weakness);
        }
        else
        {
            Assert.Contains(expected, weakness, StringComparison.Ordinal);
        }
    }
}
