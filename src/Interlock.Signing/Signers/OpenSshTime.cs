using System.Globalization;

namespace Interlock.Signing.Signers;

/// <summary>
/// Times as <c>ssh-keygen</c> writes them: <c>YYYYMMDD</c>, <c>YYYYMMDDHHMM</c> or <c>YYYYMMDDHHMMSS</c>, with or without a <c>Z</c>.
/// Here every one is UTC. <c>ssh-keygen</c> takes one without <c>Z</c> for local time, which is another time on another machine.
/// </summary>
internal static class OpenSshTime
{
    private static readonly string[] Forms = ["yyyyMMdd", "yyyyMMddHHmm", "yyyyMMddHHmmss"];

    /// <summary>Reads a time after the epoch; the epoch itself means «none» to <c>ssh-keygen</c>.</summary>
    public static bool TryParse(string text, out DateTimeOffset at)
    {
        var digits = text is [.., 'Z' or 'z'] ? text[..^1] : text;
        at = default;
        return digits.All(char.IsAsciiDigit)
            && DateTimeOffset.TryParseExact(digits, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at)
            && at > DateTimeOffset.UnixEpoch;
    }

    /// <summary>Writes a time so that every <c>ssh-keygen</c> reads the same instant; what is smaller than a second is cut.</summary>
    public static string Format(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture);
}
