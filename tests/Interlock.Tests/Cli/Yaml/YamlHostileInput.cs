using System.Diagnostics;
using System.Text;
using Interlock.Canonical;
using Interlock.Cli.Yaml;

namespace Interlock.Tests.Cli.Yaml;

public sealed class YamlHostileInput
{
    /// <summary>Generous for a busy machine; the parser alone takes twenty seconds over some of these.</summary>
    private static readonly TimeSpan Fast = TimeSpan.FromSeconds(5);

    public static TheoryData<string, string> Bombs => new()
    {
        { "open brackets", new string('[', 100_000) },
        { "closed brackets", new string('[', 100_000) + new string(']', 100_000) },
        { "braces", string.Concat(Enumerable.Repeat("{a: ", 100_000)) },
        { "dashes", string.Concat(Enumerable.Repeat("- ", 100_000)) + "x" },
        { "indented mappings", string.Concat(Enumerable.Range(0, 900).Select(i => new string(' ', i) + "a:\n")) },
        { "question marks", string.Concat(Enumerable.Repeat("? ", 100_000)) + "x" },
        { "items", "[" + string.Concat(Enumerable.Repeat("1,", 100_000)) + "]" },
        { "empty items", string.Concat(Enumerable.Repeat("-\n", 100_000)) },
        { "keys", string.Concat(Enumerable.Range(0, 50_000).Select(i => $"k{i}: 1\n")) },
        { "tag directives", string.Concat(Enumerable.Range(0, 50_000).Select(i => $"%TAG !t{i}! x\n")) + "---\na" },
        { "one long tag", "!" + new string('a', 900_000) + " x" },
        { "one long anchor", "&" + new string('a', 900_000) + " !x x" },
        { "one long key", new string('k', 900_000) + ": 1\nb: [" },
        { "quotes", "[" + string.Concat(Enumerable.Repeat("'',", 200_000)) },
        { "document ends", string.Concat(Enumerable.Repeat("...\n", 200_000)) },
        { "documents", string.Concat(Enumerable.Repeat("---\n", 200_000)) },
        { "spaces", "a: |1\n" + new string(' ', 900_000) + "\n x" },
        { "closing brackets", new string(']', 100_000) },
        { "commas", "[" + new string(',', 100_000) },
        { "colons", "a" + string.Concat(Enumerable.Repeat(": ", 100_000)) },
        { "too large", "# " + new string('x', 1 << 20) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_document_made_to_hurt_is_refused_fast(string name, string yaml)
    {
        var watch = Stopwatch.StartNew();
        var error = Reading.Refuse(yaml);
        Assert.True(watch.Elapsed < Fast, $"{name} took {watch.Elapsed}");
        Assert.True(error.Line >= 1 && error.Column >= 1 && error.Message.Length > 0);
    }

    [Fact]
    public void Nesting_is_allowed_exactly_as_deep_as_in_json()
    {
        Assert.IsType<JsonArray>(Reading.Accept(new string('[', 32) + new string(']', 32)).Root);
        var error = Reading.Refuse(new string('[', 33) + new string(']', 33));
        Assert.Equal((1, 33), (error.Line, error.Column));
        Assert.Contains("too deeply", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_counted_through_aliases()
    {
        var options = new YamlReadOptions { MaxDepth = 4 };
        Assert.Equal("[[[1]],[[[[1]]]]]", Reading.Accept("[&a [[1]], [[*a]]]", options with { MaxDepth = 5 }).Root.ToString());
        Assert.Contains("too deeply", Reading.Refuse("[&a [[1]], [[*a]]]", options).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_billion_laughs_are_refused_at_ten_thousand()
    {
        var yaml = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (var i = 1; i < 10; i++)
        {
            yaml.Append($"a{i}: &a{i} [").AppendJoin(", ", Enumerable.Repeat($"*a{i - 1}", 9)).Append("]\n");
        }

        var error = Reading.Refuse(yaml.ToString());
        Assert.StartsWith("a4", error.Path, StringComparison.Ordinal);
        Assert.Contains("10000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_nodes_pass_and_one_more_does_not()
    {
        static string Items(int count) => "[" + string.Join(',', Enumerable.Repeat("1", count)) + "]";
        Assert.Equal(9_999, Assert.IsType<JsonArray>(Reading.Accept(Items(9_999)).Root).Items.Length);
        Assert.Contains("10000", Reading.Refuse(Items(10_000)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_and_the_inside_of_aliases_count_as_nodes()
    {
        var options = new YamlReadOptions { MaxNodes = 11 };
        Assert.Equal("{\"a\":{\"b\":[1]},\"c\":{\"b\":[1]}}", Reading.Accept("{a: &x {b: [1]}, c: *x}", options).Root.ToString());
        Assert.Contains(
            "10 values",
            Reading.Refuse("{a: &x {b: [1]}, c: *x}", options with { MaxNodes = 10 }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_long_text_cannot_be_multiplied_by_aliases()
    {
        var yaml = $"a: &a {new string('x', 200_000)}\nb: [{string.Join(", ", Enumerable.Repeat("*a", 9_000))}]";
        Assert.Contains("aliases add more text", Reading.Refuse(yaml).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_almost_the_whole_cap_is_read()
    {
        var text = new string('x', 1_000_000);
        Assert.Equal(text, Assert.IsType<JsonObject>(Reading.Accept($"a: {text}\n").Root).Text("a"));
        Assert.Equal(text, Assert.IsType<JsonString>(Reading.Accept($"\"{text}\"").Root).Value);
        Assert.Equal(text + "\n", Assert.IsType<JsonObject>(Reading.Accept($"a: |\n  {text}\n").Root).Text("a"));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(20261);
        var alphabet = "{}[]:,-?&*!|>'\"%@`#~ab01.\\ \n\r\t\u00e9"u8.ToArray();
        var watch = Stopwatch.StartNew();
        var runs = 0;
        for (; watch.ElapsedMilliseconds < 1_000; runs++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            if (runs % 4 != 0)
            {
                for (var i = 0; i < bytes.Length; i++)
                {
                    bytes[i] = alphabet[bytes[i] % alphabet.Length];
                }
            }

            CheckTotal(bytes);
        }

        Assert.True(runs > 100, $"only {runs} runs");
    }

    [Fact]
    public void Mutations_of_valid_documents_never_throw_and_what_is_accepted_is_json()
    {
        string[] seeds =
        [
            "intent: restart\nstages:\n  - id: s1\n    action: noop\n    params: {a: [1, 2.5], b: \"x\\u00e9\"}\n",
            "a: &x {k: v}\nb: *x\nc: |\n  text\n    more\nd: >-\n  folded\n  text\n",
            "{\"a\": [1, {\"b\": null}], \"c\": \"\\ud83d\\ude00\"}",
            "- !!str 1\n- ? k\n  : 'it''s'\n- [a: b, c]\n# end\n",
        ];
        string[] parts =
        [
            "\t", "\n", " ", ":", ": ", "- ", "? ", "[", "]", "{", "}", ",",
            "\"", "'", "#", "&a ", "*a", "!!int ", "|", ">", "---\n", "...\n", "\\u", "\r",
        ];
        var random = new Random(20262);
        var watch = Stopwatch.StartNew();
        var accepted = 0;
        while (watch.ElapsedMilliseconds < 1_500)
        {
            var text = new StringBuilder(seeds[random.Next(seeds.Length)]);
            for (var edits = random.Next(1, 5); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, 1),
                    1 => text.Insert(at, parts[random.Next(parts.Length)]),
                    _ => text.Remove(at, 1).Insert(at, (char)random.Next(0x20, 0x7f)),
                };
            }

            accepted += CheckTotal(Encoding.UTF8.GetBytes(text.ToString())) ? 1 : 0;
        }

        Assert.True(accepted > 20, $"only {accepted} accepted");
    }

    /// <summary>Either a value that our own strict reader takes back, or a refusal that says where.</summary>
    private static bool CheckTotal(byte[] bytes)
    {
        if (YamlReader.TryRead(bytes, YamlReadOptions.Default, out var document, out var error))
        {
            var canonical = CanonicalJson.Write(document.Root);
            Assert.True(JsonReader.TryReadCanonical(canonical, JsonReadOptions.PlanBody, out _, out var why), why?.ToString());
            return true;
        }

        Assert.True(error.Line >= 1 && error.Column >= 1 && error.Path.Length > 0 && error.Message.Length > 0, error.ToString());
        return false;
    }
}
