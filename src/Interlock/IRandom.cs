using System.Security.Cryptography;

namespace Interlock;

/// <summary>Randomness for ids and challenges, injected so that a history can be replayed from a seed.</summary>
public interface IRandom
{
    /// <summary>Fills the span with unpredictable bytes.</summary>
    /// <param name="destination">What to fill.</param>
    void Fill(Span<byte> destination);
}

/// <summary>The operating system's cryptographic generator.</summary>
public sealed class SystemRandom : IRandom
{
    private SystemRandom()
    {
    }

    /// <summary>The one instance.</summary>
    public static SystemRandom Instance { get; } = new();

    /// <inheritdoc/>
    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
