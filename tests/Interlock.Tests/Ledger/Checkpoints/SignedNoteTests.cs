using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Signing.LogKeys;

namespace Interlock.Tests.Ledger.Checkpoints;

/// <summary>Notes, their keys and checkpoints, by the examples of the specifications of C2SP and by hostile ones.</summary>
public sealed class SignedNoteTests
{
    private const string ExampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private const string Example = "This is an example message.\n\n\u2014 example.com/foo "
        + "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    private const string Cosigned = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        + "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        + "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    [Fact]
    public void The_example_of_the_specification_verifies_and_comes_back_byte_for_byte()
    {
        var note = Parse(Example);
        Assert.True(NoteKey.TryParse(ExampleKey, out var key, out _));
        Assert.Equal(ExampleKey, key.ToString());
        Assert.True(LogNotes.Verifier(key).HasSigned(note));
        Assert.Equal(Example, Encoding.UTF8.GetString(note.ToBytes()));
        Assert.False(LogNotes.Verifier(key).HasSigned(note with { Text = "This is another message.\n" }));
    }

    [Fact]
    public void The_cosigned_checkpoint_of_the_specification_is_read()
    {
        var note = Parse(Cosigned);
        Assert.True(Checkpoint.TryParse(note.Text, out var checkpoint, out _));
        Assert.Equal(("example.com/behind-the-sofa", 20_852_163L), (checkpoint.Origin, checkpoint.Head.Size));
        Assert.Equal(note.Text, checkpoint.Text);
        Assert.True(Cosignature.TryParse(note.Signatures[1].Bytes, out var cosignature));
        Assert.Equal(1_679_315_147, cosignature.UnixTime);
        Assert.Equal(note.Signatures[1].Bytes.ToArray(), cosignature.ToBytes());
        Assert.StartsWith("cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n", Encoding.UTF8.GetString(cosignature.Message(note.Text)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cosignature_verifies_over_its_time_and_spoils_with_another()
    {
        var witness = NoteKey.Of("w.example/1", NoteAlgorithm.Cosignature, TestLog.OtherKey.Public.PublicKey.Span).Value();
        var checkpoint = TestLog.Signer.Sign(new TreeHead(3, TreeHash.Empty));
        var seen = new Cosignature(1_700_000_000, TestLog.OtherKey.Sign(Cosignature.Message(1_700_000_000, checkpoint.Note.Text)));
        var note = With(seen);

        Assert.True(LogNotes.Verifier(witness).HasSigned(Parse(Encoding.UTF8.GetString(note.ToBytes()))));
        Assert.True(TestLog.Verifier.Open(note.ToBytes(), "it").TryGet(out _, out _));
        Assert.False(LogNotes.Verifier(witness).HasSigned(With(seen with { UnixTime = 1_700_000_001 })));
        Assert.True(NoteKey.TryParse(witness.ToString(), out var again, out _));
        Assert.Equal(witness, again);

        SignedNote With(Cosignature cosignature) => checkpoint.Note with
        {
            Signatures = checkpoint.Note.Signatures.Add(new NoteSignature(witness.Name, witness.Id, cosignature.ToBytes())),
        };
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("text\n", "it has no signature")]
    [InlineData("text\n\n", "it has no signature")]
    [InlineData("text\n\n\u2014 a AAAAAAA=", "it has no signature")]
    [InlineData("text\n\n- a AAAAAAA=\n", "signature line 1")]
    [InlineData("text\n\n\u2014 a AAAAAA==\n", "signature line 1")]
    [InlineData("text\n\n\u2014 a AAAAAAB=\n", "signature line 1")]
    [InlineData("text\n\n\u2014 a  AAAAAAA=\n", "signature line 1")]
    [InlineData("text\n\n\u2014 a+b AAAAAAA=\n", "signature line 1")]
    [InlineData("text\n\n\u2014 a AAAAAAA= \n", "signature line 1")]
    [InlineData("text\n\n\u2014 a AAAAAAA=\n\u2014 b\n", "signature line 2")]
    [InlineData("te\txt\n\n\u2014 a AAAAAAA=\n", "a control character")]
    [InlineData("text\r\n\n\u2014 a AAAAAAA=\n", "a control character")]
    public void What_is_no_note_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out _, out var error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Notes_that_are_too_large_or_carry_too_much_or_are_not_UTF8_are_refused()
    {
        Assert.False(SignedNote.TryParse(new byte[SignedNote.MaxBytes + 1], out _, out var error));
        Assert.Contains("limit is 65536", error, StringComparison.Ordinal);
        var many = "text\n\n" + string.Concat(Enumerable.Repeat("\u2014 a AAAAAAA=\n", SignedNote.MaxSignatures + 1));
        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes(many), out _, out error));
        Assert.Contains("limit is 100", error, StringComparison.Ordinal);
        Assert.False(SignedNote.TryParse([0xff, (byte)'\n', (byte)'\n', 1], out _, out error));
        Assert.Contains("UTF-8", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")]
    [InlineData("o\n1\n")]
    [InlineData("\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n1 \nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n")]
    [InlineData("o\n1\nAAAA\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nx\n")]
    public void What_is_no_checkpoint_is_refused(string text) => Assert.False(Checkpoint.TryParse(text, out _, out _));

    [Fact]
    public void Extension_lines_are_kept() =>
        Assert.True(
            Checkpoint.TryParse("o\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nx\ny z\n", out var checkpoint, out _)
            && checkpoint.Extensions.SequenceEqual(["x", "y z"])
            && checkpoint.Text.EndsWith("\nx\ny z\n", StringComparison.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("example.com/foo")]
    [InlineData("example.com/foo+530d903a")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/fob+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2")]
    [InlineData("exa mple+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    public void What_is_no_verifier_key_is_refused(string text)
    {
        Assert.False(NoteKey.TryParse(text, out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void A_checkpoint_is_believed_only_from_its_own_log_and_key()
    {
        var head = new TreeHead(7, TreeHash.Leaf("x"u8));
        Assert.Equal(head, TestLog.Verifier.Open(TestLog.Sign(head), "it").Value().Head);

        // another key of the same name: passed over, and then nobody has signed
        var other = TestLog.Verifier.Open(TestLog.Sign(head, LogNotes.Signer(TestLog.OtherKey)), "it").Refusal();
        Assert.Contains("no valid signature of the log's key", other.Message, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.Corrupt, other.Code);
        var foreign = new NoteSigner(TestLog.Signer.Key, message => TestLog.Key.Sign(message.Span))
            .Sign(new SignedNote(new Checkpoint("interlock.example/other", head).Text, []));
        Assert.Contains("of the log `interlock.example/other`", TestLog.Verifier.Open(foreign.ToBytes(), "it").Refusal().Message, StringComparison.Ordinal);
        var chat = new NoteSigner(TestLog.Signer.Key, message => TestLog.Key.Sign(message.Span)).Sign(new SignedNote("hello\n", []));
        Assert.Contains("is no checkpoint", TestLog.Verifier.Open(chat.ToBytes(), "it").Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_byte_of_a_signed_checkpoint_that_is_changed_costs_it_its_belief()
    {
        var bytes = TestLog.Sign(new TreeHead(7, TreeHash.Leaf("x"u8)));
        for (var i = 0; i < bytes.Length; i++)
        {
            for (var bit = 1; bit < 256; bit <<= 1)
            {
                var changed = bytes.ToArray();
                changed[i] ^= (byte)bit;
                Assert.False(TestLog.Verifier.Open(changed, "it").TryGet(out _, out _), $"byte {i}, bit {bit}");
            }
        }
    }

    [Fact]
    public void A_signature_of_the_key_that_does_not_verify_spoils_the_note_beside_one_that_does()
    {
        var signed = TestLog.Signer.Sign(new TreeHead(7, Sha256Digest.Zero)).Note;
        var spoiled = signed with { Signatures = signed.Signatures.Add(signed.Signatures[0] with { Bytes = new byte[64] }) };
        Assert.False(TestLog.Verifier.Open(spoiled.ToBytes(), "it").TryGet(out _, out _));
        var strangers = signed with { Signatures = signed.Signatures.Add(signed.Signatures[0] with { KeyId = 1, Bytes = new byte[64] }) };
        Assert.True(TestLog.Verifier.Open(strangers.ToBytes(), "it").TryGet(out _, out _));
    }

    private static SignedNote Parse(string text) =>
        SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out var note, out var error) ? note : throw new InvalidOperationException(error);
}
