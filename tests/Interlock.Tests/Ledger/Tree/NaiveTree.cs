using System.Security.Cryptography;
using Interlock.Canonical;

namespace Interlock.Tests.Ledger.Tree;

/// <summary>RFC 6962, section 2.1, word for word and as slow as that: what the tree of the ledger is compared with.</summary>
internal static class NaiveTree
{
    public static byte[] Root(ReadOnlySpan<byte[]> entries)
    {
        switch (entries.Length)
        {
            case 0:
                return SHA256.HashData([]);
            case 1:
                return SHA256.HashData([0, .. entries[0]]);
            default:
                var k = Split(entries.Length);
                return SHA256.HashData([1, .. Root(entries[..k]), .. Root(entries[k..])]);
        }
    }

    public static List<byte[]> Path(int m, ReadOnlySpan<byte[]> entries)
    {
        if (entries.Length == 1)
        {
            return [];
        }

        var k = Split(entries.Length);
        return m < k ? [.. Path(m, entries[..k]), Root(entries[k..])] : [.. Path(m - k, entries[k..]), Root(entries[..k])];
    }

    public static List<byte[]> Proof(int m, ReadOnlySpan<byte[]> entries) => SubProof(m, entries, true);

    public static Sha256Digest Digest(byte[] bytes) => Sha256Digest.FromBytes(bytes);

    private static List<byte[]> SubProof(int m, ReadOnlySpan<byte[]> entries, bool whole)
    {
        if (m == entries.Length)
        {
            return whole ? [] : [Root(entries)];
        }

        var k = Split(entries.Length);
        return m <= k
            ? [.. SubProof(m, entries[..k], whole), Root(entries[k..])]
            : [.. SubProof(m - k, entries[k..], false), Root(entries[..k])];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (2 * k < n)
        {
            k *= 2;
        }

        return k;
    }
}
