using Interlock.Canonical;
using Interlock.Cli.Demo;

namespace Interlock.Tests.EndToEnd;

/// <summary>The small parts of the demo that its proofs stand on.</summary>
public sealed class DemoParts
{
    [Fact]
    public void A_pool_is_read_as_it_was_written()
    {
        var pool = new PoolFile(["web1", "web2", "web3"], []).Move("web2", rotate: false);

        Assert.Equal("in: web1 web3\nout: web2\n", pool.ToString());
        Assert.Equal(pool.ToString(), PoolFile.Parse(pool.ToString())?.ToString());
        Assert.Equal("in: web1 web2 web3\nout: none\n", pool.Move("web2", rotate: true).ToString());
        Assert.Empty(PoolFile.Parse("in: none\nout: none\n")?.In ?? ["not read"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("in: web1\n")]
    [InlineData("out: web1\nin: web2\n")]
    public void What_is_no_pool_is_not_read_as_one(string text) => Assert.Null(PoolFile.Parse(text));

    [Fact]
    public void The_history_of_a_pool_holds_every_state_in_order()
    {
        var folder = Directory.CreateTempSubdirectory("interlock-pool-");
        try
        {
            var pool = new PoolFile(["web1", "web2"], []);
            pool.Write(folder.FullName);
            pool.Move("web1", rotate: false).Write(folder.FullName);
            pool.Move("web1", rotate: false).Move("web2", rotate: false).Write(folder.FullName);

            Assert.Equal([0, 1, 2], PoolFile.History(folder.FullName).Select(state => state.Out.Length));
            Assert.Equal("in: none\nout: web1 web2\n", PoolFile.Read(folder.FullName)?.ToString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_transcript_has_the_words_without_the_colours()
    {
        using var screen = new StringWriter();
        using var transcript = new StringWriter();
        using var tee = new DemoTee(screen, transcript);

        tee.Write("a \u001b[0;32mgreen");
        tee.Write("\u001b[0m word");

        Assert.Equal("a \u001b[0;32mgreen\u001b[0m word", screen.ToString());
        Assert.Equal("a green word", transcript.ToString());
    }

    [Fact]
    public void The_edited_plan_differs_in_its_hash()
    {
        var hashes = new[] { DemoPlan.Body("web1", "web2", "web3"), DemoPlan.Retargeted("web1", admit: true), DemoPlan.Retargeted("web1", admit: false) }
            .Select(body => CanonicalJson.Hash(body));

        Assert.Equal(3, hashes.Distinct().Count());
    }
}
