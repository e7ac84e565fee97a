using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary>One compiled keyword, or several that only make sense together. Immutable.</summary>
internal abstract class Keyword(JsonKinds appliesTo)
{
    /// <summary>The kinds of value that the keyword says something about; others satisfy it.</summary>
    public JsonKinds AppliesTo { get; } = appliesTo;

    /// <summary>Whether the keyword asks what its neighbours evaluated. Such a keyword comes last.</summary>
    public virtual bool NeedsEvaluated => false;

    /// <summary>Whether a value of one of the kinds satisfies the keyword.</summary>
    public abstract bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated);
}

/// <summary>A keyword that says something about the value itself and holds no schema.</summary>
internal abstract class AssertionKeyword(string name, JsonKinds appliesTo) : Keyword(appliesTo)
{
    public string Name { get; } = name;

    public sealed override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated) =>
        Holds(instance, run) || run.Fail(this, instance);

    /// <summary>What was expected, and the mend; without the value.</summary>
    public abstract string Explain(JsonValue instance);

    protected abstract bool Holds(JsonValue instance, Evaluation run);
}
