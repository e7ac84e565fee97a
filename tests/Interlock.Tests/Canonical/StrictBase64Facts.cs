using Interlock.Canonical;

namespace Interlock.Tests.Canonical;

/// <summary>Keys, signatures and checkpoints are read in the one spelling that they have: what is compared as text is compared as bytes.</summary>
public sealed class StrictBase64Facts
{
    [Theory]
    [InlineData("AA==", 1)]
    [InlineData("AAA=", 2)]
    [InlineData("AAAA", 3)]
    [InlineData("/+/+", 3)]
    public void What_encoding_gives_back_is_read(string text, int length)
    {
        Assert.True(StrictBase64.TryDecode(text, 3, out var bytes));
        Assert.Equal((length, text), (bytes.Length, Convert.ToBase64String(bytes)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AB==")]
    [InlineData("AAB=")]
    [InlineData("AA")]
    [InlineData("AA=")]
    [InlineData("AA=A")]
    [InlineData("AA==AAAA")]
    [InlineData(" AAA")]
    [InlineData("A\nAA")]
    [InlineData("AAAA\n\n\n\n")]
    [InlineData("-_-_")]
    [InlineData("ＡAAA")]
    [InlineData("AAAAAAAA")]
    public void Another_spelling_and_a_longer_text_are_refused(string text) => Assert.False(StrictBase64.TryDecode(text, 3, out _));
}
