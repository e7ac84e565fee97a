using Interlock.Ledger;
using Interlock.Sessions;

namespace Interlock.Tests.Cli.Configuration;

public sealed class Loading : IDisposable
{
    private const string Full =
        """
        version: 1
        instance: my-laptop
        data: kept/here
        unsigned: allow
        agents:
          claude: {owner: alice}
          cron: {}
        approvers: [bob, alice]
        lifetimes: {proposal: 2d, approval: 30m}
        limits: {stages: 7, bytes: 64KiB, depth: 16, check_timeout: 500ms}
        requests: {burst: 12, per_minute: 34, coalesce: 2s}
        space: {floor: 1024, reserve: 0}
        policy:
          forbidden_actions: [never]
          forbidden_targets: [{kind: service, id: database}]
          unknown_action: reject
          require_preconditions_for_mutating: false
        actions:
          say:
            description: Say hello.
            mutating: false
            command: {argv: [echo, hello]}
          never:
            mutating: false
            command: {argv: [echo, never]}
        probes:
          said:
            command: {argv: [echo, hello]}
        """;

    private readonly ConfigurationBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void A_full_file_gives_all_that_it_says()
    {
        var loaded = bench.Configuration(Full);
        Assert.Equal(bench.At("interlock.yaml"), loaded.File);
        Assert.Equal("my-laptop", loaded.Instance);
        Assert.Equal(bench.At("kept/here"), loaded.DataFolder);
        Assert.True(loaded.AllowUnsigned);
        Assert.Equal("alice", loaded.Agents["claude"].Owner);
        Assert.Null(loaded.Agents["cron"].Owner);
        Assert.Equal(["alice", "bob"], loaded.Approvers ?? []);
        Assert.Equal(TimeSpan.FromDays(2), loaded.ProposalLifetime);
        Assert.Equal(TimeSpan.FromMinutes(30), loaded.ApprovalLifetime);
        Assert.Equal(TimeSpan.FromMilliseconds(500), loaded.CheckTimeout);
        Assert.Equal((12, 34, TimeSpan.FromSeconds(2)), (loaded.Volume.Burst, loaded.Volume.PerMinute, loaded.Volume.Coalesce));
        Assert.Equal((1_024L, 0L), (loaded.SpaceFloor, loaded.SpaceReserve));
        Assert.Equal((7, 64 << 10, 16), (loaded.Limits.MaxStages, loaded.Limits.MaxBytes, loaded.Limits.MaxDepth));
        Assert.Equal(["never", "say"], loaded.Catalog.Actions.Keys.Order());
        Assert.Equal(["said"], loaded.Catalog.Probes.Keys);
        Assert.False(loaded.Policy.RequirePreconditionsForMutating);
        Assert.Equal(["never"], loaded.Policy.ForbiddenActions);
        Assert.Equal(["never", "say"], loaded.Policy.ActionRegistry.Keys.Order());
        Assert.False(loaded.Policy.ActionRegistry["say"].Mutating);
    }

    [Fact]
    public void The_least_file_is_strict()
    {
        var loaded = bench.Configuration("version: 1\n");
        Assert.False(loaded.AllowUnsigned);
        Assert.Null(loaded.Approvers);
        Assert.Empty(loaded.Catalog.Actions);
        Assert.Equal(bench.At(".interlock"), loaded.DataFolder);
        Assert.Equal(TimeSpan.FromHours(24), loaded.ProposalLifetime);
        Assert.Equal(TimeSpan.FromHours(1), loaded.ApprovalLifetime);
        Assert.True(loaded.Policy.RequirePreconditionsForMutating);
    }

