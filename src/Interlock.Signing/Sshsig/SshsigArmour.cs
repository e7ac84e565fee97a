using Interlock.Canonical;

namespace Interlock.Signing.Sshsig;

/// <summary>
/// The armour of PROTOCOL.sshsig, section 1: a head, base64 in lines, a foot. Line ends are LF or CRLF; nothing stands before or
/// behind, although <c>ssh-keygen</c> overlooks what stands behind.
/// </summary>
internal static class SshsigArmour
{
    /// <summary>The largest armoured file in bytes.</summary>
    public const int MaxBytes = 64 * 1_024;

    private static ReadOnlySpan<byte> Head => "-----BEGIN SSH SIGNATURE-----"u8;

    private static ReadOnlySpan<byte> Foot => "-----END SSH SIGNATURE-----"u8;

    /// <summary>The blob in an armoured signature.</summary>
    public static Result<byte[]> Read(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxBytes)
        {
            return Refusal.Of(
                RefusalCode.TooLarge, $"the signature has {text.Length} bytes, and {MaxBytes} is the most; name the `.sig` file that `ssh-keygen` wrote");
        }

        if (!TakeLine(ref text, out var first) || !first.SequenceEqual(Head))
        {
            return Damaged("it does not begin with `-----BEGIN SSH SIGNATURE-----`");
        }

        var base64 = new byte[text.Length];
        var length = 0;
        while (TakeLine(ref text, out var line))
        {
            if (line.SequenceEqual(Foot))
            {
                return !text.IsEmpty
                    ? Damaged("something stands behind its last line")
                    : StrictBase64.TryDecode(base64.AsSpan(0, length), MaxBytes, out var blob) ? blob : Damaged("what stands between its first and last line is not base64");
            }

            line.CopyTo(base64.AsSpan(length));
            length += line.Length;
        }

        return Damaged("it does not end with `-----END SSH SIGNATURE-----`");
    }

    /// <summary>One line without its end; the last may lack one.</summary>
    private static bool TakeLine(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (text.IsEmpty)
        {
            return false;
        }

        var end = text.IndexOf((byte)'\n');
        line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        line = end >= 0 && line is [.., (byte)'\r'] ? line[..^1] : line;
        return true;
    }

    private static Refusal Damaged(string what) =>
        Refusal.Of(RefusalCode.Malformed, $"this is no SSH signature: {what}; give the whole `.sig` file that `ssh-keygen -Y sign` wrote");
}
