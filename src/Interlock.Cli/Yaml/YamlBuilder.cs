using System.Globalization;
using System.Text;
using Interlock.Canonical;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Interlock.Cli.Yaml;

/// <summary>
/// Builds the value from the parser's events, one at a time, with a stack of its own: depth and size are refused at the event
/// that passes them, before the parser reads on. A method that returns false has set the failure, and every caller passes it on.
/// </summary>
internal sealed class YamlBuilder(YamlText text, YamlReadOptions options)
{
    private readonly Stack<OpenCollection> open = new();

    /// <summary>Finished anchors; null while the anchored collection is still open.</summary>
    private readonly Dictionary<string, YamlNode?> anchors = new(StringComparer.Ordinal);

    private int nodes;
    private long aliasText;
    private bool inDocument;
    private YamlNode? root;

    /// <summary>Why the document was refused.</summary>
    public JsonError? Failure { get; private set; }

    /// <summary>The document, once every event was taken.</summary>
    public YamlDocument? Document() =>
        root is null ? null : new YamlDocument(root.Value, new SourceMap(text, root.Source));

    /// <summary>Takes the next event.</summary>
    public bool Take(ParsingEvent next)
    {
        switch (next)
        {
            case DocumentStart:
                if (inDocument)
                {
                    return Fail(next, "a second document; put each document in a file of its own");
                }

                inDocument = true;
                return true;
            case Scalar scalar:
                return TakeScalar(scalar);
            case AnchorAlias alias:
                return TakeAlias(alias);
            case SequenceStart sequence:
                return Open(sequence, isMapping: false);
            case MappingStart mapping:
                return Open(mapping, isMapping: true);
            case SequenceEnd or MappingEnd:
                return Close();
            case StreamEnd:
                return root is not null || Fail(next, "the document is empty; write a value");
            default:
                return true;
        }
    }

    /// <summary>The path of the node that is being read.</summary>
    public string Path(string? last = null)
    {
        var parts = open.Reverse()
            .Select(collection => collection.IsMapping
                ? collection.Key
                : collection.ItemCount.ToString(CultureInfo.InvariantCulture))
            .Append(last)
            .OfType<string>()
            .Select(Shorten);
        var path = string.Join('/', parts);
        return path.Length == 0 ? JsonError.Root : path;
    }

    private static string Shorten(string part)
    {
        const int Shown = 64;
        return part.Length <= Shown
            ? part
            : string.Concat(part.AsSpan(0, char.IsHighSurrogate(part[Shown - 1]) ? Shown - 1 : Shown), "…");
    }

    private bool TakeScalar(Scalar scalar)
    {
        if (!Count(scalar, 1))
        {
            return false;
        }

        var isPlain = scalar.Style == ScalarStyle.Plain;
        string? refusal = null;
        var value = scalar.Tag.IsEmpty
            ? isPlain ? CoreSchema.Resolve(scalar.Value, out refusal) : new JsonString(scalar.Value)
            : CoreSchema.ResolveTagged(scalar.Tag.Value, scalar.Value, out refusal);
        if (value is null)
        {
            return Fail(scalar, refusal ?? throw new InvalidOperationException("no value and no reason"));
        }

        var node = new YamlNode(value, new SourceNode(OffsetOf(scalar)), 1, 0, scalar.Value.Length);
        Register(scalar.Anchor, node);
        return Attach(scalar, node);
    }

    private bool TakeAlias(AnchorAlias alias)
    {
        if (!anchors.TryGetValue(alias.Value.Value, out var node))
        {
            return Fail(alias, "an alias of an anchor that does not stand before it; add the anchor, or put the value in quotes");
        }

        if (node is null)
        {
            return Fail(alias, "an alias of the very value that it stands in; write the value out");
        }

        if (open.Count + node.Height > options.MaxDepth)
        {
            return Fail(alias, "nested too deeply; flatten the document");
        }

        // ten thousand aliases of one long text are ten thousand texts to whoever writes them out
        aliasText += node.TextLength;
        return aliasText > options.MaxBytes
            ? Fail(alias, "the aliases add more text than a document may have; write less through aliases")
            : Count(alias, node.Count)
                && Attach(alias, node with { Source = node.Source.Seen(OffsetOf(alias), OffsetOf(alias)) });
    }

    private bool Open(NodeEvent start, bool isMapping)
    {
        if (!Count(start, 1))
        {
            return false;
        }

        if (open.TryPeek(out var parent) && parent.WantsKey)
        {
            return FailKey(start);
        }

        if (open.Count == options.MaxDepth)
        {
            return Fail(start, "nested too deeply; flatten the document");
        }

        if (!start.Tag.IsEmpty && CoreSchema.CollectionTagRefusal(start.Tag.Value, isMapping) is { } refusal)
        {
            return Fail(start, refusal);
        }

        var anchor = start.Anchor.IsEmpty ? null : start.Anchor.Value;
        if (anchor is not null)
        {
            anchors[anchor] = null;
        }

        // the parser gives `a: b` inside brackets, a mapping without braces, no place; only the root can start at the start
        var offset = OffsetOf(start);
        open.Push(new OpenCollection(isMapping, anchor, offset == 0 && open.Count > 0 ? null : offset));
        return true;
    }

    private bool Close()
    {
        var collection = open.Peek();
        if (collection.HasRefusedNames(out var at, out var message))
        {
            return Fail(at, message, Path());
        }

        open.Pop();
        var node = collection.Close();
        if (collection.Anchor is { } anchor && anchors.TryGetValue(anchor, out var since) && since is null)
        {
            anchors[anchor] = node;
        }

        return Attach(null, node);
    }

    /// <summary>An anchor may be used again; an alias means the nearest one before it.</summary>
    private void Register(AnchorName anchor, YamlNode node)
    {
        if (!anchor.IsEmpty)
        {
            anchors[anchor.Value] = node;
        }
    }

    private bool Attach(ParsingEvent? at, YamlNode node)
    {
        if (!open.TryPeek(out var parent))
        {
            root = node;
            return true;
        }

        if (!parent.WantsKey)
        {
            parent.Take(node);
            return true;
        }

        if (node.Value is not JsonString key)
        {
            return at is null ? throw new InvalidOperationException("a collection as a key was let in") : FailKey(at);
        }

        var isEscaped = at is Scalar
            && !Ascii.IsValid(key.Value)
            && Ascii.IsValid(text.Value.AsSpan()[OffsetOf(at)..EndOf(at)]);
        if (!parent.TakeKey(key.Value, node.Source.Offset, isEscaped))
        {
            return Fail(node.Source.Offset, "the name stands twice in one mapping; keep one of the two", Path());
        }

        return true;
    }

    private bool Count(ParsingEvent at, int more)
    {
        nodes += more;
        return nodes <= options.MaxNodes
            || Fail(at, $"more than {options.MaxNodes} values, aliases counted in full; make the document smaller");
    }

    private bool FailKey(ParsingEvent at) => Fail(at, "a key that is not text; put it in quotes");

    private bool Fail(ParsingEvent at, string message) => Fail(OffsetOf(at), message, Path());

    private bool Fail(int offset, string message, string path)
    {
        Failure = text.Error(offset, path, message);
        return false;
    }

    private int EndOf(ParsingEvent at) => (int)Math.Clamp(at.End.Index, OffsetOf(at), text.Value.Length);

    private int OffsetOf(ParsingEvent at) => (int)Math.Min(at.Start.Index, text.Value.Length);
}
