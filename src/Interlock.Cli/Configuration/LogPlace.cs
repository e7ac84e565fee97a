using Interlock.Ledger;

namespace Interlock.Cli.Configuration;

/// <summary>What <c>log:</c> says: with which key checkpoints are signed, by which they are believed, and where the newest one is kept.</summary>
/// <param name="KeyFile">The absolute path of the private key.</param>
/// <param name="Public">The public half. It decides which anchor is believed, so it is part of the digest.</param>
/// <param name="AnchorFile">The absolute path of the anchor, outside the data folder.</param>
internal sealed record LogPlace(string KeyFile, NoteKey Public, string AnchorFile);
