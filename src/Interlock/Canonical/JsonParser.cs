using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Interlock.Canonical;

/// <summary>One pass over one document. A method that returns null has set the failure, and every caller passes it on.</summary>
internal ref partial struct JsonParser
{
    private const string EndsEarly = "the document ends in the middle of a value; was it cut off?";

    private readonly ReadOnlySpan<byte> text;
    private readonly bool canonical;
    private readonly bool validUtf8;

    // one stack for all levels: an array or object under construction takes its part off the end
    private readonly List<JsonValue> items = [];
    private readonly List<JsonMember> members = [];

    // beside each member where its name stands, from quotation mark to quotation mark
    private readonly List<(int Start, int End)> names = [];

    // where strings with escapes are put together, one at a time
    private ArrayBufferWriter<char>? unescaped;
    private int depthLeft;
    private int at;
    private int failedAt;
    private string? failure;
    private List<string>? path;

    /// <param name="text">The document.</param>
    /// <param name="maxDepth">How deep it may nest.</param>
    /// <param name="canonical">Whether to take what the writer emits, and leave it to the caller to refuse all else.</param>
    public JsonParser(ReadOnlySpan<byte> text, int maxDepth, bool canonical)
    {
        this.text = text;
        this.canonical = canonical;
        depthLeft = maxDepth;

        // one vectorised pass; only a document that fails it pays for finding the string at fault
        validUtf8 = Utf8.IsValid(text);
    }

    /// <summary>The whole document, or null: then <see cref="Error"/> says why.</summary>
    public JsonValue? ParseDocument()
    {
        if (text.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
        {
            return Fail(0, "the document starts with a byte order mark; remove it");
        }

        SkipWhiteSpace();
        var value = ParseValue();
        if (value is null)
        {
            return null;
        }

        SkipWhiteSpace();
        return at == text.Length ? value : Fail(at, "text after the end of the document; send one document only");
    }

    public readonly JsonError Error()
    {
        var where = ErrorPath.Join(path is null ? [] : [.. Enumerable.Reverse(path)]);
        return TextPosition.Error(text, failedAt, where, failure ?? throw new InvalidOperationException("nothing failed"));
    }

    private JsonValue? ParseValue()
    {
        if (at == text.Length)
        {
            return Fail(at, at == 0 ? "the document is empty; send a JSON value" : EndsEarly);
        }

        return text[at] switch
        {
            (byte)'{' => ParseObject(),
            (byte)'[' => ParseArray(),
            (byte)'"' => ParseString() is { } value ? new JsonString(value) : null,
            (byte)'t' => ParseLiteral("true"u8, JsonBoolean.True),
            (byte)'f' => ParseLiteral("false"u8, JsonBoolean.False),
            (byte)'n' => ParseLiteral("null"u8, JsonNull.Instance),
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => ParseNumber(),
            _ => Fail(at, "not a JSON value; expected an object, an array, a string, a number, true, false or null"),
        };
    }

    private JsonValue? ParseLiteral(ReadOnlySpan<byte> literal, JsonValue value)
    {
        if (!text[at..].StartsWith(literal))
        {
            return Fail(at, "not a JSON literal; only true, false and null are");
        }

        at += literal.Length;
        return value;
    }

    private JsonArray? ParseArray()
    {
        if (!Descend())
        {
            return null;
        }

        var first = items.Count;
        SkipWhiteSpace();
        var more = !Take((byte)']');
        while (more)
        {
            var item = ParseValue();
            if (item is null)
            {
                return FailInside<JsonArray>((items.Count - first).ToString(CultureInfo.InvariantCulture));
            }

            items.Add(item);
            SkipWhiteSpace();
            more = Take((byte)',');
            SkipWhiteSpace();
            if (!more && !Take((byte)']'))
            {
                Fail(at, at == text.Length ? EndsEarly : "expected `,` or `]` after an item");
                return null;
            }
        }

        depthLeft++;
        if (first == items.Count)
        {
            return JsonArray.Empty;
        }

        var array = new JsonArray(ImmutableArray.Create<JsonValue>(CollectionsMarshal.AsSpan(items)[first..]));
        items.RemoveRange(first, items.Count - first);
        return array;
    }

    private JsonObject? ParseObject()
    {
        if (!Descend())
        {
            return null;
        }

        var first = members.Count;
        SkipWhiteSpace();
        var more = !Take((byte)'}');
        while (more)
        {
            if (!ParseMember())
            {
                return null;
            }

            SkipWhiteSpace();
            more = Take((byte)',');
            SkipWhiteSpace();
            if (!more && !Take((byte)'}'))
            {
                Fail(at, at == text.Length ? EndsEarly : "expected `,` or `}` after a member");
                return null;
            }
        }

        depthLeft++;
        if (first == members.Count)
        {
            return JsonObject.Empty;
        }

        var sorted = CollectionsMarshal.AsSpan(members)[first..].ToArray();
        if (!JsonObject.TrySort(sorted, out var duplicate))
        {
            return FailDuplicate(first, duplicate);
        }

        if (sorted.Length > 1 && !canonical && HasNameBeyondAscii(first) && FailTwoSpellings(first))
        {
            return null;
        }

        members.RemoveRange(first, sorted.Length);
        names.RemoveRange(first, sorted.Length);
        return JsonObject.FromSorted(sorted);
    }

    private bool ParseMember()
    {
        if (at == text.Length || text[at] != (byte)'"')
        {
            Fail(at, at == text.Length ? EndsEarly : "expected a member's name in double quotes");
            return false;
        }

        var start = at;
        var name = ParseString();
        if (name is null)
        {
            return false;
        }

        var end = at;
        SkipWhiteSpace();
        if (!Take((byte)':'))
        {
            Fail(at, at == text.Length ? EndsEarly : "expected `:` after a member's name");
            return false;
        }

        SkipWhiteSpace();
        var value = ParseValue();
        if (value is null)
        {
            FailInside<JsonObject>(name);
            return false;
        }

        members.Add(new JsonMember(name, value));
        names.Add((start, end));
        return true;
    }

    private readonly bool HasNameBeyondAscii(int first)
    {
        foreach (var (start, end) in CollectionsMarshal.AsSpan(names)[first..])
        {
            if (!Ascii.IsValid(text[start..end]))
            {
                return true;
            }
        }

        return false;
    }

    private JsonObject? FailDuplicate(int first, string duplicate)
    {
        var second = members.FindIndex(members.FindIndex(first, IsIt) + 1, IsIt);
        Fail(names[second].Start, "the name stands twice in one object; keep one of the two");
        return FailInside<JsonObject>(duplicate);

        bool IsIt(JsonMember member) => member.Name == duplicate;
    }

    /// <summary>
    /// Refuses two names that would become one if something on the way normalised the text (an editor, a clipboard, a
    /// reader): then nobody knows which of the values counts. A name spelled with an escape cannot be changed like that, so
    /// it is the spellings that are compared, not the names. Only an object with a name beyond ASCII pays for it.
    /// </summary>
    /// <returns>Whether there was a failure.</returns>
    private bool FailTwoSpellings(int first)
    {
        var keys = new HashSet<string>();
        for (var i = first; i < names.Count; i++)
        {
            var (start, end) = names[i];
            if (!keys.Add(CanonicalEquivalence.Key(Encoding.UTF8.GetString(text[start..end]))))
            {
                Fail(start, "the name stands twice in one object, in two Unicode spellings; "
                    + "keep one of the two, or write its characters beyond ASCII as escapes");
                FailInside<JsonObject>(members[i].Name);
                return true;
            }
        }

        return false;
    }

    private bool Descend()
    {
        if (depthLeft == 0)
        {
            Fail(at, "nested too deeply; flatten the document");
            return false;
        }

        depthLeft--;
        at++;
        return true;
    }

    private bool Take(byte unit)
    {
        if (at < text.Length && text[at] == unit)
        {
            at++;
            return true;
        }

        return false;
    }

    private void SkipWhiteSpace()
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }
    }

    private JsonValue? Fail(int offset, string message)
    {
        failure = message;
        failedAt = offset;
        return null;
    }

    /// <summary>Notes one step of the path on the way out of a failure, so that success pays nothing for it.</summary>
    private T? FailInside<T>(string step)
        where T : class
    {
        path ??= [];
        path.Add(step);
        return null;
    }
}
