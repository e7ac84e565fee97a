using System.Collections.Concurrent;

namespace Interlock.Signing.Keys;

/// <summary>
/// Imported keys at rest. Importing costs more than verifying (a point is checked by multiplying it), and the base class library
/// promises nothing about two threads that use one key: so each use takes one out and puts it back.
/// </summary>
/// <param name="import">Imports the key once more.</param>
internal sealed class KeyPool<T>(Func<T> import)
    where T : class, IDisposable
{
    private readonly ConcurrentBag<T> idle = [];

    /// <summary>A key that nobody else uses until it is put back.</summary>
    public T Take() => idle.TryTake(out var key) ? key : import();

    /// <summary>Puts a key back.</summary>
    public void Return(T key) => idle.Add(key);
}
