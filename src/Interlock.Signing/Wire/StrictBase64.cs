using System.Buffers;
using System.Buffers.Text;

namespace Interlock.Signing.Wire;

/// <summary>RFC 4648, section 4, with one text for each value: padded, no white space, the unused bits zero (section 3.5).</summary>
internal static class StrictBase64
{
    /// <summary>Decodes; false for anything that encoding would not give back.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = [];
        var buffer = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (text.IsEmpty
            || text.Length % 4 != 0
            || text.ContainsAny(" \t\r\n"u8)
            || Base64.DecodeFromUtf8(text, buffer, out _, out var written) != OperationStatus.Done)
        {
            return false;
        }

        var again = new byte[text.Length];
        if (Base64.EncodeToUtf8(buffer.AsSpan(0, written), again, out _, out var length) != OperationStatus.Done
            || !again.AsSpan(0, length).SequenceEqual(text))
        {
            return false;
        }

        bytes = buffer[..written];
        return true;
    }
}
