namespace Interlock.Tests.Architecture;

internal static class Found
{
    /// <summary>Fails with every line that was found; <c>Assert.Empty</c> shows the first few, cut short.</summary>
    public static void Nothing(IEnumerable<string> lines)
    {
        var found = lines.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
