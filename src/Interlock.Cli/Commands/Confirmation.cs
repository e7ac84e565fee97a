namespace Interlock.Cli.Commands;

/// <summary>Asks whoever sits here to type the first characters of a digest: what cannot be taken back is not done by a slip.</summary>
/// <param name="Noun">What the digest is called: "hash".</param>
/// <param name="Verb">What the typing does: "approve".</param>
/// <param name="Undone">What was not, where nothing is typed: "approved".</param>
/// <param name="Mend">What else can be done where nobody can type.</param>
internal sealed record Confirmation(string Noun, string Verb, string Undone, string Mend)
{
    private const int Typed = 8;
    private const int LongestAnswer = 256;

    /// <summary>One slip of the finger is no decision; three are.</summary>
    private const int Tries = 3;

    /// <summary>The confirmation of anything but an approval.</summary>
    /// <param name="verb">What the typing does.</param>
    /// <param name="mend">What else can be done where nobody can type.</param>
    public static Confirmation To(string verb, string mend) => new("digest", verb, "done", mend);

    /// <summary>Asks; null where they were typed.</summary>
    /// <param name="run">Where the answer comes from.</param>
    /// <param name="screen">Where to ask.</param>
    /// <param name="digest">What is confirmed.</param>
    public Refusal? Ask(Invocation run, TextWriter screen, string digest)
    {
        if (!run.Around.InputIsTerminal)
        {
            return Refusal.Of(
                RefusalCode.Forbidden, $"nobody can type the {Noun}, because standard input is no terminal; nothing was {Undone}: {Mend}");
        }

        for (var asked = 0; asked < Tries; asked++)
        {
            screen.Write($"type the first {Typed} characters of the {Noun} to {Verb} ({digest[..Typed]}): ");
            screen.Flush();
            if (run.Around.ReadLine(LongestAnswer)?.Trim() is not { } answer)
            {
                return Refusal.Of(RefusalCode.Forbidden, $"nothing was typed and nothing was {Undone}");
            }

            if (string.Equals(answer, digest[..Typed], StringComparison.OrdinalIgnoreCase) || string.Equals(answer, digest, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return Refusal.Of(RefusalCode.Forbidden, $"what was typed is not the first {Typed} characters of the {Noun}; nothing was {Undone}");
    }
}
