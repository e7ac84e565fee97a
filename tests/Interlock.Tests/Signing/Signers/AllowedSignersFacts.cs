using System.Text;
using Interlock.Canonical;
using Interlock.Signing.Signers;
using Interlock.Signing.Sshsig;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Signing.Signers;

/// <summary>Who may sign: what is read as OpenSSH reads it, and every line that cannot be used is refused by its number.</summary>
public sealed class AllowedSignersFacts : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Ed25519Signer key = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Comments_blank_lines_quotes_aliases_and_options_are_read()
    {
        var (second, third) = (new Ed25519Signer(), new FidoEcdsaSigner());
        var set = Shared.Set($"""
            # who may sign

              alice,alice@example.org   {key.PublicLine}   alice's laptop
            alice NAMESPACES="interlock-*,!interlock-erase-v1",valid-after="20260101",valid-before="202612312359Z" {second.PublicLine}
            "Bob Builder" valid-before="20260115120001Z" {third.PublicLine}
            """);

        Assert.Equal(["alice", "alice", "Bob Builder"], set.Keys.Select(one => one.Person));
        Assert.Equal([3, 4, 5], set.Keys.Select(one => one.Line));
        Assert.Equal("alice's laptop", set.Keys[0].Comment);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), set.Keys[1].ValidAfter);
        Assert.Equal(new DateTimeOffset(2026, 12, 31, 23, 59, 0, TimeSpan.Zero), set.Keys[1].ValidBefore);
        Assert.Equal("alice", set.Verify(key.Sign(Shared.Message), "alice@example.org").OrThrow().Person);
        Assert.False(set.Verify(second.Sign(Shared.Message), "alice@example.org").TryGet(out _, out _));
        Assert.True(set.Verify(third.Sign(Shared.Message), "Bob Builder").TryGet(out _, out _));
        Assert.True(set.Verify(second.Sign(Shared.Message)).TryGet(out _, out _));
        var erase = set.Verify(second.Sign(Shared.Message, "interlock-erase-v1"), @namespace: "interlock-erase-v1").Refused();
        Assert.Contains("line 4", erase.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("valid-after=\"20260115120000Z\"", true)]
    [InlineData("valid-after=\"20260115120001Z\"", false)]
    [InlineData("valid-before=\"20260115120001Z\"", true)]
    [InlineData("valid-before=\"20260115120000Z\"", false)]
    [InlineData("valid-after=\"20260115\"", true)]
    [InlineData("valid-after=\"202601151200\"", true)]
    [InlineData("valid-before=\"20260115\"", false)]
    [InlineData("valid-after=\"20260116Z\"", false)]
    public void A_key_is_valid_from_its_first_second_until_before_its_last(string options, bool isValid)
    {
        var verified = Shared.Set($"alice {options} {key.PublicLine}").Verify(key.Sign(Shared.Message));

        Assert.Equal(isValid, verified.TryGet(out _, out var refusal));
        Assert.True(isValid || refusal?.Code == RefusalCode.Expired);
    }

    [Theory]
    [InlineData("alice", "KEY is missing", "there is no key")]
    [InlineData("alice KEYTYPE", "", "key is missing")]
    [InlineData("* KEY", "", "is a pattern")]
    [InlineData("*@example.org KEY", "", "is a pattern")]
    [InlineData("alice,b?b KEY", "", "is a pattern")]
    [InlineData("!alice KEY", "", "who is not meant")]
    [InlineData("alice,,bob KEY", "", "1 to 128 characters")]
    [InlineData("alice,alice KEY", "", "stands twice")]
    [InlineData("\"alice KEY", "", "quotes")]
    [InlineData("\"alice\"KEY", "", "quotes")]
    [InlineData("al\"ice KEY", "", "is no name")]
    [InlineData("alice cert-authority KEY", "", "cert-authority")]
    [InlineData("alice verify-required KEY", "", "hardware-verified")]
    [InlineData("alice no-touch-required KEY", "", "always required")]
    [InlineData("alice restrict KEY", "", "neither a known type of key nor an option")]
    [InlineData("alice namespaces KEY", "", "not in quotes")]
    [InlineData("alice namespaces=interlock-* KEY", "", "not in quotes")]
    [InlineData("alice namespaces=\"interlock KEY", "", "not in quotes")]
    [InlineData("alice namespaces=\"\" KEY", "", "no names separated by commas")]
    [InlineData("alice namespaces=\"a,,b\" KEY", "", "no names separated by commas")]
    [InlineData("alice namespaces=\"a\",namespaces=\"b\" KEY", "", "stands twice")]
    [InlineData("alice namespaces=\"a\", KEY", "", "neither")]
    [InlineData("alice namespaces=\"a\"x KEY", "", "behind the value")]
    [InlineData("alice valid-after=\"2026-01-01\" KEY", "", "is no time")]
    [InlineData("alice valid-after=\"20260230\" KEY", "", "is no time")]
    [InlineData("alice valid-after=\"2026010125\" KEY", "", "is no time")]
    [InlineData("alice valid-before=\"19700101Z\" KEY", "", "is no time")]
    [InlineData("alice valid-after=\"20260102\",valid-before=\"20260102\" KEY", "", "never valid")]
    [InlineData("alice ssh-ed25519 AAAA", "", "damaged")]
    [InlineData("alice ssh-ed25519 !!!!", "", "not base64")]
    [InlineData("alice ssh-rsa BLOB", "", "the key is `ssh-ed25519`")]
    [InlineData("alice KEY\r", "", "LF line ends")]
    [InlineData("alice KEY \u202eevil", "", "U+202E")]
    [InlineData("alice KEY \u0000", "", "U+0000")]
    [InlineData("bob KEY", "alice KEY", "a key is one person's")]
    [InlineData("alice KEY", "alice KEY", "already")]
    [InlineData("bob,alice KEY", "alice OTHER", "another name of `alice`")]
    [InlineData("alias KEY", "alice,alias OTHER", "another name of `alice`")]
    public void A_line_that_cannot_be_used_is_refused_with_file_line_and_mend(string line, string before, string reason)
    {
        var base64 = Convert.ToBase64String(key.PublicKey);
        string Filled(string text) => text.Replace("KEYTYPE", key.Type).Replace("KEY", key.PublicLine).Replace("BLOB", base64).Replace("OTHER", new Ed25519Signer().PublicLine);
        var first = before.Contains("missing", StringComparison.Ordinal) ? "" : Filled(before);

        var read = SignerSet.Read(Shared.File($"# signers\n{first}\n{Filled(line)}\n", "etc/signers"), null, WebAuthnOptions.None);

        Assert.False(read.TryGet(out _, out var refusal));
        Assert.StartsWith("etc/signers: line 3: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(JsonError.Root, refusal.Path);
    }

    [Fact]
    public async Task Keys_that_are_too_weak_or_unknown_are_refused_by_their_line()
    {
        Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", folder.File("rsa"))).Code);
        Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-t", "dsa", "-N", "", "-f", folder.File("dsa"))).Code);
        Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-t", "ed25519", "-N", "", "-f", folder.File("ca"))).Code);
        Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-s", folder.File("ca"), "-I", "x", "-n", "alice", folder.File("ca.pub"))).Code);
        (string File, string Reason)[] cases =
            [("rsa.pub", "2048 bits may not sign"), ("dsa.pub", "keys of type `ssh-dss` may not sign"), ("ca-cert.pub", "is a certificate")];
        foreach (var (file, reason) in cases)
        {
            var line = await File.ReadAllTextAsync(folder.File(file));
            Assert.False(SignerSet.Read(Shared.File("alice " + line), null, WebAuthnOptions.None).TryGet(out _, out var refusal));
            Assert.StartsWith("signers: line 1: ", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);

            // and a signature that brings such a key says the same
            await File.WriteAllBytesAsync(folder.File("message"), Shared.Message);
            File.Delete(folder.File("message.sig"));
            var with = file == "ca-cert.pub" ? "ca-cert.pub" : Path.GetFileNameWithoutExtension(file);
            Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-Y", "sign", "-n", Shared.Namespace, "-f", folder.File(with), folder.File("message"))).Code);
            var signature = await File.ReadAllBytesAsync(folder.File("message.sig"));
            Assert.Contains(reason, Shared.Set($"alice {key.PublicLine}").Verify(signature).Refused().Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_point_that_is_not_on_its_curve_is_no_key()
    {
        var blob = TestSigner.Make("ecdsa-256").PublicKey;
        blob[^1] ^= 1;

        Assert.False(SignerSet.Read(
            Shared.File($"alice ecdsa-sha2-nistp256 {Convert.ToBase64String(blob)}"), null, WebAuthnOptions.None).TryGet(out _, out var refusal));
        Assert.Contains("line 1: the public key is damaged", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_text_or_too_large_is_refused()
    {
        byte[] invalid = [.. Encoding.ASCII.GetBytes($"# one\nalice {key.PublicLine} "), 0xff, (byte)'\n'];
        Assert.False(SignerSet.Read(new SignerFile("signers", invalid), null, WebAuthnOptions.None).TryGet(out _, out var refusal));
        Assert.Contains("signers: line 2: this is not UTF-8", refusal.Message, StringComparison.Ordinal);
        Assert.False(SignerSet.Read(new SignerFile("signers", new byte[(1 << 20) + 1]), null, WebAuthnOptions.None).TryGet(out _, out refusal));
        Assert.Equal(RefusalCode.TooLarge, refusal.Code);
        Assert.False(SignerSet.Read(Shared.File("alice " + new string('x', 20_000)), null, WebAuthnOptions.None).TryGet(out _, out refusal));
        Assert.Contains("longer than", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_digest_is_that_of_both_files_and_of_where_browsers_may_sign()
    {
        var line = $"alice {key.PublicLine}\n";
        var digests = new[]
        {
            Shared.Set(line).Digest,
            Shared.Set(line + "\n").Digest,
            Shared.Set(line, key.PublicLine).Digest,
            Shared.Set(line, webAuthn: WebAuthnOptions.None).Digest,
            Shared.Set(line, webAuthn: new WebAuthnOptions(Shared.Browser.RpIds, Shared.Browser.Origins)).Digest,
        };

        Assert.Equal(digests.Length, digests.Distinct().Count());
        Assert.Equal(Shared.Set(line, "").Digest, Shared.Set(line).Digest);
        Assert.Equal(
            Shared.Set(line, webAuthn: new WebAuthnOptions(["a", "b"], [])).Digest, Shared.Set(line, webAuthn: new WebAuthnOptions(["b", "a"], [])).Digest);
    }

    [Theory]
    [InlineData("interlock-*", "interlock-approval-v1", true)]
    [InlineData("interlock-*-v1", "interlock-approval-v1", true)]
    [InlineData("interlock-*-v1", "interlock-approval-v12", false)]
    [InlineData("*", "file", true)]
    [InlineData("a,b", "b", true)]
    [InlineData("a,b", "ab", false)]
    [InlineData("*,!file", "file", false)]
    [InlineData("!file,*", "file", false)]
    [InlineData("!file", "git", false)]
    [InlineData("?it", "git", true)]
    [InlineData("Git", "git", false)]
    [InlineData("*a*b*c", "xaybzc", true)]
    [InlineData("*a*b*c", "xaybz", false)]
    public async Task Namespaces_match_as_ssh_keygen_matches_them(string patterns, string @namespace, bool matches)
    {
        var allowed = $"alice namespaces=\"{patterns}\" {key.PublicLine}\n";
        var signature = key.Sign(Shared.Message, @namespace);

        Assert.Equal(matches, Shared.Set(allowed).Verify(signature, @namespace: @namespace).TryGet(out _, out _));
        Assert.Equal(matches, (await Shared.StockVerifyAsync(folder.Path, allowed, signature, Shared.Message, @namespace: @namespace)).Good);
    }
}
