using Interlock.Signing.LogKeys;
using Interlock.Tests.Faults.Simulation;
using Interlock.Tests.Ledger;

namespace Interlock.Tests.Cli.Configuration;

public sealed class Witnesses : IDisposable
{
    private static readonly string Log = LogKey.Create("log.example", new Dice(1)).Value().VerifierKey;
    private static readonly string One = LogKey.CreateWitness("w1", new Dice(2)).Value().VerifierKey;
    private static readonly string Two = LogKey.CreateWitness("w2", new Dice(3)).Value().VerifierKey;

    private readonly ConfigurationBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void Witnesses_are_read_and_all_of_them_decides()
    {
        var text = Text("{require: 2, wait: 10s, list: [{name: w1, url: 'https://w.example/1', public: '" + One + "'}, {name: git, command: [git, push]}]}");
        var configuration = bench.Configuration(text);

        Assert.Equal((2, TimeSpan.FromSeconds(10), 2), (configuration.Witnesses?.Require, configuration.Witnesses?.Wait, configuration.Witnesses?.List.Length));
        var changes = new[] { text.Replace("require: 2", "require: 1", StringComparison.Ordinal), text.Replace("10s", "11s", StringComparison.Ordinal), text.Replace("push", "pull", StringComparison.Ordinal), Text(null) };
        Assert.All(changes, change => Assert.NotEqual(configuration.PolicyDigest, bench.Configuration(change).PolicyDigest));
    }

    [Theory]
    [InlineData("{require: 2, list: [{name: a, command: [x]}]}", "`require` is more than the 1 witnesses")]
    [InlineData("{require: 0, list: [{name: a, command: [x]}]}", "`require` is how many witnesses are needed")]
    [InlineData("{require: 1, list: []}", "`list` holds 1 to 16 witnesses")]
    [InlineData("{require: 1, wait: 11m, list: [{name: a, command: [x]}]}", "`wait` lies outside its range")]
    [InlineData("{require: 1, list: [{name: a}]}", "either a `url` or a `command`")]
    [InlineData("{require: 1, list: [{name: a, url: 'http://x'}]}", "needs `public`")]
    [InlineData("{require: 1, list: [{name: w1, url: 'ftp://x', public: 'ONE'}]}", "`url` is the submission prefix")]
    [InlineData("{require: 1, list: [{name: w3, url: 'http://x', public: 'ONE'}]}", "`name` is not that of the key; write `w1`")]
    [InlineData("{require: 1, list: [{name: log.example, url: 'http://x', public: 'LOG'}]}", "the key of a log, not of a witness")]
    [InlineData("{require: 1, list: [{name: w1, url: 'http://x', public: 'ONE'}, {name: w2, url: 'http://x/', public: 'TWO'}]}", "counted twice")]
    [InlineData("{require: 1, list: [{name: a, command: [x]}, {name: b, command: [x]}]}", "counted twice")]
    public void A_section_that_makes_no_quorum_is_refused_with_its_place(string section, string why) =>
        Assert.Contains(why, bench.Fault(Text(section)), StringComparison.Ordinal);

    [Fact]
    public void Witnesses_without_a_signed_log_are_refused() => Assert.Contains(
        "add `log:`", bench.Fault("version: 1\nwitnesses: {require: 1, list: [{name: a, command: [x]}]}\n"), StringComparison.Ordinal);

    private static string Text(string? section) =>
        $"version: 1\nlog: {{key: k, public: '{Log}', anchor: a}}\n"
        + (section is null ? "" : $"witnesses: {section.Replace("ONE", One, StringComparison.Ordinal).Replace("TWO", Two, StringComparison.Ordinal).Replace("LOG", Log, StringComparison.Ordinal)}\n");
}
