using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Packages;

/// <summary><c>server.json</c> as the public registry of MCP servers takes it: its schema of 2025-12-11 and its rules for NuGet packages.</summary>
public sealed class ServerEntry
{
    private static readonly string Folder = Path.Combine(SharedData.Repository, "src", "Interlock.Cli");

    /// <summary>The one place where the version stands.</summary>
    public static string Version { get; } =
        XDocument.Load(Path.Combine(SharedData.Repository, "Directory.Build.props")).Descendants("Version").Single().Value;

    [Fact]
    public void The_entry_has_the_shape_that_the_registry_asks_for() =>
        Check(File.ReadAllText(Path.Combine(Folder, "server.json")).Replace("VERSION", Version, StringComparison.Ordinal), Version);

    /// <summary>What the registry's schema demands of what stands in our entry, and that nothing else does.</summary>
    internal static void Check(string json, string version)
    {
        using var document = JsonDocument.Parse(json);
        var server = document.RootElement;
        OnlyNames(server, "$schema", "name", "title", "description", "version", "packages");
        Assert.Equal("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json", Text(server, "$schema"));
        Assert.Matches("^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$", Text(server, "name"));
        Assert.InRange(Text(server, "name").Length, 3, 200);
        Assert.InRange(Text(server, "title").Length, 1, 100);
        Assert.InRange(Text(server, "description").Length, 1, 100);
        Assert.Equal(version, Text(server, "version"));

        var package = Assert.Single(server.GetProperty("packages").EnumerateArray());
        OnlyNames(package, "registryType", "identifier", "version", "runtimeHint", "transport", "packageArguments", "environmentVariables");
        Assert.Equal(("nuget", "Interlock.Cli", version, "dnx"), (Text(package, "registryType"), Text(package, "identifier"), Text(package, "version"), Text(package, "runtimeHint")));
        Assert.Equal("stdio", Text(package.GetProperty("transport"), "type"));
        var arguments = package.GetProperty("packageArguments").EnumerateArray().ToList();
        Assert.Equal(("positional", "mcp"), (Text(arguments[0], "type"), Text(arguments[0], "value")));
        Assert.All(arguments.Skip(1), argument => Assert.Equal(("named", true), (Text(argument, "type"), Text(argument, "name").StartsWith("--", StringComparison.Ordinal))));
        Assert.All(package.GetProperty("environmentVariables").EnumerateArray(), variable => OnlyNames(variable, "name", "description", "format"));
    }

    [Fact]
    public void The_readme_of_the_package_names_the_entry_which_is_how_the_registry_knows_its_owner()
    {
        var readme = File.ReadAllText(Path.Combine(Folder, "README.md"));
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "server.json")));
        var named = Regex.Match(readme, @"^mcp-name: (\S+)$", RegexOptions.Multiline);
        Assert.Equal(Text(document.RootElement, "name"), named.Groups[1].Value);
    }

    private static void OnlyNames(JsonElement element, params string[] names) =>
        Assert.Empty(element.EnumerateObject().Select(property => property.Name).Except(names));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}
