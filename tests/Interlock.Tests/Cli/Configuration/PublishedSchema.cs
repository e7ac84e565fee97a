using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Cli.Yaml;
using Interlock.Schema;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Cli.Configuration;

public sealed class PublishedSchema
{
    private static JsonValue Yaml(string text) =>
        YamlReader.TryRead(System.Text.Encoding.UTF8.GetBytes(text), YamlReadOptions.Default, out var document, out var error)
            ? document.Root
            : throw new ArgumentException(error.ToString());

    [Fact]
    public void The_copy_in_the_reference_is_the_schema_that_the_program_prints()
    {
        var path = Path.Combine(SharedData.Repository, "docs", "reference", "interlock.schema.json");
        if (Environment.GetEnvironmentVariable("INTERLOCK_ACCEPT_API") == "1")
        {
            File.WriteAllText(path, EditorSchema.Text());
        }

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == EditorSchema.Text(),
            "docs/reference/interlock.schema.json is stale; write it with `interlock config schema` or `./test --accept-api`");
    }

    [Fact]
    public void The_schema_compiles_and_every_reference_in_it_leads_somewhere() =>
        Assert.True(JsonSchema.TryCompile(EditorSchema.Document, out _, out var error), error?.ToString());

    [Theory]
    [InlineData("version: 1")]
    [InlineData(InitTemplate.Text)]
    [InlineData("{version: 1, policy: {file: policy.yaml}}")]
    [InlineData("{version: 1, approvers: {allowed_signers: a, revoked: b, webauthn: {origins: ['https://a.example'], rp_ids: [a.example]}}}")]
    [InlineData("{version: 1, groups: {sre: [al]}, rules: [{name: a, match: {action: x, target: {id: 'p*'}, stages: {at_least: 2}, irreversible: true}, require: 1 of sre, min_review: 30s}]}")]
    [InlineData("{version: 1, freezes: [{name: a, when: {days: [fri], from: '16:00', to: '24:00', zone: UTC}}], governance: {mode: locked, genesis: g}}")]
    [InlineData("{version: 1, actions: {get: {mutating: false, http: {method: GET, url: 'http://localhost/', allow_private: true, timeout: 5s}}}}")]
    [InlineData("{version: 1, actions: {run: {resources: ['a:b'], command: {argv: [x], env: {A: {secret: 'env:A'}}}}}}")]
    public void What_the_loader_accepts_an_editor_accepts(string text) =>
        Assert.Equal([], JsonSchema.Compile(EditorSchema.Document).Validate(Yaml(text)).Errors.Select(error => error.ToString()));

    [Theory]
    [InlineData("{version: 1, unsinged: allow}")]
    [InlineData("{version: 1, approvers: {allowed_signer: a}}")]
    [InlineData("{version: 1, rules: [{name: a, requires: 1 of sre}]}")]
    [InlineData("{version: 1, freezes: [{name: a, when: {form: '16:00'}}]}")]
    [InlineData("{version: 1, policy: {file: policy.yaml, unknown_action: read}}")]
    [InlineData("{version: 1, actions: {run: {command: {argv: [x], env: {A: {secret: hunter2}}}}}}")]
    [InlineData("{version: 1, actions: {run: {command: {argv: [x], timeout: soon}}}}")]
    [InlineData("{version: 1, probes: {look: {file: {roots: [x], path: y, read: everything}}}}")]
    public void What_the_loader_refuses_an_editor_marks(string text) =>
        Assert.False(JsonSchema.Compile(EditorSchema.Document).Validate(Yaml(text)).IsValid);

    [Fact]
    public void Every_key_is_described()
    {
        var bare = new List<string>();
        Look(ConfigSchema.Shape, "");
        Assert.Equal([], bare);

        void Look(JsonObject schema, string path)
        {
            foreach (var (name, value) in (schema["properties"] as JsonObject ?? JsonObject.Empty).Members)
            {
                var property = Assert.IsType<JsonObject>(value);
                if (string.IsNullOrEmpty(property.Text("description")))
                {
                    bare.Add($"{path}/{name}");
                }

                Look(property, $"{path}/{name}");
            }

            foreach (var (name, value) in (schema["$defs"] as JsonObject ?? JsonObject.Empty).Members)
            {
                Look(Assert.IsType<JsonObject>(value), name);
            }
        }
    }
}
