using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Microsoft.Data.Sqlite;

namespace Interlock.Storage;

/// <summary>The rows of the tables as values, and back.</summary>
internal static class SqliteRows
{
    private const string Columns = "plan, agent, intent, status, proposed_seq, last_seq";

    /// <summary>A digest as a key.</summary>
    public static byte[] Key(Sha256Digest digest)
    {
        var key = new byte[Sha256Digest.Size];
        digest.CopyTo(key);
        return key;
    }

    /// <summary>The row of a plan; null where there is none.</summary>
    public static PlanRow? Plan(SqliteSession session, PlanId plan)
    {
        using var reader = session.Query($"SELECT {Columns} FROM plans WHERE plan=CAST($1 AS TEXT)", plan.ToString());
        return reader.Read() ? Read(reader) : null;
    }

    /// <summary>Inserts or replaces a row.</summary>
    public static void Put(SqliteSession session, PlanRow row) => session.Execute(
        $"INSERT OR REPLACE INTO plans({Columns})"
            + " VALUES(CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), $5, $6)",
        row.Plan.ToString(),
        row.Agent,
        row.Intent,
        row.Status,
        row.ProposedSeq,
        row.LastSeq);

    /// <summary>How many entries a stream has.</summary>
    public static long VersionOf(SqliteSession open, StreamId stream) => stream.Proposer is { } agent
        ? (open.Number("SELECT max(proposed_seq) FROM plans WHERE agent=CAST($1 AS TEXT)", agent) + 1) ?? 0
        : open.Number("SELECT version FROM streams WHERE stream=CAST($1 AS TEXT) ORDER BY version DESC LIMIT 1", stream.Name) ?? 0;

    /// <summary>Writes what an append adds: blobs, entries, their places in streams, and the list of plans.</summary>
    public static void Keep(SqliteSession open, StreamVersions versions, Append append, ImmutableArray<LedgerEntry> entries)
    {
        foreach (var blob in append.Blobs.IsDefault ? [] : append.Blobs)
        {
            open.Execute(
                "INSERT INTO blobs(digest, bytes) VALUES($1, $2) ON CONFLICT DO NOTHING",
                Key(Sha256Digest.Of(blob.Span)),
                blob.ToArray());
        }

        if (!append.Erases.IsEmpty)
        {
            // what is deleted is overwritten with zeros, in the pages of this transaction
            open.Execute("PRAGMA secure_delete=ON");
        }

        foreach (var digest in append.Erases)
        {
            open.Execute("DELETE FROM blobs WHERE digest=$1", Key(digest));
        }

        foreach (var entry in entries)
        {
            open.Execute("INSERT INTO entries(seq, line) VALUES($1, $2)", entry.Seq, entry.Line.ToArray());
            foreach (var stream in entry.Streams)
            {
                open.Execute(
                    "INSERT INTO streams(stream, version, seq) VALUES(CAST($1 AS TEXT), $2, $3)",
                    stream.Name,
                    versions.Next(stream),
                    entry.Seq);
            }

            if (PlanRow.Concerns(entry) is { } plan && PlanRow.After(Plan(open, plan), entry) is { } row)
            {
                Put(open, row);
            }
        }
    }

    /// <summary>A page of the listing.</summary>
    public static Result<PlanPage> List(SqliteSession session, PlanQuery query)
    {
        // each condition is a text of its own, so that the planner sees which index serves
        var sql = $"SELECT {Columns} FROM plans WHERE proposed_seq < $1";
        var values = new List<object> { query.Before ?? long.MaxValue, query.Limit + 1L };

        // few plans wait, however many an agent had: the plus keeps the planner from going through all of those
        var waits = query.Status is "proposed" or "approved";
        Restrict(query.Agent, waits ? "+agent = CAST($# AS TEXT)" : "agent = CAST($# AS TEXT)");
        Restrict(query.Status, "status = CAST($# AS TEXT)");
        Restrict(query.IdPrefix, "plan >= CAST($# AS TEXT)");

        // 0xff stands in no UTF-8, so it sorts behind whatever starts with the prefix
        Restrict(query.IdPrefix, "plan < CAST($# || x'ff' AS TEXT)");
        using var reader = session.Query(sql + " ORDER BY proposed_seq DESC LIMIT $2", [.. values]);
        var rows = ImmutableArray.CreateBuilder<PlanRow>();
        while (reader.Read())
        {
            if (Read(reader) is not { } row)
            {
                return LedgerRefusals.Broken($"the list of plans holds `{SqliteSession.Text(reader, 0)}`, which is not the id of a plan");
            }

            rows.Add(row);
        }

        return PlanPage.Of(rows.DrainToImmutable(), query.Limit);

        void Restrict(string? value, string condition)
        {
            if (value is not null)
            {
                values.Add(value);
                sql += " AND " + condition.Replace("$#", $"${values.Count}", StringComparison.Ordinal);
            }
        }
    }

    /// <summary>A row, or null where its id is not one.</summary>
    public static PlanRow? Read(SqliteDataReader reader) =>
        PlanId.TryParse(SqliteSession.Text(reader, 0), out var plan)
            ? new PlanRow(
                plan,
                SqliteSession.Text(reader, 1),
                SqliteSession.Text(reader, 2),
                SqliteSession.Text(reader, 3),
                reader.GetInt64(4),
                reader.GetInt64(5))
            : null;
}
