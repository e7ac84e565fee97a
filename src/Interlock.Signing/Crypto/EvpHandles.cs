using Microsoft.Win32.SafeHandles;

namespace Interlock.Signing.Crypto;

/// <summary>An <c>EVP_PKEY</c>: many threads may sign and verify with it at the same time.</summary>
internal sealed class EvpKey : SafeHandleZeroOrMinusOneIsInvalid
{
    public EvpKey()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeKey(handle);
        return true;
    }
}

/// <summary>An <c>EVP_MD_CTX</c>: one operation of one thread.</summary>
internal sealed class EvpContext : SafeHandleZeroOrMinusOneIsInvalid
{
    public EvpContext()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeContext(handle);
        return true;
    }
}
