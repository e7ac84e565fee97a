using System.Globalization;

namespace Interlock.Policies;

/// <summary>The faults that one invariant found: the first few in words, the others counted: no plan floods a log.</summary>
internal sealed class Faults
{
    private const int Shown = 5;

    private readonly List<string> texts = [];

    public int Count { get; private set; }

    public bool None => Count == 0;

    /// <summary>The detail on the wire; empty where there is no fault.</summary>
    public string Detail => Count <= Shown
        ? string.Join("; ", texts)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join("; ", texts)}; and {Count - Shown} more");

    public void Add(string path, string message)
    {
        Count++;
        if (texts.Count < Shown)
        {
            texts.Add($"{path}: {message}");
        }
    }

    /// <summary>A fault whose words cost something: they are made only where they are shown.</summary>
    public void Add(string path, Func<string> message)
    {
        if (texts.Count < Shown)
        {
            Add(path, message());
        }
        else
        {
            Count++;
        }
    }

    public InvariantResult Result(int id, string name) => new(id, name, None, Detail);
}
