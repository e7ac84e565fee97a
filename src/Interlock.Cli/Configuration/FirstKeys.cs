namespace Interlock.Cli.Configuration;

/// <summary>Where <c>init</c> puts keys and what is decided by them, relative to the configuration.</summary>
internal static class FirstKeys
{
    /// <summary>Whose key is whose.</summary>
    public const string AllowedSigners = "allowed_signers";

    /// <summary>The keys that count no more.</summary>
    public const string Revoked = "revoked_keys";

    /// <summary>The private half of the log's key.</summary>
    public const string LogKey = Folder + "/log.key";

    /// <summary>The newest checkpoint.</summary>
    public const string Anchor = Folder + "/anchor";

    /// <summary>What must not be restored together with the data.</summary>
    private const string Folder = ".interlock-trust";
}
