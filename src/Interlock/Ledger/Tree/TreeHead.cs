using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>What a checkpoint says: so many entries, and the root of the tree over their lines (RFC 9162 §2.1).</summary>
/// <param name="Size">How many entries there are.</param>
/// <param name="Root">The root of the tree over them; <see cref="TreeHash.Empty"/> for none.</param>
public readonly record struct TreeHead(long Size, Sha256Digest Root)
{
    /// <summary>The tree without entries.</summary>
    public static TreeHead Empty => new(0, TreeHash.Empty);

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

/// <summary>The hash of a full block of 16^<paramref name="Level"/> entries.</summary>
/// <param name="Level">1 for a block of 16 entries, 2 for one of 256, and so on.</param>
/// <param name="Number">Which block of that level, from 0.</param>
/// <param name="Hash">The root over its entries.</param>
public readonly record struct TreeBlock(int Level, long Number, Sha256Digest Hash);
