namespace Interlock.Ledger;

/// <summary>
/// The ledger as JSON lines: each entry's canonical line and a line feed, readable by the old system's verifier. Verified as it
/// is written; see <c>docs/spec/ledger.md</c>, export.
/// </summary>
public static class LedgerExport
{
    private static readonly byte[] LineFeed = [(byte)'\n'];

    /// <summary>Writes every entry.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="write">Takes the next bytes.</param>
    /// <param name="cancellationToken">Ends the export.</param>
    /// <returns>The head that was reached; refused where the chain does not verify: then throw away what was written.</returns>
    public static Task<Result<ChainHead>> WriteAsync(
        ILedgerStore store,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write,
        CancellationToken cancellationToken) =>
        VerifiedChain.ReadAsync(
            store,
            ChainHead.Empty,
            async entry =>
            {
                await write(entry.Line, cancellationToken);
                await write(LineFeed, cancellationToken);
            },
            cancellationToken);
}
