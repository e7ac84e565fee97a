namespace Interlock.Sbom;

/// <summary>One entry of a lock file.</summary>
/// <param name="Name">The package's id as the lock file spells it, or the project's.</param>
/// <param name="Version">The version that is locked; null for a project of this repository.</param>
/// <param name="ContentHash">SHA-512 of the package without its signature, base64; null for a project.</param>
/// <param name="Needs">The names of what it needs, in ordinal order.</param>
internal sealed record LockedPackage(string Name, string? Version, string? ContentHash, IReadOnlyList<string> Needs)
{
    public bool IsProject => Version is null;
}
