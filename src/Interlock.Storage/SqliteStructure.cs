using System.Collections.Immutable;

namespace Interlock.Storage;

/// <summary>
/// What SQLite says of its own pages and indexes. It needs nothing of what else is read, so that a connection of its own looks meanwhile, at
/// a moment of its own.
/// </summary>
internal static class SqliteStructure
{
    /// <summary>What is wrong, for people; empty where all is well.</summary>
    public static Result<ImmutableArray<string>> Check(SqliteSession session)
    {
        var findings = ImmutableArray.CreateBuilder<string>();
        using var reader = session.Query("PRAGMA integrity_check(20)");
        while (reader.Read())
        {
            if (reader.GetString(0) is not "ok" and var problem)
            {
                findings.Add($"the database file is damaged: {problem}");
            }
        }

        return findings.DrainToImmutable();
    }
}
