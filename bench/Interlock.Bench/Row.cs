using System.Globalization;

namespace Interlock.Bench;

/// <summary>One line of the table: what was measured, beside what it has to reach and what the machine allows.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Reference">What the Python system takes for it, from the issue that set the bars.</param>
/// <param name="Bar">What is to be reached.</param>
/// <param name="Measured">What was reached, with its unit.</param>
/// <param name="Limit">What the machine allows, measured in the same run; or a dash.</param>
/// <param name="Share">The measured figure as a share of that limit; or a dash.</param>
/// <param name="Met">Whether the bar is reached.</param>
internal sealed record Row(string Work, string Reference, string Bar, string Measured, string Limit, string Share, bool Met)
{
    public string ToMarkdown() => $"| {Work} | {Reference} | {Bar} | {Measured} | {Limit} | {Share} | {(Met ? "yes" : "**no**")} |";

    public static string Header =>
        "| work | Python reference | bar | measured | limit, same run | share of it | met |\n|---|---|---|---|---|---|---|";

    public static string Number(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);
}
