using System.Diagnostics.CodeAnalysis;

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
        if (text.Length == 0 || text.Length % 4 != 0 || text.Length / 4 > (maxBytes + 2) / 3)
        {
            return false;
        }

        var buffer = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64String(text, buffer, out var written) || Convert.ToBase64String(buffer, 0, written) != text)
        {
            return false;
        }

        bytes = buffer[..written];
        return true;
    }
}
