using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Interlock.Signing.Wire;

/// <summary>Writes the data types of RFC 4251, section 5.</summary>
internal sealed class SshWriter
{
    private readonly ArrayBufferWriter<byte> output = new();

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => output.WrittenSpan;

    /// <summary>Bytes as they are.</summary>
    public SshWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        return this;
    }

    /// <summary><c>uint32</c>.</summary>
    public SshWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(sizeof(uint)), value);
        output.Advance(sizeof(uint));
        return this;
    }

    /// <summary><c>string</c>.</summary>
    public SshWriter String(ReadOnlySpan<byte> bytes) => UInt32((uint)bytes.Length).Bytes(bytes);

    /// <summary>A <c>string</c> of ASCII.</summary>
    public SshWriter Name(string text) => String(Encoding.ASCII.GetBytes(text));
}
