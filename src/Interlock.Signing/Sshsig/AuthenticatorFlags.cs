using Interlock.Approvals;

namespace Interlock.Signing.Sshsig;

/// <summary>The byte of flags that an authenticator signs (WebAuthn Level 3, section 6.1).</summary>
[Flags]
internal enum AuthenticatorFlags
{
    None = 0,
    UserPresent = 0x01,
    UserVerified = 0x04,
    BackupEligible = 0x08,
    BackupState = 0x10,
    AttestedCredential = 0x40,
    Extensions = 0x80,
}

/// <summary>What follows from the flags.</summary>
internal static class AuthenticatorFlagsRules
{
    /// <summary>How much stands behind the signature; null where nobody was there, whatever else it says.</summary>
    public static Assurance? Assurance(this AuthenticatorFlags flags) =>
        !flags.HasFlag(AuthenticatorFlags.UserPresent) ? null
        : flags.HasFlag(AuthenticatorFlags.UserVerified) ? Approvals.Assurance.HardwareVerified
        : Approvals.Assurance.Hardware;
}
