using System.Text;
using Interlock.Canonical;
using Interlock.Cli.Yaml;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Cli.Yaml;

public sealed class YamlValues
{
    [Theory]
    [InlineData("[on, off, yes, no, y, n, On, NO]", """["on","off","yes","no","y","n","On","NO"]""")]
    [InlineData("[0644, 0o17, 0x1F, +7, -0, 1_000, 1:30]", """[644,15,31,7,0,"1_000","1:30"]""")]
    [InlineData("[2001-12-14, 2001-12-14T21:59:43Z, <<, =]", """["2001-12-14","2001-12-14T21:59:43Z","<<","="]""")]
    [InlineData("[1., .5, 1e3, 1.5E-3, +.5, 0e9]", "[1,0.5,1000,0.0015,0.5,0]")]
    [InlineData("[~, null, Null, NULL, nULL, '', 'null']", """[null,null,null,null,"nULL","","null"]""")]
    [InlineData("['true', true, True, tRUE]", """["true",true,true,"tRUE"]""")]
    [InlineData("[000000000000000000000000000000012, 0x000000000000000000000001]", "[12,1]")]
    [InlineData("[9007199254740991, -9007199254740991]", "[9007199254740991,-9007199254740991]")]
    [InlineData("[0x1fffffffffffff, 0o377777777777777777]", "[9007199254740991,9007199254740991]")]
    public void A_plain_value_is_what_the_core_schema_says(string yaml, string json) =>
        Assert.Equal(json, Reading.Accept(yaml).Root.ToString());

    [Theory]
    [InlineData("<<: {a: 1}\nb: 2", """{"<<":{"a":1},"b":2}""")]
    [InlineData("x: &x {a: 1}\ny:\n  <<: *x\n", """{"x":{"a":1},"y":{"<<":{"a":1}}}""")]
    public void A_merge_key_is_a_key_like_any_other(string yaml, string json) =>
        Assert.Equal(json, Reading.Accept(yaml).Root.ToString());

    [Theory]
    [InlineData("{a: &x 1, b: *x, c: [&y q, *y]}", """{"a":1,"b":1,"c":["q","q"]}""")]
    [InlineData("- &a 1\n- &a 2\n- *a", "[1,2,2]")]
    [InlineData("[&a [&a 1, *a], *a]", "[[1,1],1]")]
    [InlineData("k: &k name\n*k : v", """{"k":"name","name":"v"}""")]
    public void An_alias_means_the_nearest_anchor_before_it(string yaml, string json) =>
        Assert.Equal(json, Reading.Accept(yaml).Root.ToString());

    [Theory]
    [InlineData("\ufeffa: 1", """{"a":1}""")]
    [InlineData("%YAML 1.2\n---\na: 1\n...\n", """{"a":1}""")]
    [InlineData("a:\t1\t# remark\n \t\nb: 2", """{"a":1,"b":2}""")]
    [InlineData("{\n\t\"a\": 1,\n\t\"b\": [\n\t\t2\n\t]\n}\n", """{"a":1,"b":[2]}""")]
    [InlineData("a: x\n  y\n\n  z", """{"a":"x y\nz"}""")]
    [InlineData("a: http://x:80/#y\nb: a#b", """{"a":"http://x:80/#y","b":"a#b"}""")]
    [InlineData("{a: -, b: c}", null)]
    [InlineData("- -1\n- -a\n- :a\n- ?a\n", """[-1,"-a",":a","?a"]""")]
    public void Ordinary_documents_read_as_their_authors_mean_them(string yaml, string? json)
    {
        if (json is null)
        {
            Reading.Refuse(yaml);
        }
        else
        {
            Assert.Equal(json, Reading.Accept(yaml).Root.ToString());
        }
    }

