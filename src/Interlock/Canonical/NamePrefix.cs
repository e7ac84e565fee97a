using System.Buffers.Binary;

namespace Interlock.Canonical;

/// <summary>The first eight bytes of a name as one number: most names are told apart by it.</summary>
internal readonly struct NamePrefix
{
    /// <summary>Stands for a name whose bytes are not in the order of its UTF-16 code units, or may not be.</summary>
    private const ulong Unordered = 0x8000_0000_0000_0000;

    private readonly ulong bytes;

    private NamePrefix(ulong bytes) => this.bytes = bytes;

    /// <param name="text">The document.</param>
    /// <param name="name">The name in it.</param>
    public static NamePrefix Of(ReadOnlySpan<byte> text, in JsonToken name)
    {
        ulong bytes;
        var rest = text[(name.Start + 1)..];
        if (rest.Length >= sizeof(ulong))
        {
            bytes = BinaryPrimitives.ReadUInt64BigEndian(rest);
        }
        else
        {
            Span<byte> padded = stackalloc byte[sizeof(ulong)];
            rest.CopyTo(padded);
            bytes = BinaryPrimitives.ReadUInt64BigEndian(padded);
        }

        // no name holds a zero byte, so a shorter one comes first
        var length = name.Length - 2;
        bytes = length >= sizeof(ulong) ? bytes : length == 0 ? 0 : bytes & ~(ulong.MaxValue >> (8 * length));
        return new NamePrefix(name.Plain && (bytes & 0x8080_8080_8080_8080) == 0 ? bytes : Unordered);
    }

    /// <summary>Compares where the prefixes decide it.</summary>
    public bool TryCompare(NamePrefix other, out int order)
    {
        order = bytes.CompareTo(other.bytes);
        return order != 0 && bytes != Unordered && other.bytes != Unordered;
    }
}
