using System.Diagnostics.CodeAnalysis;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// The hash and the line of an entry, made of its values. The line is what is hashed with the hash put between, so that the event is
/// spelled once: it stands in three parts, and is put together only for who keeps it.
/// </summary>
internal readonly ref struct ComposedLine
{
    private const int HexSize = 2 * Sha256Digest.Size;

    [SuppressMessage("Usage", "CA2213", Justification = "it is disposed of below, which the rule does not see in a ref struct")]
    private readonly CanonicalWriter hashed;

    private readonly int middle;

    /// <summary>Writes the entry that follows a head, in the order of RFC 8785.</summary>
    public ComposedLine(ChainHead head, DateTimeOffset at, JsonObject @event)
    {
        Span<byte> prev = stackalloc byte[HexSize];
        Span<byte> ts = stackalloc byte[UtcTime.Length];
        head.Hash.WriteHex(prev);
        UtcTime.Write(at, ts);
        var writer = new CanonicalWriter();
        writer.WriteRaw(prev);
        writer.WriteRaw("{\"event\":"u8);
        writer.Write(@event);
        middle = writer.Written.Length;
        writer.WriteRaw(",\"prev\":\""u8);
        writer.WriteRaw(prev);
        writer.WriteRaw("\",\"seq\":"u8);
        writer.WriteWhole(head.Size);
        writer.WriteRaw(",\"ts\":\""u8);
        writer.WriteRaw(ts);
        writer.WriteRaw("\"}"u8);
        Hash = Sha256Digest.Of(writer.Written);
        hashed = writer;
    }

    /// <summary>The entry's hash.</summary>
    public Sha256Digest Hash { get; }

    /// <summary>The length of the line in bytes.</summary>
    public int Length => Before.Length + Between.Length + HexSize + Closing.Length + After.Length;

    private static ReadOnlySpan<byte> Between => ",\"hash\":\""u8;

    private static ReadOnlySpan<byte> Closing => "\""u8;

    private ReadOnlySpan<byte> Before => hashed.Written[HexSize..middle];

    private ReadOnlySpan<byte> After => hashed.Written[middle..];

    /// <summary>Whether a line is this one, byte by byte.</summary>
    public bool Is(ReadOnlySpan<byte> line)
    {
        Span<byte> hex = stackalloc byte[HexSize];
        Hash.WriteHex(hex);
        return TakeOff(ref line, Before) && TakeOff(ref line, Between) && TakeOff(ref line, hex) && TakeOff(ref line, Closing)
            && line.SequenceEqual(After);
    }

    /// <summary>The line.</summary>
    public byte[] ToArray()
    {
        var line = new byte[Length];
        var rest = line.AsSpan();
        Span<byte> hex = stackalloc byte[HexSize];
        Hash.WriteHex(hex);
        Put(ref rest, Before);
        Put(ref rest, Between);
        Put(ref rest, hex);
        Put(ref rest, Closing);
        Put(ref rest, After);
        return line;
    }

    public void Dispose() => hashed.Dispose();

    private static bool TakeOff(ref ReadOnlySpan<byte> line, scoped ReadOnlySpan<byte> part)
    {
        var starts = line.StartsWith(part);
        line = starts ? line[part.Length..] : line;
        return starts;
    }

    private static void Put(ref Span<byte> rest, scoped ReadOnlySpan<byte> part)
    {
        part.CopyTo(rest);
        rest = rest[part.Length..];
    }
}
