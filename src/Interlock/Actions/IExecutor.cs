using System.Collections.Immutable;
using Interlock.Plans;

namespace Interlock.Actions;

/// <summary>Carries out the stages of one action. Implemented by adapters and by programs that embed Interlock.</summary>
public interface IExecutor
{
    /// <summary>
    /// Says exactly what a stage would do. Pure and total: the same stage gives the same effects, without looking at the
    /// world, and a stage that cannot be described is refused with path and mend. One effect for most stages; a stage that
    /// fans out has one for each of its targets, in the order in which they will be dispatched.
    /// </summary>
    /// <param name="stage">The stage.</param>
    Result<ImmutableArray<Effect>> Describe(Stage stage);

    /// <summary>Reads the world for the reviewer; changes nothing. <see cref="Preview.None"/> unless an executor has more to show.</summary>
    /// <param name="effect">An effect that this executor described.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Preview> PreviewAsync(Effect effect, CancellationToken cancellationToken) => Task.FromResult(Preview.None);

    /// <summary>
    /// Makes the effect happen, once. An exception means that nobody knows whether it happened: the plan halts in doubt.
    /// </summary>
    /// <param name="effect">The effect that the intent names.</param>
    /// <param name="key">The idempotency key, to be passed on where the target can use one.</param>
    /// <param name="cancellationToken">Not signalled once the world may have changed.</param>
    Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken);
}
