using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Interlock.Canonical;

/// <summary>
/// Base64 of RFC 4648, section 4, in the one spelling that it has: no white space, all padding, no bits left over. Whatever is decoded
/// here is encoded again as it was.
/// </summary>
public static class StrictBase64
{
    /// <summary>Decodes.</summary>
    /// <param name="text">The text; none is no value.</param>
    /// <param name="maxBytes">The most that it may hold, in bytes; a longer text may be refused before it is decoded.</param>
    /// <param name="bytes">What it holds, at least one byte.</param>
    /// <returns>No for anything that encoding would not give back.</returns>
    public static bool TryDecode(string text, int maxBytes, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;

        // what is not ASCII becomes a question mark, which is no digit
        return IsOfALength(text.Length, maxBytes) && TryDecode(Encoding.ASCII.GetBytes(text), maxBytes, out bytes);
    }

    /// <summary>Decodes.</summary>
    /// <param name="ascii">The text in ASCII; none is no value.</param>
    /// <param name="maxBytes">The most that it may hold, in bytes; a longer text may be refused before it is decoded.</param>
    /// <param name="bytes">What it holds, at least one byte.</param>
    /// <returns>No for anything that encoding would not give back.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> ascii, int maxBytes, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (!IsOfALength(ascii.Length, maxBytes))
        {
            return false;
        }

        // one buffer for what it holds, and behind that for what comes of it
        var buffer = ArrayPool<byte>.Shared.Rent(2 * ascii.Length);
        var again = buffer.AsSpan(ascii.Length, ascii.Length);
        if (Base64.DecodeFromUtf8(ascii, buffer.AsSpan(0, ascii.Length), out _, out var length) == OperationStatus.Done
            && Base64.EncodeToUtf8(buffer.AsSpan(0, length), again, out _, out var encoded) == OperationStatus.Done
            && again[..encoded].SequenceEqual(ascii))
        {
            bytes = buffer[..length];
        }

        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        return bytes is not null;
    }

    private static bool IsOfALength(int digits, int maxBytes) => digits > 0 && digits % 4 == 0 && digits / 4 <= (maxBytes + 2) / 3;
}
