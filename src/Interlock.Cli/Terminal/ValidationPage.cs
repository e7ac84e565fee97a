using System.Text.RegularExpressions;
using Interlock.Policies;

namespace Interlock.Cli.Terminal;

/// <summary>What a validation found, for people: each fault with its path and, in a file, its line and column.</summary>
internal static partial class ValidationPage
{
    /// <param name="page">Where to.</param>
    /// <param name="validation">What was found.</param>
    /// <param name="placeOf">The place of a path, as <c>file:line:column</c>, or null.</param>
    public static Page Of(Page page, Validation validation, Func<string, string?> placeOf)
    {
        foreach (var invariant in validation.Invariants)
        {
            string[] faults = invariant.Ok ? []
                : invariant.Id == 1 ? [.. validation.SchemaErrors.Select(error => Placed(placeOf, error.Path, error.Message))]
                : [.. Faults().Split(invariant.Detail).Select(fault => Placed(placeOf, fault))];
            page.Line(
                0,
                4,
                new Part(invariant.Ok ? page.Yes : page.No, invariant.Ok ? Ink.Good : Ink.Bad),
                $" {Escape.Line(invariant.Name)}",
                faults is [var only] && only.Length > 0 ? $": {only}" : "");
            foreach (var fault in faults.Length > 1 ? faults : [])
            {
                page.Line(4, 2, fault);
            }
        }

        foreach (var flag in validation.Flags)
        {
            page.Line(0, 2, new Part("! ", Ink.Caution), Placed(placeOf, flag.Path, flag.Message));
        }

        if (validation.PlanHashRecomputed is { } hash)
        {
            page.Line(0, 5, new Part("hash ", Ink.Dim), hash.ToString());
        }

        return page.Line(
            validation.Approvable ? "the plan may be proposed and approved" : "the plan is not approvable; mend what is marked",
            validation.Approvable ? Ink.Good : Ink.Bad);
    }

    private static string Placed(Func<string, string?> placeOf, string path, string message) =>
        Escape.Line(placeOf(path) is { } place ? $"{place}: {path}: {message}" : $"{path}: {message}");

    // a detail is text for people; only what starts with a path has a place
    private static string Placed(Func<string, string?> placeOf, string fault) =>
        LeadingPath().Match(fault) is { Success: true, Groups: var found }
            ? Placed(placeOf, found["path"].Value, fault[found[0].Length..])
            : Escape.Line(fault);

    /// <summary>Where one fault of a detail ends and the next, which starts with its path, begins.</summary>
    [GeneratedRegex("; (?=body(?:/[^:;]*)?: )", RegexOptions.CultureInvariant)]
    private static partial Regex Faults();

    [GeneratedRegex("^(?<path>body(?:/[^:;]*)?): ", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingPath();
}
