using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Cli.Yaml;
using Interlock.Ledger;
using Interlock.Sessions;

namespace Interlock.Tests.Cli.Configuration;

public sealed class Template : IDisposable
{
    private readonly ConfigurationBench bench = new();

    public void Dispose() => bench.Dispose();

    private void Write() => Assert.True(InitTemplate.Write(bench.Folder).TryGet(out _, out var refusal), refusal?.Message);

    private static JsonObject Plan() =>
        YamlReader.TryRead(System.Text.Encoding.UTF8.GetBytes(InitTemplate.Plan), YamlReadOptions.Default, out var document, out var error)
            ? (JsonObject)document.Root
            : throw new ArgumentException(error.ToString());

    [Fact]
    public void It_works_as_it_stands()
    {
        Write();
        var loaded = ConfigurationBench.Whole(bench.Load());
        Assert.Equal(["delete_note", "write_note"], loaded.Catalog.Actions.Keys.Order());
        Assert.Equal(["list_notes", "note_exists"], loaded.Catalog.Probes.Keys.Order());
        Assert.True(loaded.AllowUnsigned);
        Assert.Equal(["assistant"], loaded.Agents.Keys);
        Assert.Equal(bench.At(".interlock"), loaded.DataFolder);
    }

    [Fact]
    public async Task The_plan_in_its_comments_is_checked_approved_and_executed()
    {
        Write();
        var loaded = ConfigurationBench.Whole(bench.Load());
        await using var engine = await OpenAsync(loaded);
        Assert.True(loaded.AgentNamed("assistant").TryGet(out var agent, out _));
        var session = engine.ForAgent(agent);
        var check = Interlock.Tests.Execution.Bench.Must(await session.CheckAsync(Plan(), CancellationToken.None));
        Assert.True(check.Validation.Approvable, check.ToJson().ToString());

        Assert.True((await session.ProposeAsync(Plan(), PlanLinks.None, CancellationToken.None)).TryGet(out var proposal, out _));
        Assert.True((await engine.ForPerson().ReviewAsync(proposal.Id, CancellationToken.None)).TryGet(out var review, out _));
        Assert.True(
            (await engine.ForPerson().ApproveAsync(review, "anyone", null, CancellationToken.None)).TryGet(out _, out var refusal),
            refusal?.Message);
        var asked = session.ExecuteAsync(proposal.Id, null, CancellationToken.None);
        while (!asked.IsCompleted)
        {
            Assert.Null(await engine.RunExecutorAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None));
        }

        Assert.Equal("executed", (await asked).Text("status"));
        Assert.Equal("a person approved exactly this", await File.ReadAllTextAsync(bench.At("interlock-notes/hello.txt")));
    }

    [Fact]
    public async Task Only_a_name_among_the_approvers_decides()
    {
        bench.Write("interlock.yaml", InitTemplate.Text.Replace("# approvers: [alice, bob]", "approvers: [alice, bob]", StringComparison.Ordinal));
        Directory.CreateDirectory(bench.At(InitTemplate.NotesFolder));
        var loaded = ConfigurationBench.Whole(bench.Load());
        await using var engine = await OpenAsync(loaded);
        Assert.True(loaded.AgentNamed(null).TryGet(out var agent, out _));
        Assert.True((await engine.ForAgent(agent).ProposeAsync(Plan(), PlanLinks.None, CancellationToken.None)).TryGet(out var proposal, out _));
        var person = engine.ForPerson();
        Assert.True((await person.ReviewAsync(proposal.Id, CancellationToken.None)).TryGet(out var review, out _));
        Assert.False((await person.ApproveAsync(review, "eve", null, CancellationToken.None)).TryGet(out _, out var refusal));
        Assert.Equal(RefusalCode.Forbidden, refusal.Code);
        Assert.False((await person.RejectAsync(proposal.Id, "Alice", null, CancellationToken.None)).TryGet(out _, out refusal));
        Assert.Contains("not among the approvers", refusal.Message, StringComparison.Ordinal);
        Assert.True((await person.ApproveAsync(review, "bob", null, CancellationToken.None)).TryGet(out _, out _));
        Assert.True((await person.RejectAsync(proposal.Id, "alice", null, CancellationToken.None)).TryGet(out _, out _));
    }

    private static async Task<Engine> OpenAsync(InterlockConfiguration loaded)
    {
        var opened = await Engine.OpenAsync(loaded.ToEngineOptions(new MemoryLedgerStore(TimeProvider.System)));
        return opened.TryGet(out var engine, out var refusal) ? engine : throw new InvalidOperationException(refusal.Message);
    }

    [Fact]
    public void A_file_that_is_there_is_never_touched()
    {
        bench.Write("interlock.yaml", "mine");
        Assert.False(InitTemplate.Write(bench.Folder).TryGet(out _, out var refusal));
        Assert.Contains("exists already", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(bench.At("interlock.yaml")));
        Assert.False(Directory.Exists(bench.At(InitTemplate.NotesFolder)));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_explained()
    {
        bench.Write("file", "");
        Assert.False(InitTemplate.Write(bench.At("file/folder")).TryGet(out _, out var refusal));
        Assert.Equal(RefusalCode.Storage, refusal.Code);
        Assert.Contains("cannot be written", refusal.Message, StringComparison.Ordinal);
    }
}
