using System.Text.Json;
using System.Text.Json.Nodes;
using Interlock.Sbom;
using Interlock.Tests.Storage;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Packages;

/// <summary>The bill of materials says what the lock file says, all of it, and nothing of the machine or the hour.</summary>
public sealed class BillsOfMaterials
{
    private const string Analyzer = "Microsoft.CodeAnalysis.BannedApiAnalyzers";
    private static readonly string CliLock = File.ReadAllText(Path.Combine(SharedData.Repository, "src/Interlock.Cli/packages.lock.json"));

    [Fact]
    public void Every_locked_package_that_is_shipped_is_in_it_with_its_hash()
    {
        var components = Of(CliLock).RootElement.GetProperty("components").EnumerateArray().ToDictionary(Name, StringComparer.OrdinalIgnoreCase);
        using var locked = JsonDocument.Parse(CliLock);
        var seen = 0;
        foreach (var entry in locked.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(target => target.Value.EnumerateObject()))
        {
            if (entry.Name == Analyzer)
            {
                continue;
            }

            var component = components[entry.Name];
            seen++;
            if (entry.Value.GetProperty("type").GetString() != "Project")
            {
                var version = entry.Value.GetProperty("resolved").GetString();
                Assert.Equal(version, component.GetProperty("version").GetString());
                Assert.Equal($"pkg:nuget/{entry.Name}@{version}", component.GetProperty("purl").GetString());
                var hash = Assert.Single(component.GetProperty("hashes").EnumerateArray());
                Assert.Equal("SHA-512", hash.GetProperty("alg").GetString());
                Assert.Equal(entry.Value.GetProperty("contentHash").GetString(), Convert.ToBase64String(Convert.FromHexString(hash.GetProperty("content").GetString() ?? "")));
            }
        }

        Assert.True(seen > 30, $"only {seen} packages are locked");
        Assert.DoesNotContain(Analyzer, components.Keys);
    }

    [Fact]
    public void It_has_the_shape_of_CycloneDX_and_every_reference_leads_somewhere()
    {
        var root = Of(CliLock).RootElement;
        Assert.Equal(("CycloneDX", "1.6", 1), (Text(root, "bomFormat"), Text(root, "specVersion"), root.GetProperty("version").GetInt32()));
        Assert.Matches("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", Text(root, "serialNumber"));
        Assert.False(root.GetProperty("metadata").TryGetProperty("timestamp", out _));
        Assert.Equal("application", Text(root.GetProperty("metadata").GetProperty("component"), "type"));

        var references = root.GetProperty("components").EnumerateArray().Select(component => Text(component, "bom-ref"))
            .Append(Text(root.GetProperty("metadata").GetProperty("component"), "bom-ref")).ToList();
        Assert.Equal(references.Count, references.Distinct(StringComparer.Ordinal).Count());
        var dependencies = root.GetProperty("dependencies").EnumerateArray().ToList();
        Assert.Equal(references.Order(StringComparer.Ordinal), dependencies.Select(one => Text(one, "ref")).Order(StringComparer.Ordinal));
        Assert.All(dependencies.SelectMany(one => one.GetProperty("dependsOn").EnumerateArray()), one => Assert.Contains(one.GetString(), references));
        Assert.All(root.GetProperty("components").EnumerateArray(), one => Assert.Equal("library", Text(one, "type")));
    }

    [Fact]
    public void What_is_asked_for_and_what_comes_with_it_are_told_apart()
    {
        var components = Of(CliLock).RootElement.GetProperty("components").EnumerateArray().ToDictionary(Name, Dependency, StringComparer.OrdinalIgnoreCase);
        Assert.Equal("direct", components["System.CommandLine"]);
        Assert.Equal("direct", components["Microsoft.Data.Sqlite"]);
        Assert.Equal("transitive", components["Microsoft.Extensions.Options"]);
        Assert.Equal("project", components["Interlock.Storage"]);
    }

    [Fact]
    public void The_same_lock_gives_the_same_bytes_and_another_lock_another_bill()
    {
        var version = "\"resolved\": \"16.3.0\"";
        Assert.Contains(version, CliLock, StringComparison.Ordinal);
        var bill = Write(CliLock);

        Assert.Equal(bill, Write(CliLock));
        var changed = Write(CliLock.Replace(version, "\"resolved\": \"16.3.1\"", StringComparison.Ordinal));
        Assert.Contains("pkg:nuget/YamlDotNet@16.3.1", changed, StringComparison.Ordinal);
        Assert.NotEqual(Serial(bill), Serial(changed));
    }

    [Theory]
    [InlineData("""{"version": 3, "dependencies": {}}""")]
    [InlineData("""{"version": 2, "dependencies": {"net10.0": {"A": {"type": "Borrowed", "resolved": "1.0.0", "contentHash": ""}}}}""")]
    [InlineData("""
        {"version": 2, "dependencies": {"net10.0": {"A": {"type": "Direct", "resolved": "1.0.0", "contentHash": ""}},
         "net10.0/linux-x64": {"A": {"type": "Direct", "resolved": "1.0.1", "contentHash": ""}}}}
        """)]
    public void A_lock_file_that_is_not_understood_ends_it(string json) =>
        Assert.Throws<InvalidDataException>(() => LockFile.Read(json, new HashSet<string>()));

    [Theory]
    [InlineData("""<license type="expression">MIT</license>""", """{"license":{"id":"MIT"}}""")]
    [InlineData("""<license type="expression">MIT OR Apache-2.0</license>""", """{"expression":"MIT OR Apache-2.0"}""")]
    [InlineData("""<license type="file">LICENSE.txt</license>""", """{"license":{"name":"the file LICENSE.txt in the package"}}""")]
    [InlineData("""<licenseUrl>https://example.com/licence</licenseUrl>""", null)]
    public void A_licence_is_what_the_package_says(string element, string? expected)
    {
        using var cache = new TemporaryFolder();
        var package = new LockedPackage("Some.Package", "1.0.0-RC", "", []);
        Assert.Throws<FileNotFoundException>(() => Licence.Of(cache.Path, package));

        var folder = Directory.CreateDirectory(Path.Combine(cache.Path, "some.package", "1.0.0-rc")).FullName;
        File.WriteAllText(Path.Combine(folder, "some.package.nuspec"), $"<package xmlns=\"urn:any\"><metadata>{element}</metadata></package>");
        Assert.Equal(expected, Licence.Of(cache.Path, package)?.ToJsonString());
    }

    private static string Write(string json) => Bill.Write(
        "Interlock.Cli", "1.2.3", isProgram: true, LockFile.Read(json, new HashSet<string> { Analyzer }), static _ => new JsonObject { ["license"] = new JsonObject { ["id"] = "MIT" } });

    private static JsonDocument Of(string json) => JsonDocument.Parse(Write(json));

    private static string Serial(string bill) => Text(JsonDocument.Parse(bill).RootElement, "serialNumber");

    private static string Name(JsonElement component) => Text(component, "name");

    private static string Dependency(JsonElement component) =>
        Text(component.GetProperty("properties").EnumerateArray().Single(one => Text(one, "name") == "interlock:dependency"), "value");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}
