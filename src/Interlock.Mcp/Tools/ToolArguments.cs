using System.Diagnostics.CodeAnalysis;
using Interlock.Canonical;
using Interlock.Mcp.Wire;
using Interlock.Plans;

namespace Interlock.Mcp.Tools;

/// <summary>
/// Reads a tool's arguments, each with its type. The first fault is kept and answered with its path; nothing that was sent is
/// ignored.
/// </summary>
internal sealed class ToolArguments
{
    private readonly JsonObject given;

    private ToolArguments(JsonObject given) => this.given = given;

    /// <summary>The first fault that was found.</summary>
    public Refusal? Fault { get; private set; }

    /// <summary>Takes the arguments of a call; unknown ones are a fault.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="given">The arguments, read strictly.</param>
    public static ToolArguments Of(AgentTool tool, JsonObject given)
    {
        var arguments = new ToolArguments(given);
        var known = tool.InputSchema["properties"] as JsonObject ?? JsonObject.Empty;
        foreach (var member in given.Members)
        {
            if (known[member.Name] is null)
            {
                var names = string.Join(", ", known.Members.Select(property => $"`{property.Name}`"));
                arguments.Refuse(
                    Shortened.To(member.Name, 64),
                    known.Count == 0
                        ? $"unknown argument; `{tool.Name}` takes none"
                        : $"unknown argument; {Meant(member.Name, known)}`{tool.Name}` takes {names}");
            }
        }

        return arguments;
    }

    private static string Meant(string name, JsonObject known) =>
        Spelling.Nearest(name, known.Members.Select(property => property.Name)) is { } near ? $"did you mean `{near}`? " : "";

    /// <summary>A value that must be there, of any type.</summary>
    /// <param name="name">The argument.</param>
    public JsonValue? Required(string name)
    {
        var value = given[name];
        if (value is null)
        {
            Refuse(name, "missing; give this argument");
        }

        return value;
    }

    /// <summary>A plan id that must be there.</summary>
    /// <param name="name">The argument.</param>
    public PlanId RequiredPlan(string name) => Required(name) is { } value && Plan(name, value) is { } id ? id : default;

    /// <summary>A plan id that may be left out.</summary>
    /// <param name="name">The argument.</param>
    public PlanId? OptionalPlan(string name) => Given(name, out var value) ? Plan(name, value) : null;

    /// <summary>A status word that may be left out.</summary>
    /// <param name="name">The argument.</param>
    public string? OptionalStatus(string name)
    {
        if (!Given(name, out var value))
        {
            return null;
        }

        if (value is JsonString word && PlanStatusWords.All.Contains(word.Value))
        {
            return word.Value;
        }

        Refuse(name, $"not a status; use one of {string.Join(", ", PlanStatusWords.All.Select(known => $"`{known}`"))}");
        return null;
    }

    /// <summary>Text that may be left out.</summary>
    /// <param name="name">The argument.</param>
    public string? OptionalText(string name)
    {
        if (!Given(name, out var value))
        {
            return null;
        }

        if (value is not JsonString text)
        {
            Refuse(name, "not a string; put the value in quotation marks");
            return null;
        }

        return text.Value;
    }

    /// <summary>An integer between bounds that may be left out.</summary>
    /// <param name="name">The argument.</param>
    /// <param name="least">The smallest.</param>
    /// <param name="most">The largest.</param>
    /// <param name="otherwise">The value where it is left out.</param>
    public int OptionalInteger(string name, int least, int most, int otherwise)
    {
        if (!Given(name, out var value))
        {
            return otherwise;
        }

        if (value is JsonNumber number && double.IsInteger(number.Value) && number.Value >= least && number.Value <= most)
        {
            return (int)number.Value;
        }

        Refuse(name, $"not an integer from {least} to {most}; give one, and call again to go on");
        return otherwise;
    }

    /// <summary>Adds a fault; the first one is kept.</summary>
    /// <param name="path">The argument.</param>
    /// <param name="message">What is wrong and the mend.</param>
    public void Refuse(string path, string message) => Fault ??= new Refusal(RefusalCode.Malformed, path, message);

    /// <summary>An optional argument of `null` is one that was left out: models write that.</summary>
    private bool Given(string name, [NotNullWhen(true)] out JsonValue? value)
    {
        value = given[name];
        return value is not (null or JsonNull);
    }

    private PlanId? Plan(string name, JsonValue value)
    {
        if (value is JsonString text && PlanId.TryParse(text.Value, out var id))
        {
            return id;
        }

        Refuse(name, "not a plan id; it is a string of 36 characters as `propose_plan` and `list_plans` give it");
        return null;
    }
}
