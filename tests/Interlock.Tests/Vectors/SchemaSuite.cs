using Interlock.Canonical;
using Interlock.Schema;
using Interlock.Tests.Schema;

namespace Interlock.Tests.Vectors;

public sealed class SchemaSuite
{
    private const int RequiredAssertions = 1_299;
    private const string Folder = "conformance/json-schema-2020-12";
    private const string MetaSchema = "https://json-schema.org/draft/2020-12/schema";

    [Fact]
    public void Every_required_assertion_of_the_official_suite_holds()
    {
        var documents = Documents();
        var wrong = new List<string>();
        var count = 0;
        foreach (var file in Directory.EnumerateFiles(SharedData.Path(Folder), "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var group in Items(SuiteJson.Read(file)))
            {
                var name = $"{Path.GetFileName(file)}: {group.Text("description")}";
                if (!JsonSchema.TryCompile(Member(group, "schema"), out var schema, out var error, documents))
                {
                    wrong.Add($"{name}: does not compile, {error}");
                    continue;
                }

                foreach (var test in Items(Member(group, "tests")))
                {
                    count++;
                    var expected = Member(test, "valid") is JsonBoolean { Value: true };
                    var result = schema.Validate(Member(test, "data"));
                    if (result.IsValid != expected || result.IsValid != result.Errors.IsEmpty)
                    {
                        wrong.Add($"{name}: {test.Text("description")}: is to be {expected} but {string.Join("; ", result.Errors)}");
                    }
                }
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(RequiredAssertions, count);
    }

    [Fact]
    public void Every_schema_of_the_suite_satisfies_the_meta_schema_and_so_does_the_meta_schema()
    {
        var documents = Documents();
        Assert.True(JsonSchema.TryCompile(documents[MetaSchema], out var meta, out var error, documents), error?.ToString());
        Assert.Empty(meta.Validate(documents[MetaSchema]).Errors);
        foreach (var (uri, document) in documents.Where(document => document.Key.StartsWith("https://json-schema.org/", StringComparison.Ordinal)))
        {
            Assert.True(meta.Validate(document).IsValid, uri);
        }

        var broken = JsonObject.Of(("$defs", JsonObject.Of(("deep", JsonObject.Of(("minLength", -1))))));
        var refused = Assert.Single(meta.Validate(broken).Errors);
        Assert.Equal(("$defs/deep/minLength", "minimum"), (refused.Path, refused.Keyword));
    }

    private static Dictionary<string, JsonValue> Documents()
    {
        var documents = new Dictionary<string, JsonValue>();
        var remotes = Path.Combine(SharedData.Path(Folder), "remotes");
        foreach (var file in Directory.EnumerateFiles(remotes, "*.json", SearchOption.AllDirectories))
        {
            documents.Add("http://localhost:1234/" + Path.GetRelativePath(remotes, file).Replace('\\', '/'), SuiteJson.Read(file));
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(SharedData.Path(Folder), "metaschema"), "*.json"))
        {
            var document = (JsonObject)SuiteJson.Read(file);
            documents.Add(document.Text("$id") ?? throw new InvalidOperationException($"{file} has no $id"), document);
        }

        return documents;
    }

    private static IEnumerable<JsonObject> Items(JsonValue list) => ((JsonArray)list).Items.Cast<JsonObject>();

    private static JsonValue Member(JsonObject obj, string name) => obj[name] ?? throw new InvalidOperationException($"no {name}");
}
