using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text.Json;
using Interlock.Signing.Keys;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Signing.Crypto;

/// <summary>
/// ECDSA on P-256 against Wycheproof. Its signatures are DER, SSH's are two numbers: those that are no strict DER of two positive
/// numbers cannot be said in SSH at all, and every one of these must be one that Wycheproof calls invalid.
/// </summary>
public sealed class WycheproofEcdsa
{
    [Theory]
    [InlineData("ecdsa_secp256r1_sha256_test.json", "SHA256", 484, 174)]
    [InlineData("ecdsa_secp256r1_sha512_test.json", "SHA512", 554, 243)]
    public void It_agrees_on_every_signature(string file, string hash, int count, int valid)
    {
        using var suite = JsonDocument.Parse(File.ReadAllText(SharedData.Path("conformance/wycheproof/" + file)));
        var (seen, held, verified) = (0, 0, 0);
        foreach (var group in suite.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var point = EcPoint.Read(NistCurve.P256, Hex(group.GetProperty("publicKey"), "uncompressed"));
            Assert.NotNull(point);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                seen++;
                var signature = Mpints(Hex(test, "sig"));
                verified += signature is null ? 0 : 1;
                var holds = signature is not null && point.Verify(Hex(test, "msg"), new HashAlgorithmName(hash), signature) == true;
                held += holds ? 1 : 0;
                Assert.True(holds == (test.GetProperty("result").GetString() == "valid"), test.ToString());
            }
        }

        Assert.Equal((count, valid), (seen, held));
        Assert.True(verified > valid + 30, $"only {verified} signatures could be said in SSH");
    }

    private static byte[]? Mpints(byte[] der)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            var (r, s) = (sequence.ReadIntegerBytes(), sequence.ReadIntegerBytes());
            sequence.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();

            // DER's integers are SSH's mpints, negative ones and zero included
            return new Wire().String(r.Span is [0] ? [] : r.Span).String(s.Span is [0] ? [] : s.Span).Bytes;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString() ?? "");
}
