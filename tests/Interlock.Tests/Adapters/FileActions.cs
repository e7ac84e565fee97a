using System.Text.Json;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Actions;

namespace Interlock.Tests.Adapters;

public sealed class FileActions : IDisposable
{
    private readonly AdapterBench bench = new();

    public FileActions() => Directory.CreateDirectory(bench.At("pool/sub"));

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_new_file_is_written_whole_with_its_mode_and_never_over_another()
    {
        var action = bench.Action(Declare("write", """, "mode": "0600" """));
        Assert.True(action.Creating);
        var effect = Assert.Single(AdapterBench.Effects(action, Parameters("web1", "hello\n")));
        Assert.Equal($"file:{bench.At("pool/web1.conf")}", Assert.Single(effect.Resources).ToString());
        Assert.Equal("hello\n", effect.Content.Text("text"));
        Assert.Equal(Sha256Digest.Of("hello\n"u8).ToString(), effect.Content.Text("sha256"));
        Assert.IsType<StageOutcome.Succeeded>(await action.Executor.ExecuteAsync(effect, AdapterBench.Key("a"), CancellationToken.None));
        Assert.Equal("hello\n", await File.ReadAllTextAsync(bench.At("pool/web1.conf")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode("pool/web1.conf"));
        await File.WriteAllTextAsync(bench.At("pool/web1.conf"), "other\n");
        var again = await action.Executor.ExecuteAsync(effect, AdapterBench.Key("b"), CancellationToken.None);
        Assert.Contains("exists already", Assert.IsType<StageOutcome.Failed>(again).Detail, StringComparison.Ordinal);
        Assert.Equal("other\n", await File.ReadAllTextAsync(bench.At("pool/web1.conf")));
        Assert.Single(Directory.GetFiles(bench.At("pool")));
    }

    [Fact]
    public async Task A_file_is_replaced_only_where_it_is_there_and_keeps_its_mode()
    {
        var outcome = await bench.RunAsync(Declare("replace"), Parameters("web1", "new\n"));
        Assert.Contains("does not exist", Assert.IsType<StageOutcome.Failed>(outcome).Detail, StringComparison.Ordinal);
        await File.WriteAllTextAsync(bench.At("pool/web1.conf"), "old\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(bench.At("pool/web1.conf"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }

        Assert.IsType<StageOutcome.Succeeded>(await bench.RunAsync(Declare("replace"), Parameters("web1", "new\n")));
        Assert.Equal("new\n", await File.ReadAllTextAsync(bench.At("pool/web1.conf")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, Mode("pool/web1.conf"));
        Assert.Single(Directory.GetFiles(bench.At("pool")));
    }

    [Fact]
    public async Task The_expected_digest_of_the_present_file_must_match()
    {
        await File.WriteAllTextAsync(bench.At("pool/web1.conf"), "old\n");
        var other = Sha256Digest.Of("else\n"u8);
        var same = Sha256Digest.Of("old\n"u8);
        foreach (var operation in new[] { "replace", "delete" })
        {
            var outcome = await bench.RunAsync(Declare(operation), Parameters("web1", "new\n", other, operation));
            Assert.Contains("not the file", Assert.IsType<StageOutcome.Failed>(outcome).Detail, StringComparison.Ordinal);
            Assert.Equal("old\n", await File.ReadAllTextAsync(bench.At("pool/web1.conf")));
        }

        Assert.IsType<StageOutcome.Succeeded>(await bench.RunAsync(Declare("delete"), Parameters("web1", "", same, "delete")));
        Assert.Empty(Directory.GetFiles(bench.At("pool")));
        Assert.Contains("expect_sha256", bench.Action(Declare("replace")).ContentParameters);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("..")]
    [InlineData("a/../../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("a\nb")]
    [InlineData("a\\b")]
    [InlineData(".interlock-x")]
    [InlineData("")]
    public void A_path_that_leaves_its_root_or_has_a_second_spelling_is_refused(string name)
    {
        var action = bench.Action("""
            {"params": {"name": {"pattern": "(.|\n)*"}}, "file": {"op": "delete", "roots": ["pool"], "path": "{name}"}}
            """);
        var refusal = AdapterBench.Refusal(action, $$"""{"name": {{JsonSerializer.Serialize(name)}} }""");
        Assert.StartsWith("stages/0/params", refusal.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%2e%2e")]
    [InlineData("--help")]
    [InlineData("@evil")]
    [InlineData("a b")]
    public void A_strange_name_is_a_name_and_stays_beneath_the_root(string name)
    {
        var action = bench.Action("""{"params": {"name": {"pattern": ".*"}}, "file": {"op": "delete", "roots": ["pool"], "path": "{name}"}}""");
        var effect = Assert.Single(AdapterBench.Effects(action, $$"""{"name": {{JsonSerializer.Serialize(name)}} }"""));
        Assert.Equal($"file:{bench.At("pool")}/{name}", Assert.Single(effect.Resources).ToString());
    }

    [Fact]
    public async Task No_link_is_followed_in_a_folder_a_file_or_the_root()
    {
        Directory.CreateDirectory(bench.At("outside"));
        await File.WriteAllTextAsync(bench.At("outside/web1.conf"), "precious\n");
        var deep = """{"params": {"name": {"pattern": "[a-z0-9/]+"}, "content": {"content": true}}, "file": {"op": "replace", "roots": ["pool"], "path": "{name}.conf", "content": "{content}"}}""";
        var action = bench.Action(deep);
        var inFolder = Assert.Single(AdapterBench.Effects(action, Parameters("sub/web1", "x")));
        var asFile = Assert.Single(AdapterBench.Effects(action, Parameters("web1", "x")));

        // described and approved first, swapped for links afterwards
        Directory.Delete(bench.At("pool/sub"));
        Directory.CreateSymbolicLink(bench.At("pool/sub"), bench.At("outside"));
        File.CreateSymbolicLink(bench.At("pool/web1.conf"), bench.At("outside/web1.conf"));
        var outcome = await action.Executor.ExecuteAsync(inFolder, AdapterBench.Key("a"), CancellationToken.None);
        Assert.Contains("symbolic link", Assert.IsType<StageOutcome.NotDispatched>(outcome).Detail, StringComparison.Ordinal);
        Assert.Contains("symbolic link", (await action.Executor.PreviewAsync(inFolder, CancellationToken.None)).Text, StringComparison.Ordinal);
        outcome = await action.Executor.ExecuteAsync(asFile, AdapterBench.Key("b"), CancellationToken.None);
        Assert.Contains("symbolic link", Assert.IsType<StageOutcome.Failed>(outcome).Detail, StringComparison.Ordinal);
        Directory.Delete(bench.At("pool"), recursive: true);
        Directory.CreateSymbolicLink(bench.At("pool"), bench.At("outside"));
        outcome = await action.Executor.ExecuteAsync(asFile, AdapterBench.Key("c"), CancellationToken.None);
        Assert.IsType<StageOutcome.NotDispatched>(outcome);
        Assert.Equal("precious\n", await File.ReadAllTextAsync(bench.At("outside/web1.conf")));
    }

    [Fact]
    public async Task A_write_onto_a_dangling_link_creates_nothing_elsewhere()
    {
        File.CreateSymbolicLink(bench.At("pool/web1.conf"), bench.At("elsewhere"));
        var outcome = await bench.RunAsync(Declare("write"), Parameters("web1", "x"));
        Assert.IsType<StageOutcome.Failed>(outcome);
        Assert.False(File.Exists(bench.At("elsewhere")));
    }

    [Fact]
    public async Task A_root_that_is_a_link_is_resolved_when_it_is_loaded()
    {
        Directory.CreateSymbolicLink(bench.At("alias"), bench.At("pool"));
        var action = bench.Action("""{"params": {"name": {"pattern": "[a-z]+"}}, "file": {"op": "write", "roots": ["alias"], "path": "{name}", "content": "fixed"}}""");
        var effect = Assert.Single(AdapterBench.Effects(action, """{"name": "x"}"""));
        Assert.Equal($"file:{bench.At("pool/x")}", Assert.Single(effect.Resources).ToString());
        Assert.IsType<StageOutcome.Succeeded>(await action.Executor.ExecuteAsync(effect, AdapterBench.Key("a"), CancellationToken.None));
        Assert.Equal("fixed", await File.ReadAllTextAsync(bench.At("pool/x")));
    }

    [Fact]
    public async Task What_a_crash_left_under_the_temporary_name_does_not_hinder()
    {
        await File.WriteAllTextAsync(bench.At($"pool/.interlock-{AdapterBench.Key("k").ToString()[..24]}"), "half");
        Assert.IsType<StageOutcome.Succeeded>(await bench.RunAsync(Declare("write"), Parameters("web1", "whole")));
        Assert.Equal("whole", await File.ReadAllTextAsync(bench.At("pool/web1.conf")));
        Assert.Single(Directory.GetFiles(bench.At("pool")));
    }

    [Fact]
    public async Task The_preview_is_a_unified_diff()
    {
        await File.WriteAllTextAsync(bench.At("pool/web1.conf"), string.Concat(Enumerable.Range(1, 12).Select(i => $"line {i}\n")));
        var action = bench.Action(Declare("replace"));
        var after = string.Concat(Enumerable.Range(1, 12).Select(i => i == 6 ? "LINE 6\nmore\n" : $"line {i}\n")) + "end";
        var effect = Assert.Single(AdapterBench.Effects(action, Parameters("web1", after)));
        var preview = await action.Executor.PreviewAsync(effect, CancellationToken.None);
        Assert.True(preview.Available);
        Assert.Equal(
            $"""
            --- {bench.At("pool/web1.conf")}
            +++ {bench.At("pool/web1.conf")}
            @@ -3,10 +3,12 @@
             line 3
             line 4
             line 5
            -line 6
            +LINE 6
            +more
             line 7
             line 8
             line 9
             line 10
             line 11
             line 12
            +end
            \ No newline at end of file

            """,
            preview.Text);
    }

    [Fact]
    public async Task The_preview_of_binary_content_shows_sizes_and_digests()
    {
        await File.WriteAllBytesAsync(bench.At("pool/blob"), [0, 1, 2]);
        var action = bench.Action("""
            {"params": {"data": {"content": true}}, "file": {"op": "replace", "roots": ["pool"], "path": "blob", "content": "{data}", "encoding": "base64"}}
            """);
        var effect = Assert.Single(AdapterBench.Effects(action, """{"data": "/wD/"}"""));
        Assert.Equal("/wD/", effect.Content.Text("base64"));
        var preview = await action.Executor.PreviewAsync(effect, CancellationToken.None);
        Assert.StartsWith("binary: 3 bytes with SHA-256", preview.Text, StringComparison.Ordinal);
        Assert.IsType<StageOutcome.Succeeded>(await action.Executor.ExecuteAsync(effect, AdapterBench.Key("a"), CancellationToken.None));
        Assert.Equal([0xff, 0, 0xff], await File.ReadAllBytesAsync(bench.At("pool/blob")));
        Assert.Contains("base64", AdapterBench.Refusal(action, """{"data": "?"}""").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Content_over_the_limit_is_refused_and_counted_in_bytes()
    {
        var action = bench.Action(Declare("write", """, "max_bytes": 8"""));
        Assert.Contains("9 bytes", AdapterBench.Refusal(action, Parameters("a", "äääää"[..4] + "x")).Message, StringComparison.Ordinal);
        Assert.Single(AdapterBench.Effects(action, Parameters("a", "ääää")));
    }

    [Fact]
    public async Task Probes_see_existence_digest_content_and_size_but_not_through_a_link()
    {
        await File.WriteAllTextAsync(bench.At("pool/web1.conf"), """{"up": true}""");
        Assert.Equal("true", await Seen("exists", "web1"));
        Assert.Equal("false", await Seen("exists", "web2"));
        Assert.Equal("12", await Seen("size", "web1"));
        Assert.Equal($"\"{Sha256Digest.Of("""{"up": true}"""u8)}\"", await Seen("sha256", "web1"));
        Assert.Equal("true", await Seen("""content", "json_pointer": "/up""", "web1"));
        File.CreateSymbolicLink(bench.At("pool/web3.conf"), bench.At("pool/web1.conf"));
        Assert.Contains("symbolic link", await Unseen("exists", "web3"), StringComparison.Ordinal);
        Directory.CreateDirectory(bench.At("pool/web4.conf"));
        Assert.Contains("not a regular file", await Unseen("exists", "web4"), StringComparison.Ordinal);
        Assert.Contains("does not exist", await Unseen("sha256", "web2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_pipe_or_a_device_does_not_hold_a_probe_up()
    {
        await File.WriteAllTextAsync(bench.At("unused"), "");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [bench.At("pool/web1.conf")]))
        {
            await made.WaitForExitAsync();
        }

        Assert.Contains("not a regular file", await Unseen("content", "web1").WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"file": {"op": "truncate", "roots": ["pool"], "path": "x"}}""", "file/op", "`write`")]
    [InlineData("""{"file": {"op": "delete", "path": "x"}}""", "file", "roots")]
    [InlineData("""{"file": {"op": "delete", "roots": ["nowhere"], "path": "x"}}""", "file/roots/0", "no folder")]
    [InlineData("""{"file": {"op": "delete", "roots": ["pool"], "path": "x", "content": "y"}}""", "file/content", "not known")]
    [InlineData("""{"file": {"op": "write", "roots": ["pool"], "path": "x"}}""", "file", "content")]
    [InlineData("""{"file": {"op": "write", "roots": ["pool"], "path": "x", "content": "", "mode": "rw"}}""", "file/mode", "octal")]
    [InlineData("""{"mutating": false, "file": {"op": "delete", "roots": ["pool"], "path": "x"}}""", "mutating", "remove")]
    [InlineData("""{"params": {"expect_sha256": {"pattern": "x"}}, "file": {"op": "delete", "roots": ["pool"], "path": "x"}}""", "params/expect_sha256", "remove")]
    public void A_faulty_declaration_is_refused_with_place_and_mend(string declaration, string path, string mend)
    {
        var refusal = bench.ActionRefusal(declaration);
        Assert.Equal(path, refusal.Path);
        Assert.Contains(mend, refusal.Message, StringComparison.Ordinal);
    }

    private static string Declare(string operation, string more = "")
    {
        var content = operation == "delete" ? "" : """, "content": "{content}" """;
        var parameter = operation == "delete" ? "" : """, "content": {"content": true}""";
        return $$"""
            {"params": {"name": {"pattern": "[a-z0-9]+"}{{parameter}} },
             "file": {"op": "{{operation}}", "roots": ["pool"], "path": "{name}.conf"{{content}}{{more}} } }
            """;
    }

    private static string Parameters(string name, string content, Sha256Digest? expected = null, string operation = "replace") =>
        JsonObject.Of(
            ("name", name),
            ("content", Interlock.Adapters.Declarations.Optional.Text(operation == "delete" ? null : content)),
            ("expect_sha256", Interlock.Adapters.Declarations.Optional.Text(expected?.ToString()))).ToString();

    private async Task<string> Seen(string read, string name) =>
        Assert.IsType<Observation.Seen>(await Observe(read, name)).Value.ToString();

    private async Task<string> Unseen(string read, string name) =>
        Assert.IsType<Observation.Unanswered>(await Observe(read, name)).Reason;

    private Task<Observation> Observe(string read, string name) => bench.ObserveAsync(
        $$"""{"params": {"name": {"pattern": "[a-z0-9]+"} }, "file": {"roots": ["pool"], "path": "{name}.conf", "read": "{{read}}"} }""",
        $$"""{"name": "{{name}}"}""");

    private UnixFileMode? Mode(string path) => OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(bench.At(path));
}
