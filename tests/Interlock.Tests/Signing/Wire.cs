using System.Buffers.Binary;
using System.Text;

namespace Interlock.Tests.Signing;

/// <summary>SSH's data types, written a second time so that the reader is not tested against its own idea of them.</summary>
internal sealed class Wire
{
    private readonly List<byte> output = [];

    public byte[] Bytes => [.. output];

    public Wire Raw(ReadOnlySpan<byte> bytes)
    {
        output.AddRange(bytes);
        return this;
    }

    public Wire Byte(int value) => Raw([(byte)value]);

    public Wire U32(uint value)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(four, value);
        return Raw(four);
    }

    public Wire Text(string text) => String(Encoding.UTF8.GetBytes(text));

    public Wire String(ReadOnlySpan<byte> bytes) => U32((uint)bytes.Length).Raw(bytes);

    public Wire Mpint(ReadOnlySpan<byte> magnitude)
    {
        var trimmed = magnitude.TrimStart((byte)0);
        return trimmed is [>= 0x80, ..] ? String([0, .. trimmed]) : String(trimmed);
    }
}
