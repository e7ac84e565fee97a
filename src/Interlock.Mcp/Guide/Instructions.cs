using System.Text;
using Interlock.Mcp.Wire;

namespace Interlock.Mcp.Guide;

/// <summary>
/// What the server says of itself when a client connects, and the prompt that teaches the plan format. A model that reads
/// nothing else can write a plan that validates.
/// </summary>
internal static class Instructions
{
    /// <summary>Hosts put instructions into every conversation; a long catalog is left to describe_catalog.</summary>
    private const int MostLines = 40;

    private const int LongestDescription = 160;
    private const int LongestExample = 4_000;

    /// <summary>The server's instructions.</summary>
    /// <param name="guide">The catalog.</param>
    /// <param name="rules">The rules in words.</param>
    /// <param name="flow">The way of a plan in words.</param>
    public static string Of(CatalogGuide guide, IEnumerable<string> rules, IEnumerable<string> flow)
    {
        var text = new StringBuilder();
        Line(text, "Interlock lets you change real systems only through plans: you propose, a person approves the exact plan, then it is executed stage by stage with live checks. You cannot approve.");
        Line(text, "");
        if (guide.IsEmpty)
        {
            Line(text, guide.Describe().Text("help") ?? "");
            return text.ToString();
        }

        Numbered(text, "How it goes:", flow);
        Line(text, "A plan body is {\"intent\": string, \"note\"?: string, \"stages\": [{\"id\", \"action\", \"target\"?: {\"kind\", \"id\"}, \"params\"?: {}, \"preconditions\"?: [check], \"verify\"?: [check], \"rollback\"?, \"note\"?}]}. Rules:");
        Listed(text, rules);
        Line(text, "Actions (params_schema and an example for each in describe_catalog):");
        Listed(text, guide.Actions.Select(action =>
            $"{action.Name}{(guide.IsForbidden(action) ? " (forbidden by policy)" : guide.IsMutating(action) ? " (mutating)" : " (reads)")}: {Short(action.Description)}"));
        Line(text, "Probes for checks:");
        Listed(text, guide.Probes.Select(probe => $"{probe.Name}: {Short(probe.Description)}"));
        if (guide.Examples.Plan?.ToString() is { Length: <= LongestExample } plan)
        {
            Line(text, "A complete body that validates here:");
            Line(text, plan);
        }

        return text.ToString();
    }

    /// <summary>The prompt <c>write_plan</c>.</summary>
    /// <param name="guide">The catalog.</param>
    /// <param name="instructions">The server's instructions.</param>
    /// <param name="goal">What the person wants.</param>
    public static string Prompt(CatalogGuide guide, string instructions, string goal)
    {
        var text = new StringBuilder(instructions);
        Line(text, "");
        if (!guide.IsEmpty)
        {
            Line(text, "The catalog in full:");
            Line(text, guide.Describe().ToString());
            Line(text, "");
        }

        Line(text, "Write a plan for the goal below. Use the smallest number of stages, one change each. Give every mutating stage preconditions that would make you stop, verify checks that prove it worked, and an honest rollback. Check it with check_plan, mend it, then propose it with propose_plan and tell the person how to review it.");
        Line(text, "Goal:");
        Line(text, goal);
        return text.ToString();
    }

    private static void Numbered(StringBuilder text, string title, IEnumerable<string> lines)
    {
        Line(text, title);
        foreach (var (index, line) in lines.Index())
        {
            Line(text, $"{index + 1}. {line}");
        }
    }

    private static void Listed(StringBuilder text, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        foreach (var line in all.Take(MostLines))
        {
            Line(text, $"- {line}");
        }

        if (all.Count > MostLines)
        {
            Line(text, $"- and {all.Count - MostLines} more: call describe_catalog");
        }
    }

    private static string Short(string description) =>
        Shortened.To(description.ReplaceLineEndings(" ").Trim(), LongestDescription);

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
