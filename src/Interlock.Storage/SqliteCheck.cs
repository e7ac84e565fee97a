using Interlock.Canonical;
using Interlock.Ledger;
using Microsoft.Data.Sqlite;

namespace Interlock.Storage;

/// <summary>Feeds a ledger file to <see cref="LedgerCheck"/> as it is read: one snapshot, the lines in the order of the chain.</summary>
internal sealed class SqliteCheck : ISqliteRows
{
    private const int Page = 1_024;

    private readonly LedgerCheck check = new();
    private readonly SqliteSession session;
    private readonly EntryVisitor? visit;
    private readonly Action linesRead;
    private readonly List<(long Seq, byte[] Line)> lines = new(Page);
    private readonly StoredLine[] read = new StoredLine[Page];
    private readonly List<TreeBlock> blocks = [];
    private (byte[] Bytes, string Name) stream = ([], string.Empty);

    private SqliteCheck(SqliteSession session, EntryVisitor? visit, Action linesRead)
    {
        this.session = session;
        this.visit = visit;
        this.linesRead = linesRead;
    }

    /// <summary>Checks everything in the file.</summary>
    /// <param name="session">The file.</param>
    /// <param name="visit">Gets the entries, see <see cref="ILedgerStore.CheckAsync"/>.</param>
    /// <param name="linesRead">Called when all lines were read, and the rest begins.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public static Result<StoreCheck> Run(SqliteSession session, EntryVisitor? visit, Action linesRead, CancellationToken cancellationToken)
    {
        var rows = new SqliteCheck(session, visit, linesRead);
        var contents = SqliteContents.Read(session, rows, cancellationToken);
        return new StoreCheck(rows.check.Finish(), rows.check.Head, contents);
    }

    public void Row(SqliteTable table, SqliteDataReader reader)
    {
        switch (table)
        {
            case SqliteTable.Entries:
                lines.Add((reader.GetInt64(0), SqliteSession.Bytes(reader, 1)));
                if (lines.Count == Page)
                {
                    Lines();
                }

                break;
            case SqliteTable.Streams:
                Indexed(reader);
                break;
            case SqliteTable.Plans:
                Listed(reader);
                break;
            case SqliteTable.Blobs:
                Blob(reader);
                break;
            case SqliteTable.Tree:
                blocks.Add(SqliteTree.Block(reader));
                break;
        }
    }

    public void End(SqliteTable table)
    {
        if (table == SqliteTable.Entries)
        {
            Lines();
            linesRead();
        }
        else if (table == SqliteTable.Tree)
        {
            if (SqliteTree.Has(session))
            {
                check.Blocks(blocks);
            }

            // at the moment of the digest: who remembers that as sound remembers the schema with it
            foreach (var difference in LedgerSchema.Differences(session))
            {
                check.Report($"the database was altered: {difference}");
            }
        }
    }

    /// <summary>What costs is to parse and to hash, and a line is read by itself as well: whether it follows is then only compared.</summary>
    private void Lines()
    {
        _ = Parallel.For(0, lines.Count, i => read[i] = StoredLine.Read(lines[i].Seq, lines[i].Line));
        for (var i = 0; i < lines.Count; i++)
        {
            if (check.Line(read[i]) is { } entry)
            {
                visit?.Invoke(entry, read[i].Leaf);
            }
        }

        lines.Clear();
    }

    private void Indexed(SqliteDataReader reader)
    {
        // the rows of a stream stand together: its name is read once
        var name = SqliteSession.Span(reader, 0);
        if (!name.SequenceEqual(stream.Bytes))
        {
            stream = (name.ToArray(), SqliteSession.Text(reader, 0));
        }

        check.Indexed(stream.Name, reader.GetInt64(1), reader.GetInt64(2));
    }

    private void Listed(SqliteDataReader reader)
    {
        if (SqliteRows.Read(reader) is { } row)
        {
            check.Row(row);
        }
        else
        {
            check.Report($"the list of plans holds `{SqliteSession.Text(reader, 0)}`, which is not the id of a plan");
        }
    }

    private void Blob(SqliteDataReader reader)
    {
        var key = SqliteSession.Span(reader, 0);
        if (key.Length == Sha256Digest.Size)
        {
            check.Blob(Sha256Digest.FromBytes(key), SqliteSession.Span(reader, 1));
        }
        else
        {
            check.Report($"a blob is stored under {key.Length} bytes, which is not a digest");
        }
    }
}
