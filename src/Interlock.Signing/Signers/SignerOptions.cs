using Interlock.Canonical;

namespace Interlock.Signing.Signers;

/// <summary>The options of a line of <c>allowed_signers</c> (ssh-keygen(1), ALLOWED SIGNERS).</summary>
/// <param name="Namespaces">The patterns of the namespaces it may sign in; null for all.</param>
/// <param name="ValidAfter">From when, inclusive.</param>
/// <param name="ValidBefore">Until when, exclusive: one second stricter than <c>ssh-keygen</c>.</param>
internal sealed record SignerOptions(string? Namespaces, DateTimeOffset? ValidAfter, DateTimeOffset? ValidBefore)
{
    /// <summary>No option.</summary>
    public static SignerOptions None { get; } = new(null, null, null);

    /// <summary>
    /// Reads options off the beginning of a line up to the blank behind them. A name is read in any case, as
    /// <c>ssh-keygen</c> does; each may stand once.
    /// </summary>
    public static Result<SignerOptions> Take(ref ReadOnlySpan<char> rest)
    {
        var options = None;
        while (true)
        {
            var end = rest.IndexOfAny("=, \t");
            var name = (end < 0 ? rest : rest[..end]).ToString().ToLowerInvariant();
            rest = end < 0 ? default : rest[end..];
            if (Unusable(name) is { } refusal)
            {
                return refusal;
            }

            if (!TryTakeQuoted(ref rest, out var value))
            {
                return Malformed($"the value of `{name}` is not in quotes; write `{name}=\"…\"`");
            }

            if (!options.With(name, value).TryGet(out var next, out var fault))
            {
                return fault;
            }

            options = next;
            if (rest is [] or [' ' or '\t', ..])
            {
                return options.ValidAfter >= options.ValidBefore
                    ? Malformed("`valid-before` is not later than `valid-after`, so the key is never valid; mend one of them")
                    : options;
            }

            if (rest is not [',', ..])
            {
                return Malformed($"something stands behind the value of `{name}`; separate options by a comma without blanks");
            }

            rest = rest[1..];
        }
    }

    private static Refusal? Unusable(string name) => name switch
    {
        "namespaces" or "valid-after" or "valid-before" => null,
        "cert-authority" => Refusal.Of(
            RefusalCode.Forbidden, "`cert-authority` lets somebody else name who may sign, which is not supported; register each person's key"),
        "verify-required" or "no-touch-required" => Refusal.Of(
            RefusalCode.Forbidden,
            $"`ssh-keygen` knows no `{name}` in this file and would skip the line; take it out: a touch is always required, and `assurance: hardware-verified` in a rule requires the PIN"),
        _ => Malformed($"`{SafeText.Escape(name, 40)}` is neither a known type of key nor an option; options are `namespaces`, `valid-after` and `valid-before`"),
    };

    private static bool TryTakeQuoted(ref ReadOnlySpan<char> rest, out string value)
    {
        value = "";
        if (rest is not ['=', '"', ..])
        {
            return false;
        }

        // no value that is accepted has a quote, so the escape that ssh-keygen knows is not needed
        var end = rest[2..].IndexOf('"');
        if (end < 0)
        {
            return false;
        }

        value = rest.Slice(2, end).ToString();
        rest = rest[(2 + end + 1)..];
        return true;
    }

    private static Refusal Malformed(string message) => Refusal.Of(RefusalCode.Malformed, message);

    private static bool IsPatternList(string value) =>
        value.Split(',').All(pattern => pattern.TrimStart('!').Length > 0 && !pattern.AsSpan().ContainsAnyExceptInRange('!', '~') && !pattern.Contains('\\', StringComparison.Ordinal));

    private Result<SignerOptions> With(string name, string value)
    {
        if (name switch { "namespaces" => Namespaces is not null, "valid-after" => ValidAfter is not null, _ => ValidBefore is not null })
        {
            return Malformed($"`{name}` stands twice; take one out");
        }

        if (name == "namespaces")
        {
            return IsPatternList(value)
                ? this with { Namespaces = value }
                : Malformed("`namespaces` has no names separated by commas; write `namespaces=\"interlock-*\"` or leave it out");
        }

        if (!OpenSshTime.TryParse(value, out var at))
        {
            return Malformed($"`{SafeText.Escape(value, 40)}` is no time; write `{name}=\"20260131Z\"` or `{name}=\"202601311530Z\"`, in UTC");
        }

        return name == "valid-after" ? this with { ValidAfter = at } : this with { ValidBefore = at };
    }
}
