using System.CommandLine;
using System.Net;
using Interlock.Cli.Composition;
using Interlock.Cli.Terminal;
using Interlock.Cli.Witnesses;
using Interlock.Ledger;
using Interlock.Signing.Crypto;
using Interlock.Signing.LogKeys;
using Interlock.Storage;

namespace Interlock.Cli.Commands;

/// <summary><c>witness</c>: cosigns the checkpoints of others' logs (C2SP tlog-witness). It needs no configuration and no ledger.</summary>
internal static class WitnessCommand
{
    public static Command Create(Grammar grammar)
    {
        var key = new Option<string>("--key") { Description = "the file of the witness's private key", HelpName = "FILE", Required = true };
        var name = new Option<string?>("--new-key") { Description = "make the key, print its public half, and end", HelpName = "NAME" };
        var listen = new Option<string?>("--listen") { Description = "where to listen, for example 127.0.0.1:7380 or [::1]:7380", HelpName = "ADDRESS:PORT" };
        var data = new Option<string?>("--data") { Description = "the folder in which it remembers what it cosigned", HelpName = "DIR" };
        var logs = new Option<string[]>("--log")
        {
            Description = "the public key of a log to be witnessed, NAME+HASH+BASE64; once for each log",
            HelpName = "VKEY",
            AllowMultipleArgumentsPerToken = true,
        };
        return grammar.Command(
            "witness",
            "watch over the logs of others: cosign each checkpoint that continues what was seen before, and no other",
            run => run.Value(name) is { } newName ? Task.FromResult(MakeKey(run, run.Text(key), newName))
                : run.Value(listen) is { } where && run.Value(data) is { } folder && run.Value(logs) is { Length: > 0 } known
                    ? ServeAsync(run, run.Text(key), where, run.Around.PathOf(folder), known)
                : Task.FromResult(Misused(run)),
            key,
            name,
            listen,
            data,
            logs);
    }

    private static int Misused(Invocation run)
    {
        run.Complain("a witness takes `--key FILE --listen ADDRESS:PORT --data DIR --log VKEY`; make a key first with `--key FILE --new-key NAME`");
        return Exit.Usage;
    }

    private static int MakeKey(Invocation run, string file, string name)
    {
        if (!LogKey.CreateWitness(name, SystemRandom.Instance).TryGet(out var key, out var refusal))
        {
            return run.Refuse(refusal);
        }

        using (key)
        {
            if (LogKeyFile.Create(run.Around.PathOf(file), key) is { } denied)
            {
                return run.Refuse(denied);
            }

            run.Say(key.VerifierKey);
            return Exit.Success;
        }
    }

    private static async Task<int> ServeAsync(Invocation run, string keyFile, string where, string folder, string[] known)
    {
        if (!IPEndPoint.TryParse(where, out var at) || !where.EndsWith($":{at.Port}", StringComparison.Ordinal))
        {
            run.Complain($"`{Escape.Line(where)}` is no address with a port; write one like 127.0.0.1:7380");
            return Exit.Usage;
        }

        if (!LogKeyFile.LoadWitness(run.Around.PathOf(keyFile)).TryGet(out var key, out var refusal))
        {
            return run.Refuse(refusal);
        }

        using (key)
        {
            var cosigner = LogNotes.Cosigner(key);
            if (!Read(known).TryGet(out var logs, out refusal)
                || !WitnessFolder.Open(folder, LogNotes.Verifier(cosigner.Key)).TryGet(out var memory, out refusal))
            {
                return run.Refuse(refusal);
            }

            using (memory)
            {
                // looked at before the first request: a witness that has lost its memory says so at the start
                foreach (var log in logs.Values)
                {
                    if (!memory.Read(log).TryGet(out _, out refusal))
                    {
                        return run.Refuse(refusal);
                    }
                }

                return await ListenAsync(run, at, new WitnessDesk(cosigner, logs, memory, run.Around.Clock, run.Complain), key.VerifierKey);
            }
        }
    }

    private static async Task<int> ListenAsync(Invocation run, IPEndPoint at, WitnessDesk desk, string verifierKey)
    {
        if (!WitnessListener.Start(at, desk.Answer, run.Complain, WitnessListener.DefaultPatience, run.Around.Clock).TryGet(out var listener, out var refusal))
        {
            return run.Refuse(refusal);
        }

        await using (listener)
        {
            run.Say($"witness {verifierKey}");
            run.Say($"listening at http://{listener.Where}");
            await run.Around.Out.FlushAsync(CancellationToken.None);
            await Task.WhenAny(listener.Ended, Task.Delay(Timeout.InfiniteTimeSpan, run.Around.Clock, run.Stop));
        }

        return Exit.Success;
    }

    private static Result<Dictionary<string, LogVerifier>> Read(string[] keys)
    {
        if (Ed25519.Unavailable is { } unavailable)
        {
            return unavailable;
        }

        var logs = new Dictionary<string, LogVerifier>(StringComparer.Ordinal);
        foreach (var text in keys)
        {
            if (!NoteKey.TryParse(text, out var key, out var error))
            {
                return Refusal.Of(RefusalCode.Malformed, $"`--log {Escape.Line(text)}`: {error}");
            }

            if (key.Algorithm != NoteAlgorithm.Ed25519)
            {
                return Refusal.Of(RefusalCode.Malformed, $"`--log {Escape.Line(text)}`: it is the key of a witness; name that of a log, its `log.public`");
            }

            if (!logs.TryAdd(key.Name, new LogVerifier(LogNotes.Verifier(key))))
            {
                return Refusal.Of(RefusalCode.Duplicate, $"two keys are given for the log `{Escape.Line(key.Name)}`; a log has one");
            }
        }

        return logs;
    }
}
