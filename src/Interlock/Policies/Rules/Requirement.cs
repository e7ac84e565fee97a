using System.Collections.Immutable;
using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>So many different people of one group.</summary>
/// <param name="Count">How many: 1 to 20.</param>
/// <param name="Group">The group's name.</param>
public sealed record Demand(int Count, string Group)
{
    /// <summary><c>2 of sre</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} of {Group}");
}

/// <summary>
/// Who has to agree: <c>2 of sre and 1 of security</c>. All of it is met by different people: somebody who belongs to both groups
/// stands for one of them (see <see cref="Quorum"/>).
/// </summary>
public sealed class Requirement
{
    /// <summary>The most people of one group that can be asked for.</summary>
    internal const int MostPeople = 20;

    /// <summary>The most groups that one requirement names.</summary>
    private const int MostDemands = 10;

    private const string Grammar = "write it as `2 of sre`, or `2 of sre and 1 of security`";

    private Requirement(ImmutableArray<Demand> demands) => Demands = demands;

    /// <summary><c>1 of anyone</c>: what holds where nothing else is said.</summary>
    public static Requirement OneOfAnyone { get; } = new([new Demand(1, PeopleGroups.Anyone)]);

    /// <summary>What is asked for, in the order in which it was written; each group once.</summary>
    public ImmutableArray<Demand> Demands { get; }

    /// <summary>The requirement as it is written.</summary>
    public override string ToString() => string.Join(" and ", Demands);

    /// <summary>Reads a requirement and makes sure that different people can meet it.</summary>
    internal static Result<Requirement> Parse(JsonValue value, string path, PeopleGroups groups)
    {
        if (value is not JsonString { Value: { Length: <= 1_000 } text })
        {
            return PolicyField.Fault(path, $"not a requirement; {Grammar}");
        }

        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length % 4 != 3)
        {
            return PolicyField.Fault(path, $"not a requirement; {Grammar}");
        }

        var demands = ImmutableArray.CreateBuilder<Demand>();
        for (var i = 0; i < words.Length; i += 4)
        {
            if (words[i + 1] != "of" || (i > 0 && words[i - 1] != "and"))
            {
                return PolicyField.Fault(path, $"not a requirement; {Grammar}");
            }

            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MostPeople)
            {
                return PolicyField.Fault(path, $"{SafeText.Quote(words[i])} is no number of people; ask for 1 to {MostPeople}");
            }

            if (groups.Fault(words[i + 2], count) is { } fault)
            {
                return PolicyField.Fault(path, fault);
            }

            demands.Add(new Demand(count, words[i + 2]));
        }

        if (demands.Count > MostDemands)
        {
            return PolicyField.Fault(path, $"names {demands.Count} groups; name at most {MostDemands}, or make one group of several");
        }

        if (demands.GroupBy(static demand => demand.Group, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            return PolicyField.Fault(path, $"asks for `{twice.Key}` twice; write `{twice.Sum(static demand => demand.Count)} of {twice.Key}`");
        }

        var requirement = new Requirement(demands.ToImmutable());
        return groups.CanMeet(requirement)
            ? requirement
            : PolicyField.Fault(
                path,
                "no different people can meet this, since one person stands for one group of a requirement; add people to its groups, or ask for fewer");
    }
}
