using System.Diagnostics.CodeAnalysis;

namespace Interlock.Ledger;

/// <summary>
/// Base64 of RFC 4648, section 4, in the one spelling that it has: no white space, all padding, no bits left over. Whatever is decoded
/// here is encoded again as it was.
/// </summary>
internal static class StrictBase64
{
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
