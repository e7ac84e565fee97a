using Interlock.Ledger;
using Interlock.Signing.LogKeys;
using Interlock.Tests.Faults.Simulation;

namespace Interlock.Tests.Ledger.Checkpoints;

/// <summary>A log with a key of its own.</summary>
internal static class TestLog
{
    public static LogKey Key { get; } = LogKey.Create("interlock.example/test", new Dice(1)).Value();

    public static LogKey OtherKey { get; } = LogKey.Create("interlock.example/test", new Dice(2)).Value();

    public static LogSigner Signer { get; } = LogNotes.Signer(Key);

    public static LogVerifier Verifier { get; } = LogNotes.Verifier(Key);

    public static byte[] Sign(TreeHead head, LogSigner? signer = null) => (signer ?? Signer).Sign(head).Note.ToBytes();
}
