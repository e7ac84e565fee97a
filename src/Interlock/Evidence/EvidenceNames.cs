using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Evidence;

/// <summary>The files of a bundle. There is no other; what is named by a digest hashes to it. See <c>docs/guide/evidence.md</c>.</summary>
internal static class EvidenceNames
{
    /// <summary>The log key's signature over <see cref="Sums"/>.</summary>
    public const string Manifest = "manifest";

    /// <summary>The SHA-256 of every other file, as <c>sha256sum</c> writes and checks it.</summary>
    public const string Sums = "sums";

    /// <summary>The public half of the log's key, a verifier key of C2SP signed-note.</summary>
    public const string LogKey = "log-key";

    /// <summary>The signed checkpoint under which every entry of the bundle stands.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The plan's body.</summary>
    public const string Body = "body.json";

    /// <summary>How to check all this by hand.</summary>
    public const string Page = "VERIFY.md";

    /// <summary>The same as a script.</summary>
    public const string Script = "verify.sh";

    private const string EntryFolder = "entries/";
    private const string EntryEnd = ".json";

    /// <summary>The canonical line of an entry, without a line feed.</summary>
    public static string Entry(long seq) => string.Create(CultureInfo.InvariantCulture, $"{EntryFolder}{seq}{EntryEnd}");

    /// <summary>The hashes of an entry's inclusion proof, base64, a line each.</summary>
    public static string Proof(long seq) => string.Create(CultureInfo.InvariantCulture, $"proofs/{seq}");

    /// <summary>A statement, as it was signed.</summary>
    public static string Statement(Sha256Digest digest) => $"statements/{digest}.json";

    /// <summary>A signature, as <c>ssh-keygen</c> writes it.</summary>
    public static string Signature(Sha256Digest digest) => $"signatures/{digest}.sig";

    /// <summary>What somebody was shown before they signed.</summary>
    public static string Review(Sha256Digest digest) => $"reviews/{digest}.json";

    /// <summary>The policy of a state of the governance.</summary>
    public static string Policy(Sha256Digest digest) => $"policies/{digest}.json";

    /// <summary>The <c>allowed_signers</c> file of a state of the governance.</summary>
    public static string Signers(Sha256Digest digest) => $"signers/{digest}";

    /// <summary>The revocation list of a state of the governance.</summary>
    public static string Revoked(Sha256Digest digest) => $"revoked/{digest}";

    /// <summary>Whether a name is that of an entry.</summary>
    public static bool IsEntry(string name) =>
        name.StartsWith(EntryFolder, StringComparison.Ordinal) && name.EndsWith(EntryEnd, StringComparison.Ordinal);
}
