using Interlock.Canonical;

namespace Interlock;

/// <summary>
/// Why something was not done: a value that the caller must handle, never an exception. It says where, what, and the mend.
/// </summary>
/// <param name="Code">A stable word for programs: lower case, ASCII, words joined by <c>_</c>. See <see cref="RefusalCode"/>.</param>
/// <param name="Path">The place in the input, its parts joined by <c>/</c>, or <c>(root)</c>.</param>
/// <param name="Message">What is wrong and the mend: lower case, no full stop, user text in backticks, never a secret.</param>
public sealed record Refusal(RefusalCode Code, string Path, string Message)
{
    /// <summary>A refusal that concerns the whole request.</summary>
    /// <param name="code">The reason for programs.</param>
    /// <param name="message">The reason for people.</param>
    public static Refusal Of(RefusalCode code, string message) => new(code, JsonError.Root, message);

    /// <summary>The refusal as JSON: <c>{code, path, message}</c>.</summary>
    public JsonObject ToJson() => JsonObject.Of(("code", Code.Word), ("path", Path), ("message", Message));
}

/// <summary>The closed set of reasons for a refusal. <see cref="Word"/> is the stable form on every surface.</summary>
public sealed class RefusalCode
{
    private RefusalCode(string word) => Word = word;

    /// <summary>The document could not be read.</summary>
    public static RefusalCode Malformed { get; } = new("malformed");

    /// <summary>The input is larger than a cap allows.</summary>
    public static RefusalCode TooLarge { get; } = new("too_large");

    /// <summary>The plan fails validation.</summary>
    public static RefusalCode Invalid { get; } = new("invalid");

    /// <summary>There is no such thing, or it belongs to another agent.</summary>
    public static RefusalCode NotFound { get; } = new("not_found");

    /// <summary>It was there and was erased on purpose; the message says by whom and when.</summary>
    public static RefusalCode Erased { get; } = new("erased");

    /// <summary>The same is there already and waits; the message names it.</summary>
    public static RefusalCode Duplicate { get; } = new("duplicate");

    /// <summary>The plan's status does not allow it.</summary>
    public static RefusalCode WrongStatus { get; } = new("wrong_status");

    /// <summary>The proposal or the approval has expired.</summary>
    public static RefusalCode Expired { get; } = new("expired");

    /// <summary>Something that was signed or stored no longer matches.</summary>
    public static RefusalCode Mismatch { get; } = new("mismatch");

    /// <summary>Policy or configuration forbids it.</summary>
    public static RefusalCode Forbidden { get; } = new("forbidden");

    /// <summary>A resource is held by another plan.</summary>
    public static RefusalCode Locked { get; } = new("locked");

    /// <summary>An emergency stop is in force.</summary>
    public static RefusalCode Stopped { get; } = new("stopped");

    /// <summary>A freeze is in force; the plan may be released when it ends.</summary>
    public static RefusalCode Frozen { get; } = new("frozen");

    /// <summary>The world looks different than what was approved, and the policy halts for that; who approved can accept it.</summary>
    public static RefusalCode Drift { get; } = new("drift");

    /// <summary>Not enough people have agreed yet, or not in the way that a rule asks for.</summary>
    public static RefusalCode Quorum { get; } = new("quorum");

    /// <summary>Fewer witnesses than are required hold the ledger's checkpoint; nothing was claimed.</summary>
    public static RefusalCode Unwitnessed { get; } = new("unwitnessed");

    /// <summary>The configuration changed since this process loaded it.</summary>
    public static RefusalCode ConfigurationChanged { get; } = new("configuration_changed");

    /// <summary>The clock is behind the ledger.</summary>
    public static RefusalCode ClockBehind { get; } = new("clock_behind");

    /// <summary>Another writer was faster too often; the caller may try again.</summary>
    public static RefusalCode Busy { get; } = new("busy");

    /// <summary>The agent asks more often than it may, has more waiting than it may, or asks again too soon; the message says when to ask again. Nothing was written down.</summary>
    public static RefusalCode RateLimited { get; } = new("rate_limited");

    /// <summary>The ledger or a blob does not verify.</summary>
    public static RefusalCode Corrupt { get; } = new("corrupt");

    /// <summary>The store cannot be read or written (disk full, read-only, unreadable).</summary>
    public static RefusalCode Storage { get; } = new("storage");

    /// <summary>Whether a write took effect is not known.</summary>
    public static RefusalCode OutcomeUnknown { get; } = new("outcome_unknown");

    /// <summary>The stable word.</summary>
    public string Word { get; }

    /// <inheritdoc/>
    public override string ToString() => Word;
}
