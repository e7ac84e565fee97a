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
            if (Wildcard.Matches(excludes ? pattern[1..] : pattern, @namespace, one: '?'))
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
}
