using System.Collections.Immutable;
using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>Reads an approval policy from data. The first fault ends the reading: a policy is either whole or not there.</summary>
internal static class ApprovalPolicyParser
{
    private const int MostRules = 100;
    private const int MostGroups = 100;
    private const int MostFreezes = 100;

    private static readonly ImmutableArray<string> Keys = ["drift", "freezes", "governance", "groups", "resume", "rules", "self_approval"];

    private static readonly ImmutableArray<string> GovernanceKeys = ["change", "genesis", "mode"];

    public static Result<ApprovalPolicy> Parse(JsonObject json, PolicyNames names)
    {
        if (PolicyField.Unknown(json, Keys, "") is { } unknown)
        {
            return unknown;
        }

        if (!Groups(json, names).TryGet(out var people, out var refusal))
        {
            return refusal;
        }

        var groups = new PeopleGroups(people, names.People);
        var resume = Requirement.OneOfAnyone;
        if (!Rules(json, groups, names).TryGet(out var rules, out refusal)
            || !Freezes(json, names).TryGet(out var freezes, out refusal)
            || !PolicyField.Word(json, "self_approval", "", "forbid", "allow").TryGet(out var self, out refusal)
            || !PolicyField.Word(json, "drift", "", "show", "halt").TryGet(out var drift, out refusal)
            || (json["resume"] is { } who && !Requirement.Parse(who, "resume", groups).TryGet(out resume, out refusal))
            || !Governance(json["governance"], groups).TryGet(out var governance, out refusal))
        {
            return refusal;
        }

        return new ApprovalPolicy(people, rules, freezes)
        {
            SelfApproval = self == "allow" ? SelfApproval.Allow : SelfApproval.Forbid,
            Drift = drift == "halt" ? DriftRule.Halt : DriftRule.Show,
            Resume = resume,
            Governance = governance,
        };
    }

    private static Result<ImmutableSortedDictionary<string, ImmutableArray<string>>> Groups(JsonObject json, PolicyNames names)
    {
        const string Section = "groups";
        var groups = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        if (json[Section] is not { } value)
        {
            return groups.ToImmutable();
        }

        if (value is not JsonObject { Members: var members })
        {
            return PolicyField.Fault(Section, "not an object; write `sre: [alice, bob]` for each group");
        }

        if (members.Length > MostGroups)
        {
            return PolicyField.Fault(Section, string.Create(CultureInfo.InvariantCulture, $"holds {members.Length} groups; give at most {MostGroups}"));
        }

        foreach (var (name, listed) in members)
        {
            var path = PolicyField.At(Section, name);
            if (name == PeopleGroups.Anyone)
            {
                return PolicyField.Fault(path, "`anyone` is every registered person already; choose another name");
            }

            if (!IsGroupName(name))
            {
                return PolicyField.Fault(path, "a group's name is 1 to 64 ASCII letters, digits, points, underscores and hyphens; rename it");
            }

            if (listed is not JsonArray)
            {
                return PolicyField.Fault(path, "not a list; write the names of its people, as in `[alice, bob]`");
            }

            if (!PolicyField.Names((JsonObject)value, name, Section, names.PersonFault).TryGet(out var people, out var refusal))
            {
                return refusal;
            }

            groups.Add(name, people);
        }

        return groups.ToImmutable();
    }

    private static bool IsGroupName(string name) =>
        name.Length is >= 1 and <= 64 && name is not ("of" or "and")
        && name.All(static unit => char.IsAsciiLetterOrDigit(unit) || unit is '.' or '_' or '-');

    private static Result<ImmutableArray<ApprovalRule>> Rules(JsonObject json, PeopleGroups groups, PolicyNames names)
    {
        if (!PolicyField.Objects(json, "rules", MostRules, "write `- {name: NAME, require: 2 of GROUP}` for each").TryGet(out var items, out var refusal))
        {
            return refusal;
        }

        var taken = new HashSet<string>(StringComparer.Ordinal) { ApprovalRule.Default.Name };
        var rules = ImmutableArray.CreateBuilder<ApprovalRule>(items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            if (!ApprovalRule.Parse(items[i], PolicyField.At("rules", i), taken, groups, names).TryGet(out var rule, out refusal))
            {
                return refusal;
            }

            rules.Add(rule);
        }

        return rules.ToImmutable();
    }

    private static Result<ImmutableArray<Freeze>> Freezes(JsonObject json, PolicyNames names)
    {
        const string Mend = "write `- {name: NAME, when: {days: [fri], from: \"16:00\", to: \"24:00\", zone: Europe/Berlin}}` for each";
        if (!PolicyField.Objects(json, "freezes", MostFreezes, Mend).TryGet(out var items, out var refusal))
        {
            return refusal;
        }

        var taken = new HashSet<string>(StringComparer.Ordinal);
        var freezes = ImmutableArray.CreateBuilder<Freeze>(items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            if (!Freeze.Parse(items[i], PolicyField.At("freezes", i), taken, names).TryGet(out var freeze, out refusal))
            {
                return refusal;
            }

            freezes.Add(freeze);
        }

        return freezes.ToImmutable();
    }

    private static Result<GovernanceRule> Governance(JsonValue? value, PeopleGroups groups)
    {
        const string Path = "governance";
        if (value is null)
        {
            return GovernanceRule.Default;
        }

        if (value is not JsonObject json)
        {
            return PolicyField.Fault(Path, "not an object; write `{mode: locked, change: 2 of GROUP, genesis: PATH}`");
        }

        if (PolicyField.Unknown(json, GovernanceKeys, Path) is { } unknown)
        {
            return unknown;
        }

        var change = Requirement.OneOfAnyone;
        if (!PolicyField.Word(json, "mode", Path, "open", "locked").TryGet(out var mode, out var refusal)
            || (json["change"] is { } who && !Requirement.Parse(who, $"{Path}/change", groups).TryGet(out change, out refusal)))
        {
            return refusal;
        }

        if (json["genesis"] is not (null or JsonString { Value.Length: >= 1 and <= 4_096 }))
        {
            return PolicyField.Fault($"{Path}/genesis", "not a path; name the file that holds the digest of the first entry");
        }

        var genesis = json.Text("genesis");
        return mode == "locked" && genesis is null
            ? PolicyField.Fault(Path, "`locked` needs `genesis`: the file, out of every agent's reach, that holds the digest of the first entry; name it")
            : new GovernanceRule(mode == "locked" ? GovernanceMode.Locked : GovernanceMode.Open, change, genesis);
    }
}
