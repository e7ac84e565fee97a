using System.Text;
using Interlock.Signing.Signers;
using Interlock.Signing.Sshsig;
using Interlock.Tests.Fuzzing;

namespace Interlock.Tests.Signing;

/// <summary>Damaged signatures and files with keys: whatever the damage, an answer comes and no exception.</summary>
public sealed class SigningFuzz
{
    private static readonly TestSigner[] Signers =
        [.. new[] { "ed25519", "ecdsa-256", "ecdsa-521", "rsa-3072", "sk-ed25519", "sk-ecdsa", "webauthn" }.Select(TestSigner.Make)];

    private static readonly byte[][] Blobs = [.. Signers.Select(signer => signer.SignToBlob(Shared.Message))];

    private static readonly string Allowed = string.Concat(Signers.Select((signer, i) => $"person{i},alias{i} {signer.PublicLine} comment\n"));

    private static readonly SignerSet Set = Shared.Set(Allowed);

    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            " ", "\t", "\n", "\r\n", ",", "\"", "=", "#", "!", "*", "\\", "namespaces=\"a\"", "valid-after=\"20260101Z\"", "valid-before=\"20260101\"",
            "cert-authority", "ssh-ed25519 ", "ssh-rsa ", "AAAAC3NzaC1lZDI1NTE5AAAAI", "-----BEGIN SSH SIGNATURE-----\n", "\n-----END SSH SIGNATURE-----",
            "SSHSIG", "SSHKRL\n\0", "\0\0\0\0", "\0\0\0\u0001", "\u202e",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff, 0xff, 0xff, 0xff], [0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0],
    ];

    [Fact]
    public void No_damage_to_a_signature_makes_it_stumble_or_verify() => Fuzz.FindNothing(new Fuzzed(DamagedSignature, Verified), 6_000);

    [Fact]
    public void No_damage_to_a_file_with_keys_makes_the_reader_stumble() => Fuzz.FindNothing(new Fuzzed(DamagedFile, Read), 2_000);

    [Fact]
    public void A_verifier_that_overlooks_a_flipped_bit_is_found() =>
        Fuzz.FindSomething(new Fuzzed(DamagedSignature, static text => SshsigArmour.Read(text).TryGet(out var blob, out _) && !Blobs.Any(one => one.SequenceEqual(blob)) ? "accepted" : null), 2_000);

    private static byte[] DamagedSignature(Random random)
    {
        var blob = random.Pick<byte[]>(Blobs);
        for (var i = random.Next(3); i > 0; i--)
        {
            blob = random.Damage(blob, Pieces);
        }

        var text = TestSigner.Armour(blob);
        return random.OneIn(3) ? random.Damage(text, Pieces) : text;
    }

    /// <summary>Nothing but one of the seven blobs verifies, in whatever armour.</summary>
    private static string? Verified(byte[] text)
    {
        for (var i = 0; i < Signers.Length; i++)
        {
            if (Set.Verify(text, $"person{i}").TryGet(out _, out _)
                && !(SshsigArmour.Read(text).TryGet(out var blob, out _) && blob.SequenceEqual(Blobs[i])))
            {
                return "a damaged signature verifies";
            }
        }

        return null;
    }

    private static byte[] DamagedFile(Random random)
    {
        var text = Encoding.UTF8.GetBytes(Allowed);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            text = random.Damage(text, Pieces);
        }

        return text;
    }

    /// <summary>Both readers answer, and what is accepted names no person twice over one key.</summary>
    private static string? Read(byte[] text)
    {
        _ = RevokedKeys.Read(new SignerFile("revoked", text));
        if (!SignerSet.Read(new SignerFile("signers", text), null, WebAuthnOptions.None).TryGet(out var set, out var refusal))
        {
            return refusal.Message.StartsWith("signers: ", StringComparison.Ordinal) ? null : $"the refusal names no file: {refusal.Message}";
        }

        return set.Keys.Select(key => key.Fingerprint).Distinct(StringComparer.Ordinal).Count() == set.Keys.Length ? null : "a key counts twice";
    }
}
