using System.Collections.Immutable;

namespace Interlock.Sessions;

/// <summary>
/// One proposal of an agent at a time within an engine, so that asking for many at once finds no more room than asking one after
/// another. Agents share a fixed number of turns by their names: a turn for each name would be memory that made-up names fill.
/// </summary>
internal sealed class AgentTurns
{
    private const int Turns = 64;

    private readonly ImmutableArray<SemaphoreSlim> turns = [.. Enumerable.Range(0, Turns).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>Acts when it is the agent's turn.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="act">What to do.</param>
    /// <param name="cancellationToken">Ends the wait for the turn.</param>
    public async Task<T> TakeAsync<T>(string agent, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        var turn = turns[agent.Sum(static unit => unit) % Turns];
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await act();
        }
        finally
        {
            turn.Release();
        }
    }
}
