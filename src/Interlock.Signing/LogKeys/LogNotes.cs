using Interlock.Ledger;
using Interlock.Signing.Crypto;

namespace Interlock.Signing.LogKeys;

/// <summary>Puts Ed25519 into what the core knows of signed notes: the core parses and formats them, and computes no signature.</summary>
public static class LogNotes
{
    /// <summary>Signs checkpoints with a log's key.</summary>
    /// <param name="key">The key; it is still its owner's to dispose of, afterwards.</param>
    public static LogSigner Signer(LogKey key) => new(NoteSigner(key));

    /// <summary>Signs other notes than checkpoints with a log's key. Their text must be none that could be read as one.</summary>
    /// <param name="key">The key; it is still its owner's to dispose of, afterwards.</param>
    public static NoteSigner NoteSigner(LogKey key) => new(key.Public, message => key.Sign(message.Span));

    /// <summary>Believes the checkpoints of a log's key.</summary>
    /// <param name="key">The key.</param>
    public static LogVerifier Verifier(LogKey key) => new(Verifier(key.Public));

    /// <summary>Believes the checkpoints of a key by its public half.</summary>
    /// <param name="verifierKey"><c>name+hash+base64</c>, of algorithm 1.</param>
    /// <returns>The verifier; refused where the text is no such key or this machine has no Ed25519.</returns>
    public static Result<LogVerifier> VerifierOf(string verifierKey)
    {
        if (Ed25519.Unavailable is { } refusal)
        {
            return refusal;
        }

        return !NoteKey.TryParse(verifierKey, out var key, out var error) ? Refusal.Of(RefusalCode.Malformed, $"`log.public`: {error}")
            : key.Algorithm == NoteAlgorithm.Ed25519 ? new LogVerifier(Verifier(key))
            : Refusal.Of(RefusalCode.Malformed, "`log.public`: it is the key of a witness; write the one that `interlock init` printed");
    }

    /// <summary>Looks for the signatures of a key on notes, a log's or a witness's.</summary>
    /// <param name="key">The key.</param>
    public static NoteVerifier Verifier(NoteKey key) =>
        new(key, (publicKey, message, signature) => Ed25519.Verify(publicKey.Span, message.Span, signature.Span));

    /// <summary>Cosigns checkpoints of others with a witness's key.</summary>
    /// <param name="key">The key; it is still its owner's to dispose of, afterwards.</param>
    public static NoteCosigner Cosigner(LogKey key) => new(key.Public, message => key.Sign(message.Span));
}
