namespace Interlock.Mcp.Wire;

/// <summary>Cuts text for messages without cutting a character in two.</summary>
internal static class Shortened
{
    public static string To(string text, int most) =>
        text.Length <= most ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[most - 1]) ? most - 1 : most), "…");
}
