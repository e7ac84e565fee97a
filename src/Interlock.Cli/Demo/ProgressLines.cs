using System.Text.Json;

namespace Interlock.Cli.Demo;

/// <summary>
/// Hands the progress of runs on in the order in which <c>interlock mcp</c> wrote it, which the SDK's client does not promise. Listens to
/// the bytes of a <see cref="ListeningStream"/> on their way to that client.
/// </summary>
internal sealed class ProgressLines(Action<double, string> told)
{
    private readonly List<byte> line = [];

    /// <summary>Looks at some bytes.</summary>
    public void Look(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            if (one != (byte)'\n')
            {
                line.Add(one);
                continue;
            }

            Tell([.. line]);
            line.Clear();
        }
    }

    private void Tell(byte[] message)
    {
        if (message.AsSpan().IndexOf("notifications/progress"u8) < 0)
        {
            return;
        }

        using var document = JsonDocument.Parse(message);
        if (document.RootElement.TryGetProperty("method", out var method)
            && method.ValueEquals("notifications/progress")
            && document.RootElement.TryGetProperty("params", out var parameters)
            && parameters.TryGetProperty("progress", out var progress)
            && parameters.TryGetProperty("message", out var text))
        {
            told(progress.GetDouble(), text.GetString() ?? "");
        }
    }
}
