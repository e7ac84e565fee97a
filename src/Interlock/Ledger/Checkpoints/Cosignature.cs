using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Interlock.Ledger;

/// <summary>
/// What a witness adds to a checkpoint (C2SP tlog-cosignature, Ed25519): a time and a signature over both, together 72 bytes.
/// </summary>
/// <param name="UnixTime">When the witness saw the checkpoint, in whole seconds since 1970.</param>
/// <param name="Signature">64 bytes over <see cref="Message(string)"/>.</param>
public sealed record Cosignature(long UnixTime, ReadOnlyMemory<byte> Signature)
{
    private const int TimeBytes = 8;
    private const int SignatureBytes = 64;

    /// <summary>Reads what follows the key's id in a signature line.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cosignature">Time and signature; nothing of it is verified.</param>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Cosignature? cosignature)
    {
        cosignature = null;
        if (bytes.Length != TimeBytes + SignatureBytes || BinaryPrimitives.ReadUInt64BigEndian(bytes.Span) is not (<= long.MaxValue and var time))
        {
            return false;
        }

        cosignature = new Cosignature((long)time, bytes[TimeBytes..]);
        return true;
    }

    /// <summary>The bytes that follow the key's id in a signature line.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[TimeBytes + SignatureBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, UnixTime);
        Signature.Span.CopyTo(bytes.AsSpan(TimeBytes));
        return bytes;
    }

    /// <summary>The bytes that the witness signs.</summary>
    /// <param name="text">The text of the note, see <see cref="SignedNote.Text"/>.</param>
    public byte[] Message(string text) => Message(UnixTime, text);

    /// <summary>The bytes that a witness signs.</summary>
    /// <param name="unixTime">When, in whole seconds since 1970.</param>
    /// <param name="text">The text of the note, see <see cref="SignedNote.Text"/>.</param>
    public static byte[] Message(long unixTime, string text) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {unixTime}\n{text}"));
}
