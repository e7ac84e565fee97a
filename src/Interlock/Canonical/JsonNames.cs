using System.Text;

namespace Interlock.Canonical;

/// <summary>
/// The names of members that were read lately. The same few dozen stand in every entry of a ledger, and no string has to be made for each
/// of them anew.
/// </summary>
internal static class JsonNames
{
    /// <summary>A power of two.</summary>
    private const int Slots = 512;

    /// <summary>What is longer is nobody's field.</summary>
    private const int Longest = 32;

    // a reference is read and written whole, so no lock is needed: the worst that a race costs is a string
    private static readonly string?[] Known = new string?[Slots];

    /// <summary>The text of a name without escapes.</summary>
    /// <param name="utf8">Its bytes, valid UTF-8.</param>
    public static string Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > Longest)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var slot = Slot(utf8);
        var known = Volatile.Read(ref Known[slot]);
        if (known is not null && Ascii.Equals(utf8, known))
        {
            return known;
        }

        var text = Encoding.UTF8.GetString(utf8);
        Volatile.Write(ref Known[slot], text);
        return text;
    }

    private static int Slot(ReadOnlySpan<byte> utf8)
    {
        var hash = (uint)utf8.Length;
        foreach (var unit in utf8)
        {
            hash = unchecked((hash * 31) + unit);
        }

        return (int)(hash & (Slots - 1));
    }
}
