using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Interlock.Tests.Fuzzing.Reference;

/// <summary>What a plan fails, and its hash.</summary>
/// <param name="Failed">The invariants that do not hold.</param>
/// <param name="Hash">The hash of the body; null where there is none.</param>
/// <param name="IsTooLarge">Whether it is too large to be worked on; then nothing but invariant 1 is known to fail.</param>
/// <param name="HasStrangeId">Whether an id is a list or an object, of which nothing says when two are the same.</param>
internal sealed record ReferenceVerdict(SortedSet<int> Failed, string? Hash, bool IsTooLarge, bool HasStrangeId);

/// <summary>The seven invariants of docs/spec/plan.md a second time, from the text of the specification.</summary>
internal sealed partial class ReferencePlans(SortedDictionary<string, object?> policyData, int maxDepth, int maxBytes, int maxStages, Slip slip)
{
    /// <summary>Patterns of `matches` that need backtracking, or are none.</summary>
    public static readonly string[] UnusablePatterns = ["(", "(?=a)", "(a)\\1", "[a", "a**", "(?<!a)b", new('a', 1001)];

    private static readonly Regex[] DefaultSecrets =
    [
        Shape(@"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"), Shape("(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{16,}"), Shape("ghp_[A-Za-z0-9]{20,}"),
        Shape(@"\bAKIA[0-9A-Z]{16}\b"), Shape(@"(?<!sha256:)(?<!sha512:)\b[0-9a-f]{32,}\b"),
    ];

    private readonly ReferencePolicy policy = new(policyData) { Slip = slip };

    public ReferenceVerdict Validate(object? plan)
    {
        var envelope = plan as SortedDictionary<string, object?>;
        var hasBody = envelope?.ContainsKey("body") == true;
        var body = envelope?.GetValueOrDefault("body");
        if (hasBody && (Depth(body) > maxDepth || ReferenceJson.Write(body).Length > maxBytes))
        {
            return new ReferenceVerdict([1], null, true, false);
        }

        var stages = ((body as SortedDictionary<string, object?>)?.GetValueOrDefault("stages") as List<object?>)
            ?.OfType<SortedDictionary<string, object?>>().ToList() ?? [];
        var hash = hasBody ? ReferenceJson.Hash(body) : null;
        bool[] holds =
        [
            IsEnvelope(envelope) && IsBody(body) && !Strings(body).Any(text => IsUnclean(text.Text)),
            hash is not null && IsHash(envelope?.GetValueOrDefault("plan_hash"), hash),
            HasIdentity(stages),
            stages.All(stage => !policy.IsMutating(stage.GetValueOrDefault("action")) || HasRollback(stage)),
            !policy.AsksForPreconditions || stages.All(stage => !policy.IsMutating(stage.GetValueOrDefault("action")) || HasPreconditions(stage)),
            stages.All(stage => IsAllowed(stage, isRollback: false)
                && (stage.GetValueOrDefault("rollback") is not SortedDictionary<string, object?> rollback || IsAllowed(rollback, isRollback: true))),
            !hasBody || !Strings(body).Any(IsSecret),
        ];
        return new ReferenceVerdict(
            [.. Enumerable.Range(1, 7).Where(id => !holds[id - 1])],
            hash,
            false,
            stages.Any(stage => stage.GetValueOrDefault("id") is List<object?> or SortedDictionary<string, object?>));
    }

    // --- 1: shape, limits, text ---

    private static bool IsEnvelope(SortedDictionary<string, object?>? envelope) =>
        envelope is not null
        && envelope.GetValueOrDefault("schema_version") is "1"
        && envelope.GetValueOrDefault("plan_id") is string { Length: > 0 }
        && envelope.GetValueOrDefault("plan_hash") is string hash && HashText().IsMatch(hash)
        && envelope.GetValueOrDefault("status") is "draft" or "proposed" or "approved" or "rejected" or "executing" or "executed" or "halted" or "expired"
        && (!envelope.TryGetValue("proposed_at", out var at) || at is string)
        && envelope.GetValueOrDefault("approval") is null or SortedDictionary<string, object?>
        && envelope.GetValueOrDefault("execution_result") is null or SortedDictionary<string, object?>;

