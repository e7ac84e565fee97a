using System.Collections.Immutable;
using Interlock.Signing.Keys;

namespace Interlock.Signing.Signers;

/// <summary>One line of <c>allowed_signers</c>.</summary>
/// <param name="Line">Which one, from 1.</param>
/// <param name="Names">The person, then what else they are called.</param>
/// <param name="Options">When and for what.</param>
/// <param name="Key">The key.</param>
/// <param name="Comment">What stands behind the key.</param>
internal sealed record AllowedSigner(int Line, ImmutableArray<string> Names, SignerOptions Options, SshPublicKey Key, string Comment)
{
    /// <summary>Who it is.</summary>
    public string Person => Names[0];
}
