using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Tests.Ledger.Checkpoints;

namespace Interlock.Tests.Ledger.Witnesses;

/// <summary>The bodies of C2SP tlog-witness, its own examples first, and the rules of a witness.</summary>
public sealed class WitnessProtocolTests
{
    /// <summary>The example request of the specification.</summary>
    private const string Example =
        """
        old 20852014
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
        5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
        /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=

        """;

    [Fact]
    public void The_example_of_the_specification_is_read_and_written_byte_for_byte()
    {
        var bytes = Encoding.UTF8.GetBytes(Example.ReplaceLineEndings("\n"));

        Assert.True(AddCheckpoint.TryParse(bytes, out var request, out var error), error);
        Assert.Equal(20852014, request.OldSize);
        Assert.Equal(4, request.Hashes.Length);
        Assert.Equal(2, request.Note.Signatures.Length);
        Assert.Equal(bytes, request.ToBytes());
    }

    [Theory]
    [InlineData("old 20852014", "old 020852014")]
    [InlineData("old 20852014", "old -1")]
    [InlineData("old 20852014", "old  1")]
    [InlineData("old 20852014", "old 9223372036854775808")]
    [InlineData("old 20852014", "Old 20852014")]
    [InlineData("old 20852014\n", "")]
    [InlineData("PlRNCrw", "PlRN rw")]
    [InlineData("PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=", "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkax=")]
    [InlineData("PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=", "AAAA")]
    [InlineData("PlRNCrw", "Pl\u00e9NCrw")]
    [InlineData("\u2014 example", "- example")]
    public void A_body_that_is_not_of_the_form_is_refused(string from, string to)
    {
        var text = Example.ReplaceLineEndings("\n");
        Assert.Contains(from, text, StringComparison.Ordinal);

        Assert.False(AddCheckpoint.TryParse(Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)), out _, out _));
    }

    [Fact]
    public void A_proof_of_more_than_63_hashes_and_a_body_past_the_cap_are_refused()
    {
        var line = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
        var text = Example.ReplaceLineEndings("\n");
        string With(int more) => text.Replace(line, string.Concat(Enumerable.Repeat(line, more + 1)), StringComparison.Ordinal);

        Assert.True(AddCheckpoint.TryParse(Encoding.UTF8.GetBytes(With(59)), out _, out _));
        Assert.False(AddCheckpoint.TryParse(Encoding.UTF8.GetBytes(With(60)), out _, out var error));
        Assert.NotNull(error);
        Assert.False(AddCheckpoint.TryParse(new byte[AddCheckpoint.MaxBytes + 1], out _, out _));
    }

    [Theory]
    [InlineData(409, "text/x.tlog.size", "7\n", "elsewhere")]
    [InlineData(409, "text/plain", "7\n", "refused")]
    [InlineData(409, "text/x.tlog.size", "07\n", "refused")]
    [InlineData(409, "text/x.tlog.size", "7", "refused")]
    [InlineData(409, "text/x.tlog.size", "7\nand more, and so much more of it than a size has\n", "refused")]
    [InlineData(200, "text/plain", "", "refused")]
    [InlineData(400, "text/plain", "x", "refused")]
    [InlineData(403, "text/plain", "x", "refused")]
    [InlineData(404, "text/plain", "x", "refused")]
    [InlineData(422, "text/plain", "x", "refused")]
    [InlineData(500, "text/plain", "x", "silent")]
    [InlineData(302, "text/plain", "x", "silent")]
    public void An_answer_says_what_its_status_says(int status, string type, string body, string expected) => Assert.Equal(
        expected,
        new AddCheckpointReply(status, type, Encoding.UTF8.GetBytes(body)).Read("w") switch
        {
            WitnessAnswer.Elsewhere { Size: 7 } => "elsewhere",
            WitnessAnswer.Refused => "refused",
            WitnessAnswer.Silent => "silent",
            _ => "?",
        });

    [Fact]
    public void A_witness_cosigns_what_continues_and_neither_a_fork_nor_a_rollback()
    {
        var (tree, fork) = (Tree(9, "a"), Tree(9, "b"));
        var witness = new KeptWitness(1);
        int Submit(MerkleTree of, long old, long size) => witness.Answer(Body(of, old, size)).Status;

        Assert.Equal(200, Submit(tree, 0, 3));
        Assert.Equal(200, Submit(tree, 3, 3));
        Assert.Equal(200, Submit(tree, 3, 7));
        Assert.Equal("7\n", Encoding.ASCII.GetString(witness.Answer(Body(tree, 3, 9)).Body.Span));
        Assert.Equal(409, Submit(tree, 0, 9));
        Assert.Equal(409, Submit(tree, 3, 5));
        Assert.Equal(422, Submit(fork, 7, 9));
        Assert.Equal(422, Submit(fork, 7, 7));
        Assert.Equal(400, witness.Answer((AddCheckpoint.Of(Submission(tree, 3, 5)) with { OldSize = 6 }).ToBytes()).Status);
        Assert.Equal(403, witness.Answer(Body(tree, 7, 9, TestLogOther)).Status);
        Assert.Equal(404, witness.Answer(Encoding.UTF8.GetBytes(Example.ReplaceLineEndings("\n"))).Status);
        Assert.Equal(7, witness.Latest?.Size);
        Assert.Equal(200, Submit(tree, 7, 9));
    }

    [Fact]
    public void An_empty_tree_has_the_empty_root_and_a_first_checkpoint_no_proof()
    {
        var witness = new KeptWitness(1);
        var wrong = TestLog.Signer.Sign(new TreeHead(0, Sha256Digest.Of([1])));
        Assert.Equal(422, witness.Answer(new AddCheckpoint(0, [], wrong.Note).ToBytes()).Status);
        var padded = AddCheckpoint.Of(Submission(Tree(3, "a"), 0, 3)) with { Hashes = [Sha256Digest.Of([1])] };
        Assert.Equal(422, witness.Answer(padded.ToBytes()).Status);
        Assert.Equal(200, witness.Answer(Body(Tree(3, "a"), 0, 0)).Status);
    }

    [Fact]
    public void A_cosignature_counts_only_under_the_key_that_is_trusted_over_that_very_checkpoint()
    {
        var tree = Tree(5, "a");
        var (true_, forged) = (new KeptWitness(1), new KeptWitness(1, forges: true));
        var three = TestLog.Signer.Sign(new TreeHead(3, tree.RootAt(3)));
        var five = TestLog.Signer.Sign(new TreeHead(5, tree.RootAt(5)));
        var lines = true_.Answer(Body(tree, 0, 3)).Body.ToArray();

        Assert.True(CosignatureLines.TryVerify(three.Note, lines, true_.Verifier, out var signatures));
        Assert.Single(signatures.Value);
        Assert.False(CosignatureLines.TryVerify(five.Note, lines, true_.Verifier, out _));
        Assert.False(CosignatureLines.TryVerify(three.Note, forged.Answer(Body(tree, 0, 3)).Body.Span, true_.Verifier, out _));
        Assert.False(CosignatureLines.TryVerify(three.Note, lines, new KeptWitness(2).Verifier, out _));
        Assert.False(CosignatureLines.TryVerify(three.Note, lines.AsSpan(0, lines.Length - 1), true_.Verifier, out _));

        // a second text smuggled in before the line would be what was signed
        Assert.False(CosignatureLines.TryVerify(three.Note, [.. "x\n\n"u8, .. lines], true_.Verifier, out _));
        Assert.True(CosignatureLines.TryVerify(three.Note, [.. new KeptWitness(2).Answer(Body(tree, 0, 3)).Body.Span, .. lines], true_.Verifier, out _));
    }

    private static LogSigner TestLogOther => Interlock.Signing.LogKeys.LogNotes.Signer(TestLog.OtherKey);

    internal static MerkleTree Tree(int size, string label)
    {
        var tree = new MerkleTree();
        for (var i = 0; i < size; i++)
        {
            tree.Append(TreeHash.Leaf(Encoding.ASCII.GetBytes($"{label}{i}")));
        }

        return tree;
    }

    internal static WitnessSubmission Submission(MerkleTree tree, long old, long size, LogSigner? signer = null) =>
        new((signer ?? TestLog.Signer).Sign(new TreeHead(size, tree.RootAt(size))), tree.ProveConsistency(old, size));

    internal static byte[] Body(MerkleTree tree, long old, long size, LogSigner? signer = null) =>
        AddCheckpoint.Of(Submission(tree, old, size, signer)).ToBytes();
}
