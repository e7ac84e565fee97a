using System.Text.Json;

namespace Interlock.Sbom;

/// <summary>
/// What a <c>packages.lock.json</c> says that a build uses. Everything in it that is not understood ends the program: a bill that
/// leaves something out is worse than none.
/// </summary>
/// <param name="Direct">The names that the project itself asks for: packages, and projects of this repository.</param>
/// <param name="Entries">Every entry by its name, whatever the framework or runtime that it stands under.</param>
internal sealed record LockFile(IReadOnlyList<string> Direct, IReadOnlyDictionary<string, LockedPackage> Entries)
{
    /// <summary>Reads a lock file.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="leaveOut">Packages that only the build uses, such as analyzers.</param>
    /// <exception cref="InvalidDataException">It is not understood, or contradicts itself.</exception>
    public static LockFile Read(string json, IReadOnlySet<string> leaveOut)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.GetProperty("version").GetInt32() is not (1 or 2))
        {
            throw new InvalidDataException("a lock file of version 1 or 2 is understood, no other");
        }

        // ids of packages are compared without case
        var entries = new SortedDictionary<string, LockedPackage>(StringComparer.OrdinalIgnoreCase);
        var kinds = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var target in document.RootElement.GetProperty("dependencies").EnumerateObject())
        {
            foreach (var entry in target.Value.EnumerateObject().Where(entry => !leaveOut.Contains(entry.Name)))
            {
                var kind = Text(entry.Value, "type");
                var package = Entry(entry, kind);
                if (!entries.TryGetValue(entry.Name, out var earlier))
                {
                    entries.Add(entry.Name, package);
                    kinds.Add(entry.Name, kind);
                }
                else if (earlier.Version != package.Version || earlier.ContentHash != package.ContentHash)
                {
                    throw new InvalidDataException($"`{entry.Name}` is locked to two versions");
                }
                else
                {
                    // the section of one runtime names what that runtime needs; the section of all names the rest
                    entries[entry.Name] = earlier with { Needs = Sorted(earlier.Needs.Union(package.Needs, StringComparer.OrdinalIgnoreCase)) };
                }
            }
        }

        return new LockFile(Roots(entries, kinds), entries);
    }

    /// <summary>What the project asks for itself. The file marks packages; a project is asked for where no other asks for it.</summary>
    private static List<string> Roots(SortedDictionary<string, LockedPackage> entries, Dictionary<string, string> kinds)
    {
        var needed = entries.Values.Where(entry => entry.IsProject).SelectMany(entry => entry.Needs).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return Sorted(entries.Keys.Where(name => kinds[name] == "Direct" || (kinds[name] == "Project" && !needed.Contains(name))));
    }

    private static LockedPackage Entry(JsonProperty entry, string kind)
    {
        var needs = entry.Value.TryGetProperty("dependencies", out var dependencies)
            ? Sorted(dependencies.EnumerateObject().Select(need => need.Name))
            : [];
        return kind switch
        {
            "Direct" or "Transitive" or "CentralTransitive" =>
                new LockedPackage(entry.Name, Text(entry.Value, "resolved"), Text(entry.Value, "contentHash"), needs),
            "Project" => new LockedPackage(entry.Name, null, null, needs),
            _ => throw new InvalidDataException($"`{entry.Name}` is of the unknown type `{kind}`"),
        };
    }

    private static List<string> Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.OrdinalIgnoreCase)];

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new InvalidDataException($"`{name}` is null");
}
