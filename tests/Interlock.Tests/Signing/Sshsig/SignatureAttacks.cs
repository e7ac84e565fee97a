using System.Security.Cryptography;
using System.Text;
using Interlock.Signing.Sshsig;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Signing.Sshsig;

/// <summary>Signatures that are not what they seem: every one is refused, for its reason, and none throws.</summary>
public sealed class SignatureAttacks
{
    public static TheoryData<string> Kinds => TestSigner.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_byte_flipped_is_refused(string kind)
    {
        var signer = TestSigner.Make(kind);
        var set = Shared.Set($"alice {signer.PublicLine}");
        var blob = signer.SignToBlob(Shared.Message);
        Assert.True(set.Verify(TestSigner.Armour(blob)).TryGet(out _, out _));
        for (var i = 0; i < blob.Length; i++)
        {
            foreach (var mask in new byte[] { 0x01, 0x80 })
            {
                byte[] changed = [.. blob];
                changed[i] ^= mask;
                Assert.False(set.Verify(TestSigner.Armour(changed)).TryGet(out _, out _), $"byte {i} of {blob.Length}, mask {mask:x2}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Truncated_at_each_length_or_with_something_behind_it_is_refused(string kind)
    {
        var signer = TestSigner.Make(kind);
        var set = Shared.Set($"alice {signer.PublicLine}");
        var blob = signer.SignToBlob(Shared.Message);
        for (var i = 0; i < blob.Length; i++)
        {
            Assert.Equal(RefusalCode.Malformed, set.Verify(TestSigner.Armour(blob[..i])).Refused().Code);
        }

        Assert.Equal(RefusalCode.Malformed, set.Verify(TestSigner.Armour([.. blob, 0])).Refused().Code);
        var inner = signer.SignBytes(TestSigner.ToBeSigned(Shared.Namespace, Shared.Message));
        for (var i = 0; i < inner.Length; i++)
        {
            Assert.False(set.Verify(TestSigner.Armour(TestSigner.Blob(signer.PublicKey, Shared.Namespace, inner[..i]))).TryGet(out _, out _));
        }

        Assert.Equal(RefusalCode.Malformed, set.Verify(TestSigner.Armour(TestSigner.Blob(signer.PublicKey, Shared.Namespace, [.. inner, 0]))).Refused().Code);
    }

    [Fact]
    public void Another_message_namespace_person_or_key_is_refused_with_its_reason()
    {
        var (signer, stranger) = (new Ed25519Signer(), new Ed25519Signer());
        var set = Shared.Set($"alice {signer.PublicLine}\nbob {new Ed25519Signer().PublicLine}\n");
        var signature = signer.Sign(Shared.Message);

        Check(set.Verify(signature, "x"u8, Shared.Namespace, "alice", Shared.Now).Refused(), RefusalCode.Mismatch, "does not belong to these bytes");
        Check(set.Verify(signature, @namespace: "interlock-brake-v1").Refused(), RefusalCode.Mismatch, "is for `interlock-approval-v1`");
        Check(set.Verify(signature, "bob").Refused(), RefusalCode.Forbidden, "is `alice`'s and not `bob`'s");
        Check(set.Verify(signature, "nobody").Refused(), RefusalCode.Forbidden, "not `nobody`'s");
        Check(set.Verify(stranger.Sign(Shared.Message)).Refused(), RefusalCode.Forbidden, stranger.Fingerprint + " is nobody's");

        // said to be the registered key's, but made with another
        var forged = TestSigner.Blob(signer.PublicKey, Shared.Namespace, stranger.SignBytes(TestSigner.ToBeSigned(Shared.Namespace, Shared.Message)));
        Check(set.Verify(TestSigner.Armour(forged)).Refused(), RefusalCode.Mismatch, "does not belong to these bytes");
    }

    [Fact]
    public void Damage_of_the_envelope_says_what_is_wrong()
    {
        var signer = new Ed25519Signer();
        var set = Shared.Set($"alice {signer.PublicLine}");
        byte[] Made(string hash = "sha512", string reserved = "", uint version = 1, string @namespace = Shared.Namespace) => TestSigner.Armour(TestSigner.Blob(
            signer.PublicKey, @namespace, signer.SignBytes(TestSigner.ToBeSigned(@namespace, Shared.Message, hash, reserved)), hash, reserved, version));

        Assert.True(set.Verify(Made()).TryGet(out _, out _));
        Check(set.Verify(Made(hash: "sha1")).Refused(), RefusalCode.Malformed, "hashes with `sha1`");
        Check(set.Verify(Made(hash: "sha384")).Refused(), RefusalCode.Malformed, "hashes with `sha384`");
        Check(set.Verify(Made(reserved: "x")).Refused(), RefusalCode.Malformed, "reserved");
        Check(set.Verify(Made(version: 0)).Refused(), RefusalCode.Malformed, "version 0");
        Check(set.Verify(Made(version: 2)).Refused(), RefusalCode.Malformed, "version 2");
        Check(set.Verify(Made(@namespace: "")).Refused(), RefusalCode.Malformed, "namespace is empty");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("-----BEGIN SSH SIGNATURE-----")]
    [InlineData("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n")]
    [InlineData("-----BEGIN SSH SIGNATURE-----\nAAAA\n")]
    [InlineData("-----BEGIN SSH SIGNATURE-----\nAA*A\n-----END SSH SIGNATURE-----\n")]
    [InlineData("-----BEGIN SSH SIGNATURE-----\nAAB=\n-----END SSH SIGNATURE-----\n")]
    [InlineData("-----BEGIN PGP SIGNATURE-----\nAAAA\n-----END PGP SIGNATURE-----\n")]
    public void What_is_no_armour_is_refused(string text)
    {
        Assert.Equal(RefusalCode.Malformed, Shared.Set("").Verify(Encoding.ASCII.GetBytes(text)).Refused().Code);
    }

    [Fact]
    public void Something_before_or_behind_the_armour_and_too_much_of_it_are_refused()
    {
        var signer = new Ed25519Signer();
        var set = Shared.Set($"alice {signer.PublicLine}");
        var good = signer.Sign(Shared.Message);

        Check(set.Verify([.. "\n"u8, .. good]).Refused(), RefusalCode.Malformed, "does not begin");
        Check(set.Verify([.. good, .. "x"u8]).Refused(), RefusalCode.Malformed, "behind");
        Check(set.Verify([.. good, .. good]).Refused(), RefusalCode.Malformed, "behind");
        Check(set.Verify(new byte[SshsigArmour.MaxBytes + 1]).Refused(), RefusalCode.TooLarge, "65536");
        Assert.Equal(RefusalCode.Malformed, set.Verify(new byte[SshsigArmour.MaxBytes]).Refused().Code);
    }

    [Fact]
    public void A_signature_with_SHA_1_is_refused_although_its_key_is_registered()
    {
        var signer = new RsaSigner(3072, "ssh-rsa", HashAlgorithmName.SHA1);

        Check(Shared.Set($"alice {signer.PublicLine}").Verify(signer.Sign(Shared.Message)).Refused(), RefusalCode.Forbidden, "SHA-1");
    }

    [Fact]
    public void An_algorithm_that_is_not_the_keys_is_refused()
    {
        var (ecdsa, ed25519) = (TestSigner.Make("ecdsa-256"), new Ed25519Signer());
        var blob = TestSigner.Blob(ecdsa.PublicKey, Shared.Namespace, ed25519.SignBytes(TestSigner.ToBeSigned(Shared.Namespace, Shared.Message)));
        Check(Shared.Set($"alice {ecdsa.PublicLine}").Verify(TestSigner.Armour(blob)).Refused(), RefusalCode.Forbidden, "does not sign with `ssh-ed25519`");

        // a software key that says it was touched, and a browser's form around a key that has none
        var (fido, passkey) = (new FidoEcdsaSigner(), new WebAuthnSigner());
        var inner = fido.SignBytes(TestSigner.ToBeSigned(Shared.Namespace, Shared.Message));
        Check(
            Shared.Set($"alice {ecdsa.PublicLine}").Verify(TestSigner.Armour(TestSigner.Blob(ecdsa.PublicKey, Shared.Namespace, inner))).Refused(),
            RefusalCode.Malformed,
            "damaged");
        var sk = new FidoEd25519Signer();
        inner = passkey.SignBytes(TestSigner.ToBeSigned(Shared.Namespace, Shared.Message));
        Check(
            Shared.Set($"alice {sk.PublicLine}").Verify(TestSigner.Armour(TestSigner.Blob(sk.PublicKey, Shared.Namespace, inner))).Refused(),
            RefusalCode.Forbidden,
            "does not sign with `webauthn-");
    }

    [Fact]
    public void Zero_as_an_ECDSA_signature_and_a_number_with_two_spellings_are_refused()
    {
        var signer = TestSigner.Make("ecdsa-256");
        var set = Shared.Set($"alice {signer.PublicLine}");
        byte[][] halves = [[], [0], [0, 1], [0x80], new byte[40], [1, .. new byte[32]], [.. Enumerable.Repeat((byte)0x7f, 33)]];
        foreach (var r in halves)
        {
            var inner = new Wire().Text(signer.Type).String(new Wire().String(r).String([1]).Bytes).Bytes;
            Assert.Equal(RefusalCode.Malformed, set.Verify(TestSigner.Armour(TestSigner.Blob(signer.PublicKey, Shared.Namespace, inner))).Refused().Code);
        }
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x04)]
    [InlineData(0x0c)]
    public async Task Nobody_present_is_refused_where_stock_ssh_keygen_says_good(byte flags)
    {
        using var folder = new TemporaryFolder();
        TestSigner[] signers = [new FidoEd25519Signer { Flags = flags }, new FidoEcdsaSigner { Flags = flags }, new WebAuthnSigner { Flags = flags }];
        foreach (var signer in signers)
        {
            var signature = signer.Sign(Shared.Message);

            Check(Shared.Set($"alice {signer.PublicLine}").Verify(signature).Refused(), RefusalCode.Forbidden, "without a touch");
            Assert.True((await Shared.StockVerifyAsync(folder.Path, $"alice {signer.PublicLine}\n", signature, Shared.Message)).Good);
        }
    }

    [Fact]
    public async Task Another_origin_or_relying_party_is_refused_where_stock_ssh_keygen_says_good()
    {
        using var folder = new TemporaryFolder();
        (WebAuthnSigner Signer, string Reason)[] cases =
        [
            (new WebAuthnSigner { SaidOrigin = "https://evil.example.org", ClientOrigin = "https://evil.example.org" }, "webauthn.origins"),
            (new WebAuthnSigner { SaidOrigin = "https://interlock.example.org:8443", ClientOrigin = "https://interlock.example.org:8443" }, "webauthn.origins"),
            (new WebAuthnSigner { Application = "example.org" }, "webauthn.rp_ids"),
            (new WebAuthnSigner { Application = "ssh:" }, "webauthn.rp_ids"),
            (new WebAuthnSigner { ClientRest = ",\"crossOrigin\":true}" }, "inside a page of another origin"),
            (new WebAuthnSigner { ClientRest = ",\"crossOrigin\":false,\"topOrigin\":\"https://evil.example.org\"}" }, "inside a page of another origin"),
            (new WebAuthnSigner { ClientRest = ",\"origin\":\"https://evil.example.org\"}" }, "no JSON object"),
            (new WebAuthnSigner { ClientRest = "" }, "no JSON object"),
        ];
        foreach (var (signer, reason) in cases)
        {
            var signature = signer.Sign(Shared.Message);

            Assert.Contains(reason, Shared.Set($"alice {signer.PublicLine}").Verify(signature).Refused().Message, StringComparison.Ordinal);
            Assert.True((await Shared.StockVerifyAsync(folder.Path, $"alice {signer.PublicLine}\n", signature, Shared.Message)).Good, reason);
        }
    }

    [Fact]
    public void A_browser_that_signed_something_else_is_refused()
    {
        (WebAuthnSigner Signer, string Reason)[] cases =
        [
            (new WebAuthnSigner { ClientType = "webauthn.create" }, "another type"),
            (new WebAuthnSigner { Challenge = static bytes => SHA256.HashData(bytes) }, "another challenge"),
            (new WebAuthnSigner { ClientOrigin = "https://evil.example.org" }, "another origin than the signature"),
            (new WebAuthnSigner { SaidOrigin = WebAuthnSigner.Origin + "\"" }, "damaged"),
            (new WebAuthnSigner { Flags = 0x45 }, "damaged"),
            (new WebAuthnSigner { Flags = 0x85 }, "damaged"),
            (new WebAuthnSigner { Flags = 0x15 }, "damaged"),
            (new WebAuthnSigner { Extensions = [1] }, "damaged"),
        ];
        foreach (var (signer, reason) in cases)
        {
            Assert.Contains(reason, Shared.Set($"alice {signer.PublicLine}").Verify(signer.Sign(Shared.Message)).Refused().Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Many_threads_verify_with_one_set()
    {
        TestSigner[] signers = [.. TestSigner.Kinds.Select(row => TestSigner.Make(row.Data))];
        var set = Shared.Set(string.Concat(signers.Select(signer => $"alice {signer.PublicLine}\n")));
        var signatures = signers.Select(signer => (Good: signer.Sign(Shared.Message), Bad: signer.Sign([1]))).ToList();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                foreach (var (good, bad) in signatures)
                {
                    Assert.True(set.Verify(good).TryGet(out var _, out var _));
                    Assert.Equal(RefusalCode.Mismatch, set.Verify(bad).Refused().Code);
                }
            }
        })));
    }

    [Fact]
    public void Without_a_list_no_browser_may_sign_and_a_passkey_cannot_go_around_it()
    {
        var signer = new WebAuthnSigner();
        Check(
            Shared.Set($"alice {signer.PublicLine}", webAuthn: WebAuthnOptions.None).Verify(signer.Sign(Shared.Message)).Refused(),
            RefusalCode.Forbidden,
            "webauthn.rp_ids");
        var raw = new FidoEcdsaSigner { Application = WebAuthnSigner.RpId };
        Check(Shared.Set($"alice {raw.PublicLine}").Verify(raw.Sign(Shared.Message)).Refused(), RefusalCode.Forbidden, "in a browser only");
    }

    private static void Check(Refusal refusal, RefusalCode code, string reason)
    {
        Assert.Equal(code, refusal.Code);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }
}
