using System.Collections.Immutable;
using System.Text;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Signing.Crypto;
using Interlock.Tests.Attacks;
using Interlock.Tests.Canonical;
using Interlock.Tests.Signing;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Vectors;

/// <summary>
/// The vectors of <c>docs/spec/countersignature.md</c>: written here (<c>INTERLOCK_WRITE_GOLDEN=1</c>), read by us, by stock
/// <c>ssh-keygen</c> and by a checker in another language that was written from the specification.
/// </summary>
public sealed class StatementVectors
{
    private const string Person = "alice";

    /// <summary>The private key of the vectors. It is public: nobody may register it.</summary>
    private static readonly byte[] Seed = Sha256Bytes("interlock test vectors: a private key that everybody knows"u8);

    private static string Folder { get; } = Path.Combine(SharedData.Repository, "vectors", "statements");

    [Fact]
    public void The_vectors_are_those_of_this_build()
    {
        foreach (var (name, text) in Files())
        {
            var path = Path.Combine(Folder, name);
            if (Environment.GetEnvironmentVariable("INTERLOCK_WRITE_GOLDEN") == "1")
            {
                File.WriteAllText(path, text);
            }

            Assert.True(File.Exists(path) && File.ReadAllText(path) == text, $"vectors/statements/{name} is out of date; run this test with INTERLOCK_WRITE_GOLDEN=1 and look at it");
        }
    }

    [Fact]
    public void Every_type_has_a_valid_vector_and_every_field_an_invalid_one()
    {
        var vectors = Vectors().ToList();
        foreach (var type in StatementType.All)
        {
            Assert.Contains(vectors, vector => vector.Text("type") == type.Name && vector["valid"] is JsonBoolean { Value: true });
            foreach (var field in type.Fields)
            {
                Assert.Contains(vectors, vector => vector.Text("name")?.StartsWith($"{type}: {field.Name} ", StringComparison.Ordinal) == true);
            }
        }
    }

