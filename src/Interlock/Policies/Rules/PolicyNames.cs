using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>The names that rules may use, so that a slip in one is refused where it is read and not found out at the first plan.</summary>
/// <param name="Actions">The declared actions; null where nobody knows them.</param>
/// <param name="Agents">The declared agents; null where any name may propose.</param>
/// <param name="People">Everybody who may approve; null where that is not known yet.</param>
public sealed record PolicyNames(ImmutableArray<string>? Actions, ImmutableArray<string>? Agents, ImmutableArray<string>? People)
{
    /// <summary>Nothing is known: every well-formed name passes.</summary>
    public static PolicyNames Unknown { get; } = new(null, null, null);

    internal string? ActionFault(string name) => Fault(name, Actions, "no action", "`actions`");

    internal string? AgentFault(string name) => Fault(name, Agents, "no agent", "`agents`");

    internal string? PersonFault(string name) =>
        ShortText.IsName(name)
            ? Fault(name, People, "nobody of the name", "`approvers`")
            : "a name has 1 to 128 printable characters and no space at its ends";

    private static string? Fault(string name, ImmutableArray<string>? known, string what, string section) =>
        name.Length is 0 or > 128 ? "a name has 1 to 128 characters"
        : known is not { } names || names.Contains(name, StringComparer.Ordinal) ? null
        : $"{what} {SafeText.Quote(name, SafeText.LongestStep)} is declared under {section}; {Spelling.Mend(name, names)}";
}
