using System.Buffers.Binary;
using System.Text;

namespace Interlock.Signing.Wire;

/// <summary>
/// Reads the data types of RFC 4251, section 5, from hostile bytes: every read says whether it succeeded, and none reads past the
/// end. Where SSH allows two spellings of a number, only the short one is read.
/// </summary>
internal ref struct SshReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Whether everything was read.</summary>
    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <summary>A fixed number of bytes.</summary>
    public bool TryBytes(int count, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (count > rest.Length)
        {
            return false;
        }

        value = rest[..count];
        rest = rest[count..];
        return true;
    }

    /// <summary><c>uint32</c>, big-endian.</summary>
    public bool TryUInt32(out uint value)
    {
        var read = TryBytes(sizeof(uint), out var four);
        value = read ? BinaryPrimitives.ReadUInt32BigEndian(four) : 0;
        return read;
    }

    /// <summary><c>string</c>: a length and so many bytes.</summary>
    public bool TryString(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryUInt32(out var length) && length <= (uint)rest.Length && TryBytes((int)length, out value);
    }

    /// <summary>A <c>string</c> of visible ASCII, which names of algorithms, namespaces, origins and applications are.</summary>
    public bool TryName(out string value)
    {
        var read = TryString(out var bytes) && !bytes.ContainsAnyExceptInRange((byte)'!', (byte)'~');
        value = read ? Encoding.ASCII.GetString(bytes) : "";
        return read;
    }

    /// <summary>
    /// <c>mpint</c>: a positive number without a leading zero that it does not need. The answer is its magnitude, big-endian, first
    /// byte not zero.
    /// </summary>
    public bool TryPositive(out ReadOnlySpan<byte> magnitude)
    {
        if (!TryString(out magnitude) || magnitude.IsEmpty || (magnitude[0] & 0x80) != 0)
        {
            return false;
        }

        if (magnitude[0] == 0)
        {
            magnitude = magnitude[1..];
            return !magnitude.IsEmpty && (magnitude[0] & 0x80) != 0;
        }

        return true;
    }
}
