using System.Collections.Immutable;
using Interlock.Actions;

namespace Interlock.Policies;

/// <summary>What rules and freezes look at in a plan.</summary>
/// <param name="Agent">The agent that proposed it.</param>
/// <param name="AgentOwner">
/// Who owns the agent, as <see cref="SeparationOfDuties.OwnerOf"/> answers; null where nobody knows.
/// </param>
/// <param name="Stages">What each stage does, in order.</param>
internal sealed record PlanFacts(string Agent, string? AgentOwner, ImmutableArray<StageFacts> Stages)
{
    /// <summary>The facts of a plan whose effects validation described.</summary>
    /// <param name="agent">The agent that proposed it.</param>
    /// <param name="owner">Its owner.</param>
    /// <param name="stages">What validation answered.</param>
    public static PlanFacts Of(string agent, string? owner, ImmutableArray<StageEffects> stages) =>
        new(agent, owner, [.. stages.Select(StageFacts.Of)]);
}

/// <summary>What rules and freezes look at in a stage.</summary>
/// <param name="Action">Its action.</param>
/// <param name="Touches">
/// The target that it declares and the resources that its effects really touch: a rule matches either, so that neither a false
/// declaration nor an adapter that derives nothing evades it.
/// </param>
/// <param name="IsIrreversible">Whether it changes the world and names no action that undoes it.</param>
internal sealed record StageFacts(string Action, ImmutableArray<Resource> Touches, bool IsIrreversible)
{
    /// <summary>The facts of one stage.</summary>
    public static StageFacts Of(StageEffects stage)
    {
        // as text, as every rule compares: a schema extension may allow a number for an id
        var declared = stage.Stage.Target is { Json: var target }
            ? (IEnumerable<Resource>)[new Resource(TargetRule.TextOf(target["kind"]), TargetRule.TextOf(target["id"]))]
            : [];
        return new StageFacts(
            stage.Stage.Action,
            [.. declared.Concat(stage.Effects.SelectMany(static effect => effect.Resources)).Distinct()],
            stage.Stage.Rollback is Plans.Rollback.Irreversible || (stage.Mutating && stage.Stage.Rollback is null));
    }
}
