using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Interlock.Cli.Composition;
using Interlock.Cli.Files;
using Interlock.Cli.Terminal;
using Interlock.Ledger;

namespace Interlock.Cli.Commands;

/// <summary>
/// <c>prove</c>: that entries stand in the ledger that a signed checkpoint speaks of, or that one size of it is the beginning of another.
/// What it writes is verified before, and by others with <c>sha256sum</c>; see docs/spec/checkpoints.md.
/// </summary>
internal static class ProveCommand
{
    public static Command Create(Grammar grammar)
    {
        var what = grammar.Offering(new Argument<string?>("what")
        {
            Description = "a plan's id, or the number of one entry (its `seq`)",
            Arity = ArgumentArity.ZeroOrOne,
        });
        var consistency = new Option<long[]>("--consistency")
        {
            Description = "prove instead that the ledger of OLD entries is the beginning of that of NEW",
            HelpName = "OLD NEW",
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        var output = new Option<string?>("-o", "--output") { Description = "write the proof as JSON into this new file", HelpName = "FILE" };
        var json = Grammar.Json();
        return grammar.Command(
            "prove",
            "prove that entries stand in the ledger of the newest signed checkpoint",
            run => (run.Value(what), run.Value(consistency)) switch
            {
                ({ } name, not { Length: 2 }) => ProveAsync(run, opened => InclusionAsync(run, opened, name), run.Value(output), run.Value(json)),
                (null, [var older, var newer]) => ProveAsync(run, opened => ConsistencyAsync(run, opened, older, newer), run.Value(output), run.Value(json)),
                _ => Task.FromResult(Misused(run)),
            },
            what,
            consistency,
            output,
            json);
    }

    private static int Misused(Invocation run)
    {
        run.Complain("`prove` takes a plan or the number of an entry, or `--consistency OLD NEW`; run `interlock prove --help`");
        return Exit.Usage;
    }

    private static Task<int> ProveAsync(Invocation run, Func<Installation, Task<Result<Proof>>> prove, string? output, bool json) =>
        run.ReadAsync(rules: false, async opened =>
        {
            if (!(await prove(opened)).TryGet(out var proof, out var refusal))
            {
                return refusal.Code == RefusalCode.NotFound ? run.RefusePlan(refusal, opened.Configuration.Place) : run.Refuse(refusal);
            }

            if (output is not null)
            {
                if (NewFile.Write(run.Around.PathOf(output), System.Text.Encoding.UTF8.GetBytes(JsonText.Indented(proof.Document) + "\n")) is { } unwritten)
                {
                    return run.Refuse(unwritten);
                }

                run.Say($"wrote {Escape.Line(output)}: {proof.Sentence}");
            }
            else if (json)
            {
                run.Answer(proof.Document);
            }
            else
            {
                run.Print(proof.Text + proof.Sentence + "\n");
            }

            return Exit.Success;
        });

    private static async Task<Result<Proof>> InclusionAsync(Invocation run, Installation opened, string name)
    {
        if (!LogAnchor.Newest(opened.Configuration).TryGet(out var checkpoint, out var refusal)
            || !(await EntriesAsync(run, opened, name)).TryGet(out var entries, out refusal))
        {
            return refusal;
        }

        var proved = new List<ProvenEntry>();
        foreach (var entry in entries)
        {
            if (entry.Seq >= checkpoint.Head.Size)
            {
                return Refusal.Of(
                    RefusalCode.NotFound,
                    $"entry {entry.Seq} is not under the newest checkpoint, which has {checkpoint.Head.Size} entries; the next append anchors it");
            }

            var made = await opened.Store.ProveInclusionAsync(entry.Seq, checkpoint.Head.Size, run.Stop);
            if (!made.TryGet(out var proof, out refusal))
            {
                return refusal;
            }

            if (!proof.Verify(TreeHash.Leaf(entry.Line.Span), checkpoint.Head.Root))
            {
                return LedgerRefusals.Broken($"entry {entry.Seq} does not stand in the tree of the signed checkpoint");
            }

            proved.Add(new ProvenEntry(entry, proof));
        }

        return Proof.OfInclusion(checkpoint, opened.Configuration.Log?.Public.ToString() ?? string.Empty, proved);
    }

    private static async Task<Result<ImmutableArray<LedgerEntry>>> EntriesAsync(Invocation run, Installation opened, string name)
    {
        // eight digits and more are the beginning of an id
        if (name.Length < 8 && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
        {
            if (!(await opened.Store.ReadAsync(seq, 1, run.Stop)).TryGet(out var lines, out var unread))
            {
                return unread;
            }

            if (lines.IsEmpty)
            {
                return Refusal.Of(RefusalCode.NotFound, $"there is no entry {seq}; `interlock log` shows the newest ones");
            }

            return LedgerEntry.TryReadAlone(lines[0], out var entry, out var error)
                ? ImmutableArray.Create(entry)
                : LedgerRefusals.Broken(error);
        }

        if (!(await opened.Engine.ForPerson().FindAsync(name, run.Stop)).TryGet(out var id, out var refusal)
            || !(await opened.Store.ReadStreamAsync(StreamId.Plan(id), run.Stop)).TryGet(out var entries, out refusal))
        {
            return refusal;
        }

        return entries;
    }

    private static async Task<Result<Proof>> ConsistencyAsync(Invocation run, Installation opened, long older, long newer)
    {
        if (!LogAnchor.Newest(opened.Configuration).TryGet(out var checkpoint, out var refusal))
        {
            return refusal;
        }

        if (older < 0 || older > newer || newer > checkpoint.Head.Size)
        {
            return Refusal.Of(
                RefusalCode.Malformed, $"OLD is at most NEW, and NEW at most the {checkpoint.Head.Size} entries of the newest checkpoint; correct the two");
        }

        if (!(await opened.Store.RootAtAsync(older, run.Stop)).TryGet(out var oldRoot, out refusal)
            || !(await opened.Store.RootAtAsync(newer, run.Stop)).TryGet(out var newRoot, out refusal)
            || !(await opened.Store.ProveConsistencyAsync(older, newer, run.Stop)).TryGet(out var proof, out refusal)
            || !(await opened.Store.ProveConsistencyAsync(newer, checkpoint.Head.Size, run.Stop)).TryGet(out var further, out refusal))
        {
            return refusal;
        }

        return proof.Verify(oldRoot, newRoot) && further.Verify(newRoot, checkpoint.Head.Root)
            ? Proof.OfConsistency(new TreeHead(older, oldRoot), new TreeHead(newer, newRoot), proof)
            : LedgerRefusals.Broken($"the trees of {older} and {newer} entries are not those of the signed checkpoint");
    }
}
