namespace Interlock.Storage;

/// <summary>The tables of a ledger file and what makes a file one. See <c>docs/spec/ledger.md</c>, the SQLite file.</summary>
internal static class LedgerSchema
{
    /// <summary>The version that this code writes. Version 1, without the tree, is read as it is and becomes this one by the first append.</summary>
    public const int Version = 2;

    /// <summary><c>ILK1</c>: tells <c>file</c> and us whose database it is.</summary>
    private const int ApplicationId = 0x494c4b31;

    private static readonly (string Name, string Sql) Tree =
        ("tree", "CREATE TABLE tree(level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,"
            + " PRIMARY KEY(level, number)) STRICT, WITHOUT ROWID");

    private static readonly (string Name, string Sql)[] Objects =
    [
        ("entries", "CREATE TABLE entries(seq INTEGER PRIMARY KEY, line BLOB NOT NULL) STRICT"),
        ("streams", "CREATE TABLE streams(stream TEXT NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL,"
            + " PRIMARY KEY(stream, version)) STRICT, WITHOUT ROWID"),
        ("blobs", "CREATE TABLE blobs(digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT"),
        ("plans", "CREATE TABLE plans(plan TEXT PRIMARY KEY, agent TEXT NOT NULL, intent TEXT NOT NULL, status TEXT NOT NULL,"
            + " proposed_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL) STRICT, WITHOUT ROWID"),
        Tree,
        ("plans_by_age", "CREATE INDEX plans_by_age ON plans(proposed_seq)"),
        ("plans_by_agent", "CREATE INDEX plans_by_agent ON plans(agent, proposed_seq)"),
        ("plans_by_status", "CREATE INDEX plans_by_status ON plans(status, proposed_seq)"),
    ];

    /// <summary>Makes an empty file a ledger, or checks that a file is one.</summary>
    /// <returns>Why it is not; null where it is.</returns>
    public static Refusal? Prepare(SqliteSession session, string path)
    {
        if (session.Number("PRAGMA user_version") == 0 && session.Number("SELECT count(*) FROM sqlite_schema") == 0)
        {
            using (var mode = session.Query("PRAGMA journal_mode=WAL"))
            {
                if (!mode.Read() || mode.GetString(0) != "wal")
                {
                    return Refusal.Of(
                        RefusalCode.Storage,
                        $"the ledger `{path}` lies where SQLite cannot share memory between processes; put it on a local disk");
                }
            }

            Create(session);
        }

        return Check(session, path);
    }

    /// <summary>What a stranger added to or took from the schema: a trigger could change what is written.</summary>
    public static IEnumerable<string> Differences(SqliteSession session)
    {
        var expected = Objects.ToDictionary(item => item.Name, item => item.Sql, StringComparer.Ordinal);
        if (IsOld(session))
        {
            _ = expected.Remove(Tree.Name);
        }

        using var reader = session.Query("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL");
        while (reader.Read())
        {
            var name = SqliteSession.Text(reader, 0);
            if (!expected.Remove(name, out var sql))
            {
                yield return $"`{name}` is no part of a ledger";
            }
            else if (sql != SqliteSession.Text(reader, 1))
            {
                yield return $"`{name}` is not defined as in a ledger";
            }
        }

        foreach (var name in expected.Keys)
        {
            yield return $"`{name}` is missing";
        }
    }

    /// <summary>Makes a file of the first version one of this version, inside the transaction of an append.</summary>
    public static void Upgrade(SqliteSession session)
    {
        if (IsOld(session))
        {
            session.Execute(Tree.Sql);
            SqliteTree.Build(session);
            session.Execute($"PRAGMA user_version={Version}");
        }
    }

    private static bool IsOld(SqliteSession session) => session.Number("PRAGMA user_version") == 1;

    private static void Create(SqliteSession session)
    {
        // another process may be at it too: who gets the lock second finds the tables
        session.Execute("BEGIN IMMEDIATE");
        if (session.Number("SELECT count(*) FROM sqlite_schema") == 0)
        {
            foreach (var (_, sql) in Objects)
            {
                session.Execute(sql);
            }

            session.Execute($"PRAGMA application_id={ApplicationId}");
            session.Execute($"PRAGMA user_version={Version}");
        }

        session.Execute("COMMIT");
    }

    private static Refusal? Check(SqliteSession session, string path)
    {
        var version = session.Number("PRAGMA user_version") ?? 0;
        if (session.Number("PRAGMA application_id") != ApplicationId)
        {
            return Refusal.Of(RefusalCode.Storage, $"`{path}` is a database of another program; name another file");
        }

        if (version > Version)
        {
            return Refusal.Of(
                RefusalCode.Storage,
                $"the ledger `{path}` is of version {version} and this program reads version {Version}; upgrade interlock");
        }

        var differences = string.Join(", ", Differences(session));
        return differences.Length == 0
            ? null
            : Refusal.Of(RefusalCode.Corrupt, $"the ledger `{path}` was altered: {differences}; restore it from a backup");
    }
}
