namespace Interlock.Actions;

/// <summary>What is known after a dispatch. Closed; nothing here is a guess.</summary>
public abstract class StageOutcome
{
    private StageOutcome(string detail, ReadOnlyMemory<byte> output)
    {
        // strangers answer: one that says nothing has still answered
        Detail = detail ?? string.Empty;
        Output = output;
    }

    /// <summary>The stable word for the ledger and the surfaces.</summary>
    public abstract string Word { get; }

    /// <summary>One line for people; holds no secret.</summary>
    public string Detail { get; }

    /// <summary>What the effect printed or answered, capped by the adapter; archived as a blob. May be empty.</summary>
    public ReadOnlyMemory<byte> Output { get; }

    /// <summary>The effect happened.</summary>
    /// <param name="detail">One line for people.</param>
    /// <param name="output">What it printed or answered.</param>
    public sealed class Succeeded(string detail, ReadOnlyMemory<byte> output = default) : StageOutcome(detail, output)
    {
        /// <inheritdoc/>
        public override string Word => "succeeded";
    }

    /// <summary>The effect ran to its end and reports failure; what it did before it failed is its own to say.</summary>
    /// <param name="detail">One line for people.</param>
    /// <param name="output">What it printed or answered.</param>
    public sealed class Failed(string detail, ReadOnlyMemory<byte> output = default) : StageOutcome(detail, output)
    {
        /// <inheritdoc/>
        public override string Word => "failed";
    }

    /// <summary>Known to precede any effect: the process did not start, the connection was not made.</summary>
    /// <param name="detail">One line for people.</param>
    public sealed class NotDispatched(string detail) : StageOutcome(detail, default)
    {
        /// <inheritdoc/>
        public override string Word => "not_dispatched";
    }

    /// <summary>It may have happened: a timeout, a lost connection, an exception after the dispatch.</summary>
    /// <param name="detail">One line for people.</param>
    /// <param name="output">What it printed or answered before.</param>
    public sealed class InDoubt(string detail, ReadOnlyMemory<byte> output = default) : StageOutcome(detail, output)
    {
        /// <inheritdoc/>
        public override string Word => "in_doubt";
    }
}
