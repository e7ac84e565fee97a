using System.Text;

namespace Interlock.Canonical;

/// <summary>What a token is. A name is a string; its value is the token after it.</summary>
internal enum JsonKind : byte
{
    Null = 0,
    True,
    False,
    Number,
    String,
    Array,
    Object,
}

/// <summary>One value, or the name of one, as the parser found it in the text.</summary>
internal struct JsonToken
{
    /// <summary>Where it starts in the text.</summary>
    public int Start;

    /// <summary>How many bytes of the text it takes.</summary>
    public int Length;

    /// <summary>The token after all that belongs to it.</summary>
    public int Next;

    /// <summary>Of an array or object: how many items or members it has.</summary>
    public int Count;

    /// <summary>Of an object whose members are not in canonical order in the text: where that order stands; otherwise -1.</summary>
    public int Order;

    public JsonKind Kind;

    /// <summary>Of a string: it has no escape.</summary>
    public bool Plain;

    /// <summary>Its text, with all that belongs to it, is its canonical form.</summary>
    public bool Verbatim;
}

/// <summary>
/// A document that the strict reader accepted, as tokens over its text. Both what is built from it, values and canonical bytes,
/// come from here, so that there is one grammar and one judgement of what is a document.
/// </summary>
internal readonly ref struct JsonTape(ReadOnlySpan<byte> text, ReadOnlySpan<JsonToken> tokens, ReadOnlySpan<int> order)
{
    private readonly ReadOnlySpan<byte> text = text;
    private readonly ReadOnlySpan<JsonToken> tokens = tokens;
    private readonly ReadOnlySpan<int> order = order;

    public ref readonly JsonToken this[int index] => ref tokens[index];

    /// <summary>The text of a value or name, a string with its quotation marks.</summary>
    public ReadOnlySpan<byte> Text(int index) => text.Slice(tokens[index].Start, tokens[index].Length);

    /// <summary>What stands between the quotation marks of a string.</summary>
    public ReadOnlySpan<byte> Quoted(int index) => text.Slice(tokens[index].Start + 1, tokens[index].Length - 2);

    /// <summary>The text from one token to the end of another.</summary>
    public ReadOnlySpan<byte> Text(int first, int last) => text[tokens[first].Start..(tokens[last].Start + tokens[last].Length)];

    /// <summary>Whether a member's value follows its name with a colon and nothing else between.</summary>
    public bool IsClose(int name) => tokens[name + 1].Start == tokens[name].Start + tokens[name].Length + 1;

    /// <summary>Whether a string or name has this text, however it is spelled.</summary>
    public bool Is(int index, ReadOnlySpan<byte> utf8) =>
        tokens[index].Plain ? Quoted(index).SequenceEqual(utf8) : JsonEscape.Unescape(Quoted(index)) == Encoding.UTF8.GetString(utf8);

    /// <summary>The members of an object in canonical order: the tokens of their names.</summary>
    public MemberEnumerator MembersOf(int index) => new(this, index, tokens[index].Order);

    /// <summary>The members of an object as they stand in the text.</summary>
    public MemberEnumerator InText(int index) => new(this, index, ordered: -1);

    internal ref struct MemberEnumerator(JsonTape tape, int index, int ordered)
    {
        private readonly JsonTape tape = tape;
        private readonly int count = tape.tokens[index].Count;
        private readonly int ordered = ordered;
        private int next = index + 1;
        private int at = -1;

        public int Current { get; private set; }

        public readonly MemberEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (++at >= count)
            {
                return false;
            }

            if (ordered >= 0)
            {
                Current = tape.order[ordered + at];
                return true;
            }

            Current = next;
            next = tape.tokens[next + 1].Next;
            return true;
        }
    }
}
