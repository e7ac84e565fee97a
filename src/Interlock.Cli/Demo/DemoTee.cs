using System.Text;

namespace Interlock.Cli.Demo;

/// <summary>Writes to the screen at once and, without the colours, to a transcript.</summary>
internal sealed class DemoTee(TextWriter screen, TextWriter? transcript) : TextWriter
{
    private const char Escape = '\u001b';
    private readonly Lock turn = new();
    private bool inColour;

    /// <inheritdoc/>
    public override Encoding Encoding => screen.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (turn)
        {
            screen.Write(buffer);
            foreach (var unit in buffer)
            {
                // colours are all that is ever escaped here: `ESC [ numbers m`
                if (unit == Escape)
                {
                    inColour = true;
                }
                else if (inColour)
                {
                    inColour = unit != 'm';
                }
                else
                {
                    transcript?.Write(unit);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        lock (turn)
        {
            screen.Flush();
            transcript?.Flush();
        }
    }
}
