using System.Runtime.InteropServices;

namespace Interlock.Signing.Crypto;

/// <summary>
/// The few calls of OpenSSL's <c>libcrypto.so.3</c> that Ed25519 needs (EVP_PKEY-ED25519(7)): the base class library has no such keys.
/// Where the library is absent, <see cref="Fault()"/> says so and nothing here may be called.
/// </summary>
internal static partial class LibCrypto
{
    private const string Library = "libcrypto.so.3";

    /// <summary><c>EVP_PKEY_ED25519</c>.</summary>
    private const int Ed25519Type = 1087;

    private static readonly string[] Needed =
    [
        "EVP_PKEY_new_raw_public_key", "EVP_PKEY_new_raw_private_key", "EVP_PKEY_get_raw_public_key", "EVP_PKEY_free",
        "EVP_MD_CTX_new", "EVP_MD_CTX_free", "EVP_DigestSignInit", "EVP_DigestSign", "EVP_DigestVerifyInit", "EVP_DigestVerify",
        "ERR_clear_error",
    ];

    private static readonly Lazy<Refusal?> OfThisMachine = new(() => Fault(Library));

    /// <summary>Why Ed25519 cannot be had on this machine; null where it can.</summary>
    public static Refusal? Fault() => OfThisMachine.Value;

    /// <summary>The same for a library by name.</summary>
    public static Refusal? Fault(string library) =>
        NativeLibrary.TryLoad(library, typeof(LibCrypto).Assembly, DllImportSearchPath.SafeDirectories, out var handle)
        && Needed.All(name => NativeLibrary.TryGetExport(handle, name, out _))
            ? null
            : Refusal.Of(
                RefusalCode.NotFound,
                $"Ed25519 needs `{library}` of OpenSSL 3, which is not on this machine; install it (Debian: `libssl3`) or use an ECDSA key");

    /// <summary>A public key; invalid where its bytes are none.</summary>
    public static EvpKey PublicKey(ReadOnlySpan<byte> key) => NewRawPublicKey(Ed25519Type, 0, key, (nuint)key.Length);

    /// <summary>A private key from its seed.</summary>
    public static EvpKey PrivateKey(ReadOnlySpan<byte> seed) => NewRawPrivateKey(Ed25519Type, 0, seed, (nuint)seed.Length);

    /// <summary>The public half of a key.</summary>
    public static bool TryGetPublic(EvpKey key, Span<byte> publicKey)
    {
        var length = (nuint)publicKey.Length;
        return GetRawPublicKey(key, publicKey, ref length) == 1 && length == (nuint)publicKey.Length;
    }

    /// <summary>Signs; false where the library could not.</summary>
    public static bool TrySign(EvpKey key, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        using var context = NewContext();
        var length = (nuint)signature.Length;
        return DigestSignInit(context, 0, 0, 0, key) == 1
            && DigestSign(context, signature, ref length, message, (nuint)message.Length) == 1
            && length == (nuint)signature.Length;
    }

    /// <summary>Whether a signature is that of a key over a message.</summary>
    public static bool Verify(EvpKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var context = NewContext();
        var holds = DigestVerifyInit(context, 0, 0, 0, key) == 1
            && DigestVerify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
        if (!holds)
        {
            // the queue belongs to the thread, and the base class library reads its own errors from it
            ClearErrors();
        }

        return holds;
    }

    /// <summary>Frees an <c>EVP_PKEY</c>.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void FreeKey(nint key);

    /// <summary>Frees an <c>EVP_MD_CTX</c>.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void FreeContext(nint context);

    /// <summary>Empties the thread's queue of errors.</summary>
    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void ClearErrors();

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial EvpKey NewRawPublicKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial EvpKey NewRawPrivateKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetRawPublicKey(EvpKey key, Span<byte> publicKey, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial EvpContext NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DigestSignInit(EvpContext context, nint keyContext, nint digest, nint engine, EvpKey key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DigestSign(
        EvpContext context, Span<byte> signature, ref nuint signatureLength, ReadOnlySpan<byte> message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DigestVerifyInit(EvpContext context, nint keyContext, nint digest, nint engine, EvpKey key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DigestVerify(
        EvpContext context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> message, nuint messageLength);
}
