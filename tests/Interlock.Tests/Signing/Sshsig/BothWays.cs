using Interlock.Approvals;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Signing.Sshsig;

/// <summary>What stock <c>ssh-keygen</c> signs verifies here, and what verifies here verifies with stock <c>ssh-keygen</c>.</summary>
public sealed class BothWays : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Kinds => TestSigner.Kinds;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("ed25519", "256", "ssh-ed25519")]
    [InlineData("ecdsa", "256", "ecdsa-sha2-nistp256")]
    [InlineData("ecdsa", "384", "ecdsa-sha2-nistp384")]
    [InlineData("ecdsa", "521", "ecdsa-sha2-nistp521")]
    [InlineData("rsa", "3072", "ssh-rsa")]
    [InlineData("rsa", "4096", "ssh-rsa")]
    public async Task What_ssh_keygen_signs_verifies_here(string type, string bits, string keyType)
    {
        var file = folder.File("key");
        Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-t", type, "-b", bits, "-N", "", "-C", "a comment", "-f", file)).Code);
        var line = await File.ReadAllTextAsync(file + ".pub");
        var set = Shared.Set($"{Shared.Person} {line}");
        foreach (var hash in new[] { "sha256", "sha512" })
        {
            var message = folder.File(hash);
            await File.WriteAllBytesAsync(message, Shared.Message);
            Assert.Equal(0, (await Shared.KeygenAsync([], "-Y", "sign", "-O", "hashalg=" + hash, "-n", Shared.Namespace, "-f", file, message)).Code);

            var verified = set.Verify(await File.ReadAllBytesAsync(message + ".sig")).OrThrow();

            Assert.Equal(new VerifiedSignature(Shared.Person, set.Keys[0].Fingerprint, Assurance.Key, IsDeviceBound: false), verified);
        }

        var (_, listed) = await Shared.KeygenAsync([], "-l", "-f", file + ".pub");
        Assert.Contains(set.Keys[0].Fingerprint, listed, StringComparison.Ordinal);
        Assert.Equal((keyType, "a comment", false), (set.Keys[0].KeyType, set.Keys[0].Comment, set.Keys[0].IsHardware));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_verifies_here_verifies_with_ssh_keygen(string kind)
    {
        var signer = TestSigner.Make(kind);
        var allowed = $"{Shared.Person} {signer.PublicLine}\n";
        foreach (var hash in new[] { "sha256", "sha512" })
        {
            var signature = signer.Sign(Shared.Message, hash: hash);

            var verified = Shared.Set(allowed).Verify(signature).OrThrow();
            var (good, said) = await Shared.StockVerifyAsync(folder.Path, allowed, signature, Shared.Message);

            Assert.True(good, said);
            Assert.Contains(verified.Fingerprint, said, StringComparison.Ordinal);
        }

        var (forged, _) = await Shared.StockVerifyAsync(folder.Path, allowed, signer.Sign(Shared.Message), "another message"u8.ToArray());
        Assert.False(forged);
    }

    [Theory]
    [InlineData("ed25519", Assurance.Key, false)]
    [InlineData("rsa-3072", Assurance.Key, false)]
    [InlineData("sk-ed25519", Assurance.Hardware, true)]
    [InlineData("sk-ecdsa", Assurance.Hardware, true)]
    [InlineData("webauthn", Assurance.HardwareVerified, true)]
    public void The_assurance_follows_from_the_key(string kind, Assurance assurance, bool isDeviceBound)
    {
        var signer = TestSigner.Make(kind);

        var verified = Shared.Set($"alice {signer.PublicLine}").Verify(signer.Sign(Shared.Message)).OrThrow();

        Assert.Equal(new VerifiedSignature("alice", signer.Fingerprint, assurance, isDeviceBound), verified);
    }

    [Theory]
    [InlineData(0x01, Assurance.Hardware, true)]
    [InlineData(0x05, Assurance.HardwareVerified, true)]
    [InlineData(0x0d, Assurance.HardwareVerified, false)]
    [InlineData(0x1d, Assurance.HardwareVerified, false)]
    [InlineData(0x19, Assurance.Hardware, false)]
    public void A_passkey_says_by_its_flags_whether_it_asked_for_a_pin_and_whether_it_may_be_copied(byte flags, Assurance assurance, bool isDeviceBound)
    {
        var signer = new WebAuthnSigner { Flags = flags };

        var verified = Shared.Set($"alice {signer.PublicLine}").Verify(signer.Sign(Shared.Message)).OrThrow();

        Assert.Equal((assurance, isDeviceBound), (verified.Assurance, verified.IsDeviceBound));
    }

    [Theory]
    [InlineData(0x01, Assurance.Hardware, true)]
    [InlineData(0x05, Assurance.HardwareVerified, true)]
    [InlineData(0x0d, Assurance.HardwareVerified, false)]
    [InlineData(0x1d, Assurance.HardwareVerified, false)]
    [InlineData(0x09, Assurance.Hardware, false)]
    public void So_does_an_authenticator_that_signs_for_ssh(byte flags, Assurance assurance, bool isDeviceBound)
    {
        TestSigner[] signers = [new FidoEd25519Signer { Flags = flags }, new FidoEcdsaSigner { Flags = flags }];

        Assert.All(signers, signer =>
        {
            var verified = Shared.Set($"alice {signer.PublicLine}").Verify(signer.Sign(Shared.Message)).OrThrow();
            Assert.Equal((assurance, isDeviceBound), (verified.Assurance, verified.IsDeviceBound));
        });
    }

    [Fact]
    public void An_authenticator_that_asked_for_a_pin_is_worth_more()
    {
        TestSigner[] signers = [new FidoEd25519Signer { Flags = 0x05 }, new FidoEcdsaSigner { Flags = 0x05 }];

        Assert.All(signers, signer => Assert.Equal(
            Assurance.HardwareVerified, Shared.Set($"alice {signer.PublicLine}").Verify(signer.Sign(Shared.Message)).OrThrow().Assurance));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public async Task A_browser_with_extensions_verifies_on_both_sides(int length)
    {
        var signer = new WebAuthnSigner { Flags = 0x85, Extensions = new byte[length] };
        var signature = signer.Sign(Shared.Message);

        Assert.True(Shared.Set($"alice {signer.PublicLine}").Verify(signature).TryGet(out _, out _));
        Assert.True((await Shared.StockVerifyAsync(folder.Path, $"alice {signer.PublicLine}\n", signature, Shared.Message)).Good);
    }

    [Fact]
    public void An_armour_is_read_with_the_line_ends_of_either_world()
    {
        var blob = new Ed25519Signer().SignToBlob(Shared.Message);
        var armoured = TestSigner.Armour(blob);

        Assert.Equal(blob, Interlock.Signing.Sshsig.SshsigArmour.Read(armoured).OrThrow());
        var windows = System.Text.Encoding.ASCII.GetBytes(System.Text.Encoding.ASCII.GetString(armoured).Replace("\n", "\r\n"));
        Assert.Equal(blob, Interlock.Signing.Sshsig.SshsigArmour.Read(windows).OrThrow());
    }
}
