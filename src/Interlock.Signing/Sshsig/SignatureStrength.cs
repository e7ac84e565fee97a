using Interlock.Approvals;

namespace Interlock.Signing.Sshsig;

/// <summary>What a signature that holds says about how it was made.</summary>
/// <param name="Assurance">Software, touched, or touched with PIN or body.</param>
/// <param name="IsDeviceBound">Whether the key cannot leave its authenticator.</param>
internal sealed record SignatureStrength(Assurance Assurance, bool IsDeviceBound);
