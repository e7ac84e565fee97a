using Interlock.Tests.Vectors;

namespace Interlock.Tests.EndToEnd;

/// <summary>The last line of <c>./test</c> is what everybody believes; these show that it cannot be better than the run was.</summary>
public sealed class Tally
{
    // a test's own output imitates the file, as a test of this file's reader would
    private const string Results =
        """
        <?xml version="1.0" encoding="utf-8"?><assemblies><assembly name="x.dll" total="5" passed="2" failed="1" skipped="2" not-run="3" errors="1" >
        <errors><error type="test-class-cleanup" name="A.B"><failure><message><![CDATA[no]]></message></failure></error></errors>
        <collection total="5"><test name="A.B.Works(x: &quot;&lt;y&gt;&quot;)" result="Pass"><output><![CDATA[<assembly total="9" passed="9"
        <test name="forged" result="Fail"> ]]></output></test><test name="A.B.Fails(a: &quot;&lt;b &amp;&quot;)" result="Fail"><failure/></test>
        <test name="A.B.Waits" result="Skip"><reason><![CDATA[needs <tmux> here]]></reason></test>
        <test name="A.B.Rests" result="Skip"><reason><![CDATA[later]]></reason></test><test name="A.B.Also" result="Pass"/></collection></assembly></assemblies>
        """;

    [Fact]
    public async Task The_counts_and_names_are_those_of_the_result_file()
    {
        var outcome = await RunAsync("cat > \"$results/fake.xml\" <<<\"$2\"; for want in counts failed skipped; do awk -f eng/results.awk -v want=$want \"$results/fake.xml\"; done");

        Assert.Equal(
            ["5 2 1 2 1", "test-class-cleanup: A.B", "A.B.Fails(a: \"<b &\")", "    A.B.Waits: needs <tmux> here", "    A.B.Rests: later"],
            outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("exit 134", "0 passed, 1 failed, 0 skipped")]
    [InlineData("exit 0", "0 passed, 1 failed, 0 skipped")]
    [InlineData("echo '<assembly total=\"1\" passed=\"1\" failed=\"0\" skipped=\"0\" errors=\"0\">' >\"$4\"; exit 3", "1 passed, 1 failed, 0 skipped")]
    [InlineData("echo '<assembly total=\"2\" passed=\"1\" failed=\"0\" skipped=\"1\" errors=\"1\">' >\"$4\"; exit 1", "1 passed, 1 failed, 1 skipped")]
    [InlineData("echo '<assembly total=\"3\" passed=\"2\" failed=\"0\" skipped=\"1\" errors=\"0\">' >\"$4\"", "2 passed, 0 failed, 1 skipped")]
    public async Task A_run_that_ends_badly_is_never_counted_as_a_good_one(string tests, string expected)
    {
        var outcome = await RunAsync("cd \"$results\" && mkdir eng && cp \"$1/eng/results.awk\" eng && printf '#!/bin/bash\\n%s\\n' \"$2\" >run && chmod +x run && run_tests run; finish", tests);

        Assert.Equal(expected, outcome.Output.TrimEnd('\n').Split('\n')[^1]);
        Assert.Equal(expected.Contains(" 0 failed", StringComparison.Ordinal) ? 0 : 1, outcome.Code);
    }

    [Fact]
    public async Task A_step_that_fails_shows_its_output_and_counts()
    {
        var outcome = await RunAsync("step good true; step bad bash -c 'echo why; exit 4'; finish");

        Assert.Equal(1, outcome.Code);
        Assert.Contains("why\nbad: FAILED\n", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n1 passed, 1 failed, 0 skipped\n", outcome.Output, StringComparison.Ordinal);
    }

    private static Task<Shell.Outcome> RunAsync(string script, string argument = Results) => Shell.BashAsync(
        "set -uo pipefail; cd \"$1\"; results=$(mktemp -d); trap 'rm -rf \"$results\"' EXIT; source eng/tally.sh; " + script, SharedData.Repository, argument);
}
