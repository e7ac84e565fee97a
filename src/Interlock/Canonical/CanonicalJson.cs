using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Interlock.Canonical;

/// <summary>Writes and hashes the canonical form of RFC 8785 (JSON Canonicalization Scheme).</summary>
public static class CanonicalJson
{
    /// <summary>The canonical bytes of a value: UTF-8 without a byte order mark.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="EncoderFallbackException">A string holds a lone surrogate.</exception>
    public static byte[] Write(JsonValue value)
    {
        using var writer = new CanonicalWriter();
        writer.Write(value);
        return writer.Written.ToArray();
    }

    /// <summary>Appends the canonical bytes of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="EncoderFallbackException">A string holds a lone surrogate; nothing was appended.</exception>
    public static void Write(JsonValue value, IBufferWriter<byte> output)
    {
        using var writer = new CanonicalWriter();
        writer.Write(value);
        output.Write(writer.Written);
    }

    /// <summary>SHA-256 of the canonical bytes.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="EncoderFallbackException">A string holds a lone surrogate.</exception>
    public static Sha256Digest Hash(JsonValue value)
    {
        using var writer = new CanonicalWriter();
        writer.Write(value);
        return Sha256Digest.Of(writer.Written);
    }

    /// <summary>
    /// SHA-256 of the canonical bytes of a document without building its value: the digest and the refusals are those of
    /// reading it with <see cref="JsonReader"/> and hashing what was read.
    /// </summary>
    /// <param name="utf8">The document, the whole of it.</param>
    /// <param name="options">The caps.</param>
    /// <param name="digest">The digest.</param>
    /// <param name="error">Where and why the document was refused.</param>
    /// <returns>Whether the document was accepted.</returns>
    public static bool TryHash(
        ReadOnlySpan<byte> utf8, JsonReadOptions options, out Sha256Digest digest, [NotNullWhen(false)] out JsonError? error)
    {
        digest = default;
        using var parser = new JsonParser(utf8, options, canonical: false);
        if (!parser.TryParse(out error))
        {
            return false;
        }

        using var writer = new CanonicalWriter(utf8.Length);
        writer.Write(parser.Tape, 0);
        digest = Sha256Digest.Of(writer.Written);
        return true;
    }
}
