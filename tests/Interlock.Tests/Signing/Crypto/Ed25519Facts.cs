using System.Text.Json;
using Interlock.Signing.Crypto;
using Interlock.Signing.Keys;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Signing.Crypto;

/// <summary>Ed25519 against vectors that we did not write: RFC 8032, section 7.1, and Wycheproof.</summary>
public sealed class Ed25519Facts
{
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    public void The_examples_of_the_RFC_are_signed_as_it_signs_them(string seed, string publicKey, string message, string signature)
    {
        using var key = new Ed25519Key(Convert.FromHexString(seed));

        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey));
        Assert.Equal(signature, Convert.ToHexStringLower(key.Sign(Convert.FromHexString(message))));
        Assert.True(Ed25519.Verify(key.PublicKey, Convert.FromHexString(message), Convert.FromHexString(signature)));
    }

    [Fact]
    public void Wycheproof_agrees_on_every_signature()
    {
        using var suite = JsonDocument.Parse(File.ReadAllText(SharedData.Path("conformance/wycheproof/ed25519_test.json")));
        var seen = 0;
        foreach (var group in suite.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = Hex(group.GetProperty("publicKey"), "pk");
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                seen++;
                var expected = test.GetProperty("result").GetString() == "valid";
                Assert.True(expected == Ed25519.Verify(key, Hex(test, "msg"), Hex(test, "sig")), test.ToString());
            }
        }

        Assert.Equal((151, suite.RootElement.GetProperty("numberOfTests").GetInt32()), (seen, seen));
    }

    [Theory]
    [InlineData(31, 64)]
    [InlineData(33, 64)]
    [InlineData(32, 63)]
    [InlineData(32, 65)]
    [InlineData(0, 0)]
    public void Another_length_verifies_as_false(int publicKey, int signature) =>
        Assert.False(Ed25519.Verify(new byte[publicKey], "a"u8, new byte[signature]));

    /// <summary>The eight points of small order in their one spelling, and what is not below the prime; each with either sign of x.</summary>
    public static TheoryData<string> Worthless =>
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];

    [Theory]
    [MemberData(nameof(Worthless))]
    public void A_second_spelling_of_a_key_and_a_key_of_small_order_are_no_keys(string point)
    {
        var bytes = Convert.FromHexString(point);

        // what OpenSSL takes for good under the neutral point, in either spelling
        Assert.False(Ed25519.Verify(bytes, "any message"u8, [1, .. new byte[63]]));
        foreach (var blob in (byte[][])
        [
            new Wire().Text("ssh-ed25519").String(bytes).Bytes,
            new Wire().Text("sk-ssh-ed25519@openssh.com").String(bytes).Text("ssh:").Bytes,
        ])
        {
            Assert.False(PublicKeyReader.ReadBlob(blob).TryGet(out _, out var refusal));
            Assert.Equal(RefusalCode.Forbidden, refusal.Code);
        }
    }

    [Theory]
    [InlineData("ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7e")]
    [InlineData("02000000000000000000000000000000000000000000000000000000000000ff")]
    public void What_is_near_those_is_read(string point) =>
        Assert.True(PublicKeyReader.ReadBlob(new Wire().Text("ssh-ed25519").String(Convert.FromHexString(point)).Bytes).TryGet(out _, out _));

    /// <summary>
    /// Signatures that hold only where both sides are multiplied by eight: R, or the key, has a part of small order. RFC 8032 allows to take
    /// them and OpenSSL does not: one that was believed here would be no evidence there. The last has an R of small order, which OpenSSL takes.
    /// </summary>
    [Theory]
    [InlineData(
        "db640640d3d4d84a0bc026ae1ad3ea2df2c696c6ce15998291bbff6d95ad21ad",
        "d65aff331a68f2d727e99d23245e27dcd37ad77903e13ca57d72e8502f56cc27e21f0e19594e1e9206212f2fc5b5fecf638baa1b41e5d88834e86df9eaf7620c",
        true)]
    [InlineData(
        "db640640d3d4d84a0bc026ae1ad3ea2df2c696c6ce15998291bbff6d95ad21ad",
        "f7fcf6257242f7255be91b65872cb67e9b67b59c797616e9a1daddfe9a29002584b2d87412286f66d274f549c8637cc2a141eef580195ceecb80b5c06118cb09",
        false)]
    [InlineData(
        "e3c0f1fbea5c746b4c362c1613878ae8e0e4f52921a91059faa1b0becf80b5e0",
        "d65aff331a68f2d727e99d23245e27dcd37ad77903e13ca57d72e8502f56cc27a7cae772645eb8bca5682c42aedc8e5797d8846634a867c725f3347c9741a10b",
        false)]
    [InlineData(
        "db640640d3d4d84a0bc026ae1ad3ea2df2c696c6ce15998291bbff6d95ad21ad",
        "0100000000000000000000000000000000000000000000000000000000000000b12f9216fe4a2243e8a8171ec12735fc0f65807de65d0167ce6e620f20f0a00d",
        false)]
    public void What_holds_only_with_the_cofactor_and_what_has_an_R_of_small_order_do_not_hold(string key, string signature, bool holds) =>
        Assert.Equal(holds, Ed25519.Verify(Convert.FromHexString(key), "approve"u8, Convert.FromHexString(signature)));

    [Fact]
    public void A_program_without_the_library_says_so()
    {
        var refusal = Sodium.Fault("libsodium-that-is-not-there");

        Assert.Equal(RefusalCode.NotFound, refusal?.Code);
        Assert.Contains("libsodium-that-is-not-there", refusal?.Message, StringComparison.Ordinal);
        Assert.Contains("install Interlock again", refusal?.Message, StringComparison.Ordinal);
        Assert.NotNull(Sodium.Fault("libc.so.6"));
        Assert.Null(Ed25519.Unavailable);
    }

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString() ?? "");
}
