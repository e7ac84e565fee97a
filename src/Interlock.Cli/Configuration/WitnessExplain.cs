using System.Globalization;
using Interlock.Adapters.Declarations;

namespace Interlock.Cli.Configuration;

/// <summary>Says in plain words what <c>witnesses:</c> means. See <see cref="ConfigExplain"/>.</summary>
internal static class WitnessExplain
{
    /// <summary>Who has to hold what, and what follows where nobody does.</summary>
    public static IEnumerable<string> Lines(InterlockConfiguration configuration)
    {
        if (configuration.Witnesses is not { } witnesses)
        {
            yield return "there are no witnesses: a ledger and an anchor that are rolled back together are not noticed";
            yield break;
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"before anything is dispatched, {witnesses.Require} of {witnesses.List.Length} witnesses hold the claim; they are waited for at most {Quantities.Text(witnesses.Wait)}");
        foreach (var one in witnesses.List)
        {
            yield return one.Command is { } argv
                ? $"  {Plain.Text(one.Name)}: runs {Plain.Text(string.Join(' ', argv))}"
                : $"  {Plain.Text(one.Name)}: asks {Plain.Text(one.Url ?? "")}";
        }
    }

    /// <summary>What is allowed and yet likely not meant.</summary>
    public static IEnumerable<string> Warnings(InterlockConfiguration configuration) =>
        (configuration.Witnesses?.List ?? [])
            .Where(static one => one.Public is null)
            .Select(static one => $"the witness {Plain.Text(one.Name)} has no `public`: it counts as soon as its command exits with 0, whatever was kept");
}
