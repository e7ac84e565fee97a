using System.Globalization;
using System.Text;

namespace Interlock.Canonical;

/// <summary>
/// The one rule for which characters a reader sees as what they are. What is refused from agents, what is escaped on every
/// surface and what is replaced in entries all follow from it.
/// </summary>
public static class Visible
{
    /// <summary>
    /// Whether a character shows as itself and nothing more: no control, nothing that reorders, joins, hides or breaks text, no
    /// space but the usual one and the ideographic one, nothing unassigned.
    /// </summary>
    /// <param name="rune">The character.</param>
    public static bool Shows(Rune rune) =>
        rune.Value is >= ' ' and < 0x7f
        || (!IsFiller(rune) && Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.Surrogate => false,
            UnicodeCategory.SpaceSeparator => rune.Value == 0x3000,
            _ => true,
        });

    /// <summary>
    /// Whether a character is a letter, a mark or a symbol by its category and yet shows nothing: fillers and selectors. U+FE0E
    /// and U+FE0F, which emoji use, do show.
    /// </summary>
    /// <param name="rune">The character.</param>
    public static bool IsFiller(Rune rune) => rune.Value is 0x34f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or 0x2800 or 0x3164 or 0xffa0
        or (>= 0x180b and <= 0x180f) or (>= 0xfe00 and <= 0xfe0d) or (>= 0xe0000 and <= 0xe0fff);
}