    private bool IsBody(object? value) =>
        value is SortedDictionary<string, object?> body
        && Has(body, ["intent", "stages"], ["intent", "note", "stages", .. policy.BodyProperties.Keys])
        && body["intent"] is string { Length: > 0 }
        && Optional(body, "note", note => note is string)
        && body["stages"] is List<object?> { Count: > 0 } stages
        && (stages.Count <= maxStages || slip == Slip.ManyStagesPass)
        && policy.BodyProperties.All(property => Optional(body, property.Key, one => Fits(one, property.Value)))
        && stages.All(IsStage);

    private bool IsStage(object? value) =>
        value is SortedDictionary<string, object?> stage
        && Has(stage, ["id", "action"], slip == Slip.ExtensionOpensTheStage && policy.StageProperties.Count > 0 ? stage.Keys :
            ["id", "action", "target", "params", "preconditions", "verify", "rollback", "note", .. policy.StageProperties.Keys])
        && IsName(stage["id"]) && IsName(stage["action"])
        && Optional(stage, "target", IsTarget)
        && Optional(stage, "params", one => one is SortedDictionary<string, object?>)
        && Optional(stage, "preconditions", checks => IsChecks(checks, !HoldsSecret(stage)))
        && Optional(stage, "verify", checks => IsChecks(checks, !HoldsSecret(stage)))
        && Optional(stage, "rollback", IsRollback)
        && Optional(stage, "note", note => note is string)
        && policy.StageProperties.All(property => Optional(stage, property.Key, one => Fits(one, property.Value)));

    private bool IsName(object? value) => value is string { Length: > 0 } name
        && !name.Contains('\n') && (Encoding.UTF8.GetByteCount(name) <= 128 || slip == Slip.LongNamesPass);

    private bool IsTarget(object? value) => slip == Slip.TargetMayBeAnything || (value is SortedDictionary<string, object?> target
        && (policy.TargetSchema is (true, var schema)
            ? Fits(target, schema)
            : target.GetValueOrDefault("kind") is string { Length: > 0 } && target.GetValueOrDefault("id") is string { Length: > 0 }));

    private bool IsRollback(object? value) =>
        value is SortedDictionary<string, object?> rollback
        && (rollback.ContainsKey("irreversible")
            ? rollback.Keys.SequenceEqual(["irreversible", "justification"])
                && rollback.GetValueOrDefault("irreversible") is true
                && rollback.GetValueOrDefault("justification") is string { Length: > 0 }
            : Has(rollback, ["action"], ["action", "params", "target"])
                && IsName(rollback["action"])
                && Optional(rollback, "params", one => one is SortedDictionary<string, object?>)
                && Optional(rollback, "target", IsTarget));

    private bool IsChecks(object? value, bool looksAtPatterns) => value is List<object?> list && list.All(item =>
        item is SortedDictionary<string, object?> check
        && Has(check, ["check", "expect"], ["check", "expect", "probe", "note"])
        && check["check"] is string { Length: > 0 }
        && Optional(check, "probe", one => one is SortedDictionary<string, object?>)
        && Optional(check, "note", note => note is string)
        && check["expect"] is SortedDictionary<string, object?> expect
        && Has(expect, ["op", "value"], ["op", "value"])
        && expect["value"] is string expected
        && expect["op"] is string op
        && op is "equals" or "not_equals" or "at_least" or "at_most" or "contains" or "equals_exact" or "matches"
        && (op != "matches" || !looksAtPatterns || slip == Slip.PatternsAreNotLookedAt || !UnusablePatterns.Contains(expected)));

    /// <summary>A stage with a secret in it is left out where single checks are measured: what is said of a pattern would repeat it.</summary>
    private bool HoldsSecret(SortedDictionary<string, object?> stage) => Strings(stage).Any(IsSecret);

    private static bool Has(SortedDictionary<string, object?> value, string[] required, IEnumerable<string> known) =>
        required.All(value.ContainsKey) && value.Keys.All(known.Contains);

    private bool Optional(SortedDictionary<string, object?> holder, string name, Func<object?, bool> fits) =>
        !holder.TryGetValue(name, out var value) || (slip == Slip.NullIsAbsent && value is null) || fits(value);

    /// <summary>The little of JSON Schema that the policies of these tests use.</summary>
    private static bool Fits(object? value, object? schema) => schema is true || (schema is SortedDictionary<string, object?> rules
        && (rules.GetValueOrDefault("type") switch
        {
            "string" => value is string,
            "integer" => value is double number && number == Math.Truncate(number),
            "object" => value is SortedDictionary<string, object?>,
            _ => true,
        })
        && (!rules.ContainsKey("minLength") || value is not string { Length: 0 })
        && (rules.GetValueOrDefault("required") is not List<object?> required
            || (value is SortedDictionary<string, object?> members && required.All(name => members.ContainsKey((string)name!))))
        && (rules.GetValueOrDefault("enum") is not List<object?> any
            || any.Any(one => ReferenceJson.Write(one).AsSpan().SequenceEqual(ReferenceJson.Write(value)))));

