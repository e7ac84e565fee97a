using System.Runtime.InteropServices;

namespace Interlock.Signing.Crypto;

/// <summary>
/// The few calls of libsodium (https://doc.libsodium.org/public-key_cryptography/public-key_signatures) that Ed25519 needs: the base class
/// library has no such keys. Where the library is absent, <see cref="Fault()"/> says so and nothing here may be called.
/// </summary>
internal static partial class Sodium
{
    private const string Library = "libsodium";

    private static readonly string[] Needed = ["sodium_init", "crypto_sign_seed_keypair", "crypto_sign_detached", "crypto_sign_verify_detached"];

    private static readonly Lazy<Refusal?> OfThisMachine = new(() => Fault(Library) ?? (Initialize() >= 0 ? null : Missing(Library)));

    /// <summary>Why Ed25519 cannot be had on this machine; null where it can.</summary>
    public static Refusal? Fault() => OfThisMachine.Value;

    /// <summary>The same for a library by name.</summary>
    public static Refusal? Fault(string library) =>
        NativeLibrary.TryLoad(library, typeof(Sodium).Assembly, DllImportSearchPath.SafeDirectories, out var handle)
        && Needed.All(name => NativeLibrary.TryGetExport(handle, name, out _))
            ? null
            : Missing(library);

    /// <summary>Both halves of the key of a seed.</summary>
    /// <param name="publicKey">Takes 32 bytes.</param>
    /// <param name="secretKey">Takes 64 bytes: the seed, then the public half.</param>
    /// <param name="seed">32 bytes.</param>
    /// <returns>0.</returns>
    [LibraryImport(Library, EntryPoint = "crypto_sign_seed_keypair")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int KeyPair(Span<byte> publicKey, Span<byte> secretKey, ReadOnlySpan<byte> seed);

    /// <summary>Signs.</summary>
    /// <param name="signature">Takes 64 bytes.</param>
    /// <param name="signatureLength">0: the length is not asked for.</param>
    /// <param name="message">What to sign.</param>
    /// <param name="messageLength">Its length.</param>
    /// <param name="secretKey">64 bytes of <see cref="KeyPair"/>.</param>
    /// <returns>0.</returns>
    [LibraryImport(Library, EntryPoint = "crypto_sign_detached")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Sign(
        Span<byte> signature, nint signatureLength, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> secretKey);

    /// <summary>Verifies.</summary>
    /// <param name="signature">64 bytes.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="messageLength">Its length.</param>
    /// <param name="publicKey">32 bytes.</param>
    /// <returns>0 where the signature holds, else -1.</returns>
    [LibraryImport(Library, EntryPoint = "crypto_sign_verify_detached")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Verify(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> publicKey);

    /// <summary>Looks at the processor, once; 0 or 1 where that went well.</summary>
    [LibraryImport(Library, EntryPoint = "sodium_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Initialize();

    private static Refusal Missing(string library) => Refusal.Of(
        RefusalCode.NotFound,
        $"Ed25519 needs the library `{library}`, which comes with Interlock and is not beside it; install Interlock again or use an ECDSA key");
}
