namespace Interlock.Tests.EndToEnd;

public sealed class Launcher
{
    [Fact]
    [Trait("speed", "slow")]
    public async Task Two_first_uses_at_once_build_once_and_both_run()
    {
        var clone = Shell.Copy();
        try
        {
            var link = Path.Combine(clone.CreateSubdirectory("elsewhere").FullName, "il");
            File.CreateSymbolicLink(link, "../interlock");
            var script = Path.Combine(clone.FullName, "interlock");

            var both = await Task.WhenAll(Shell.RunAsync("/", script, "--version"), Shell.RunAsync("/", link, "--version"));

            Assert.All(both, outcome => Assert.True(outcome.Code == 0, outcome.Error));
            Assert.Equal(both[0].Output, both[1].Output);
            Assert.DoesNotContain("building", both[0].Output, StringComparison.Ordinal);
            Assert.Single(clone.GetDirectories(".build/app.*"));
            Assert.Single(both, outcome => outcome.Error.Contains("built in", StringComparison.Ordinal));

            var again = await Shell.RunAsync("/", script, "--version");
            Assert.Equal((0, both[0].Output, ""), (again.Code, again.Output, again.Error));

            // newer than the build, and wrong: the old build must not run in its place
            await File.AppendAllTextAsync(Path.Combine(clone.FullName, "src/Interlock/Broken.cs"), "oops");
            var broken = await Shell.RunAsync("/", script, "--version");
            Assert.Equal((70, ""), (broken.Code, broken.Output));
            Assert.Contains("Broken.cs(1,", broken.Error, StringComparison.Ordinal);

            File.Delete(Path.Combine(clone.FullName, "src/Interlock/Broken.cs"));
            Assert.Equal(0, (await Shell.RunAsync("/", script, "--version")).Code);
        }
        finally
        {
            clone.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_an_sdk_the_launcher_says_what_to_install()
    {
        var clone = Shell.Copy();
        try
        {
            var tools = clone.CreateSubdirectory("tools").FullName;
            var outcome = await Shell.BashAsync(
                """
                for tool in bash dirname readlink find sort mkdir date cat rm; do ln -s "$(command -v "$tool")" "$2/$tool"; done
                PATH=$2 "$1/interlock" list
                """,
                clone.FullName,
                tools);

            Assert.Equal((69, ""), (outcome.Code, outcome.Output));
            Assert.StartsWith("the .NET 10 SDK is needed", outcome.Error, StringComparison.Ordinal);
        }
        finally
        {
            clone.Delete(recursive: true);
        }
    }
}
