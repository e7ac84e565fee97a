using System.Collections.Immutable;

namespace Interlock.Signing.Sshsig;

/// <summary>Where a browser may sign: what <c>ssh-keygen -Y verify</c> does not ask. Empty lists allow no browser.</summary>
/// <param name="Origins">Origins as the browser writes them, <c>https://interlock.example.org</c>: compared byte by byte.</param>
/// <param name="RpIds">Relying parties, <c>interlock.example.org</c>: the <c>application</c> of a passkey's public key.</param>
public sealed record WebAuthnOptions(ImmutableArray<string> Origins, ImmutableArray<string> RpIds)
{
    /// <summary>No browser may sign.</summary>
    public static WebAuthnOptions None { get; } = new([], []);
}
