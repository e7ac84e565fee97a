using Interlock.Policies;

namespace Interlock.Cli.Terminal;

/// <summary>What a validation found, for people.</summary>
internal static class ValidationPage
{
    public static Page Of(Page page, Validation validation)
    {
        foreach (var invariant in validation.Invariants)
        {
            page.Line(
                0,
                4,
                new Part(invariant.Ok ? page.Yes : page.No, invariant.Ok ? Ink.Good : Ink.Bad),
                $" {Escape.Line(invariant.Name)}",
                invariant.Detail.Length == 0 ? "" : $": {Escape.Line(invariant.Detail)}");
            foreach (var error in invariant.Id == 1 && validation.SchemaErrors.Length > 1 ? validation.SchemaErrors : [])
            {
                page.Line(4, 2, $"{Escape.Line(error.Path)}: {Escape.Line(error.Message)}");
            }
        }

        foreach (var flag in validation.Flags)
        {
            page.Line(0, 2, new Part("! ", Ink.Caution), $"{Escape.Line(flag.Path)}: {Escape.Line(flag.Message)}");
        }

        if (validation.PlanHashRecomputed is { } hash)
        {
            page.Line(0, 5, new Part("hash ", Ink.Dim), hash.ToString());
        }

        return page.Line(
            validation.Approvable ? "the plan may be proposed and approved" : "the plan is not approvable; mend what is marked",
            validation.Approvable ? Ink.Good : Ink.Bad);
    }
}
