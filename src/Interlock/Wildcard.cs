namespace Interlock;

/// <summary>Texts with stars in them, as rules of policies and options of <c>allowed_signers</c> have them.</summary>
public static class Wildcard
{
    /// <summary>Whether a pattern matches the whole of a text, code unit by code unit.</summary>
    /// <param name="pattern">The pattern: <c>*</c> stands for any text, also none.</param>
    /// <param name="text">The text.</param>
    /// <param name="one">What stands for any one character; null where nothing does.</param>
    public static bool Matches(string pattern, string text, char? one = null)
    {
        // two places to go back to are enough: what an earlier star took is never given back, so the work is bounded by the two lengths
        var (p, t, star, resume) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, t);
            }
            else if (p < pattern.Length && (pattern[p] == one || pattern[p] == text[t]))
            {
                (p, t) = (p + 1, t + 1);
            }
            else if (star >= 0)
            {
                (p, t) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }
}
