namespace Interlock.Ledger;

/// <summary>Appends for whoever decides: reads the ledger again where the store asks for it.</summary>
internal static class StoreAppends
{
    /// <summary>
    /// Appends; where the store still waits to be read after somebody's unknown outcome, reads it again first. Without this one
    /// unknown outcome would leave a process that never reopens unable to record anything, an emergency stop included.
    /// After an unknown outcome of this very append the ledger is read again too, so that the caller can look what became of it.
    /// </summary>
    public static async Task<AppendAnswer> AppendReadingAgainAsync(
        this ILedgerStore store, Append append, CancellationToken cancellationToken)
    {
        var answer = await store.AppendAsync(append, cancellationToken);
        if (answer is AppendAnswer.Refused { Refusal.Code: var code } && code == RefusalCode.OutcomeUnknown)
        {
            // this append was not even tried, so trying it now is no repetition
            if (!(await store.ReopenAsync(CancellationToken.None)).TryGet(out _, out var refusal))
            {
                return new AppendAnswer.Refused(refusal);
            }

            answer = await store.AppendAsync(append, cancellationToken);
        }

        if (answer is AppendAnswer.OutcomeUnknown)
        {
            await store.ReopenAsync(CancellationToken.None);
        }

        return answer;
    }
}