    /// <summary>JSON is YAML 1.2, but for raw characters that are not printable, which are refused here on purpose.</summary>
    [Theory]
    [InlineData("""{"a":1,"b":[true,null,"x"],"c":{"d":{}},"e":[],"":0}""")]
    [InlineData("""[0, -0, 1.5, -2e-7, 1E+2, 9007199254740991, 123456.789e3]""")]
    [InlineData("""["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00", "é😀", "a: b", "- x", "# y", "&a *b !c", "'", "%", "\u0000"]""")]
    [InlineData("\r\n{ \"a\" :\t[ 1 ,\n 2 ] ,\n\n\"b\"\n:\n{ } }\r\n")]
    [InlineData("""{"on":"off","1":"2","null":null,"true":true,"~":"~","<<":"<<","=":"="}""")]
    [InlineData("""{"a":[[[[{"b":[{"c":[]}]}]]]]}""")]
    [InlineData("\"text\"")]
    [InlineData("17")]
    [InlineData(" null ")]
    public void A_json_document_has_the_same_value_as_yaml(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.True(JsonReader.TryRead(bytes, JsonReadOptions.PlanBody, out var expected, out var error), error?.ToString());
        Assert.Equal(expected.ToString(), Reading.Accept(json).Root.ToString());
    }

    [Fact]
    public void Every_text_of_the_json_suites_has_the_same_value_as_yaml_or_is_refused()
    {
        string[] refusedOnPurpose =
        [
            "y_string_nonCharacterInUTF-8_U+FFFF.json", "y_string_u+2028_line_sep.json", "y_string_u+2029_par_sep.json",
            "y_string_unescaped_char_delete.json", "y_string_with_del_character.json",
        ];
        var files = Directory.GetFiles(SharedData.Path("conformance/json-parsing"), "*.json")
            .Concat(Directory.GetFiles(SharedData.Path("conformance/jcs/input"), "*.json"));
        var wrong = new List<string>();
        var compared = 0;
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            var isYaml = YamlReader.TryRead(bytes, YamlReadOptions.Default, out var document, out var error);
            if (!JsonReader.TryRead(bytes, JsonReadOptions.PlanBody, out var expected, out _))
            {
                continue;
            }

            compared++;
            var name = Path.GetFileName(file);
            if (!isYaml && !refusedOnPurpose.Contains(name))
            {
                wrong.Add($"{name}: {error}");
            }
            else if (document is not null && document.Root.ToString() != expected.ToString())
            {
                wrong.Add($"{name}: {document.Root}");
            }
        }

        Assert.Empty(wrong);
        Assert.True(compared > 90, $"only {compared} compared");
    }

    [Fact]
    public void What_the_canonical_writer_writes_reads_back_through_yaml()
    {
        var random = new Random(20263);
        for (var i = 0; i < 300; i++)
        {
            var value = Arbitrary(random, 4);
            var text = Encoding.UTF8.GetString(CanonicalJson.Write(value));
            Assert.Equal(text, Reading.Accept(text).Root.ToString());
        }
    }

    private static JsonValue Arbitrary(Random random, int depth) => random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => JsonNull.Instance,
        1 => random.Next(2) == 0,
        2 => random.Next(-1000, 1000),
        3 => new JsonNumber(Math.Round(random.NextDouble() * 1e6, 3)),
        4 => Text(random),
        5 => new JsonArray(Enumerable.Range(0, random.Next(4)).Select(_ => Arbitrary(random, depth - 1))),
        _ => JsonObject.Of(Enumerable.Range(0, random.Next(4))
            .Select(_ => Text(random))
            .Distinct(StringComparer.Ordinal)
            .Select(name => new JsonMember(name, Arbitrary(random, depth - 1)))),
    };

    private static string Text(Random random)
    {
        const string Alphabet = "ab:-#&*!|>'\"%@`{}[],?~ \\/\n\t\r0.x😀é";
        var runes = Alphabet.EnumerateRunes().ToArray();
        return string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => runes[random.Next(runes.Length)].ToString()));
    }
}
