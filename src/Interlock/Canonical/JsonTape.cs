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
    /// <summary>
    /// Where it starts; of a string, its first byte after the quotation mark. Of an object instead, where the order of its
    /// members stands, or -1 where that is the order of the text.
    /// </summary>
    public int Start;

    /// <summary>Of a string or number, its bytes; of an array or object, how many items or members it has.</summary>
    public int Length;

    /// <summary>The token after all that belongs to it.</summary>
    public int Next;

    public JsonKind Kind;

    /// <summary>Of a string: it has no escape. Of a number: its literal is its canonical form.</summary>
    public bool Plain;
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

    /// <summary>The bytes of a string between its quotation marks, or of a number.</summary>
    public ReadOnlySpan<byte> Raw(int index) => text.Slice(tokens[index].Start, tokens[index].Length);

    /// <summary>A string with its quotation marks.</summary>
    public ReadOnlySpan<byte> Quoted(int index) => text.Slice(tokens[index].Start - 1, tokens[index].Length + 2);

    /// <summary>Whether a string or name has this text, however it is spelled.</summary>
    public bool Is(int index, ReadOnlySpan<byte> utf8) =>
        tokens[index].Plain ? Raw(index).SequenceEqual(utf8) : JsonEscape.Unescape(Raw(index)) == Encoding.UTF8.GetString(utf8);

    /// <summary>The members of an object in canonical order: the tokens of their names.</summary>
    public MemberEnumerator MembersOf(int index) => new(this, index, tokens[index].Start);

    /// <summary>The members of an object as they stand in the text.</summary>
    public MemberEnumerator InText(int index) => new(this, index, ordered: -1);

    internal ref struct MemberEnumerator(JsonTape tape, int index, int ordered)
    {
        private readonly JsonTape tape = tape;
        private readonly int count = tape.tokens[index].Length;
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
