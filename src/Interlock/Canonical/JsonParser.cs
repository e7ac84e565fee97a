using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Interlock.Canonical;

/// <summary>One pass over one document. A method that returns null has set the failure, and every caller passes it on.</summary>
internal ref partial struct JsonParser
{
    private const string EndsEarly = "the document ends in the middle of a value; was it cut off?";

    private readonly ReadOnlySpan<byte> text;
    private readonly bool limitIntegers;
    private readonly bool validUtf8;

    // one stack for all levels: an array or object under construction takes its part off the end
    private readonly List<JsonValue> items = [];
    private readonly List<JsonMember> members = [];

    // where strings with escapes are put together, one at a time
    private ArrayBufferWriter<char>? unescaped;
    private int depthLeft;
    private int at;
    private int failedAt;
    private string? failure;
    private List<string>? path;

    public JsonParser(ReadOnlySpan<byte> text, int maxDepth, bool limitIntegers)
    {
        this.text = text;
        this.limitIntegers = limitIntegers;
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

        var start = at;
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
        members.RemoveRange(first, sorted.Length);
        return JsonObject.TrySort(sorted, out var duplicate) ? JsonObject.FromSorted(sorted) : FailDuplicate(start, duplicate);
    }

    private bool ParseMember()
    {
        if (at == text.Length || text[at] != (byte)'"')
        {
            Fail(at, at == text.Length ? EndsEarly : "expected a member's name in double quotes");
            return false;
        }

        var name = ParseString();
        if (name is null)
        {
            return false;
        }

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
        return true;
    }

    /// <summary>
    /// Finds the second of two names that are one: the object is read again, which only a refusal pays for.
    /// </summary>
    private JsonObject? FailDuplicate(int start, string duplicate)
    {
        var key = CanonicalEquivalence.Key(duplicate);
        var again = new JsonParser(text, JsonReadOptions.DepthCeiling, limitIntegers: false) { at = start };
        string? before = null;
        while (true)
        {
            again.SkipWhiteSpace();
            var nameAt = again.at;
            var name = again.ParseString() ?? throw new InvalidOperationException("a name that was read cannot be read again");
            if (CanonicalEquivalence.Key(name) == key)
            {
                if (before is not null)
                {
                    Fail(nameAt, before == name
                        ? "the name stands twice in one object; keep one of the two"
                        : "the name stands twice in one object, in two Unicode spellings; keep one of the two");
                    return FailInside<JsonObject>(name);
                }

                before = name;
            }

            again.SkipWhiteSpace();
            again.at++;
            again.SkipWhiteSpace();
            _ = again.ParseValue();
            again.SkipWhiteSpace();
            again.at++;
        }
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
