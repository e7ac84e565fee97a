using System.Text;

namespace Interlock.Adapters.Declarations;

/// <summary>
/// Takes the values of secrets out of what a command printed or a server answered, before anyone sees or stores it. It finds the value as
/// it was handed over; a program that encodes it otherwise is not caught.
/// </summary>
internal sealed class SecretScrubber
{
    private readonly List<(byte[] Value, byte[] Mark)> secrets = [];

    /// <summary>How many bytes beyond a limit must be at hand to find a secret that starts before it.</summary>
    public int Overlap { get; private set; }

    public void Add(SecretReference reference, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        if (bytes.Length > 0)
        {
            secrets.Add((bytes, Encoding.UTF8.GetBytes($"[secret {reference.Text}]")));
            secrets.Sort((left, right) => right.Value.Length.CompareTo(left.Value.Length));
            Overlap = Math.Max(Overlap, bytes.Length - 1);
        }
    }

    /// <summary>The bytes before the limit, secrets replaced: one that crosses the limit is replaced as a whole.</summary>
    /// <param name="bytes">The bytes; up to <see cref="Overlap"/> beyond the limit where there are more.</param>
    /// <param name="limit">How many of them are kept.</param>
    public byte[] Clean(ReadOnlySpan<byte> bytes, int limit)
    {
        using var clean = new MemoryStream(Math.Min(bytes.Length, limit));
        for (var at = 0; at < Math.Min(bytes.Length, limit);)
        {
            var (value, mark) = Find(bytes[at..]);
            if (value is not null)
            {
                clean.Write(mark);
                at += value.Length;
            }
            else
            {
                clean.WriteByte(bytes[at++]);
            }
        }

        return clean.ToArray();
    }

    /// <summary>Text without secrets.</summary>
    public string Clean(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return secrets.Count == 0 ? text : Encoding.UTF8.GetString(Clean(bytes, bytes.Length));
    }

    private (byte[]? Value, byte[] Mark) Find(ReadOnlySpan<byte> rest)
    {
        foreach (var (value, mark) in secrets)
        {
            if (rest.StartsWith(value))
            {
                return (value, mark);
            }
        }

        return (null, []);
    }
}
