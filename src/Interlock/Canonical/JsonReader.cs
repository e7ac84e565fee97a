using System.Diagnostics.CodeAnalysis;

namespace Interlock.Canonical;

/// <summary>What a reader of JSON accepts.</summary>
public sealed record JsonReadOptions
{
    /// <summary>The caps of a plan body: 1 MiB, nesting of 32.</summary>
    public static JsonReadOptions PlanBody { get; } = new();

    /// <summary>The largest document in bytes. Checked before anything is parsed. Default 1 MiB.</summary>
    public int MaxBytes { get; init; } = 1 << 20;

    /// <summary>The deepest nesting that may be allowed: reading and writing recurse, and a thread's stack is finite.</summary>
    public const int DepthCeiling = 512;

    /// <summary>The deepest nesting of arrays and objects, 1 to <see cref="DepthCeiling"/>. Default 32.</summary>
    public int MaxDepth { get; init; } = 32;
}

/// <summary>
/// The one reader of JSON: RFC 8259 over UTF-8, and stricter where two readers could disagree (I-JSON, RFC 7493). Refused
/// are duplicate names (also by escape, and in two Unicode spellings), lone surrogates, invalid UTF-8, a byte order mark,
/// numbers that are not finite and integer literals beyond ±(2^53-1). Normative: <c>docs/spec/canonical.md</c>.
/// </summary>
public static class JsonReader
{
    /// <summary>Reads one document.</summary>
    /// <param name="utf8">The document, the whole of it.</param>
    /// <param name="options">The caps.</param>
    /// <param name="value">The value.</param>
    /// <param name="error">Where and why it was refused.</param>
    /// <returns>Whether the document was accepted.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8,
        JsonReadOptions options,
        [NotNullWhen(true)] out JsonValue? value,
        [NotNullWhen(false)] out JsonError? error)
    {
        value = null;
        using var parser = new JsonParser(utf8, options, canonical: false);
        if (!parser.TryParse(out error))
        {
            return false;
        }

        value = JsonTree.Build(parser.Tape, 0);
        return true;
    }

    /// <summary>
    /// Reads exactly what <see cref="CanonicalJson"/> writes, and nothing else: one spelling for each value. Here an integer
    /// literal beyond 2^53-1 is accepted where the writer emits it (<c>1e20</c> is written as <c>100000000000000000000</c>), and
    /// so are names in two Unicode spellings: a text that something normalised is refused by its digest.
    /// </summary>
    /// <param name="utf8">The document, the whole of it.</param>
    /// <param name="options">The caps.</param>
    /// <param name="value">The value.</param>
    /// <param name="error">Where and why it was refused.</param>
    /// <returns>Whether the document was accepted.</returns>
    public static bool TryReadCanonical(
        ReadOnlySpan<byte> utf8,
        JsonReadOptions options,
        [NotNullWhen(true)] out JsonValue? value,
        [NotNullWhen(false)] out JsonError? error)
    {
        value = null;
        using var parser = new JsonParser(utf8, options, canonical: true);
        if (!parser.TryParse(out error))
        {
            return false;
        }

        // by construction, not by a second grammar: what is read must be what would be written
        value = JsonTree.Build(parser.Tape, 0);
        using var writer = new CanonicalWriter(utf8.Length);
        writer.Write(value);
        error = NotAsWritten(utf8, writer.Written);
        value = error is null ? value : null;
        return value is not null;
    }

    /// <summary>Where a text differs from what its value is written as; null where it does not.</summary>
    internal static JsonError? NotAsWritten(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> written)
    {
        var same = utf8.CommonPrefixLength(written);
        return same == utf8.Length && same == written.Length
            ? null
            : TextPosition.Error(utf8, same, JsonError.Root, "not in canonical form (RFC 8785); write it again from its value");
    }
}
