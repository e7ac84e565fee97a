using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// Which ledger, and which life of it: the hash of the genesis entry and the epoch, written <c>HEX.EPOCH</c>. A ledger that was
/// restored from a backup is in a new epoch, and what was signed in an older one is void.
/// </summary>
/// <param name="Genesis">The hash of the genesis entry.</param>
/// <param name="Epoch">How often the ledger was restored, from 0.</param>
public readonly record struct InstanceId(Sha256Digest Genesis, int Epoch)
{
    /// <summary>Reads <c>HEX.EPOCH</c> in its one spelling.</summary>
    /// <param name="text">The text.</param>
    /// <param name="instance">The instance.</param>
    public static bool TryParse(string? text, out InstanceId instance)
    {
        instance = default;
        if (text is not { Length: > (2 * Sha256Digest.Size) + 1 and <= 80 }
            || !Sha256Digest.TryParse(text[..(2 * Sha256Digest.Size)], out var genesis)
            || !int.TryParse(text.AsSpan((2 * Sha256Digest.Size) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
        {
            return false;
        }

        instance = new InstanceId(genesis, epoch);
        return instance.ToString() == text;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Genesis}.{Epoch}");
}
