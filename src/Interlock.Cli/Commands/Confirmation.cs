namespace Interlock.Cli.Commands;

/// <summary>Asks whoever sits here to type the first characters of a digest: what cannot be taken back is not done by a slip.</summary>
internal static class Confirmation
{
    private const int Typed = 8;
    private const int LongestAnswer = 256;

    /// <summary>One slip of the finger is no decision; three are.</summary>
    private const int Tries = 3;

    /// <summary>Null where they were typed.</summary>
    /// <param name="run">Where to ask.</param>
    /// <param name="digest">What is confirmed.</param>
    /// <param name="what">What the typing does, as a verb.</param>
    /// <param name="mend">What else can be done where nobody can type.</param>
    public static Refusal? Ask(Invocation run, string digest, string what, string mend)
    {
        if (!run.Around.InputIsTerminal)
        {
            return Refusal.Of(
                RefusalCode.Forbidden, $"nobody can type the digest, because standard input is no terminal; nothing was done: {mend}");
        }

        for (var asked = 0; asked < Tries; asked++)
        {
            run.Around.Error.Write($"type the first {Typed} characters of the digest to {what} ({digest[..Typed]}): ");
            run.Around.Error.Flush();
            if (run.Around.ReadLine(LongestAnswer)?.Trim() is not { } answer)
            {
                return Refusal.Of(RefusalCode.Forbidden, "nothing was typed and nothing was done");
            }

            if (string.Equals(answer, digest[..Typed], StringComparison.OrdinalIgnoreCase) || string.Equals(answer, digest, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return Refusal.Of(RefusalCode.Forbidden, $"what was typed is not the first {Typed} characters of the digest; nothing was done");
    }
}
