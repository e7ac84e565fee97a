namespace Interlock.Tests.Cli.Configuration;

public sealed class Secrets : IDisposable
{
    private const string Token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly ConfigurationBench bench = new();

    public void Dispose() => bench.Dispose();

    private static string Action(string env) =>
        $"version: 1\nactions:\n  act:\n    mutating: false\n    command:\n      argv: [echo]\n      env: {env}\n";

    [Fact]
    public void References_are_accepted_where_a_secret_is_taken_and_never_their_values()
    {
        bench.Set("TOKEN", Token);
        var loaded = bench.Configuration(Action("{TOKEN: {secret: 'env:TOKEN'}, KEY: {secret: 'file:/etc/key'}}"));
        Assert.Equal("env:TOKEN", loaded.Secrets["actions/act/command/env/TOKEN/secret"]);
        Assert.Equal("file:/etc/key", loaded.Secrets["actions/act/command/env/KEY/secret"]);
        Assert.DoesNotContain(Token, loaded.Catalog.Actions["act"].Definition.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{TOKEN: {secret: '" + Token + "'}}")]
    [InlineData("{TOKEN: {secret: 'hunter2 and more'}}")]
    [InlineData("{TOKEN: '" + Token + "'}")]
    [InlineData("{TOKEN: 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0'}")]
    [InlineData("{TOKEN: 0123456789abcdef0123456789abcdeb}")]
    public void A_secret_itself_is_refused_by_its_place_and_not_repeated(string env)
    {
        var error = Assert.Single(bench.Errors(Action(env)));
        Assert.Equal(7, error.Line);
        Assert.StartsWith("actions/act/command/env/TOKEN", error.Path, StringComparison.Ordinal);
        foreach (var part in (string[])[Token, "hunter2", "eyJ", "0123456789abcdef"])
        {
            Assert.DoesNotContain(part, error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_secret_elsewhere_is_refused_too()
    {
        Assert.Contains("looks like a secret", bench.Fault($"version: 1\ninstance: {Token}\n"), StringComparison.Ordinal);
        Assert.Contains(
            "looks like a secret",
            bench.Fault($"version: 1\nactions: {{a: {{mutating: false, command: {{argv: [echo, {Token}]}}}}}}\n"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_in_a_field_that_is_no_secret_is_refused()
    {
        Assert.Equal(
            "interlock.yaml:7:20: a reference to a secret stands where no secret is taken; write the value, or `{secret: \"…\"}` in a field "
            + "that takes one",
            bench.Fault(Action("{TOKEN: 'env:TOKEN'}")));
        Assert.Contains("stands where no secret is taken", bench.Fault("{version: 1, data: 'file:/etc/key'}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_that_is_a_file_is_no_reference_and_a_digest_no_secret()
    {
        var digest = new string('a', 64);
        Assert.Empty(bench.Configuration(
            $"version: 1\nactions:\n  act:\n    description: 'sha256:{digest} {digest}'\n    resources: ['file:/etc/motd']\n    command: {{argv: [echo]}}\n").Secrets);
    }
}
