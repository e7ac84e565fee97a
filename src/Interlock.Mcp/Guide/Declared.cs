using Interlock.Canonical;

namespace Interlock.Mcp.Guide;

/// <summary>
/// What a definition tells of what it works on, where it came from a configuration. Anything may stand in a definition: what is
/// not there or has another shape is simply not told.
/// </summary>
internal sealed class Declared
{
    private readonly JsonObject facts;
    private readonly JsonObject section;

    public Declared(JsonObject definition)
    {
        Adapter = definition.Text("adapter") ?? "";
        facts = definition["facts"] as JsonObject ?? JsonObject.Empty;
        var declaration = definition["declaration"] as JsonObject ?? JsonObject.Empty;
        section = declaration[Adapter] as JsonObject ?? JsonObject.Empty;
        Resources = [.. Texts(declaration["resources"])];
    }

    /// <summary>The kind of adapter; empty where nobody says.</summary>
    public string Adapter { get; }

    /// <summary>The templates of the resources, <c>kind:id</c>.</summary>
    public IReadOnlyList<string> Resources { get; }

    /// <summary>The file's path as a template; null for other adapters.</summary>
    public string? FilePath => Adapter == "file" ? section.Text("path") : null;

    /// <summary>Whether both work on the same file, parameters aside.</summary>
    /// <param name="other">The other.</param>
    public bool SharesFile(Declared other) => FilePath is { } path && path == other.FilePath && SharesRoot(other);

    /// <summary>Whether both work beneath one folder, with one host or with one program.</summary>
    /// <param name="other">The other.</param>
    public bool SharesPlace(Declared other) =>
        Adapter == other.Adapter
        && (SharesRoot(other)
            || Texts(facts["hosts"]).Intersect(Texts(other.facts["hosts"])).Any()
            || (facts.Text("program") is { } program && program == other.facts.Text("program")));

    /// <summary>Whether what it does ends what was there.</summary>
    public bool Deletes => section.Text("op") == "delete" || section.Text("method") == "DELETE";

    /// <summary>Whether it looks whether something is there.</summary>
    public bool LooksForExistence => Adapter == "file" && (section.Text("read") ?? "exists") == "exists";

    private bool SharesRoot(Declared other) => Texts(facts["roots"]).Intersect(Texts(other.facts["roots"])).Any();

    private static IEnumerable<string> Texts(JsonValue? list) =>
        ((list as JsonArray)?.Items ?? []).OfType<JsonString>().Select(text => text.Value);
}
