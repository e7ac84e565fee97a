using System.Globalization;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Approvals;

/// <summary>
/// What the value of a statement's field must look like. Each form has one spelling for one meaning, so that two statements that
/// mean the same are the same bytes.
/// </summary>
internal sealed class StatementForm
{
    private const int LongestText = 4_096;

    /// <summary>The longest reason: entries repeat it, and one that was cut there would not be the one that was signed.</summary>
    private const int LongestReason = 1_000;

    private readonly Func<JsonValue, bool> accepts;

    private StatementForm(string description, Func<JsonValue, bool> accepts)
    {
        Description = description;
        this.accepts = accepts;
    }

    /// <summary>Text of one line without anything that steers a terminal, perhaps none.</summary>
    public static StatementForm Text { get; } = new(
        "a line of text of at most 4,096 characters", value => value is JsonString { Value: { Length: <= LongestText } text } && text == ShortText.Of(text, LongestText));

    /// <summary>A person's reason, perhaps none.</summary>
    public static StatementForm Reason { get; } = new(
        "a line of text of at most 1,000 characters", value => value is JsonString { Value: { Length: <= LongestReason } text } && text == ShortText.Of(text, LongestReason));

    /// <summary>The name of a person.</summary>
    public static StatementForm Name { get; } = new(
        "a name of 1 to 128 printable characters", value => value is JsonString { Value: var text } && PersonName.Fault(text) is null);

    /// <summary>SHA-256 in hexadecimal.</summary>
    public static StatementForm Digest { get; } = new(
        "64 lower-case hexadecimal digits", value => value is JsonString { Value: var text } && Sha256Digest.TryParse(text, out _));

    /// <summary>A time as entries have it.</summary>
    public static StatementForm Time { get; } = new(
        "a time as 2026-01-31T12:00:00.000000+00:00", value => value is JsonString { Value: var text } && UtcTime.TryParse(text, out _));

    /// <summary>A proposal's challenge.</summary>
    public static StatementForm Nonce { get; } = new(
        "32 lower-case hexadecimal digits",
        value => value is JsonString { Value: { Length: 32 } text } && text.All(char.IsAsciiHexDigitLower));

    /// <summary>The id of a plan.</summary>
    public static StatementForm Plan { get; } = new(
        "the id of a plan", value => value is JsonString { Value: var text } && PlanId.TryParse(text, out _));

    /// <summary>An instance and its epoch.</summary>
    public static StatementForm Instance { get; } = new(
        "an instance: 64 hexadecimal digits, a point and the epoch", value => value is JsonString { Value: var text } && InstanceId.TryParse(text, out _));

    /// <summary>The head of the tree that the signer saw.</summary>
    public static StatementForm Head { get; } = new("{root, size}", value => TreeHead.TryRead(value, out _));

    /// <summary>What happened to a stage.</summary>
    public static StatementForm Outcome { get; } = Words("happened", "did_not", "unknown");

    /// <summary>What is done to the brake.</summary>
    public static StatementForm BrakeAction { get; } = Words("stop", "resume");

    /// <summary>The name of the type, which was looked at first.</summary>
    public static StatementForm Type { get; } = new("the type", value => value is JsonString);

    /// <summary>In words, for a refusal.</summary>
    public string Description { get; }

    /// <summary>Whether a value has this form.</summary>
    public bool Accepts(JsonValue value) => accepts(value);

    /// <summary>Why a reason cannot be signed; null where it can. It is refused and not cut: who signs gives the whole of it.</summary>
    /// <param name="reason">The reason, before it is made one line; null for none.</param>
    public static Refusal? ReasonFault(string? reason) => reason is { Length: > LongestReason }
        ? new Refusal(
            RefusalCode.Malformed,
            "reason",
            string.Create(CultureInfo.InvariantCulture, $"a reason has at most {LongestReason:N0} characters and this one has {reason.Length:N0}; say it in fewer"))
        : null;

    private static StatementForm Words(params string[] words) => new(
        $"one of {string.Join(", ", words)}", value => value is JsonString { Value: var text } && words.Contains(text, StringComparer.Ordinal));
}
