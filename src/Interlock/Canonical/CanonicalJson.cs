using System.Buffers;
using System.Text;

namespace Interlock.Canonical;

/// <summary>Writes and hashes the canonical form of RFC 8785 (JSON Canonicalization Scheme).</summary>
public static class CanonicalJson
{
    /// <summary>What a JSON string cannot hold as it stands: controls, quotation mark, backslash (RFC 8785 section 3.2.2.2).</summary>
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    /// <summary>Encodes strictly: a lone surrogate is a bug in the caller and throws.</summary>
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The canonical bytes of a value: UTF-8 without a byte order mark.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="EncoderFallbackException">A string holds a lone surrogate.</exception>
    public static byte[] Write(JsonValue value)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(value, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Appends the canonical bytes of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="EncoderFallbackException">A string holds a lone surrogate.</exception>
    public static void Write(JsonValue value, IBufferWriter<byte> output)
    {
        switch (value)
        {
            case JsonNull:
                output.Write("null"u8);
                break;
            case JsonBoolean boolean:
                output.Write(boolean.Value ? "true"u8 : "false"u8);
                break;
            case JsonNumber number:
                output.Advance(CanonicalNumber.Format(number.Value, output.GetSpan(CanonicalNumber.MaxLength)));
                break;
            case JsonString text:
                WriteString(text.Value, output);
                break;
            case JsonArray array:
                WriteArray(array, output);
                break;
            case JsonObject obj:
                WriteObject(obj, output);
                break;
            default:
                throw new InvalidOperationException($"no canonical form for {value.GetType()}");
        }
    }

    /// <summary>SHA-256 of the canonical bytes.</summary>
    /// <param name="value">The value.</param>
    public static Sha256Digest Hash(JsonValue value)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(value, buffer);
        return Sha256Digest.Of(buffer.WrittenSpan);
    }

    private static void WriteArray(JsonArray array, IBufferWriter<byte> output)
    {
        output.Write("["u8);
        for (var i = 0; i < array.Items.Length; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            Write(array.Items[i], output);
        }

        output.Write("]"u8);
    }

    private static void WriteObject(JsonObject obj, IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        var first = true;
        foreach (var member in obj.Members)
        {
            if (!first)
            {
                output.Write(","u8);
            }

            first = false;
            WriteString(member.Name, output);
            output.Write(":"u8);
            Write(member.Value, output);
        }

        output.Write("}"u8);
    }

    private static void WriteString(string text, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        var rest = text.AsSpan();
        while (true)
        {
            var next = rest.IndexOfAny(Escaped);
            var plain = next < 0 ? rest : rest[..next];
            if (!plain.IsEmpty)
            {
                output.Advance(Utf8.GetBytes(plain, output.GetSpan(Utf8.GetMaxByteCount(plain.Length))));
            }

            if (next < 0)
            {
                break;
            }

            WriteEscape(rest[next], output);
            rest = rest[(next + 1)..];
        }

        output.Write("\""u8);
    }

    private static void WriteEscape(char unit, IBufferWriter<byte> output)
    {
        switch (unit)
        {
            case '"':
                output.Write("\\\""u8);
                break;
            case '\\':
                output.Write("\\\\"u8);
                break;
            case '\b':
                output.Write("\\b"u8);
                break;
            case '\t':
                output.Write("\\t"u8);
                break;
            case '\n':
                output.Write("\\n"u8);
                break;
            case '\f':
                output.Write("\\f"u8);
                break;
            case '\r':
                output.Write("\\r"u8);
                break;
            default:
                output.Write("\\u00"u8);
                var span = output.GetSpan(2);
                span[0] = (byte)"0123456789abcdef"[unit >> 4];
                span[1] = (byte)"0123456789abcdef"[unit & 0xf];
                output.Advance(2);
                break;
        }
    }
}
