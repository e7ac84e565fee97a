using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Schema.Compiling;

/// <summary>Where in which schema document: kept as a chain, and written only when something is refused.</summary>
internal sealed class SchemaPath
{
    private readonly SchemaPath? parent;
    private readonly string step;

    private SchemaPath(SchemaPath? parent, string step, string? document)
    {
        this.parent = parent;
        this.step = step;
        Document = document;
    }

    /// <summary>The URI of a further document, or null in the schema itself.</summary>
    public string? Document { get; }

    public static SchemaPath Root(string? document) => new(null, string.Empty, document);

    public SchemaPath Then(string name) => new(this, name, Document);

    public SchemaPath Then(int index) => Then(index.ToString(CultureInfo.InvariantCulture));

    public override string ToString()
    {
        var steps = new List<string>();
        for (var at = this; at.parent is not null; at = at.parent)
        {
            steps.Add(SafeText.Escape(at.step, SafeText.LongestStep));
        }

        steps.Reverse();
        return steps.Count == 0 ? JsonError.Root : string.Join('/', steps);
    }
}
