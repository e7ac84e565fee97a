using Interlock.Tests.Ledger.Checkpoints;

namespace Interlock.Tests.Cli.Configuration;

public sealed class LogSections : IDisposable
{
    private readonly ConfigurationBench bench = new();

    private static string Key => TestLog.Key.VerifierKey;

    public void Dispose() => bench.Dispose();

    [Fact]
    public void Its_paths_are_those_beside_the_file_or_at_home()
    {
        var log = bench.Configuration($"version: 1\nlog: {{key: ~/log.key, public: \"{Key}\", anchor: ../anchor}}\n").Log;
        Assert.Equal(bench.At("home/log.key"), log?.KeyFile);
        Assert.Equal(Path.GetFullPath("../anchor", bench.Folder), log?.AnchorFile);
        Assert.Equal(Key, log?.Public.ToString());
        Assert.Null(bench.Configuration("version: 1").Log);
    }

    [Fact]
    public void Its_public_key_decides_and_its_paths_do_not()
    {
        var one = bench.Configuration($"version: 1\nlog: {{key: a, public: \"{Key}\", anchor: b}}\n").Digest;
        Assert.Equal(one, bench.Configuration($"version: 1\nlog: {{key: c, public: \"{Key}\", anchor: d}}\n").Digest);
        Assert.NotEqual(one, bench.Configuration($"version: 1\nlog: {{key: a, public: \"{TestLog.OtherKey.VerifierKey}\", anchor: b}}\n").Digest);
        Assert.NotEqual(one, bench.Configuration("version: 1\n").Digest);
    }

    [Theory]
    [InlineData("anchor: b", "anchor: d")]
    [InlineData("data: one", "data: two")]
    public void Where_the_anchor_and_the_ledger_are_decides_once_governance_is_locked(string here, string elsewhere)
    {
        var open = $"version: 1\ndata: one\nlog: {{key: a, public: \"{Key}\", anchor: b}}\n";
        var locked = open + "unsigned: forbid\napprovers: {allowed_signers: s}\ngovernance: {mode: locked, change: 1 of anyone, genesis: pin}\n";
        Assert.Equal(bench.Configuration(open).PolicyDigest, bench.Configuration(open.Replace(here, elsewhere, StringComparison.Ordinal)).PolicyDigest);
        Assert.NotEqual(bench.Configuration(locked).PolicyDigest, bench.Configuration(locked.Replace(here, elsewhere, StringComparison.Ordinal)).PolicyDigest);
    }

    [Theory]
    [InlineData("{key: a, public: KEY, anchor: real/data/anchor}", "the anchor lies in the data folder")]
    [InlineData("{key: a, public: KEY, anchor: beside/anchor}", "the anchor lies in the data folder")]
    [InlineData("{key: beside/new/a, public: KEY, anchor: b}", "the key lies in the data folder")]
    [InlineData("{key: real/a, public: KEY, anchor: other/a}", "`anchor` is the key itself")]
    public void No_link_hides_where_a_file_lies(string log, string reason)
    {
        Directory.CreateDirectory(bench.At("real/data/below"));
        Directory.CreateSymbolicLink(bench.At("d"), "real/../real/data");
        Directory.CreateSymbolicLink(bench.At("beside"), bench.At("d/below"));
        Directory.CreateSymbolicLink(bench.At("other"), bench.At("real"));

        var fault = bench.Fault($"version: 1\ndata: d\nlog: {log.Replace("KEY", $"\"{Key}\"", StringComparison.Ordinal)}\n");
        Assert.StartsWith("interlock.yaml:3:", fault, StringComparison.Ordinal);
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_whose_name_begins_alike_is_another_and_a_ring_of_links_leads_nowhere()
    {
        Directory.CreateSymbolicLink(bench.At("ring"), bench.At("gnir"));
        Directory.CreateSymbolicLink(bench.At("gnir"), bench.At("ring"));
        Assert.NotNull(bench.Configuration($"version: 1\ndata: d\nlog: {{key: ring/a, public: \"{Key}\", anchor: dd/anchor}}\n").Log);
    }

    [Theory]
    [InlineData("{key: a, public: KEY}", "`anchor` is required")]
    [InlineData("{key: a, public: KEY, anchor: b, more: c}", "more")]
    [InlineData("{key: a, public: KEY, anchor: .interlock/anchor}", "the anchor lies in the data folder")]
    [InlineData("{key: a, public: KEY, anchor: a}", "`anchor` is the key itself")]
    [InlineData("{key: .interlock/keys/a, public: KEY, anchor: b}", "the key lies in the data folder")]
    [InlineData("{key: a, public: other, anchor: b}", "no verifier key")]
    [InlineData("{key: \"\", public: KEY, anchor: b}", "`key` is the path")]
    [InlineData("text", "all three")]
    public void What_is_wrong_with_it_is_said_with_its_place(string log, string reason)
    {
        var fault = bench.Fault($"version: 1\nlog: {log.Replace("KEY", $"\"{Key}\"", StringComparison.Ordinal)}\n");
        Assert.StartsWith("interlock.yaml:2:", fault, StringComparison.Ordinal);
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }
}
