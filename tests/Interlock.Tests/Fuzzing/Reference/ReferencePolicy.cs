namespace Interlock.Tests.Fuzzing.Reference;

/// <summary>The questions that invariants ask a policy (docs/spec/plan.md, section 5), answered from the data as it stands.</summary>
internal sealed class ReferencePolicy(SortedDictionary<string, object?> data)
{
    public Slip Slip { get; init; }

    public bool AsksForPreconditions => data.GetValueOrDefault("require_preconditions_for_mutating", true) is true;

    public bool RejectsUnknown => Unknown == "reject";

    public List<string>? SecretPatterns => (data.GetValueOrDefault("secret_patterns") as List<object?>)?.Cast<string>().ToList();

    private string Unknown => data.GetValueOrDefault("unknown_action") as string ?? "reject";

    private SortedDictionary<string, object?> Extension => data.GetValueOrDefault("schema_extension") as SortedDictionary<string, object?> ?? [];

    public SortedDictionary<string, object?> StageProperties => Extension.GetValueOrDefault("stage_properties") as SortedDictionary<string, object?> ?? [];

    public SortedDictionary<string, object?> BodyProperties => Extension.GetValueOrDefault("body_properties") as SortedDictionary<string, object?> ?? [];

    public (bool Is, object? Schema) TargetSchema => (Extension.ContainsKey("target_schema"), Extension.GetValueOrDefault("target_schema"));

    public bool Knows(object? action) => Rule(action) is not null;

    public bool IsMutating(object? action) => Rule(action) is { } rule
        ? rule.GetValueOrDefault("mutating") is true || (Slip != Slip.CreatingIsReading && rule.GetValueOrDefault("creating") is true)
        : Unknown == "mutating" && Slip != Slip.UnknownIsReading;

    public bool Forbids(object? action) => action is string && (data.GetValueOrDefault("forbidden_actions") as List<object?>)?.Contains(action) == true;

    public bool ForbidsTarget(SortedDictionary<string, object?> target) =>
        (data.GetValueOrDefault("forbidden_targets") as List<object?>)?.Cast<SortedDictionary<string, object?>>()
            .Any(rule => rule.All(field => IsSame(target.GetValueOrDefault(field.Key), field.Value))) == true;

    private SortedDictionary<string, object?>? Rule(object? action) =>
        action is string name && data.GetValueOrDefault("action_registry") is SortedDictionary<string, object?> registry
            ? registry.GetValueOrDefault(name) as SortedDictionary<string, object?>
            : null;

    private bool IsSame(object? left, object? right) =>
        (Slip != Slip.AbsentMatchesNothing || left is not null)
        && (Text(left) == Text(right) || (IsTruth(Text(left)) && string.Equals(Text(left), Text(right), StringComparison.OrdinalIgnoreCase)));

    // `true` and "True" are the same to the system that policies may come from
    private static bool IsTruth(string text) => text is "true" or "True" or "false" or "False";

    private static string Text(object? value) => value switch
    {
        null => "None",
        string text => text,
        bool truth => truth ? "True" : "False",
        _ => System.Text.Encoding.UTF8.GetString(ReferenceJson.Write(value)),
    };
}
