using Interlock.Evidence;

namespace Interlock.Tests.Evidence;

/// <summary>What somebody does to a bundle before they hand it on.</summary>
internal static class EvidenceTampering
{
    /// <summary>The bundle without a file.</summary>
    public static EvidenceFiles Without(this EvidenceFiles files, string name) => files.Names
        .Where(other => other != name)
        .Aggregate(EvidenceFiles.Empty, (kept, other) => kept.With(other, files.Read(other).OrThrow()));
}
