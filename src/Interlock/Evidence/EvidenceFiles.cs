using System.Collections.Immutable;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Evidence;

/// <summary>
/// A bundle of evidence about one plan: small files with fixed names, that an outsider checks without Interlock. Here are only their
/// bytes; <see cref="EvidenceCheck"/> says what they prove.
/// </summary>
public sealed class EvidenceFiles
{
    /// <summary>The most files that a bundle has: a plan of 100 stages with many targets has some thousand entries, each with its proof.</summary>
    public const int MaxFiles = 50_000;

    /// <summary>The largest file in bytes: 16 MiB.</summary>
    public const int MaxFileBytes = 16 << 20;

    /// <summary>The most that all files have together in bytes: 256 MiB.</summary>
    public const long MaxBytes = 256L << 20;

    /// <summary>The file that vouches for the others: whoever writes a bundle writes it last.</summary>
    public const string Last = EvidenceNames.Manifest;

    private readonly ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files;

    private EvidenceFiles(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files) => this.files = files;

    /// <summary>A bundle without files.</summary>
    public static EvidenceFiles Empty { get; } = new(ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal));

    /// <summary>The names of the files, with <c>/</c> after a folder, in ordinal order.</summary>
    public IEnumerable<string> Names => files.Keys;

    /// <summary>How many files there are.</summary>
    public int Count => files.Count;

    /// <summary>The bundle with one more file, or another one in its place.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Its bytes.</param>
    public EvidenceFiles With(string name, ReadOnlyMemory<byte> bytes) => new(files.SetItem(name, bytes));

    /// <summary>The bytes of a file.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Refused with the name where there is none.</returns>
    public Result<ReadOnlyMemory<byte>> Read(string name) => files.TryGetValue(name, out var bytes) ? bytes : Missing(name);

    /// <summary>The sums of all files but those that speak of them: a line each, as <c>sha256sum</c> writes it.</summary>
    internal byte[] Sums()
    {
        var text = new StringBuilder();
        foreach (var (name, bytes) in files.Where(static file => file.Key is not (EvidenceNames.Manifest or EvidenceNames.Sums)))
        {
            text.Append(Sha256Digest.Of(bytes.Span)).Append("  ").Append(name).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    internal static Refusal Missing(string name) =>
        new(RefusalCode.Corrupt, name, "the file is missing; ask for the whole bundle again");
}
