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
        if (text.Length - name.Start >= sizeof(ulong))
        {
            bytes = BinaryPrimitives.ReadUInt64BigEndian(text[name.Start..]);
        }
        else
        {
            Span<byte> padded = stackalloc byte[sizeof(ulong)];
            text[name.Start..].CopyTo(padded);
            bytes = BinaryPrimitives.ReadUInt64BigEndian(padded);
        }

        // no name holds a zero byte, so a shorter one comes first
        bytes = name.Length >= sizeof(ulong) ? bytes : name.Length == 0 ? 0 : bytes & ~(ulong.MaxValue >> (8 * name.Length));
        return new NamePrefix(name.Plain && (bytes & 0x8080_8080_8080_8080) == 0 ? bytes : Unordered);
    }

    /// <summary>Compares where the prefixes decide it.</summary>
    public bool TryCompare(NamePrefix other, out int order)
    {
        order = bytes.CompareTo(other.bytes);
        return order != 0 && bytes != Unordered && other.bytes != Unordered;
    }
}
