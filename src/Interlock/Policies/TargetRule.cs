using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>
/// A forbidden target: every named field must match, compared as text. A field that the target lacks has the text
/// <c>None</c>, as in the reference implementation; a rule without fields matches every target.
/// </summary>
public sealed class TargetRule
{
    internal TargetRule(JsonObject json)
    {
        Json = json;
        Fields = [.. json.Members.Select(static member => new KeyValuePair<string, string>(member.Name, TextOf(member.Value)))];
    }

    /// <summary>The rule as the policy has it.</summary>
    public JsonObject Json { get; }

    /// <summary>The fields and the texts that they must have.</summary>
    internal ImmutableArray<KeyValuePair<string, string>> Fields { get; }

    /// <summary>Whether the rule forbids a target.</summary>
    /// <param name="target">The target, or a resource as <c>{kind, id}</c>.</param>
    public bool Matches(JsonObject target)
    {
        foreach (var (name, text) in Fields)
        {
            if (!SameText(TextOf(target[name]), text))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the rule forbids a resource; the same as matching <c>{kind, id}</c>.</summary>
    internal bool Matches(string kind, string id)
    {
        foreach (var (name, text) in Fields)
        {
            var actual = name switch
            {
                "kind" => kind,
                "id" => id,
                _ => Absent,
            };
            if (!SameText(actual, text))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A value as rules and targets compare it.</summary>
    internal static string TextOf(JsonValue? value) => value switch
    {
        null or JsonNull => Absent,
        JsonString text => text.Value,
        JsonBoolean boolean => boolean.Value ? "True" : "False",
        _ => value.ToString(),
    };

    private const string Absent = "None";

    // `true` in one document and `"True"` in the other are the same to the reference; a block rule errs on the side of blocking
    internal static bool SameText(string left, string right) =>
        left == right || (IsTruth(left) && string.Equals(left, right, StringComparison.OrdinalIgnoreCase));

    private static bool IsTruth(string text) => text is "True" or "False" or "true" or "false";
}
