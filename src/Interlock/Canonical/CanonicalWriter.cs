using System.Buffers;
using System.Globalization;
using System.Text;

namespace Interlock.Canonical;

/// <summary>Writes values in the form of RFC 8785 to one growing buffer, which goes back to the pool at the end.</summary>
internal ref partial struct CanonicalWriter : IDisposable
{
    /// <summary>What a string cannot hold as it stands: controls, quotation mark, backslash (RFC 8785 section 3.2.2.2).</summary>
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    /// <summary>Encodes strictly: a lone surrogate is a bug in the caller and throws.</summary>
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private PooledList<byte> output;

    public CanonicalWriter()
        : this(4096)
    {
    }

    /// <param name="capacity">How many bytes to make room for; more are made when they are needed.</param>
    public CanonicalWriter(int capacity) => output = new PooledList<byte>(capacity);

    /// <summary>What was written; valid until the writer is disposed of.</summary>
    public readonly ReadOnlySpan<byte> Written => output.Items;

    public readonly void Dispose() => output.Dispose();

    public void Write(JsonValue value)
    {
        switch (value)
        {
            case JsonString text:
                Write(text.Value);
                break;
            case JsonObject obj:
                Write(obj);
                break;
            case JsonNumber number:
                Write(number.Value);
                break;
            case JsonArray array:
                Write(array);
                break;
            case JsonBoolean boolean:
                Append(boolean.Value ? "true"u8 : "false"u8);
                break;
            case JsonNull:
                Append("null"u8);
                break;
            default:
                throw new InvalidOperationException($"no canonical form for {value.GetType()}");
        }
    }

    private void Write(JsonArray array)
    {
        Append((byte)'[');
        for (var i = 0; i < array.Items.Length; i++)
        {
            if (i > 0)
            {
                Append((byte)',');
            }

            Write(array.Items[i]);
        }

        Append((byte)']');
    }

    private void Write(JsonObject obj)
    {
        Append((byte)'{');
        for (var i = 0; i < obj.Members.Length; i++)
        {
            if (i > 0)
            {
                Append((byte)',');
            }

            var member = obj.Members[i];
            Write(member.Name);
            Append((byte)':');
            Write(member.Value);
        }

        Append((byte)'}');
    }

    /// <summary>A whole number as it stands, one that a double holds exactly.</summary>
    public void WriteWhole(long number)
    {
        _ = number.TryFormat(output.Space(CanonicalNumber.MaxLength), out var written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    private void Write(double number) => output.Advance(CanonicalNumber.Format(number, output.Space(CanonicalNumber.MaxLength)));

    private void Write(string text)
    {
        Append((byte)'"');
        var rest = text.AsSpan();
        while (rest.IndexOfAny(Escaped) is >= 0 and var next)
        {
            Encode(rest[..next]);
            Escape(rest[next]);
            rest = rest[(next + 1)..];
        }

        Encode(rest);
        Append((byte)'"');
    }

    private void Encode(ReadOnlySpan<char> plain) => output.Advance(Utf8.GetBytes(plain, output.Space(Utf8.GetMaxByteCount(plain.Length))));

    private void Escape(char unit)
    {
        var letter = unit switch
        {
            '"' or '\\' => (byte)unit,
            '\b' => (byte)'b',
            '\t' => (byte)'t',
            '\n' => (byte)'n',
            '\f' => (byte)'f',
            '\r' => (byte)'r',
            _ => (byte)'u',
        };
        Append((byte)'\\');
        Append(letter);
        if (letter == (byte)'u')
        {
            Append("00"u8);
            Append((byte)"0123456789abcdef"[unit >> 4]);
            Append((byte)"0123456789abcdef"[unit & 0xf]);
        }
    }

    private void Append(byte unit) => output.Add(unit);

    private void Append(scoped ReadOnlySpan<byte> units) => output.Add(units);
}
