using Interlock.Approvals;
using Interlock.Cli.Configuration;
using Interlock.Cli.Files;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Commands;

/// <summary>
/// A statement for a signer elsewhere, on a machine without a network say: written into a file, and taken back with the signature that
/// <c>ssh-keygen -Y sign</c> wrote.
/// </summary>
internal static class StatementFiles
{
    private const int LongestSignature = 64 << 10;
    private const string Ending = ".sig";

    /// <summary>The refusal where nobody is named who is to sign.</summary>
    public static Refusal Nobody { get; } = Refusal.Of(RefusalCode.Malformed, "say with `--by NAME` who is to sign the statement");

    /// <summary>Writes the statement into a file, and what it is about into <c>FILE.review.json</c>; answers why it could not.</summary>
    public static Refusal? Write(Invocation run, string file, Statement statement, ReadOnlyMemory<byte> about)
    {
        var path = run.Around.PathOf(file);
        return NewFile.Write(path, statement.Bytes) ?? NewFile.Write(path + ".review.json", about);
    }

    /// <summary>Says what was written, how it is signed, and what is typed then.</summary>
    /// <param name="run">Where to say it.</param>
    /// <param name="file">The file.</param>
    /// <param name="statement">What was written.</param>
    /// <param name="command">The command that takes the signature.</param>
    public static void Say(Invocation run, string file, Statement statement, string command)
    {
        var path = run.Around.PathOf(file);
        var name = Escape.Line(Path.GetFileName(path));
        run.Say($"wrote {Escape.Line(path)}, and what it is about to {Escape.Line(path)}.review.json");
        run.Say($"sign:  ssh-keygen -Y sign -n {statement.Type.Namespace} -f KEY {name}");
        run.Say($"then:  {command} --signature {name}{Ending}");
    }

    /// <summary>Reads a signature.</summary>
    public static Result<ReadOnlyMemory<byte>> Signature(string path)
    {
        if (!InputFile.Read(path, "the signature", "name the file that `ssh-keygen -Y sign` wrote").TryGet(out var bytes, out var refusal))
        {
            return refusal;
        }

        return bytes.Length is > 0 and <= LongestSignature
            ? bytes
            : Refusal.Of(RefusalCode.Malformed, $"`{Plain.Text(path)}` is no signature: it has {bytes.Length} bytes; name the file that `ssh-keygen -Y sign` wrote");
    }

    /// <summary>
    /// Reads a signature and the statement beside it: <c>FILE.sig</c> is the signature of <c>FILE</c>. For what the ledger holds no issued
    /// statements of; whoever changes the file in between has a signature that does not hold.
    /// </summary>
    public static Result<SignedStatement> Signed(Invocation run, string file)
    {
        var path = run.Around.PathOf(file);
        if (!path.EndsWith(Ending, StringComparison.Ordinal))
        {
            return Refusal.Of(RefusalCode.Malformed, $"`{Plain.Text(path)}` does not end in `{Ending}`; name the file that `ssh-keygen -Y sign` wrote, beside the statement");
        }

        var beside = path[..^Ending.Length];
        if (!Signature(path).TryGet(out var signature, out var refusal))
        {
            return refusal;
        }

        if (!InputFile.Read(beside, "the statement", "put the file that `--write-statement` wrote beside its signature").TryGet(out var bytes, out refusal))
        {
            return refusal;
        }

        return Statement.TryRead(bytes).TryGet(out var statement, out refusal)
            ? new SignedStatement(statement, signature)
            : refusal with { Message = $"`{Plain.Text(beside)}`: {refusal.Message}" };
    }
}
