using System.Runtime.InteropServices;
using Interlock.Tests.EndToEnd;
using Interlock.Tests.Storage;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Packages;

/// <summary>The one file for Linux x64, on a machine that knows nothing of .NET.</summary>
public sealed class SingleFile
{
    [Fact]
    [Trait("speed", "slow")]
    public async Task One_file_is_all_that_is_needed_to_serve_approve_and_execute()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.RuntimeIdentifier.EndsWith("-x64", StringComparison.Ordinal), "the single file is for Linux x64");
        using var target = new TemporaryFolder();
        var built = await Shell.RunAsync(SharedData.Repository, Path.Combine(SharedData.Repository, "eng/single-file.sh"), target.Path);
        Assert.True(built.Code == 0, built.Output + built.Error);
        var interlock = Path.Combine(target.Path, "interlock");
        Assert.Equal(["interlock"], Directory.EnumerateFileSystemEntries(target.Path).Select(path => Path.GetFileName(path)));

        // alone in a folder of another machine, with nothing of this one's runtime to find
        using var machine = new OwnMachine(feed: null);
        var moved = machine.At("interlock");
        File.Copy(interlock, moved);
        Assert.StartsWith(ServerEntry.Version, await machine.MustAsync("env", "-u", "DOTNET_ROOT", moved, "--version"), StringComparison.Ordinal);
        await machine.GoTheWholeWayAsync("env", "-u", "DOTNET_ROOT", moved);
    }
}
