using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Interlock.Canonical;

namespace Interlock.Storage;

/// <summary>
/// The digest of everything that a ledger file holds: its schema and each row of each table, every value with its length before it. Who
/// found a file sound knows by it that it is still the same file, without reading a line of it again.
/// </summary>
internal static class SqliteContents
{
    private static readonly string[] Rows =
    [
        "SELECT name, sql FROM sqlite_schema ORDER BY name",
        "SELECT seq, line FROM entries ORDER BY seq",
        "SELECT stream, version, seq FROM streams ORDER BY stream, version",
        "SELECT plan, agent, intent, status, proposed_seq, last_seq FROM plans ORDER BY plan",
        "SELECT digest, bytes FROM blobs ORDER BY rowid",
    ];

    private const string Blocks = "SELECT level, number, hash FROM tree ORDER BY level, number";

    /// <summary>Reads one moment of the file.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public static Result<Sha256Digest> Read(SqliteSession session, CancellationToken cancellationToken)
    {
        session.Execute("BEGIN");
        try
        {
            return Within(session, cancellationToken);
        }
        finally
        {
            _ = session.TryRollback();
        }
    }

    /// <summary>The same inside a transaction that is open.</summary>
    public static Sha256Digest Within(SqliteSession session, CancellationToken cancellationToken)
    {
        using var hash = new Hash();
        foreach (var query in SqliteTree.Has(session) ? [.. Rows, Blocks] : Rows)
        {
            using var reader = session.Query(query);
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    hash.Add(SqliteSession.Span(reader, column));
                }
            }

            // no row is of as many bytes: what ends one table cannot be taken for a value
            hash.End();
        }

        return hash.Finish();
    }

    /// <summary>Hashes on another core what this one reads.</summary>
    private sealed class Hash : IDisposable
    {
        private const int BufferBytes = 1 << 18;

        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly BlockingCollection<(byte[] Buffer, int Used)> full = new(boundedCapacity: 2);
        private readonly Task hashing;
        private byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        private int used;

        public Hash()
        {
            hashing = Task.Factory.StartNew(Consume, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        public void Add(ReadOnlySpan<byte> value)
        {
            Put(value.Length);
            while (!value.IsEmpty)
            {
                Room(1);
                var part = Math.Min(value.Length, BufferBytes - used);
                value[..part].CopyTo(buffer.AsSpan(used));
                used += part;
                value = value[part..];
            }
        }

        public void End() => Put(-1);

        public Sha256Digest Finish()
        {
            HandOver();
            full.CompleteAdding();
            hashing.GetAwaiter().GetResult();
            return Sha256Digest.FromBytes(hash.GetHashAndReset());
        }

        public void Dispose()
        {
            // who left in the middle still lets the other end
            full.CompleteAdding();
            hashing.GetAwaiter().GetResult();
            ArrayPool<byte>.Shared.Return(buffer);
            full.Dispose();
            hash.Dispose();
        }

        private void Put(int length)
        {
            Room(sizeof(int));
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(used), length);
            used += sizeof(int);
        }

        private void Room(int bytes)
        {
            if (BufferBytes - used < bytes)
            {
                HandOver();
            }
        }

        private void HandOver()
        {
            full.Add((buffer, used));
            (buffer, used) = (ArrayPool<byte>.Shared.Rent(BufferBytes), 0);
        }

        private void Consume()
        {
            foreach (var (bytes, length) in full.GetConsumingEnumerable())
            {
                hash.AppendData(bytes, 0, length);
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
    }
}
