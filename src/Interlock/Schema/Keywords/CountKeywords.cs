using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>minItems</c> and <c>maxItems</c> (Validation section 6.4).</summary>
internal sealed class ItemCountKeyword(string name, int bound) : AssertionKeyword(name, JsonKinds.Array)
{
    public override string Explain(JsonValue instance) =>
        Count.Explain(Name == "maxItems", bound, ((JsonArray)instance).Items.Length, "item", "items");

    protected override bool Holds(JsonValue instance, Evaluation run)
    {
        var count = ((JsonArray)instance).Items.Length;
        return Name == "maxItems" ? count <= bound : count >= bound;
    }
}

/// <summary><c>minProperties</c> and <c>maxProperties</c> (Validation section 6.5).</summary>
internal sealed class PropertyCountKeyword(string name, int bound) : AssertionKeyword(name, JsonKinds.Object)
{
    public override string Explain(JsonValue instance) =>
        Count.Explain(Name == "maxProperties", bound, ((JsonObject)instance).Count, "property", "properties");

    protected override bool Holds(JsonValue instance, Evaluation run)
    {
        var count = ((JsonObject)instance).Count;
        return Name == "maxProperties" ? count <= bound : count >= bound;
    }
}

/// <summary>Sentences about counts.</summary>
internal static class Count
{
    public static string Explain(bool atMost, int bound, int actual, string one, string many) => string.Create(
        CultureInfo.InvariantCulture, $"must have at {(atMost ? "most" : "least")} {bound} {(bound == 1 ? one : many)} but has {actual}; {(atMost ? "remove some" : "add to it")}");
}
