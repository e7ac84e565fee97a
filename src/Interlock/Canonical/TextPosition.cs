namespace Interlock.Canonical;

/// <summary>Turns a byte offset into a line and a column, only once something is refused.</summary>
internal static class TextPosition
{
    /// <summary>An error at a byte offset.</summary>
    public static JsonError Error(ReadOnlySpan<byte> utf8, int offset, string path, string message)
    {
        var before = utf8[..Math.Min(offset, utf8.Length)];
        var line = before.Count((byte)'\n') + 1;
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        var column = 1;
        foreach (var unit in before[lineStart..])
        {
            // continuation bytes belong to the code point that they continue
            column += (unit & 0xc0) == 0x80 ? 0 : 1;
        }

        return new JsonError(path, line, column, message);
    }
}
