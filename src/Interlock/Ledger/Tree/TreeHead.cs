using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>The head of the Merkle tree over a ledger's lines (RFC 9162 §2.1): how many leaves, and their root.</summary>
/// <param name="Size">How many entries the tree covers.</param>
/// <param name="Root">The root over them.</param>
public readonly record struct TreeHead(long Size, Sha256Digest Root)
{
    /// <summary>The head of the tree over nothing: its root is the hash of nothing.</summary>
    public static TreeHead Empty { get; } = new(0, Sha256Digest.Of(ReadOnlySpan<byte>.Empty));

    /// <summary>Reads <c>{"root": HEX, "size": N}</c> and nothing else.</summary>
    /// <param name="value">The value.</param>
    /// <param name="head">The head.</param>
    public static bool TryRead(JsonValue value, out TreeHead head)
    {
        head = default;
        if (value is not JsonObject { Members.Length: 2 } json
            || !Sha256Digest.TryParse(json.Text("root"), out var root)
            || json["size"] is not JsonNumber { Value: >= 0 and <= JsonNumber.MaxSafeInteger } size
            || !double.IsInteger(size.Value))
        {
            return false;
        }

        head = new TreeHead((long)size.Value, root);
        return true;
    }

    /// <summary><c>{"root": HEX, "size": N}</c>.</summary>
    public JsonObject ToJson() => JsonObject.Of(("root", Root.ToString()), ("size", Size));
}
