using System.Text;
using Interlock.Canonical;

namespace Interlock.Cli.Yaml;

/// <summary>A finished node, with what another use of it through an alias would cost.</summary>
/// <param name="Value">The value.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="Count">How many nodes it is, itself and keys included, aliases expanded.</param>
/// <param name="Height">How many levels of collections it holds; 0 for a scalar.</param>
/// <param name="TextLength">How many UTF-16 units of text it holds, keys included, aliases expanded.</param>
internal sealed record YamlNode(JsonValue Value, SourceNode Source, int Count, int Height, long TextLength);

/// <summary>A sequence or mapping whose end has not been seen.</summary>
/// <param name="isMapping">Which of the two it is.</param>
/// <param name="anchor">Its anchor, or null.</param>
/// <param name="offset">Where it starts; null where the parser does not say: then where its first key does.</param>
internal sealed class OpenCollection(bool isMapping, string? anchor, int? offset)
{
    private readonly List<JsonMember> members = [];
    private readonly List<JsonValue> items = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly SourceNode source = new(offset ?? 0);
    private readonly List<(string Name, int Offset)> spelledOut = [];
    private bool isBeyondAscii;
    private int count = 1;
    private int height;
    private long textLength;
    private int keyOffset;

    public bool IsMapping => isMapping;

    public string? Anchor => anchor;

    /// <summary>The key that waits for its value, or null.</summary>
    public string? Key { get; private set; }

    /// <summary>Whether the next node is a key.</summary>
    public bool WantsKey => isMapping && Key is null;

    /// <summary>How many items a sequence has so far.</summary>
    public int ItemCount => items.Count;

    /// <summary>Takes a key; false where it stands twice.</summary>
    /// <param name="key">The name.</param>
    /// <param name="at">Where it stands.</param>
    /// <param name="isEscaped">Whether it is spelled with escapes, in ASCII alone.</param>
    public bool TakeKey(string key, int at, bool isEscaped)
    {
        if (!isEscaped)
        {
            spelledOut.Add((key, at));
            isBeyondAscii |= !Ascii.IsValid(key);
        }

        if (offset is null && names.Count == 0)
        {
            source.MoveTo(at);
        }

        Key = key;
        keyOffset = at;
        count++;
        textLength += key.Length;
        return names.Add(key);
    }

    /// <summary>Takes a value, or an item.</summary>
    public void Take(YamlNode node)
    {
        count += node.Count;
        height = Math.Max(height, node.Height);
        textLength += node.TextLength;
        if (Key is { } key)
        {
            members.Add(new JsonMember(key, node.Value));
            source.Add(key, node.Source.Seen(keyOffset, node.Source.Offset));
            Key = null;
            return;
        }

        items.Add(node.Value);
        source.Add(node.Source);
    }

    /// <summary>
    /// Where a name stands that the reader of JSON refuses beside the others, such as one that Unicode takes for the same.
    /// As there, a name that is spelled with escapes does not take part: nothing on the way can normalise it.
    /// </summary>
    public bool HasRefusedNames(out int at, out string message)
    {
        (at, message) = (source.Offset, string.Empty);
        if (!isBeyondAscii)
        {
            return false;
        }

        var names = JsonObject.Of(spelledOut.Select(key => new JsonMember(key.Name, JsonNull.Instance)));
        var caps = new JsonReadOptions { MaxBytes = int.MaxValue };
        if (JsonReader.TryRead(CanonicalJson.Write(names), caps, out _, out var error))
        {
            return false;
        }

        at = spelledOut.Find(key => key.Name == error.Path) is { Name: not null } found ? found.Offset : at;
        message = error.Message;
        return true;
    }

    /// <summary>The finished node.</summary>
    public YamlNode Close()
    {
        JsonValue value = isMapping ? JsonObject.Of(members) : new JsonArray([.. items]);
        return new YamlNode(value, source, count, height + 1, textLength);
    }
}
