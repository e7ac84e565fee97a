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

    /// <summary>Whether the key cannot leave its authenticator.</summary>
    public static bool IsDeviceBound(this AuthenticatorFlags flags) => !flags.HasFlag(AuthenticatorFlags.BackupEligible);

    /// <summary>
    /// Whether the flags contradict themselves or what stands behind them: a new credential inside an assertion, extensions without their
    /// flag or the reverse, or a backup of what may have none (WebAuthn Level 3, sections 6.1 and 6.1.3).
    /// </summary>
    public static bool Contradict(this AuthenticatorFlags flags, bool hasExtensions) =>
        flags.HasFlag(AuthenticatorFlags.AttestedCredential)
        || flags.HasFlag(AuthenticatorFlags.Extensions) != hasExtensions
        || (flags.HasFlag(AuthenticatorFlags.BackupState) && flags.IsDeviceBound());
}
