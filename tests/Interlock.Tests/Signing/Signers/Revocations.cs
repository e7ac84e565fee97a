using Interlock.Signing.Signers;
using Interlock.Signing.Sshsig;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Signing.Signers;

/// <summary>The revocation list, which stock <c>ssh-keygen -Y verify -r</c> reads as well.</summary>
public sealed class Revocations : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Kinds => TestSigner.Kinds;

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_revoked_key_is_refused_here_and_by_ssh_keygen(string kind)
    {
        var (signer, other) = (TestSigner.Make(kind), TestSigner.Make("ed25519"));
        var (allowed, signature) = ($"alice {signer.PublicLine}\n", signer.Sign(Shared.Message));
        var revoked = $"# lost\n\n{other.PublicLine} on a train\n{signer.PublicLine}\n";

        var set = Shared.Set(allowed, revoked);

        Assert.Contains("is revoked", set.Verify(signature).Refused().Message, StringComparison.Ordinal);
        Assert.True(set.Keys[0].IsRevoked);
        Assert.False((await Shared.StockVerifyAsync(folder.Path, allowed, signature, Shared.Message, revoked)).Good);
        Assert.True(Shared.Set(allowed, other.PublicLine).Verify(signature).TryGet(out _, out _));
        Assert.True((await Shared.StockVerifyAsync(folder.Path, allowed, signature, Shared.Message, other.PublicLine + "\n")).Good);
    }

    [Theory]
    [InlineData("SHA256:AAAA", "reads no fingerprints here")]
    [InlineData("nonsense", "no public key")]
    [InlineData("ssh-ed25519 AAAA", "damaged")]
    [InlineData("alice ssh-ed25519 AAAA", "not base64")]
    public void A_line_that_revokes_nothing_is_refused(string line, string reason)
    {
        Assert.False(SignerSet.Read(Shared.File(""), Shared.File("# list\n" + line, "revoked"), WebAuthnOptions.None).TryGet(out _, out var refusal));
        Assert.StartsWith("revoked: line 2: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binary_list_is_refused_with_the_mend()
    {
        await File.WriteAllTextAsync(folder.File("key.pub"), TestSigner.Make("ed25519").PublicLine);
        Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-k", "-f", folder.File("krl"), folder.File("key.pub"))).Code);

        var list = new SignerFile("revoked", await File.ReadAllBytesAsync(folder.File("krl")));

        Assert.False(SignerSet.Read(Shared.File(""), list, WebAuthnOptions.None).TryGet(out _, out var refusal));
        Assert.Contains("write a text file", refusal.Message, StringComparison.Ordinal);
    }
}
