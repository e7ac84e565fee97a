using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Cli.Terminal;
using Interlock.Sessions;
using Interlock.Plans;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Surface.Cli;

public sealed class ReviewPages
{
    private const string Hostile = "\u001b[2J\u001b[31m\u202e[red]approved[/]\u009b1m\u200b";

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public async Task A_review_reads_as_recorded(int width)
    {
        await using var bench = await OpenAsync();
        var text = await PageAsync(bench, width, await ReviewAsync(bench));

        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= width, $"`{line}` is wider than {width}"));
        Transcript.IsAsRecorded($"show-{width}", text);
    }

    [Fact]
    public async Task Computed_effects_come_before_checks_and_the_agents_words_last()
    {
        await using var bench = await OpenAsync();
        var text = await PageAsync(bench, 80, await ReviewAsync(bench));
        var places = ((string[])["hash", "WHAT IT WOULD DO", "touches", "before", "undone by", "WHAT THE AGENT SAYS", "set a, b"])
            .Select(part => text.IndexOf(part, StringComparison.Ordinal)).ToList();

        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task What_a_failed_effect_printed_is_shown_escaped_and_by_its_end()
    {
        await using var bench = await OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("c"));
        var printed = string.Concat(Enumerable.Range(1, 30).Select(line => $"line {line}\n")) + "no such host \u001b[2J db1\n";
        bench.World.OnExecute = _ => Task.FromResult<StageOutcome?>(new StageOutcome.Failed("exit code 3", System.Text.Encoding.UTF8.GetBytes(printed)));
        await bench.ExecuteAsync(id);

        var output = Bench.Must(await bench.Person.LastOutputAsync(id, default));
        var review = Bench.Must(await bench.Person.ReviewAsync(id, default));
        var text = ReviewPage.Of(new Page(80, colours: false, unicode: true), review, bench.Clock.GetUtcNow(), full: false, output).ToString();

        Assert.Contains("no such host \\u{1b}[2J db1", text, StringComparison.Ordinal);
        Assert.Contains("the last 10 of 31 lines", text, StringComparison.Ordinal);
        Assert.DoesNotContain("line 21\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public async Task Without_unicode_the_signs_are_ascii()
    {
        await using var bench = await OpenAsync();
        var text = ReviewPage.Of(new Page(80, colours: false, unicode: false), await ReviewAsync(bench), bench.Clock.GetUtcNow(), full: false).ToString();

        Assert.Contains("[ok] counter", text, StringComparison.Ordinal);
        Assert.Contains("[NO] counter", text, StringComparison.Ordinal);
        Assert.All(text, unit => Assert.True(char.IsAscii(unit), text));
    }

    [Fact]
    public async Task What_is_hostile_never_reaches_the_screen()
    {
        await using var bench = await OpenAsync();
        bench.World.Counters["door"] = Hostile;
        bench.World.Counters["a"] = Hostile;
        var review = await ReviewAsync(bench);
        review = review with
        {
            Plan = review.Plan with
            {
                Agent = Hostile,
                AgentOwner = Hostile,
                Reason = Hostile,
                RequestRefused = Hostile,
                Rejection = new PlanRejection(Hostile, default),
                Code = Hostile,
            },
            Body = ((JsonObject)review.Body).With("intent", Hostile).With("note", $"{Hostile}\n{Hostile}").With(Hostile, Hostile),
        };
        var text = await PageAsync(bench, 80, review);

        Assert.All(text.EnumerateRunes(), rune => Assert.True(rune.Value == '\n' || Visible.Shows(rune), $"U+{rune.Value:X4}"));
        Assert.Contains("[red]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Colours_are_the_only_escapes_and_end_with_each_line()
    {
        await using var bench = await OpenAsync();
        var text = ReviewPage.Of(new Page(80, colours: true, unicode: true), await ReviewAsync(bench), bench.Clock.GetUtcNow(), full: false).ToString();

        Assert.Contains("\u001b[0;1m", text, StringComparison.Ordinal);
        foreach (var line in text.Split('\n').Where(line => line.Contains('\u001b', StringComparison.Ordinal)))
        {
            Assert.Equal("\u001b[0m", line[line.LastIndexOf('\u001b')..][..4]);
        }
    }

    [Fact]
    public async Task A_stage_in_doubt_asks_for_a_resolution()
    {
        await using var bench = await OpenAsync();
        bench.World.OnExecute = _ => throw new IOException("the line went dead");
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        await bench.ExecuteAsync(id);
        var text = await PageAsync(bench, 200, Bench.Must(await bench.Person.ReviewAsync(id, default)));

        Assert.Contains("HALTED", text, StringComparison.Ordinal);
        Assert.Contains($"interlock resolve {id} --outcome", text, StringComparison.Ordinal);
        Assert.Contains("unsigned (assurance: none)", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejected_plan_says_who_when_and_why_and_what_it_would_have_done()
    {
        await using var bench = await OpenAsync();
        var id = await bench.ProposeAsync(Bench.Body("a"));
        _ = Bench.Must(await bench.Person.RejectAsync(id, "rita", "the door stays\nshut", default));
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        var text = await PageAsync(bench, 200, Bench.Must(await bench.Person.ReviewAsync(id, default)));

        Assert.Contains("rejected  by rita, 5 min ago (2026-01-01 00:00:00 UTC)\n          \"the door stays shut\"\n", text, StringComparison.Ordinal);
        Assert.Contains("WHAT IT WOULD HAVE DONE", text, StringComparison.Ordinal);
        Assert.Contains("was to    set a to 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("WHAT HAPPENED", text, StringComparison.Ordinal);
        Assert.DoesNotContain("WHAT IT WOULD DO", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_over_is_told_in_the_past_tense_stage_by_stage()
    {
        await using var bench = await OpenAsync();
        var done = await bench.ApprovedAsync(Bench.Body("a"));
        await bench.ExecuteAsync(done);
        var halted = await bench.ApprovedAsync(Bench.Body("b", "c", "d"));
        var times = 0;
        bench.World.OnExecute = _ => Task.FromResult<StageOutcome?>(times++ == 0 ? null : new StageOutcome.Failed("no", default));
        await bench.ExecuteAsync(halted);

        var text = await PageAsync(bench, 200, Bench.Must(await bench.Person.ReviewAsync(done, default)));
        Assert.Contains("WHAT IT DID (", text, StringComparison.Ordinal);
        Assert.Contains("did       set a to 1", text, StringComparison.Ordinal);
        text = await PageAsync(bench, 200, Bench.Must(await bench.Person.ReviewAsync(halted, default)));
        Assert.Contains("WHAT IT DID, AND WOULD HAVE DONE (", text, StringComparison.Ordinal);
        Assert.Contains("changes the world, done\n   did       set b to 1", text, StringComparison.Ordinal);
        Assert.Contains("changes the world, halted here\n   was to    set c to 1", text, StringComparison.Ordinal);
        Assert.Contains("changes the world, was not reached\n   was to    set d to 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NOT what was approved", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_computed_under_another_configuration_is_not_shown_as_what_ran()
    {
        await using var bench = await OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        await bench.ExecuteAsync(id);
        var review = Bench.Must(await bench.Person.ReviewAsync(id, default));

        Assert.Contains(
            "NOT what was approved and run", await PageAsync(bench, 200, review with { EffectsDigest = Sha256Digest.Zero }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_too_long_says_that_it_is_cut()
    {
        var page = new Page(80, colours: false, unicode: true).Block(0, string.Join('\n', Enumerable.Range(0, 500)), _ => Ink.Plain, 200);

        Assert.Contains("300 more lines are NOT shown here", page.ToString(), StringComparison.Ordinal);
        Assert.Equal(201, page.ToString().Count(unit => unit == '\n'));
    }

    [Theory]
    [InlineData("a bb ccc dddd", 6, "a bb|  ccc|  dddd")]
    [InlineData("abcdefghij", 4, "abcd|  ef|  gh|  ij")]
    [InlineData("日本語日本", 4, "日本|  語|  日|  本")]
    [InlineData("", 4, "")]
    [InlineData("    x", 3, "|  |x")]
    public void Words_wrap_below_themselves(string text, int width, string expected)
    {
        var lines = new Page(width, colours: false, unicode: true).Line(0, 2, new Part(text)).ToString().TrimEnd('\n').Split('\n');

        Assert.All(lines, line => Assert.True(line.Length <= width));
        if (expected.StartsWith('|'))
        {
            Assert.Equal("x", lines[^1].Trim());
        }
        else
        {
            Assert.Equal(expected, string.Join('|', lines));
        }
    }

    private static Task<Bench> OpenAsync() => Bench.OpenAsync(change: options => options with { Random = new CountingRandom() });

    private static async Task<Review> ReviewAsync(Bench bench)
    {
        var id = await bench.ProposeAsync(Bench.Body("a", "b").With("note", "both doors were looked at by hand\nand nobody is inside"));
        bench.Clock.Advance(TimeSpan.FromMinutes(100));
        return Bench.Must(await bench.Person.ReviewAsync(id, default));
    }

    private static Task<string> PageAsync(Bench bench, int width, Review review) => Task.FromResult(
        ReviewPage.Of(new Page(width, colours: false, unicode: true), review, bench.Clock.GetUtcNow(), full: false).ToString());

    /// <summary>The same ids each time, so that transcripts can be compared.</summary>
    private sealed class CountingRandom : IRandom
    {
        private byte next;

        public void Fill(Span<byte> bytes)
        {
            foreach (ref var one in bytes)
            {
                one = next++;
            }
        }
    }
}
