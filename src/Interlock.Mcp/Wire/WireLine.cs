namespace Interlock.Mcp.Wire;

/// <summary>One line of input without its end.</summary>
/// <param name="Head">The line, or of a line over the cap its first bytes.</param>
/// <param name="Tail">Of a line over the cap its last bytes; empty otherwise.</param>
/// <param name="Length">How many bytes the line had.</param>
internal readonly record struct WireLine(ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Tail, long Length)
{
    public bool IsOverCap => Length > Head.Length;
}
