using Interlock.Signing.Signers;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Signing.Signers;

/// <summary>Registering and revoking: what is appended reads back as what was meant, here and with stock <c>ssh-keygen</c>.</summary>
public sealed class SignerEditsFacts
{
    private static readonly SignerFile Empty = new("signers", ReadOnlyMemory<byte>.Empty);

    [Theory]
    [InlineData("alice", null)]
    [InlineData("Ålice Smith", "interlock-*")]
    [InlineData("alice@example.org", "interlock-approval-v1,interlock-reject-v1")]
    public async Task A_registered_key_signs_here_and_with_ssh_keygen(string person, string? namespaces)
    {
        using var folder = new TemporaryFolder();
        var signer = new Ed25519Signer();

        var text = SignerEdits.Add(
            Shared.File("# no line feed at the end"),
            new SignerEntry(person, $" {signer.PublicLine} on \u001b[31mred\n", namespaces, Shared.Now.AddDays(-1), Shared.Now.AddYears(50))).OrThrow();

        Assert.StartsWith("# no line feed at the end\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.Equal(person, Shared.Set(text).Verify(signer.Sign(Shared.Message), person).OrThrow().Person);
        var (good, said) = await Shared.StockVerifyAsync(folder.Path, text.Replace("20260114120000Z", "20200101Z"), signer.Sign(Shared.Message), Shared.Message, person: person);
        Assert.True(good, said);
    }

    [Fact]
    public void A_second_key_of_a_person_is_added_and_a_key_of_another_is_not()
    {
        var (first, second) = (new Ed25519Signer(), new Ed25519Signer());
        var one = SignerEdits.Add(Empty, new SignerEntry("alice", first.PublicLine, null, null, null)).OrThrow();
        var two = SignerEdits.Add(Shared.File(one), new SignerEntry("alice", second.PublicLine, null, null, null)).OrThrow();

        Assert.Equal($"alice {first.PublicLine}\nalice {second.PublicLine}\n", two);
        Assert.False(SignerEdits.Add(Shared.File(two), new SignerEntry("bob", first.PublicLine, null, null, null)).TryGet(out _, out var refusal));
        Assert.Contains("a key is one person's", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_part_of_an_entry_can_become_another_line_or_another_key()
    {
        var (signer, evil) = (new Ed25519Signer(), new Ed25519Signer());
        SignerEntry[] entries =
        [
            new("alice\nmallory", signer.PublicLine, null, null, null),
            new($"mallory {evil.PublicLine} ", signer.PublicLine, null, null, null),
            new("#alice", signer.PublicLine, null, null, null),
            new("*", signer.PublicLine, null, null, null),
            new("", signer.PublicLine, null, null, null),
            new("alice", signer.PublicLine + "\nmallory " + evil.PublicLine, null, null, null),
            new("alice", "alice " + signer.PublicLine, null, null, null),
            new("alice", signer.PublicLine, $"x\" {evil.PublicLine} \"", null, null),
            new("alice", signer.PublicLine, "x\n", null, null),
            new("alice", signer.PublicLine, "", null, null),
            new("alice", signer.PublicLine, null, Shared.Now, Shared.Now),
        ];

        Assert.All(entries, entry => Assert.False(SignerEdits.Add(Empty, entry).TryGet(out _, out _), entry.ToString()));
    }

    [Fact]
    public void A_key_is_revoked_once_by_its_line_or_by_its_fingerprint()
    {
        var (alice, bob) = (new Ed25519Signer(), new FidoEcdsaSigner());
        var allowed = $"alice {alice.PublicLine}\nbob {bob.PublicLine}\n";

        var one = SignerEdits.Revoke(Shared.File("# list"), alice.PublicLine + " lost").OrThrow();
        var two = SignerEdits.RevokeRegistered(Shared.File(one), bob.Fingerprint, Shared.File(allowed)).OrThrow();

        Assert.Equal($"# list\n{alice.PublicLine} lost\n{bob.PublicLine} bob\n", two);
        Assert.Equal(two, SignerEdits.Revoke(Shared.File(two), alice.PublicLine).OrThrow());
        Assert.All(Shared.Set(allowed, two).Keys, key => Assert.True(key.IsRevoked));
        Assert.False(SignerEdits.RevokeRegistered(Shared.File(two), "SHA256:x", Shared.File(allowed)).TryGet(out _, out var refusal));
        Assert.Equal(RefusalCode.NotFound, refusal.Code);
        Assert.False(SignerEdits.Revoke(Shared.File(two), "ssh-ed25519 AAAA").TryGet(out _, out _));
    }
}
