using System.Collections.Immutable;
using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Evidence;

/// <summary>The file of an inclusion proof: its hashes from the leaf up, base64, a line each, as C2SP writes them.</summary>
internal static class EvidenceProof
{
    /// <summary>The longest proof: a tree of 2^63 entries.</summary>
    private const int MaxHashes = 63;

    /// <summary>Writes one.</summary>
    public static byte[] Write(InclusionProof proof)
    {
        var text = new StringBuilder();
        Span<byte> bytes = stackalloc byte[Sha256Digest.Size];
        foreach (var hash in proof.Hashes)
        {
            hash.CopyTo(bytes);
            text.Append(Convert.ToBase64String(bytes)).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Reads one; null where it is not in that form.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="index">The entry that it is about.</param>
    /// <param name="size">The size of the tree.</param>
    public static InclusionProof? Read(ReadOnlySpan<byte> bytes, long index, long size)
    {
        const int Line = 45;
        Span<byte> hash = stackalloc byte[Sha256Digest.Size + 1];
        if (bytes.Length % Line != 0 || bytes.Length > MaxHashes * Line)
        {
            return null;
        }

        var hashes = ImmutableArray.CreateBuilder<Sha256Digest>(bytes.Length / Line);
        for (var rest = bytes; !rest.IsEmpty; rest = rest[Line..])
        {
            if (!Convert.TryFromBase64String(Encoding.ASCII.GetString(rest[..(Line - 1)]), hash, out var length) || length != Sha256Digest.Size)
            {
                return null;
            }

            hashes.Add(Sha256Digest.FromBytes(hash[..Sha256Digest.Size]));
        }

        // one spelling: what was read is written again as it was
        var proof = new InclusionProof(index, size, hashes.DrainToImmutable());
        return bytes.SequenceEqual(Write(proof)) ? proof : null;
    }
}