    [Fact]
    public void Valid_vectors_are_read_and_invalid_ones_refused_for_their_field()
    {
        var signers = SignedBench.Signers(AllowedSigners());
        foreach (var vector in Vectors())
        {
            var bytes = Encoding.UTF8.GetBytes(Field(vector, "statement"));
            var isStatement = Statement.TryRead(bytes).TryGet(out var statement, out var refusal);
            if (vector.Text("field") is { } field)
            {
                Assert.False(isStatement, Field(vector, "name"));

                // of bytes that are no canonical JSON a reader may say more than that
                Assert.True((field == "(root)" || refusal?.Path == field) && refusal?.Code == RefusalCode.Malformed, $"{Field(vector, "name")}: {refusal}");
                continue;
            }

            Assert.True(isStatement, $"{Field(vector, "name")}: {refusal}");
            var at = new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);
            var verified = signers.Verify(Encoding.ASCII.GetBytes(Field(vector, "signature")), bytes, Field(vector, "namespace"), Person, at);
            Assert.Equal(vector["valid"] is JsonBoolean { Value: true }, verified.TryGet(out _, out _));
            if (vector.Text("digest") is { } digest)
            {
                Assert.Equal(digest, statement?.Digest.ToString());
            }
        }
    }

    [Fact]
    public async Task Stock_ssh_keygen_verifies_the_valid_vectors_and_refuses_those_whose_signature_is_wrong()
    {
        using var folder = new TemporaryFolder();
        foreach (var vector in Vectors().Where(vector => vector["signature"] is not null))
        {
            var (good, said) = await Shared.StockVerifyAsync(
                folder.Path, AllowedSigners(), Encoding.ASCII.GetBytes(Field(vector, "signature")), Encoding.UTF8.GetBytes(Field(vector, "statement")), @namespace: Field(vector, "namespace"));
            Assert.True(good == vector["valid"] is JsonBoolean { Value: true }, $"{Field(vector, "name")}: {said}");
        }
    }

    [Fact]
    public void A_checker_that_shares_no_code_with_ours_agrees_and_finds_a_vector_that_lies()
    {
        var node = NodeScript.Executable;
        Assert.SkipUnless(node is not null, "no ECMAScript engine in .npm: `./test` installs it");
        var script = File.ReadAllText(Path.Combine(Folder, "check.js"));
        var vectors = Vectors().ToImmutableArray();
        Assert.Equal($"checked {vectors.Length}", NodeScript.Run(node ?? "", script, Input(vectors)).Trim());

        // a field that is called wrong, a digest that is another one, a signature over other bytes
        var lies = vectors.Select(vector => vector.Text("field") is not null ? vector.With("field", new JsonString("nonsense"))
            : vector["valid"] is JsonBoolean { Value: true } ? vector.With("namespace", new JsonString("interlock-other-v1"))
            : vector.With("valid", JsonBoolean.True));
        Assert.EndsWith($"{vectors.Length} wrong", NodeScript.Run(node ?? "", script, Input([.. lies])).Trim(), StringComparison.Ordinal);
    }

    private static string Input(ImmutableArray<JsonObject> vectors) => Encoding.UTF8.GetString(CanonicalJson.Write(JsonObject.Of(
        ("allowed_signers", AllowedSigners()), ("statements", new JsonArray(vectors)))));

    private static IEnumerable<(string Name, string Text)> Files()
    {
        yield return ("allowed_signers", AllowedSigners());
        foreach (var type in StatementType.All)
        {
            yield return ($"{type}.json", Lines(Valid(type)));
        }

        yield return ("invalid.json", Lines([.. StatementType.All.SelectMany(Invalid), .. Spellings(), .. WrongSignatures()]));
    }

    private static IEnumerable<JsonObject> Vectors() => [.. StatementType.All.Select(Valid), .. StatementType.All.SelectMany(Invalid), .. Spellings(), .. WrongSignatures()];

    /// <summary>One object a line, so that a difference can be read.</summary>
    private static string Lines(params JsonObject[] vectors) =>
        string.Concat(vectors.Select(vector => Encoding.UTF8.GetString(CanonicalJson.Write(vector)) + "\n"));

    private static JsonObject Valid(StatementType type)
    {
        var statement = StatementSamples.Of(type.Name);
        return JsonObject.Of(
            ("name", type.Name),
            ("valid", true),
            ("type", type.Name),
            ("namespace", type.Namespace),
            ("statement", SignedBench.Text(statement.Bytes)),
            ("digest", statement.Digest.ToString()),
            ("signature", Encoding.ASCII.GetString(Sign(statement.Bytes.ToArray(), type.Namespace))));
    }

    /// <summary>Each field of a type: missing, of another kind, and in a spelling that is not its one.</summary>
    private static IEnumerable<JsonObject> Invalid(StatementType type)
    {
        var whole = StatementSamples.Json(type);
        foreach (var field in type.Fields)
        {
            yield return Refused($"{type}: {field.Name} is missing", whole.Without(field.Name), field.Name);
            yield return Refused($"{type}: {field.Name} is null", whole.With(field.Name, JsonNull.Instance), field.Name);
            foreach (var (how, value) in Misspelt(field, whole[field.Name] ?? JsonNull.Instance))
            {
                yield return Refused($"{type}: {field.Name} is {how}", whole.With(field.Name, value), field.Name);
            }
        }

        yield return Refused($"{type}: a member more", whole.With("zzz", new JsonString("")), "(root)");
    }

    private static (string How, JsonValue Value)[] Misspelt(StatementField field, JsonValue value)
    {
        var text = (value as JsonString)?.Value ?? "";
        return field.Form == StatementForm.Digest || field.Form == StatementForm.Nonce ? [("in upper case", new JsonString(text.ToUpperInvariant())), ("too short", new JsonString(text[1..]))]
            : field.Form == StatementForm.Time ? [("in another form", new JsonString("2026-01-15T12:00:00Z")), ("no day of the calendar", new JsonString("2026-02-30T12:00:00.000000+00:00"))]
            : field.Form == StatementForm.Name ? [("empty", new JsonString("")), ("two lines", new JsonString("alice\nbob")), ("longer than 128", new JsonString(new string('a', 129)))]
            : field.Form == StatementForm.Text ? [("two lines", new JsonString("a\nb")), ("with a character that turns the text round", new JsonString("a\u202eb")), ("longer than 4,096", new JsonString(new string('a', 4_097)))]
            : field.Form == StatementForm.Reason ? [("two lines", new JsonString("a\nb")), ("with a character that turns the text round", new JsonString("a\u202eb")), ("longer than 1,000", new JsonString(new string('a', 1_001)))]
            : field.Form == StatementForm.Plan ? [("in upper case", new JsonString(text.ToUpperInvariant()))]
            : field.Form == StatementForm.Instance ? [("without an epoch", new JsonString(text[..64])), ("with an epoch of another spelling", new JsonString(text[..65] + "00"))]
            : field.Form == StatementForm.Head ? [("of a size below zero", JsonObject.Of(("root", Sha256Digest.Of("root"u8).ToString()), ("size", -1))), ("without a root", JsonObject.Of(("size", 1)))]
            : field.Form == StatementForm.Outcome || field.Form == StatementForm.BrakeAction ? [("another word", new JsonString("perhaps"))]
            : [("a type that is not there", new JsonString("Approval"))];
    }

    /// <summary>The same statement in other bytes: not the ones that are signed.</summary>
    private static IEnumerable<JsonObject> Spellings()
    {
        var text = SignedBench.Text(StatementSamples.Of("brake").Bytes);
        yield return Spelt("white space", text.Replace(",", ", ", StringComparison.Ordinal));
        yield return Spelt("a line feed at the end", text + "\n");
        yield return Spelt("another order", "{\"type\":\"brake\"," + text[1..].Replace(",\"type\":\"brake\"", "", StringComparison.Ordinal));
        yield return Spelt("an escape that is not needed", text.Replace("\"alice\"", "\"\\u0061lice\"", StringComparison.Ordinal));
        yield return Spelt("a number in another spelling", text.Replace("\"size\":42", "\"size\":42.0", StringComparison.Ordinal));
        yield return Spelt("a name twice", text.Replace("\"type\":\"brake\"", "\"type\":\"brake\",\"type\":\"brake\"", StringComparison.Ordinal));
        yield return Spelt("no object's end", text[..^1]);
    }

    private static IEnumerable<JsonObject> WrongSignatures()
    {
        var statement = StatementSamples.Of("approval");
        var other = Mutation.Of(statement, "effects_digest");
        yield return Signed("a signature for another namespace", statement.Bytes.ToArray(), Sign(statement.Bytes.ToArray(), StatementType.Reject.Namespace));
        yield return Signed("a signature over another statement", statement.Bytes.ToArray(), Sign(other.ToArray(), StatementType.Approval.Namespace));
    }

    private static JsonObject Signed(string name, byte[] statement, byte[] signature) => JsonObject.Of(
        ("name", name),
        ("valid", false),
        ("namespace", StatementType.Approval.Namespace),
        ("statement", Encoding.UTF8.GetString(statement)),
        ("signature", Encoding.ASCII.GetString(signature)));

    private static JsonObject Refused(string name, JsonObject statement, string field) => Spelt(name, Encoding.UTF8.GetString(CanonicalJson.Write(statement)), field);

    private static JsonObject Spelt(string name, string statement, string field = "(root)") =>
        JsonObject.Of(("name", name), ("valid", false), ("field", field), ("statement", statement));

    private static string Field(JsonObject vector, string name) => vector.Text(name) ?? throw new InvalidOperationException($"a vector without `{name}`");

    private static string AllowedSigners()
    {
        using var key = new Ed25519Key(Seed);
        return $"{Person} ssh-ed25519 {Convert.ToBase64String(Blob(key))} everybody knows the private half: never register it\n";
    }

    private static byte[] Blob(Ed25519Key key) => new Wire().Text("ssh-ed25519").String(key.PublicKey.ToArray()).Bytes;

    private static byte[] Sign(byte[] statement, string @namespace)
    {
        using var key = new Ed25519Key(Seed);
        var signature = new Wire().Text("ssh-ed25519").String(key.Sign(TestSigner.ToBeSigned(@namespace, statement))).Bytes;
        return TestSigner.Armour(TestSigner.Blob(Blob(key), @namespace, signature));
    }

    private static byte[] Sha256Bytes(ReadOnlySpan<byte> text) => System.Security.Cryptography.SHA256.HashData(text);
}
