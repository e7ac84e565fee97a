using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Interlock.Tests.Faults.Kills;

/// <summary>
/// The child process of a test: a ledger of its own making that appends and answers, and syncs or does not, as it is told. The
/// product has no such switch.
/// </summary>
public sealed class UnsyncedChild
{
    internal const string Words = "the approval is acknowledged";
    private const string Variable = "INTERLOCK_TEST_UNSYNCED";

    internal static ProcessStartInfo Command(string path, string synchronous)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath ?? throw new InvalidOperationException("no path of this process"),
            ["-explicit", "only", "-method", $"{typeof(UnsyncedChild).FullName}.{nameof(Append_and_say_so)}"])
        {
            WorkingDirectory = Path.GetDirectoryName(path) ?? "/",
        };
        start.Environment[Variable] = $"{synchronous} {path}";
        return start;
    }

    [Fact(Explicit = true)]
    [SuppressMessage("Security", "CA2100", Justification = "one of two words that a test of this assembly hands over")]
    public void Append_and_say_so()
    {
        var told = Environment.GetEnvironmentVariable(Variable)?.Split(' ', 2);
        Assert.SkipWhen(told is null, "only a child process runs this");
        using var connection = new SqliteConnection($"Data Source={told[1]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $$"""
            PRAGMA journal_mode=WAL;
            PRAGMA synchronous={{told[0]}};
            CREATE TABLE entries(seq INTEGER PRIMARY KEY, line BLOB NOT NULL);
            INSERT INTO entries VALUES(0, '{"event":{"kind":"approved","plan_id":"p1"},"seq":0}');
            """;
        command.ExecuteNonQuery();
        using var output = Console.OpenStandardOutput();
        output.Write(System.Text.Encoding.ASCII.GetBytes($"{Words}\n"));
    }
}
