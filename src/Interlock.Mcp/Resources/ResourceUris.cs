namespace Interlock.Mcp.Resources;

/// <summary>The addresses of what an agent can read and subscribe to.</summary>
internal static class ResourceUris
{
    public const string Catalog = "interlock://catalog";

    public const string PlanTemplate = "interlock://plans/{id}";

    private const string PlanPrefix = "interlock://plans/";

    public static string Of(PlanId plan) => PlanPrefix + plan;

    public static bool TryPlan(string uri, out PlanId plan)
    {
        plan = default;
        return uri.StartsWith(PlanPrefix, StringComparison.Ordinal) && PlanId.TryParse(uri[PlanPrefix.Length..], out plan);
    }
}