    [Fact]
    public void Without_any_file_the_safe_default_holds()
    {
        var loaded = ConfigurationBench.Whole(bench.Load());
        Assert.Null(loaded.File);
        Assert.Equal(bench.At("home/.local/share/interlock"), loaded.DataFolder);
        Assert.False(loaded.AllowUnsigned);
        Assert.Empty(loaded.Catalog.Actions);

        bench.Set("XDG_DATA_HOME", bench.At("xdg"));
        Assert.Equal(bench.At("xdg/interlock"), ConfigurationBench.Whole(bench.Load()).DataFolder);

        bench.Set("XDG_DATA_HOME", "relative");
        Assert.Equal(bench.At("home/.local/share/interlock"), ConfigurationBench.Whole(bench.Load()).DataFolder);

        bench.Set("XDG_DATA_HOME", null);
        bench.Set("HOME", null);
        Assert.Contains("interlock init", Assert.Single(ConfigurationBench.Faults(bench.Load())).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_option_goes_before_the_variable_and_the_variable_before_the_working_directory()
    {
        bench.Write("interlock.yaml", "{version: 1, instance: here}");
        bench.Write("a/one.yaml", "{version: 1, instance: one}");
        bench.Write("b/two.json", """{"version": 1, "instance": "two"}""");
        Assert.Equal("here", ConfigurationBench.Whole(bench.Load()).Instance);

        bench.Set("INTERLOCK_CONFIG", "a/one.yaml");
        var one = ConfigurationBench.Whole(bench.Load());
        Assert.Equal("one", one.Instance);
        Assert.Equal(bench.At("a/.interlock"), one.DataFolder);

        Assert.Equal("two", ConfigurationBench.Whole(bench.Load("b/two.json")).Instance);

        bench.Set("INTERLOCK_CONFIG", "");
        Assert.Equal("here", ConfigurationBench.Whole(bench.Load()).Instance);
    }

    [Fact]
    public void The_home_folder_may_be_written_as_a_tilde()
    {
        Assert.Equal(bench.At("home/kept"), bench.Configuration("{version: 1, data: ~/kept}").DataFolder);
        bench.Set("HOME", null);
        Assert.Equal(
            "interlock.yaml:1:20: `~` stands for the home folder, but HOME is not set; write the whole path",
            bench.Fault("{version: 1, data: ~/kept}"));
    }

    [Fact]
    public void A_policy_may_stand_in_a_file_of_its_own()
    {
        bench.Write("rules/policy.json", """{"forbidden_targets": [{"kind": "vm"}]}""");
        var apart = bench.Configuration("{version: 1, policy: {file: rules/policy.json}}");
        var within = bench.Configuration("{version: 1, policy: {forbidden_targets: [{kind: vm}]}}");
        Assert.Equal(within.Policy.Digest, apart.Policy.Digest);
        Assert.Equal(within.Digest, apart.Digest);
    }

    [Theory]
    [InlineData("unsigned: allow", "unsigned: forbid")]
    [InlineData("proposal: 2d", "proposal: 1d")]
    [InlineData("approval: 30m", "approval: 31m")]
    [InlineData("owner: alice", "owner: eve")]
    [InlineData("[bob, alice]", "[alice]")]
    [InlineData("id: database", "id: other")]
    [InlineData("[echo, hello]", "[echo, bye]")]
    [InlineData("stages: 7", "stages: 8")]
    [InlineData("check_timeout: 500ms", "check_timeout: 501ms")]
    [InlineData("cron: {}", "corn: {}")]
    public void Whatever_decides_is_in_the_digest(string before, string after)
    {
        Assert.Contains(before, Full, StringComparison.Ordinal);
        Assert.NotEqual(bench.Configuration(Full).Digest, bench.Configuration(Full.Replace(before, after)).Digest);
    }

    [Theory]
    [InlineData("instance: my-laptop", "instance: other")]
    [InlineData("data: kept/here", "data: kept/there")]
    [InlineData("[bob, alice]", "[alice, bob]")]
    [InlineData("proposal: 2d", "proposal: 48h")]
    [InlineData("version: 1", "version: 1 # a comment")]
    public void Whatever_does_not_decide_is_not_in_the_digest(string before, string after)
    {
        Assert.Contains(before, Full, StringComparison.Ordinal);
        Assert.Equal(bench.Configuration(Full).Digest, bench.Configuration(Full.Replace(before, after)).Digest);
    }

    [Fact]
    public async Task An_engine_opens_on_it()
    {
        var loaded = bench.Configuration(Full);
        await using var store = new MemoryLedgerStore(TimeProvider.System);
        var options = loaded.ToEngineOptions(store);
        Assert.Equal(loaded.Digest.ToString(), options.Configuration);
        Assert.Equal(["alice", "bob"], options.Approvers ?? []);
        Assert.True(options.AllowUnsignedApprovals);
        var opened = await Engine.OpenAsync(options);
        Assert.True(opened.TryGet(out var engine, out var refusal), refusal?.Message);
        await engine.DisposeAsync();
    }

    [Fact]
    public void An_agent_is_found_by_its_name()
    {
        var loaded = bench.Configuration(Full);
        Assert.True(loaded.AgentNamed("claude").TryGet(out var claude, out _));
        Assert.Equal("alice", claude.Owner);
        Assert.False(loaded.AgentNamed("cluade").TryGet(out _, out var refusal));
        Assert.Contains("did you mean `claude`?", refusal.Message, StringComparison.Ordinal);
        Assert.False(loaded.AgentNamed(null).TryGet(out _, out refusal));
        Assert.Contains("`claude`, `cron`", refusal.Message, StringComparison.Ordinal);

        var one = bench.Configuration("{version: 1, agents: {only: {owner: ann}}}");
        Assert.True(one.AgentNamed(null).TryGet(out var only, out _));
        Assert.Equal("only", only.Name);

        var none = bench.Configuration("version: 1");
        Assert.True(none.AgentNamed(null).TryGet(out var unlisted, out _));
        Assert.Null(unlisted.Owner);
    }
}