    private static int Depth(object? value) => value switch
    {
        List<object?> items => 1 + items.Select(Depth).DefaultIfEmpty().Max(),
        SortedDictionary<string, object?> members => 1 + members.Values.Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    /// <summary>Every string and every name, and whether it stands under `note`.</summary>
    private static IEnumerable<(string Text, bool IsName, bool IsNote)> Strings(object? value, bool isNote = false) => value switch
    {
        string text => [(text, false, isNote)],
        List<object?> items => items.SelectMany(item => Strings(item)),
        SortedDictionary<string, object?> members => members.SelectMany(member =>
            Strings(member.Value, member.Key == "note").Prepend((member.Key, true, false))),
        _ => [],
    };

    private bool IsUnclean(string text) => text.EnumerateRunes().Any(rune => rune.Value is not ('\n' or '\t') && (
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is >= 0xfdd0 and <= 0xfdef || (rune.Value & 0xffff) >= 0xfffe
        || (slip != Slip.FillersPass && rune.Value is 0x115f or 0x1160 or 0x3164 or 0xffa0 or 0x2800 or (>= 0xfe00 and <= 0xfe0d) or (>= 0xe0100 and <= 0xe01ef))));

    // --- 2 to 7 ---

    private bool IsHash(object? declared, string hash) => declared is string text && (text == hash
        || (slip == Slip.HashIgnoresCase && string.Equals(text, hash, StringComparison.OrdinalIgnoreCase))
        || (slip == Slip.HashMayEndInLineFeed && text == hash + "\n"));

    private bool HasIdentity(List<SortedDictionary<string, object?>> stages) =>
        (slip == Slip.IdsMayStandTwice || stages.Select(stage => stage.GetValueOrDefault("id") switch
        {
            string text => "text " + text,
            bool truth => truth ? "1" : "0",
            double number => ReferenceNumbers.Text(number),
            _ => "none",
        }).Distinct().Count() == stages.Count)
        && (!policy.RejectsUnknown || stages.All(stage => policy.Knows(stage.GetValueOrDefault("action"))));

    private bool HasRollback(SortedDictionary<string, object?> stage) =>
        stage.GetValueOrDefault("rollback") is SortedDictionary<string, object?> rollback
        && (rollback.GetValueOrDefault("action") is string { Length: > 0 }
            || (rollback.GetValueOrDefault("irreversible") is true
                && rollback.GetValueOrDefault("justification") is string why && (why.Length > 0 || slip == Slip.JustificationMayBeEmpty)));

    private bool HasPreconditions(SortedDictionary<string, object?> stage) =>
        stage.GetValueOrDefault("preconditions") is List<object?> list && (list.Count > 0 || slip == Slip.NoPreconditionsWillDo);

    private bool IsAllowed(SortedDictionary<string, object?> party, bool isRollback) =>
        ((isRollback && slip == Slip.RollbacksMayDoWhatIsForbidden) || !policy.Forbids(party.GetValueOrDefault("action")))
        && ((isRollback && slip == Slip.RollbacksMayTouchWhatIsForbidden)
            || party.GetValueOrDefault("target") is not SortedDictionary<string, object?> target || !policy.ForbidsTarget(target));

    private static Regex Shape(string pattern) => new(pattern, RegexOptions.Compiled | RegexOptions.CultureInvariant);

    private bool IsSecret((string Text, bool IsName, bool IsNote) part)
    {
        if ((part.IsNote && slip == Slip.NotesMayHoldSecrets) || (part.IsName && slip == Slip.NamesMayHoldSecrets))
        {
            return false;
        }

        return policy.SecretPatterns is { } patterns
            ? patterns.Any(pattern => Regex.IsMatch(part.Text, pattern, RegexOptions.CultureInvariant))
            : DefaultSecrets.Any(shape => shape.IsMatch(part.Text)) || (slip == Slip.DigestsAreSecrets && Digest().IsMatch(part.Text));
    }

    [GeneratedRegex(@"\A[0-9a-f]{64}\n?\z")]
    private static partial Regex HashText();

    [GeneratedRegex("sha256:[0-9a-f]{32,}")]
    private static partial Regex Digest();
}
