using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Interlock.Policies;

/// <summary>
/// Who belongs to which group. The group <see cref="Anyone"/> is every registered person; where nobody says who is registered, it is
/// whoever gives a name.
/// </summary>
internal sealed class PeopleGroups
{
    /// <summary>The group of every registered person.</summary>
    public const string Anyone = "anyone";

    private readonly FrozenDictionary<string, FrozenSet<string>> groups;
    private readonly FrozenSet<string>? registered;

    /// <param name="groups">The groups by name.</param>
    /// <param name="registered">Every registered person; null where any name counts.</param>
    public PeopleGroups(IReadOnlyDictionary<string, ImmutableArray<string>> groups, IEnumerable<string>? registered)
    {
        this.groups = groups.ToFrozenDictionary(
            static group => group.Key, static group => group.Value.ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
        this.registered = registered?.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Whether it is not known who is registered.</summary>
    public bool IsOpen => registered is null;

    /// <summary>Whether a person may be counted at all.</summary>
    public bool IsRegistered(string person) => registered?.Contains(person) ?? true;

    /// <summary>Whether a person belongs to a group. Nobody who is not registered does, whatever a list says.</summary>
    public bool Holds(string group, string person) =>
        IsRegistered(person) && (group == Anyone || (groups.TryGetValue(group, out var people) && people.Contains(person)));

    /// <summary>The people of a group who are known by name, in ordinal order: none for <see cref="Anyone"/> where any name counts.</summary>
    public ImmutableArray<string> Of(string group) =>
    [
        .. ((group == Anyone ? registered : groups.GetValueOrDefault(group)) ?? FrozenSet<string>.Empty)
            .Where(IsRegistered)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Why so many people of a group cannot be asked for; null where they can.</summary>
    public string? Fault(string group, int count)
    {
        if (group != Anyone && !groups.ContainsKey(group))
        {
            return $"there is no group {Canonical.SafeText.Quote(group)}; {Spelling.Mend(group, [.. groups.Keys, Anyone])}, or add it under `groups`";
        }

        if (group == Anyone && IsOpen)
        {
            return null;
        }

        var people = Of(group).Length;
        return count <= people ? null
            : group == Anyone ? $"asks for {count} people and {Number(people)} registered; register more, or ask for fewer"
            : $"group `{group}` has {(people == 1 ? "1 person" : $"{people} people")}; add people to it, or ask for fewer";
    }

    /// <summary>Whether different people could meet a requirement if all of them agreed.</summary>
    public bool CanMeet(Requirement requirement)
    {
        var people = requirement.Demands.SelectMany(demand => Of(demand.Group)).Distinct(StringComparer.Ordinal).ToImmutableArray();
        return new PeopleAssignment(requirement, people, Holds).Unfilled(IsOpen).IsEmpty;
    }

    private static string Number(int people) => people == 1 ? "1 is" : $"{people} are";
}
