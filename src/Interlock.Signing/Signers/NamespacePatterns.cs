namespace Interlock.Signing.Signers;

/// <summary>
/// The patterns of a <c>namespaces=</c> option (ssh_config(5), PATTERNS): separated by commas, <c>*</c> for any text, <c>?</c> for any
/// character, <c>!</c> before what is excluded. A namespace is allowed where one pattern matches and no excluded one does.
/// </summary>
internal static class NamespacePatterns
{
    /// <summary>Whether the list allows a namespace.</summary>
    public static bool Allow(string patterns, string @namespace)
    {
        var allowed = false;
        foreach (var pattern in patterns.Split(','))
        {
            var excludes = pattern.StartsWith('!');
            if (Matches(excludes ? pattern[1..] : pattern, @namespace))
            {
                if (excludes)
                {
                    return false;
                }

                allowed = true;
            }
        }

        return allowed;
    }

    /// <summary>Linear but for one step back: the last star is the only one that has to give way.</summary>
    private static bool Matches(string pattern, string text)
    {
        var (p, t, star, resume) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, t);
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
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
