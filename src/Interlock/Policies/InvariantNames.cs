using System.Collections.Immutable;

namespace Interlock.Policies;

/// <summary>The names of the built-in invariants on the wire.</summary>
public static class InvariantNames
{
    /// <summary>1: the schema, text hygiene, the caps.</summary>
    public const string SchemaValid = "schema-valid";

    /// <summary>2: the declared hash is the recomputed one.</summary>
    public const string HashRecomputes = "plan_hash-recomputes";

    /// <summary>3: stage ids are unique and actions known.</summary>
    public const string UniqueIdsAndKnownActions = "unique-ids-and-known-actions";

    /// <summary>4: a stage that changes the world has a rollback.</summary>
    public const string MutatingHasRollback = "mutating-stage-has-rollback";

    /// <summary>5: a stage that changes the world has a precondition.</summary>
    public const string MutatingHasPreconditions = "mutating-stage-has-preconditions";

    /// <summary>6: actions and targets clear the policy.</summary>
    public const string NothingForbidden = "no-forbidden-action-or-target";

    /// <summary>7: nothing looks like a secret.</summary>
    public const string NoSecrets = "no-plaintext-secrets";

    /// <summary>After the custom invariants, with a catalog: each check names a probe and fits it.</summary>
    public const string ProbesKnown = "probes-known";

    /// <summary>After the custom invariants, with a catalog: every stage can be described, and does what it declares.</summary>
    public const string EffectsDescribed = "effects-described";

    /// <summary>All of them, in order.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        SchemaValid, HashRecomputes, UniqueIdsAndKnownActions, MutatingHasRollback, MutatingHasPreconditions, NothingForbidden,
        NoSecrets, ProbesKnown, EffectsDescribed,
    ];
}
