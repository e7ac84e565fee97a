using System.Collections.Immutable;

namespace Interlock.Policies;

/// <summary>
/// Gives every place of a requirement a person of its own, as many places as can be filled: a maximum matching between places and
/// people (augmenting paths). Counting each group by itself was rejected: one person in two groups would fill both, and the separation
/// of duties that the rule asks for would be one pair of eyes.
/// </summary>
internal sealed class PeopleAssignment
{
    private const int Nobody = -1;

    private readonly ImmutableArray<string> groups;
    private readonly ImmutableArray<string> people;
    private readonly bool[][] fits;
    private readonly int[] personOf;
    private readonly int[] placeOf;

    /// <param name="requirement">What is asked for.</param>
    /// <param name="people">Different people.</param>
    /// <param name="holds">Whether a group holds a person.</param>
    public PeopleAssignment(Requirement requirement, ImmutableArray<string> people, Func<string, string, bool> holds)
    {
        groups = [.. requirement.Demands.SelectMany(static demand => Enumerable.Repeat(demand.Group, demand.Count))];
        this.people = people;
        fits = new bool[groups.Length][];
        personOf = [.. Enumerable.Repeat(Nobody, groups.Length)];
        placeOf = [.. Enumerable.Repeat(Nobody, people.Length)];
        for (var place = 0; place < groups.Length; place++)
        {
            var group = groups[place];
            fits[place] = place > 0 && group == groups[place - 1] ? fits[place - 1] : [.. people.Select(person => holds(group, person))];
        }

        for (var place = 0; place < groups.Length; place++)
        {
            _ = Fill(place, new bool[people.Length]);
        }
    }

    /// <summary>The people who fill a place, in the order in which they were given.</summary>
    public ImmutableArray<string> Counted => [.. people.Where((_, person) => placeOf[person] != Nobody)];

    /// <summary>The group of each place that nobody fills.</summary>
    /// <param name="anyoneIsOpen">Whether somebody can always be found for a place of <see cref="PeopleGroups.Anyone"/>.</param>
    public ImmutableArray<string> Unfilled(bool anyoneIsOpen = false)
    {
        var open = Enumerable.Range(0, groups.Length).Where(place => personOf[place] == Nobody);
        return [.. open.Select(place => groups[place]).Where(group => !anyoneIsOpen || group != PeopleGroups.Anyone)];
    }

    /// <summary>
    /// The other groups of which one more person would fill a place of this group too, because somebody who fills a place of theirs could
    /// move over.
    /// </summary>
    /// <param name="group">The group of a place that nobody fills.</param>
    public ImmutableArray<string> InsteadOf(string group)
    {
        var reached = new SortedSet<int>(Enumerable.Range(0, groups.Length).Where(place => personOf[place] == Nobody && groups[place] == group));
        var open = new Stack<int>(reached);
        while (open.TryPop(out var place))
        {
            for (var person = 0; person < people.Length; person++)
            {
                if (fits[place][person] && placeOf[person] != Nobody && reached.Add(placeOf[person]))
                {
                    open.Push(placeOf[person]);
                }
            }
        }

        return [.. reached.Select(place => groups[place]).Where(other => other != group).Distinct(StringComparer.Ordinal)];
    }

    private bool Fill(int place, bool[] asked)
    {
        for (var person = 0; person < people.Length; person++)
        {
            if (!fits[place][person] || asked[person])
            {
                continue;
            }

            asked[person] = true;
            if (placeOf[person] == Nobody || Fill(placeOf[person], asked))
            {
                placeOf[person] = place;
                personOf[place] = person;
                return true;
            }
        }

        return false;
    }
}
