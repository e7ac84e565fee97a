using System.Collections;

namespace Interlock.Cli.Commands;

/// <summary>A line of the input as bytes, without its line feed.</summary>
/// <param name="Bytes">The line; empty where it is too long.</param>
/// <param name="IsTooLong">Whether it was longer than the cap and so was thrown away as it came.</param>
internal readonly record struct InputLine(ReadOnlyMemory<byte> Bytes, bool IsTooLong);

/// <summary>Cuts a stream into lines, holding one at a time and never more than the cap.</summary>
internal sealed class InputLines(Stream input, int longest) : IEnumerable<InputLine>
{
    public IEnumerator<InputLine> GetEnumerator()
    {
        using var line = new MemoryStream();
        var tooLong = false;
        var started = false;
        var buffer = new byte[65_536];
        int read;
        while ((read = input.Read(buffer)) > 0)
        {
            var at = 0;
            while (at < read)
            {
                var feed = buffer.AsSpan(at, read - at).IndexOf((byte)'\n');
                var count = feed < 0 ? read - at : feed;
                tooLong |= line.Length + count > longest;
                if (!tooLong)
                {
                    line.Write(buffer, at, count);
                }

                started = true;
                at += count;
                if (feed < 0)
                {
                    continue;
                }

                at++;
                yield return Take(line, ref tooLong);
                started = false;
            }
        }

        if (started)
        {
            yield return Take(line, ref tooLong);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static InputLine Take(MemoryStream line, ref bool tooLong)
    {
        var taken = tooLong ? new InputLine(default, true) : new InputLine(line.ToArray(), false);
        line.SetLength(0);
        tooLong = false;
        return taken;
    }
}
