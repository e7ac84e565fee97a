using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Interlock.Sbom;

/// <summary>What a package says about its licence, in its <c>.nuspec</c> in the cache that the restore filled.</summary>
internal static class Licence
{
    /// <summary>Reads it.</summary>
    /// <param name="cache">The package cache.</param>
    /// <param name="package">The package.</param>
    /// <returns>The entry of CycloneDX; null where the package says nothing that can be quoted.</returns>
    /// <exception cref="FileNotFoundException">The package is not in the cache; restore first.</exception>
    public static JsonObject? Of(string cache, LockedPackage package)
    {
        var id = package.Name.ToLowerInvariant();
        var path = Path.Combine(cache, id, package.Version?.ToLowerInvariant() ?? "", $"{id}.nuspec");
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"`{package.Name}` {package.Version} is not in the package cache; run `dotnet restore` first", path);
        }

        // the namespace differs from version to version of the format
        var metadata = XDocument.Load(path).Root?.Elements().FirstOrDefault(element => element.Name.LocalName == "metadata");
        var licence = metadata?.Elements().FirstOrDefault(element => element.Name.LocalName == "license");
        var text = licence?.Value.Trim() ?? "";
        return (licence?.Attribute("type")?.Value, text.Length) switch
        {
            (_, 0) or (null, _) => null,
            ("expression", _) when text.Contains(' ', StringComparison.Ordinal) => new JsonObject { ["expression"] = text },
            ("expression", _) => new JsonObject { ["license"] = new JsonObject { ["id"] = text } },
            _ => new JsonObject { ["license"] = new JsonObject { ["name"] = $"the file {text} in the package" } },
        };
    }
}
