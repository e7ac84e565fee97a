using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Interlock.Canonical;

namespace Interlock.Storage;

/// <summary>A SHA-256 over a row of values, computed on another core while this one reads on.</summary>
internal sealed class PipelinedHash : IDisposable
{
    private const int BufferBytes = 1 << 18;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly BlockingCollection<(byte[] Buffer, int Used)> full = new(boundedCapacity: 2);
    private readonly Task hashing;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int used;

    public PipelinedHash() =>
        hashing = Task.Factory.StartNew(Consume, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Takes a value, with its length before it.</summary>
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

    /// <summary>Ends a group of values: what stands for it is no length of any.</summary>
    public void End() => Put(-1);

    /// <summary>The digest of all that was added; nothing can be added after it.</summary>
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
