using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Cli.Configuration;

/// <summary>Where it is kept who may sign. What stands in the files is read elsewhere.</summary>
/// <param name="AllowedSigners">The absolute path of the OpenSSH <c>allowed_signers</c> file.</param>
/// <param name="Revoked">The absolute path of the list of keys that no longer count; null where there is none.</param>
/// <param name="Origins">The origins from which passkeys may sign, in ordinal order.</param>
/// <param name="RelyingParties">The relying party ids of passkeys, in ordinal order.</param>
/// <param name="Written">The section as it was written: paths that are relative move with the installation, so they are what decides.</param>
internal sealed record SignerFiles(
    string AllowedSigners, string? Revoked, ImmutableArray<string> Origins, ImmutableArray<string> RelyingParties, JsonObject Written);
