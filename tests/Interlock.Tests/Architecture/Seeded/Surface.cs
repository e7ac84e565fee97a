namespace Interlock.Tests.Architecture.Seeded;

/// <summary>One of each kind of member, for the test of the public API's text.</summary>
public sealed class Surface(string text, string? note = null) : IDisposable
{
    public const int Limit = 3;

    public int? Count { get; init; } = (text + note).Length;

    internal int Hidden => Limit;

    public static bool TryRead<T>(T value, out string? error)
    {
        error = value?.ToString();
        return error is null;
    }

    public void Dispose() => Own();

    private static void Own()
    {
    }
}
