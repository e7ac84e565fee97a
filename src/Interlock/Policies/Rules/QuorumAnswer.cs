using System.Collections.Immutable;
using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>What the rules say of a plan and of the approvals that it has.</summary>
/// <param name="Rules">Every rule that matches the plan, at least one.</param>
/// <param name="Refusal">Why no approval can count at all; null where some can.</param>
public sealed record QuorumAnswer(ImmutableArray<RuleAnswer> Rules, Refusal? Refusal)
{
    /// <summary>Whether every rule is met.</summary>
    public bool IsMet => Refusal is null && !Rules.IsEmpty && Rules.All(static rule => rule.IsMet);

    /// <summary>The answer in words, one line each.</summary>
    public ImmutableArray<string> Lines =>
        [.. Refusal is { } refusal ? (IEnumerable<string>)[refusal.Message] : [], .. Rules.SelectMany(static rule => rule.Lines)];

    /// <summary>The answer on the wire: <c>{met, rules: [{rule, require, met, counted, missing, not_counted, can_be_met}], refusal}</c>.</summary>
    public JsonObject ToJson() => JsonObject.Of(
        ("met", IsMet),
        ("rules", new JsonArray(Rules.Select(static rule => (JsonValue)rule.ToJson()))),
        ("refusal", Refusal?.ToJson()));
}

/// <summary>What one rule says.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Require">Whom it asks for.</param>
/// <param name="Counted">The different people who are counted.</param>
/// <param name="Missing">Who is still missing; empty where the rule is met.</param>
/// <param name="NotCounted">Approvals that are not counted for this rule, and why.</param>
/// <param name="CanBeMet">Whether it would be met if everybody agreed who may: false means that nobody can end the wait.</param>
public sealed record RuleAnswer(
    string Rule,
    string Require,
    ImmutableArray<string> Counted,
    ImmutableArray<MissingPeople> Missing,
    ImmutableArray<UncountedApproval> NotCounted,
    bool CanBeMet)
{
    /// <summary>Whether nobody is missing.</summary>
    public bool IsMet => Missing.IsEmpty;

    /// <summary>The answer in words, one line each.</summary>
    public ImmutableArray<string> Lines
    {
        get
        {
            var name = SafeText.Quote(Rule, SafeText.LongestStep);
            var state = IsMet
                ? $"rule {name} ({Require}) is met by {Names(Counted)}"
                : $"rule {name} ({Require}) needs {string.Join(" and ", Missing)}"
                    + (Counted.IsEmpty ? "" : $"; {Names(Counted)} approved")
                    + (CanBeMet ? "" : "; there are not enough people who may: add people to the group, or have the plan proposed by another agent");
            return [state, .. NotCounted.Select(one => $"rule {name} does not count {SafeText.Quote(one.Person, 128)}, who {one.Why}")];
        }
    }

    internal static string Names(ImmutableArray<string> people) =>
        SafeText.List([.. people.Select(static person => SafeText.Escape(person, 128))]);

    internal JsonObject ToJson() => JsonObject.Of(
        ("rule", Rule),
        ("require", Require),
        ("met", IsMet),
        ("can_be_met", CanBeMet),
        ("counted", Candidates.Texts(Counted)),
        ("missing", new JsonArray(Missing.Select(static missing => (JsonValue)missing.ToJson()))),
        ("not_counted", new JsonArray(NotCounted.Select(static one => (JsonValue)JsonObject.Of(("person", one.Person), ("why", one.Why))))));
}

/// <summary>So many more people of a group.</summary>
/// <param name="Count">How many.</param>
/// <param name="Of">The group, and who of it could.</param>
/// <param name="OrOf">Other groups of which somebody would do as well, since who is counted for them could be counted here.</param>
public sealed record MissingPeople(int Count, Candidates Of, ImmutableArray<Candidates> OrOf)
{
    /// <summary><c>1 more of `sre` (bob, dora)</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Count} more of {string.Join(" or of ", OrOf.Prepend(Of))}");

    internal JsonObject ToJson() => JsonObject.Of(
        ("count", Count), ("of", Of.ToJson()), ("or_of", new JsonArray(OrOf.Select(static group => (JsonValue)group.ToJson()))));
}

/// <summary>Who of a group could still approve: nobody who is barred or approved already.</summary>
/// <param name="Group">The group.</param>
/// <param name="People">Who is known by name, in ordinal order.</param>
/// <param name="AnyName">Whether anybody else could too, since it is not known who is registered.</param>
public sealed record Candidates(string Group, ImmutableArray<string> People, bool AnyName)
{
    /// <summary><c>`sre` (bob, dora)</c>.</summary>
    public override string ToString() =>
        $"`{Group}` ({(AnyName ? "any name" : People.IsEmpty ? "nobody is left" : RuleAnswer.Names(People))})";

    internal static JsonArray Texts(ImmutableArray<string> texts) => new(texts.Select(static text => (JsonValue)text));

    internal JsonObject ToJson() => JsonObject.Of(("group", Group), ("people", Texts(People)), ("any_name", AnyName));
}

/// <summary>An approval that a rule does not count.</summary>
/// <param name="Person">Whose.</param>
/// <param name="Why">Why, as words after <c>who</c>.</param>
public sealed record UncountedApproval(string Person, string Why);
