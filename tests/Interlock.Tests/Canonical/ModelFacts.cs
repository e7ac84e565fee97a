using System.Text;
using Interlock.Canonical;

namespace Interlock.Tests.Canonical;

public sealed class ModelFacts
{
    private const string Pinned = "eca51633e44978d9059a2aa05525481b8bf18650a83dca0868532cff7eb5e4fe";

    [Fact]
    public void The_pinned_body_has_the_pinned_hash()
    {
        var read = Refusals.Read("{\"intent\":\"demo\",\"stages\":[{\"id\":\"s1\",\"action\":\"noop\",\"params\":{}}]}");
        Assert.Equal("{\"intent\":\"demo\",\"stages\":[{\"action\":\"noop\",\"id\":\"s1\",\"params\":{}}]}", read.ToString());
        Assert.Equal(Pinned, CanonicalJson.Hash(read).ToString());
        Assert.Equal(CanonicalJson.Hash(read), Sha256Digest.Of(read));
    }

    [Fact]
    public void An_object_finds_each_of_its_members_and_no_other()
    {
        var names = Enumerable.Range(0, 200).Select(i => $"{(i * 37) % 200}").ToList();
        var obj = JsonObject.Of(names.Select((name, i) => new JsonMember(name, i)));
        Assert.Equal(200, obj.Count);
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
        {
            Assert.True(obj.TryGet(name, out var value));
            Assert.Equal(i, ((JsonNumber)value).Value);
        }

        Assert.All((string[])["", "-1", "200", "0 ", "é"], name => Assert.Null(obj[name]));
        Assert.False(obj.TryGet("200", out _));
        Assert.Null(obj.Text("0"));
    }

    [Fact]
    public void Setting_and_leaving_out_make_copies()
    {
        var obj = JsonObject.Of(("b", "x"), ("absent", null));
        Assert.Equal("{\"a\":1,\"b\":\"x\"}", obj.With("a", 1).ToString());
        Assert.Equal("{\"b\":\"y\"}", obj.With("b", "y").ToString());
        Assert.Equal("{}", obj.Without("b").ToString());
        Assert.Equal("x", obj.Text("b"));
    }

    [Fact]
    public void A_name_that_stands_twice_is_a_bug_of_the_caller() =>
        Assert.Throws<ArgumentException>(() => JsonObject.Of(("a", 1), ("b", 2), ("a", 1)));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_number_that_is_not_finite_is_a_bug_of_the_caller(double number) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonNumber(number));

    [Theory]
    [InlineData(JsonNumber.MaxSafeInteger, true)]
    [InlineData(JsonNumber.MaxSafeInteger + 1, false)]
    [InlineData(-JsonNumber.MaxSafeInteger, true)]
    [InlineData(-JsonNumber.MaxSafeInteger - 1, false)]
    public void An_integer_is_wrapped_exactly_or_not_at_all(long number, bool holds)
    {
        if (holds)
        {
            Assert.Equal($"{number}", JsonNumber.FromInteger(number).ToString());
        }
        else
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => JsonNumber.FromInteger(number));
        }
    }

    [Fact]
    public void Every_control_character_has_its_one_spelling()
    {
        var text = string.Concat(Enumerable.Range(0, 0x23).Select(unit => (char)unit)) + "/\\\u007f";
        Assert.Equal(
            "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f"
            + "\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f"
            + " !\\\"/\\\\\u007f\"",
            new JsonString(text).ToString());
    }

    [Fact]
    public void A_digest_reads_back_from_its_text_and_its_bytes()
    {
        // FIPS 180-4, the digest of `abc`
        var digest = Sha256Digest.Of("abc"u8);
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", digest.ToString());
        Assert.True(Sha256Digest.TryParse(digest.ToString(), out var parsed));
        Assert.True(parsed == digest && parsed.GetHashCode() == digest.GetHashCode());
        var bytes = new byte[Sha256Digest.Size];
        digest.CopyTo(bytes);
        Assert.Equal(digest, Sha256Digest.FromBytes(bytes));
        Assert.Equal(new string('0', 64), Sha256Digest.Zero.ToString());
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.True(Sha256Digest.FromBytes(bytes) != digest);
            bytes[i] ^= 1;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("eca51633e44978d9059a2aa05525481b8bf18650a83dca0868532cff7eb5e4f")]
    [InlineData("eca51633e44978d9059a2aa05525481b8bf18650a83dca0868532cff7eb5e4fee")]
    [InlineData("ECA51633E44978D9059A2AA05525481B8BF18650A83DCA0868532CFF7EB5E4FE")]
    [InlineData(" ca51633e44978d9059a2aa05525481b8bf18650a83dca0868532cff7eb5e4fe")]
    [InlineData("gca51633e44978d9059a2aa05525481b8bf18650a83dca0868532cff7eb5e4fe")]
    public void A_digest_has_one_spelling(string? text)
    {
        Assert.False(Sha256Digest.TryParse(text, out var digest));
        Assert.Equal(Sha256Digest.Zero, digest);
    }

    [Fact]
    public void Writing_appends_to_what_is_there()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        CanonicalJson.Write(JsonObject.Empty, output);
        CanonicalJson.Write(JsonArray.Empty, output);
        Assert.Equal("{}[]", Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
