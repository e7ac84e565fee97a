using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Interlock.Canonical;

/// <summary>
/// One pass over one document, into a tape of tokens. A method that returns false has set the failure, and every caller passes it
/// on. Dispose of it when the tape is used no more.
/// </summary>
internal ref partial struct JsonParser : IDisposable
{
    private const string EndsEarly = "the document ends in the middle of a value; was it cut off?";

    private readonly ReadOnlySpan<byte> text;
    private readonly JsonReadOptions options;
    private readonly bool canonical;
    private readonly bool validUtf8;

    // with neither escapes nor bytes beyond ASCII there is nothing to decode, to order specially or to spell in two ways
    private readonly bool ascii;

    private PooledList<JsonToken> tokens;
    private PooledList<int> order = new(64);
    // how often something was met that the canonical form spells otherwise
    private int rough;

    // whether every escape of the string under way is the one that the canonical form takes
    private bool escapesAsWritten;
    private int depthLeft;
    private int at;
    private int failedAt;
    private string? failure;
    private List<string>? path;

    /// <param name="text">The document.</param>
    /// <param name="options">The caps.</param>
    /// <param name="canonical">Whether to take what the writer emits, and leave it to the caller to refuse all else.</param>
    public JsonParser(ReadOnlySpan<byte> text, JsonReadOptions options, bool canonical)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxDepth, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxDepth, JsonReadOptions.DepthCeiling, nameof(options));
        this.text = text;
        this.options = options;
        this.canonical = canonical;
        depthLeft = options.MaxDepth;
        if (text.Length > options.MaxBytes)
        {
            // it will be refused: nothing is done that grows with it
            tokens = new PooledList<JsonToken>(16);
            return;
        }

        tokens = new PooledList<JsonToken>(Math.Max(16, text.Length / 8));

        // vectorised passes; only a document that fails both pays for finding the string at fault
        ascii = Ascii.IsValid(text);
        validUtf8 = ascii || Utf8.IsValid(text);
    }

    /// <summary>The tokens of a document that was accepted; the first is the whole.</summary>
    public readonly JsonTape Tape => new(text, tokens.Items, order.Items);

    public readonly void Dispose()
    {
        tokens.Dispose();
        order.Dispose();
    }

    /// <summary>The whole document.</summary>
    /// <param name="error">Where and why it was refused.</param>
    public bool TryParse([NotNullWhen(false)] out JsonError? error)
    {
        error = text.Length > options.MaxBytes
            ? new JsonError(
                JsonError.Root,
                Line: 1,
                Column: 1,
                $"the document has {text.Length} bytes and the limit is {options.MaxBytes}; make it smaller")
            : ParseDocument() ? null : Error();
        return error is null;
    }

    private bool ParseDocument()
    {
        if (text.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
        {
            return Fail(0, "the document starts with a byte order mark; remove it");
        }

        SkipWhiteSpace();
        if (!ParseValue())
        {
            return false;
        }

        SkipWhiteSpace();
        return at == text.Length || Fail(at, "text after the end of the document; send one document only");
    }

    private readonly JsonError Error()
    {
        var where = ErrorPath.Join(path is null ? [] : [.. Enumerable.Reverse(path)]);
        return TextPosition.Error(text, failedAt, where, failure ?? throw new InvalidOperationException("nothing failed"));
    }

    private bool ParseValue()
    {
        if (at == text.Length)
        {
            return Fail(at, at == 0 ? "the document is empty; send a JSON value" : EndsEarly);
        }

        return text[at] switch
        {
            (byte)'{' => ParseObject(),
            (byte)'[' => ParseArray(),
            (byte)'"' => ParseString(),
            (byte)'t' => ParseLiteral("true"u8, JsonKind.True),
            (byte)'f' => ParseLiteral("false"u8, JsonKind.False),
            (byte)'n' => ParseLiteral("null"u8, JsonKind.Null),
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => ParseNumber(),
            _ => Fail(at, "not a JSON value; expected an object, an array, a string, a number, true, false or null"),
        };
    }

    private bool ParseLiteral(ReadOnlySpan<byte> literal, JsonKind kind)
    {
        if (!text[at..].StartsWith(literal))
        {
            return Fail(at, "not a JSON literal; only true, false and null are");
        }

        Add(kind, at, literal.Length, plain: false, verbatim: true);
        at += literal.Length;
        return true;
    }

    private bool ParseArray()
    {
        if (!Descend(JsonKind.Array))
        {
            return false;
        }

        var self = tokens.Count - 1;
        var count = 0;
        var roughBefore = rough;
        SkipWhiteSpace();
        var more = !Take((byte)']');
        while (more)
        {
            if (!ParseValue())
            {
                return FailInside(count.ToString(CultureInfo.InvariantCulture));
            }

            count++;
            SkipWhiteSpace();
            more = Take((byte)',');
            SkipWhiteSpace();
            if (!more && !Take((byte)']'))
            {
                return Fail(at, at == text.Length ? EndsEarly : "expected `,` or `]` after an item");
            }
        }

        Ascend(self, count, roughBefore);
        return true;
    }

    private bool ParseObject()
    {
        if (!Descend(JsonKind.Object))
        {
            return false;
        }

        var self = tokens.Count - 1;
        var count = 0;
        var last = -1;
        var lastStart = default(NamePrefix);
        var roughBefore = rough;
        var ascending = true;
        SkipWhiteSpace();
        var more = !Take((byte)'}');
        while (more)
        {
            var name = tokens.Count;
            if (!ParseMember())
            {
                return false;
            }

            var start = NamePrefix.Of(text, tokens[name]);
            ascending = ascending && (last < 0 || IsBefore(last, lastStart, name, start));
            (last, lastStart) = (name, start);
            count++;
            SkipWhiteSpace();
            more = Take((byte)',');
            SkipWhiteSpace();
            if (!more && !Take((byte)'}'))
            {
                return Fail(at, at == text.Length ? EndsEarly : "expected `,` or `}` after a member");
            }
        }

        rough += ascending ? 0 : 1;
        Ascend(self, count, roughBefore);
        return (ascending || TrySort(self)) && (ascii || canonical || count < 2 || IsSpelledOnce(self));
    }

    private bool ParseMember()
    {
        if (at == text.Length || text[at] != (byte)'"')
        {
            return Fail(at, at == text.Length ? EndsEarly : "expected a member's name in double quotes");
        }

        var name = tokens.Count;
        if (!ParseString())
        {
            return false;
        }

        SkipWhiteSpace();
        if (!Take((byte)':'))
        {
            return Fail(at, at == text.Length ? EndsEarly : "expected `:` after a member's name");
        }

        SkipWhiteSpace();
        return ParseValue() || FailInside(JsonTree.Text(Tape, name));
    }

    /// <summary>Puts the members in canonical order beside the tape, and refuses a name that stands twice.</summary>
    private bool TrySort(int self)
    {
        var first = order.Count;
        tokens[self].Order = first;
        foreach (var name in new JsonTape(text, tokens.Items, []).InText(self))
        {
            order.Add(name);
        }

        var tape = Tape;
        var names = order.Items[first..];
        if (MemberOrder.SortAndFindTwin(names, text, tape) is not (>= 0 and var twin))
        {
            return true;
        }

        Fail(tape[twin].Start, "the name stands twice in one object; keep one of the two");
        return FailInside(JsonTree.Text(tape, twin));
    }

    /// <summary>
    /// Refuses two names that would become one if something on the way normalised the text (an editor, a clipboard, a
    /// reader): then nobody knows which of the values counts. A name spelled with an escape cannot be changed like that, so
    /// it is the spellings that are compared, not the names. Only an object with a name beyond ASCII pays for it.
    /// </summary>
    private bool IsSpelledOnce(int self)
    {
        var tape = Tape;
        var anyBeyondAscii = false;
        foreach (var name in tape.InText(self))
        {
            anyBeyondAscii = anyBeyondAscii || !Ascii.IsValid(tape.Text(name));
        }

        if (!anyBeyondAscii)
        {
            return true;
        }

        var keys = new HashSet<string>();
        foreach (var name in tape.InText(self))
        {
            if (!keys.Add(CanonicalEquivalence.Key(Encoding.UTF8.GetString(tape.Quoted(name)))))
            {
                Fail(tape[name].Start, "the name stands twice in one object, in two Unicode spellings; "
                    + "keep one of the two, or write its characters beyond ASCII as escapes");
                return FailInside(JsonTree.Text(tape, name));
            }
        }

        return true;
    }

    private readonly bool IsBefore(int left, NamePrefix leftStart, int right, NamePrefix rightStart) =>
        (leftStart.TryCompare(rightStart, out var order) ? order : MemberOrder.Compare(Tape, left, right)) < 0;

    private void Add(JsonKind kind, int start, int length, bool plain, bool verbatim)
    {
        tokens.Add(new JsonToken
        {
            Kind = kind,
            Start = start,
            Length = length,
            Next = tokens.Count + 1,
            Order = -1,
            Plain = plain,
            Verbatim = verbatim,
        });
        rough += verbatim ? 0 : 1;
    }

    private bool Descend(JsonKind kind)
    {
        if (depthLeft == 0)
        {
            return Fail(at, "nested too deeply; flatten the document");
        }

        Add(kind, at, length: 0, plain: false, verbatim: true);
        depthLeft--;
        at++;
        return true;
    }

    private void Ascend(int self, int count, int roughBefore)
    {
        depthLeft++;
        ref var token = ref tokens[self];
        token.Length = at - token.Start;
        token.Count = count;
        token.Verbatim = rough == roughBefore;
        token.Next = tokens.Count;
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
            rough++;
        }
    }

    private bool Fail(int offset, string message)
    {
        failure = message;
        failedAt = offset;
        return false;
    }

    /// <summary>Notes one step of the path on the way out of a failure, so that success pays nothing for it.</summary>
    private bool FailInside(string step)
    {
        path ??= [];
        path.Add(step);
        return false;
    }
}
