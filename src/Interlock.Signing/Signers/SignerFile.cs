namespace Interlock.Signing.Signers;

/// <summary>A file with keys, as somebody read it.</summary>
/// <param name="Name">What messages call it: its path.</param>
/// <param name="Bytes">All of it.</param>
public sealed record SignerFile(string Name, ReadOnlyMemory<byte> Bytes);
