namespace Interlock.Mcp.Guide;

/// <summary>The words that names are made of, and which of them undo each other.</summary>
internal static class NameWords
{
    private const int Shortest = 3;

    /// <summary>Words of which two unrelated names may well both have one.</summary>
    private static readonly HashSet<string> Common = new(StringComparer.Ordinal)
    {
        "get", "set", "has", "the", "for", "check", "status", "state", "read", "list", "show", "exist", "exists", "count", "value",
        "name", "run", "all", "new",
    };

    private static readonly HashSet<string> Ending = new(StringComparer.Ordinal) { "delete", "remove", "drop", "destroy", "purge", "uninstall" };

    private static readonly (string Do, string Undo)[] Opposites =
    [
        ("start", "stop"), ("enable", "disable"), ("create", "delete"), ("create", "remove"), ("create", "destroy"), ("add", "remove"),
        ("write", "delete"), ("insert", "delete"), ("attach", "detach"), ("open", "close"), ("grant", "revoke"), ("up", "down"),
        ("pause", "resume"), ("suspend", "resume"), ("allow", "deny"), ("set", "clear"), ("on", "off"),
    ];

    private static readonly string[] Prefixes = ["un", "de", "dis"];

    /// <summary>The words of a name, in lower case.</summary>
    /// <param name="name">The name.</param>
    public static IReadOnlyList<string> Of(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i == name.Length || !char.IsAsciiLetterOrDigit(name[i]))
            {
                if (i > start)
                {
                    words.Add(name[start..i].ToLowerInvariant());
                }

                start = i + 1;
            }
        }

        return words;
    }

    /// <summary>How many words that say something two names share.</summary>
    /// <param name="left">One name.</param>
    /// <param name="right">The other.</param>
    public static int Shared(string left, string right) => Telling(left).Intersect(Telling(right)).Count();

    /// <summary>Whether a name says that what it does ends what was there.</summary>
    /// <param name="name">The name.</param>
    public static bool Ends(string name) => Of(name).Any(Ending.Contains);

    /// <summary>Whether two names differ in one word, and these two undo each other.</summary>
    /// <param name="left">One name.</param>
    /// <param name="right">The other.</param>
    public static bool Undo(string left, string right)
    {
        var (one, other) = (Of(left), Of(right));
        if (one.Count != other.Count)
        {
            return false;
        }

        var different = one.Zip(other).Where(pair => pair.First != pair.Second).ToList();
        return different is [var (first, second)] && AreOpposite(first, second);
    }

    private static bool AreOpposite(string left, string right) =>
        Opposites.Any(pair => (pair.Do == left && pair.Undo == right) || (pair.Do == right && pair.Undo == left))
        || Prefixes.Any(prefix => left == prefix + right || right == prefix + left);

    private static IEnumerable<string> Telling(string name) =>
        Of(name).Where(word => word.Length >= Shortest && !Common.Contains(word)).Select(word => word.TrimEnd('s'));
}
