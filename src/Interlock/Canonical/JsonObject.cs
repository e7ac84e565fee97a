using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Interlock.Canonical;

/// <summary>A name and its value.</summary>
/// <param name="Name">The member's name.</param>
/// <param name="Value">The member's value.</param>
public readonly record struct JsonMember(string Name, JsonValue Value);

/// <summary>
/// A JSON object with unique names, held in the order of RFC 8785 section 3.2.3 (UTF-16 code units), so that writing
/// needs no sort and a lookup is a binary search. The order of the source is not kept: it carries no meaning.
/// </summary>
public sealed class JsonObject : JsonValue
{
    private readonly JsonMember[] members;

    private JsonObject(JsonMember[] sorted) => members = sorted;

    /// <summary>The empty object.</summary>
    public static JsonObject Empty { get; } = new([]);

    /// <summary>The members, ordered by name.</summary>
    public ImmutableArray<JsonMember> Members => ImmutableCollectionsMarshal.AsImmutableArray(members);

    /// <summary>How many members there are.</summary>
    public int Count => members.Length;

    /// <summary>The value of a member, or null where there is none.</summary>
    /// <param name="name">The member's name.</param>
    public JsonValue? this[string name]
    {
        get
        {
            var low = 0;
            var high = members.Length - 1;
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                var order = string.CompareOrdinal(members[middle].Name, name);
                if (order == 0)
                {
                    return members[middle].Value;
                }

                if (order < 0)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }

            return null;
        }
    }

    /// <summary>Builds an object from members in any order.</summary>
    /// <param name="members">The members; their names are unique.</param>
    /// <exception cref="ArgumentException">A name stands twice.</exception>
    public static JsonObject Of(params IEnumerable<JsonMember> members)
    {
        JsonMember[] sorted = [.. members];
        return TrySort(sorted, out var duplicate)
            ? new JsonObject(sorted)
            : throw new ArgumentException($"the name `{duplicate}` stands twice", nameof(members));
    }

    /// <summary>Builds an object from names and values in any order; the short form for literals in code.</summary>
    /// <param name="members">The members; their names are unique. A null value leaves its member out.</param>
    /// <exception cref="ArgumentException">A name stands twice.</exception>
    public static JsonObject Of(params ReadOnlySpan<(string Name, JsonValue? Value)> members)
    {
        var list = new List<JsonMember>(members.Length);
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                list.Add(new JsonMember(name, value));
            }
        }

        return Of(list);
    }

    /// <summary>Looks a member up.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="value">The member's value.</param>
    /// <returns>Whether there is such a member.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out JsonValue? value) => (value = this[name]) is not null;

    /// <summary>The text of a member, or null where there is none or it is not a string.</summary>
    /// <param name="name">The member's name.</param>
    public string? Text(string name) => (this[name] as JsonString)?.Value;

    /// <summary>A copy in which one member is set.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="value">Its new value.</param>
    public JsonObject With(string name, JsonValue value) =>
        Of(members.Where(member => member.Name != name).Append(new JsonMember(name, value)));

    /// <summary>A copy without one member.</summary>
    /// <param name="name">The member's name.</param>
    public JsonObject Without(string name) => Of(members.Where(member => member.Name != name));

    /// <summary>Takes over members that the reader has already sorted and found unique.</summary>
    internal static JsonObject FromSorted(JsonMember[] sorted) => new(sorted);

    /// <summary>Sorts in place; false, with the name, where two members share one.</summary>
    internal static bool TrySort(JsonMember[] members, [NotNullWhen(false)] out string? duplicate)
    {
        if (!IsAscending(members))
        {
            Array.Sort(members, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
            for (var i = 1; i < members.Length; i++)
            {
                if (members[i].Name == members[i - 1].Name)
                {
                    duplicate = members[i].Name;
                    return false;
                }
            }
        }

        duplicate = null;
        return true;
    }

    /// <summary>Whether each name comes strictly before the next one, as in every text that is already canonical.</summary>
    private static bool IsAscending(ReadOnlySpan<JsonMember> members)
    {
        for (var i = 1; i < members.Length; i++)
        {
            if (string.CompareOrdinal(members[i - 1].Name, members[i].Name) >= 0)
            {
                return false;
            }
        }

        return true;
    }
}
