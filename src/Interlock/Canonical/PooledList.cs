using System.Buffers;
using System.Runtime.CompilerServices;

namespace Interlock.Canonical;

/// <summary>A list in an array of the shared pool, for work that must not allocate with its input. A value: keep it in one place.</summary>
/// <typeparam name="T">What it holds; nothing that refers to anything, for the array goes back as it is.</typeparam>
internal struct PooledList<T>(int capacity) : IDisposable
    where T : unmanaged
{
    private T[] items = ArrayPool<T>.Shared.Rent(capacity);

    public int Count { get; private set; }

    public readonly Span<T> Items => items.AsSpan(0, Count);

    public readonly ref T this[int index] => ref items[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T item)
    {
        if (Count == items.Length)
        {
            Grow(1);
        }

        items[Count++] = item;
    }

    public void Add(scoped ReadOnlySpan<T> more)
    {
        more.CopyTo(Space(more.Length));
        Count += more.Length;
    }

    /// <summary>Room for at least so many more; what was put there counts after <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Space(int size)
    {
        if (items.Length - Count < size)
        {
            Grow(size);
        }

        return items.AsSpan(Count);
    }

    public void Advance(int count) => Count += count;

    public void Clear() => Count = 0;

    public readonly void Dispose() => ArrayPool<T>.Shared.Return(items);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int size)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(Count + size, (int)Math.Min(2L * items.Length, Array.MaxLength)));
        Items.CopyTo(larger);
        ArrayPool<T>.Shared.Return(items);
        items = larger;
    }
}
