using System.Diagnostics;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Tests.Canonical;

public sealed class HostileDocuments
{
    /// <summary>Far above what a linear reader takes here, far below what a quadratic one would.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(8);

    [Theory]
    [InlineData("[", "]")]
    [InlineData("[", "")]
    [InlineData("{\"a\":", "}")]
    [InlineData("{\"a\":", "")]
    [InlineData("[{\"a\":", "")]
    public void Nesting_of_a_hundred_thousand_is_refused_at_the_limit(string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));
        var error = Refusals.Of(text);
        Assert.Contains("too deep", error.Message, StringComparison.Ordinal);
        var levels = open.Contains("[{", StringComparison.Ordinal) ? 16 : 32;
        Assert.Equal((1, (levels * open.Length) + 1), (error.Line, error.Column));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(512)]
    public void The_depth_limit_itself_is_accepted_and_one_more_is_not(int depth)
    {
        var options = new JsonReadOptions { MaxDepth = depth };
        var text = Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));
        Assert.True(JsonReader.TryRead(text, options, out var value, out _));
        Assert.Equal(text, CanonicalJson.Write(value));
        _ = Refusals.Of([(byte)'[', .. text, (byte)']'], options);
    }

    [Fact]
    public void The_deepest_document_fits_a_small_stack()
    {
        var open = string.Concat(Enumerable.Repeat("{\"a\":[", 256));
        var text = Encoding.UTF8.GetBytes(open + string.Concat(Enumerable.Repeat("]}", 256)));
        var options = new JsonReadOptions { MaxDepth = 512 };
        byte[]? written = null;
        var thread = new Thread(
            () => written = JsonReader.TryRead(text, options, out var value, out _) ? CanonicalJson.Write(value) : null,
            maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal(text, written);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(513)]
    public void A_depth_that_a_stack_cannot_bear_is_a_bug_of_the_caller(int depth) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => JsonReader.TryRead("1"u8, new JsonReadOptions { MaxDepth = depth }, out _, out _));

    [Fact]
    public void Eight_megabytes_are_refused_by_their_size_before_anything_is_parsed()
    {
        var text = new byte[8 << 20];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Refusals.Of(text, JsonReadOptions.PlanBody);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 * 1024);
        Assert.Equal((JsonError.Root, 1, 1), (error.Path, error.Line, error.Column));
        Assert.Equal("the document has 8388608 bytes and the limit is 1048576; make it smaller", error.Message);
    }

    [Fact]
    public void The_size_limit_itself_is_accepted()
    {
        var options = new JsonReadOptions { MaxBytes = 4 };
        Assert.True(JsonReader.TryRead("true"u8, options, out _, out _));
        _ = Refusals.Of("false"u8.ToArray(), options);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("\\n")]
    [InlineData("x\\u00e9")]
    [InlineData("\U0001f600")]
    public void A_string_of_two_megabytes_reads_in_bounded_time(string piece)
    {
        var text = $"\"{string.Concat(Enumerable.Repeat(piece, 2_000_000 / piece.Length))}\"";
        var value = Timed(() => Refusals.Read(text));
        var written = CanonicalJson.Write(value);
        Assert.True(JsonReader.TryReadCanonical(written, Refusals.Large, out _, out var error), error?.ToString());
    }

    [Fact]
    public void Fifty_thousand_names_in_any_order_read_in_bounded_time()
    {
        var names = Enumerable.Range(0, 50_000).Select(i => $"\"{(i * 7919L) % 50_000:d5}\":{i}").ToList();
        var obj = (JsonObject)Timed(() => Refusals.Read($"{{{string.Join(',', names)}}}"));
        Assert.Equal(50_000, obj.Count);
        Assert.Equal("1", obj["07919"]?.ToString());

        // a common beginning, and a difference only at the end
        var alike = new string('é', 16);
        obj = (JsonObject)Timed(() => Refusals.Read($"{{{string.Join(',', names.Select(name => name.Insert(1, alike)))}}}"));
        Assert.Equal(50_000, obj.Count);
    }

    [Theory]
    [InlineData("k")]
    [InlineData("\\u006b")]
    [InlineData("e\u0301")]
    public void A_duplicate_among_fifty_thousand_names_is_found_at_its_place_in_bounded_time(string last)
    {
        var names = string.Join(",\n", Enumerable.Range(0, 49_998).Select(i => $"\"{i}\":{{}}"));
        var error = Timed(() => Refusals.Of($"{{\"k\":1,\"é\":2,\n{names},\n \"{last}\":3}}"));
        Assert.Equal((50_000, 2), (error.Line, error.Column));
        Assert.Contains("stands twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fifty_thousand_times_the_same_name_is_refused_at_the_second()
    {
        var error = Timed(() => Refusals.Of($"{{{string.Join(',', Enumerable.Repeat("\"a\":1", 50_000))}}}"));
        Assert.Equal(("a", 1, 8), (error.Path, error.Line, error.Column));
    }

    [Fact]
    public void A_name_of_half_a_million_marks_is_compared_in_bounded_time()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 250_000));
        var error = Timed(() => Refusals.Of($"{{\"e{marks}\":1,\"é{marks[1..]}\":2}}"));
        Assert.Contains("two Unicode spellings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_a_million_digits_is_read_in_bounded_time()
    {
        var digits = new string('9', 1_000_000);
        Assert.Contains("2^53-1", Timed(() => Refusals.Of(digits)).Message, StringComparison.Ordinal);
        Assert.Equal("1", Timed(() => Refusals.Read($"0.{digits}")).ToString());
        Assert.Contains("too large", Timed(() => Refusals.Of($"1e{digits}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_document_is_refused_wherever_it_is_cut()
    {
        var whole = "{\"é\":[1.5e-3,\"\\ud83d\\ude00\\n\",{\"a\":null,\"b\":[]}],\"z\":true}"u8.ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            var error = Refusals.Of(whole[..length], JsonReadOptions.PlanBody);
            Assert.True(error.Line == 1 && error.Column <= length + 1, error.ToString());
        }
    }

    private static T Timed<T>(Func<T> action)
    {
        var watch = Stopwatch.StartNew();
        var result = action();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Bound);
        return result;
    }
}
