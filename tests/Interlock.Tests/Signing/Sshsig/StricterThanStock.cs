using System.Text;
using Interlock.Signing.Signers;
using Interlock.Signing.Sshsig;
using Interlock.Tests.Fuzzing;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Signing.Sshsig;

/// <summary>What is accepted here is a part of what stock <c>ssh-keygen -Y verify</c> accepts, and a smaller one.</summary>
public sealed class StricterThanStock : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Ed25519Signer signer = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_ssh_keygen_overlooks_in_the_envelope_is_refused_here()
    {
        var inner = signer.SignBytes(TestSigner.ToBeSigned(Shared.Namespace, Shared.Message));
        byte[][] overlooked =
        [
            TestSigner.Armour(TestSigner.Blob(signer.PublicKey, Shared.Namespace, inner, version: 0)),
            TestSigner.Armour(TestSigner.Blob(signer.PublicKey, Shared.Namespace, inner, reserved: "x")),
            [.. signer.Sign(Shared.Message), .. "something else\n"u8],
        ];
        var allowed = $"alice {signer.PublicLine}\n";
        foreach (var signature in overlooked)
        {
            var (good, said) = await Shared.StockVerifyAsync(folder.Path, allowed, signature, Shared.Message);
            Assert.True(good, said);
            Assert.Equal(RefusalCode.Malformed, Shared.Set(allowed).Verify(signature).Refused().Code);
        }
    }

    [Theory]
    [InlineData(0x11)]
    [InlineData(0x41)]
    [InlineData(0x81)]
    public async Task An_authenticator_that_contradicts_itself_is_refused_here(byte flags)
    {
        TestSigner[] signers = [new FidoEd25519Signer { Flags = flags }, new FidoEcdsaSigner { Flags = flags }];
        foreach (var one in signers)
        {
            var (good, said) = await Shared.StockVerifyAsync(folder.Path, $"alice {one.PublicLine}\n", one.Sign(Shared.Message), Shared.Message);
            Assert.True(good, said);
            Assert.Equal(RefusalCode.Malformed, Shared.Set($"alice {one.PublicLine}").Verify(one.Sign(Shared.Message)).Refused().Code);
        }
    }

    [Fact]
    public async Task A_key_under_which_anybody_signs_everything_is_refused_here()
    {
        // the neutral point, and R = the neutral point, S = 0: the equation holds whatever the message is
        byte[] neutral = [1, .. new byte[31]];
        var key = new Wire().Text("ssh-ed25519").String(neutral).Bytes;
        var allowed = $"alice ssh-ed25519 {Convert.ToBase64String(key)}\n";
        var signature = TestSigner.Armour(TestSigner.Blob(key, Shared.Namespace, new Wire().Text("ssh-ed25519").String([.. neutral, .. new byte[32]]).Bytes));

        var (good, said) = await Shared.StockVerifyAsync(folder.Path, allowed, signature, Shared.Message);
        Assert.True(good, said);
        Assert.False(SignerSet.Read(Shared.File(allowed), null, Shared.Browser).TryGet(out _, out var refusal));
        Assert.Equal(RefusalCode.Forbidden, refusal.Code);
    }

    [Fact]
    public async Task The_last_second_of_a_key_is_refused_here()
    {
        var allowed = $"alice valid-before=\"20260115120000Z\" {signer.PublicLine}\n";

        Assert.True((await Shared.StockVerifyAsync(folder.Path, allowed, signer.Sign(Shared.Message), Shared.Message, at: Shared.Now)).Good);
        Assert.Equal(RefusalCode.Expired, Shared.Set(allowed).Verify(signer.Sign(Shared.Message)).Refused().Code);
    }

    [Fact]
    public async Task No_line_is_accepted_here_that_ssh_keygen_refuses()
    {
        var random = new Random(20260115);
        byte[][] pieces =
        [
            .. new[] { " ", "\t", ",", "\"", "\"alice\"", "namespaces=\"interlock-*\"", ",valid-after=\"20260101Z\"", "valid-before=\"20270101Z\"", "#", "\n", "bob", "?", "x" }
                .Select(Encoding.UTF8.GetBytes),
        ];
        string[] heads = ["alice ", "alice,bob ", "\"alice\" ", "\"alice,b c\"\t", "  alice\t\t", "alice namespaces=\"a,interlock-*\",valid-after=\"20250101Z\" ", "alice VALID-BEFORE=\"20270101Z\"  "];
        var signature = signer.Sign(Shared.Message);
        var (accepted, tried) = (0, 0);
        for (; tried < 4_000 && accepted < 60; tried++)
        {
            var head = Encoding.UTF8.GetBytes(random.Pick<string>(heads));
            var text = Encoding.UTF8.GetString([.. random.OneIn(4) ? head : random.Damage(head, pieces), .. Encoding.UTF8.GetBytes(signer.PublicLine + " a comment\n")]);
            if (SignerSet.Read(Shared.File(text), null, WebAuthnOptions.None).TryGet(out var set, out _) && set.Verify(signature).TryGet(out _, out _))
            {
                accepted++;
                var (good, said) = await Shared.StockVerifyAsync(folder.Path, text, signature, Shared.Message, at: Shared.Now);
                Assert.True(good, $"{text}\n{said}");
            }
        }

        Assert.True(accepted == 60, $"only {accepted} of {tried} lines were accepted");
    }
}
