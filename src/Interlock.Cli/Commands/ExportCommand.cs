using System.CommandLine;
using Interlock.Cli.Composition;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Storage;

namespace Interlock.Cli.Commands;

/// <summary><c>export</c>: the ledger as JSON lines, or as the tiles of a log.</summary>
internal static class ExportCommand
{
    public static Command Create(Grammar grammar)
    {
        var file = new Argument<string?>("file")
        {
            Description = "where to (default: standard output)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var tiles = new Option<string?>("--tiles")
        {
            Description = "write checkpoint, tiles and entries into this new folder instead (C2SP tlog-tiles)",
            HelpName = "DIR",
        };
        return grammar.Command(
            "export",
            "write the ledger as JSON lines that `verify-audit` and interlock-mcp can verify, or as tiles",
            run => run.Value(tiles) is { } folder ? TilesAsync(run, run.Value(file), folder) : LinesAsync(run, run.Value(file)),
            file,
            tiles);
    }

    private static Task<int> LinesAsync(Invocation run, string? name) => run.LookAsync(async (ledger, _) =>
    {
        var written = name is null or "-"
            ? await LedgerExport.WriteAsync(ledger, run.Around.Output.WriteAsync, run.Stop)
            : await LedgerFiles.ExportAsync(ledger, run.Around.PathOf(name), run.Stop);
        if (!written.TryGet(out var head, out var refusal))
        {
            return run.Refuse(refusal);
        }

        if (name is null or "-")
        {
            await run.Around.Output.FlushAsync(run.Stop);
        }
        else
        {
            run.Say($"exported {head.Size} entries to {Escape.Line(name)}, head {head.Hash}");
        }

        return Exit.Success;
    });

    private static async Task<int> TilesAsync(Invocation run, string? file, string folder)
    {
        if (file is not null)
        {
            run.Complain("`export` writes a file or, with `--tiles`, a folder; name one of the two");
            return Exit.Usage;
        }

        return await run.ReadAsync(rules: false, async opened =>
        {
            if (!LogAnchor.Newest(opened.Configuration).TryGet(out var checkpoint, out var refusal)
                || !(await TileExport.WriteAsync(opened.Store, checkpoint, run.Around.PathOf(folder), run.Stop)).TryGet(out var head, out refusal))
            {
                return run.Refuse(refusal);
            }

            run.Say($"exported the {head.Size} entries of the checkpoint to {Escape.Line(folder)}, root {head.Root}");
            return Exit.Success;
        });
    }
}
