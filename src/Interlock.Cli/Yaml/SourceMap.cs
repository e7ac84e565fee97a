using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Cli.Yaml;

/// <summary>A place in a source text.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in Unicode code points, from 1.</param>
internal readonly record struct SourcePosition(int Line, int Column);

/// <summary>
/// Where each value and each key of a document stands, so that a complaint about a value can name its line. A path that does
/// not exist answers with its nearest ancestor that does: a missing member is reported where it is missing.
/// </summary>
/// <remarks>Holds offsets, and counts lines only when asked: most documents have no error to report.</remarks>
internal sealed class SourceMap
{
    private readonly YamlText text;
    private readonly SourceNode root;

    public SourceMap(YamlText text, SourceNode root)
    {
        this.text = text;
        this.root = root;
    }

    /// <summary>Where the value at a path starts.</summary>
    /// <param name="path">Member names and indices; a name may hold <c>/</c>.</param>
    public SourcePosition Value(params IEnumerable<string> path) => text.Locate(Nearest(path).Offset);

    /// <summary>Where the key of the member at a path starts; for an item or the root, where the value does.</summary>
    /// <param name="path">Member names and indices; a name may hold <c>/</c>.</param>
    public SourcePosition Key(params IEnumerable<string> path) => text.Locate(Nearest(path).KeyOffset);

    /// <summary>Where the value at a path in its joined form starts.</summary>
    /// <param name="joined">The parts joined by <c>/</c>, or <c>(root)</c>.</param>
    public SourcePosition ValueAt(string joined) => text.Locate(NearestJoined(joined).Offset);

    /// <summary>Where the key of the member at a path in its joined form starts.</summary>
    /// <param name="joined">The parts joined by <c>/</c>, or <c>(root)</c>.</param>
    public SourcePosition KeyAt(string joined) => text.Locate(NearestJoined(joined).KeyOffset);

    private SourceNode Nearest(IEnumerable<string> path)
    {
        var node = root;
        foreach (var part in path)
        {
            if (node.Child(part) is not { } child)
            {
                break;
            }

            node = child;
        }

        return node;
    }

    /// <summary>
    /// The joined form does not say which of its slashes belong to a name, so at each step the longest name that fits is taken.
    /// </summary>
    private SourceNode NearestJoined(string joined)
    {
        var node = root;
        var rest = joined == JsonError.Root ? null : joined;
        while (rest is not null)
        {
            var end = rest.Length;
            var child = node.Child(rest);
            while (child is null && end > 0 && (end = rest.LastIndexOf('/', end - 1)) >= 0)
            {
                child = node.Child(rest[..end]);
            }

            if (child is null)
            {
                break;
            }

            node = child;
            rest = end < rest.Length ? rest[(end + 1)..] : null;
        }

        return node;
    }
}

/// <summary>Where one node stands, and the nodes inside it.</summary>
internal sealed class SourceNode
{
    private Dictionary<string, SourceNode>? members;
    private List<SourceNode>? items;

    public SourceNode(int offset)
    {
        Offset = offset;
        KeyOffset = offset;
    }

    /// <summary>Where the value starts, in UTF-16 units.</summary>
    public int Offset { get; private set; }

    /// <summary>Where the key starts; the same as <see cref="Offset"/> where there is none.</summary>
    public int KeyOffset { get; private init; }

    /// <summary>A node with the same inside, seen under a key, or through an alias that stands elsewhere.</summary>
    public SourceNode Seen(int keyOffset, int offset) => new(offset) { KeyOffset = keyOffset, members = members, items = items };

    public void MoveTo(int offset) => Offset = offset;

    public void Add(string name, SourceNode child) =>
        (members ??= new Dictionary<string, SourceNode>(StringComparer.Ordinal)).Add(name, child);

    public void Add(SourceNode child) => (items ??= []).Add(child);

    public SourceNode? Child(string part)
    {
        if (members is not null)
        {
            return members.GetValueOrDefault(part);
        }

        return items is not null
            && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < items.Count
                ? items[index]
                : null;
    }
}
