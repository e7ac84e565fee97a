using System.CommandLine;
using System.Text;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.Files;
using Interlock.Cli.Terminal;
using Interlock.Signing.LogKeys;
using Interlock.Signing.Signers;
using Interlock.Storage;

namespace Interlock.Cli.Commands;

/// <summary>
/// <c>keys</c>: who may sign. A change is written into the files that the configuration names, and then, by opening the ledger, as an
/// entry that archives both. Where the governance is locked it counts when a quorum of the old signers has signed it.
/// </summary>
internal static class KeysCommand
{
    public static Command Create(Grammar grammar)
    {
        var keys = new Command("keys", "the keys that count: list, add, revoke; and the log's own");
        keys.Subcommands.Add(List(grammar));
        keys.Subcommands.Add(Add(grammar));
        keys.Subcommands.Add(Revoke(grammar));
        keys.Subcommands.Add(Log(grammar));
        return keys;
    }

    private static Command List(Grammar grammar)
    {
        var json = Grammar.Json();
        return grammar.Command(
            "list",
            "show the keys that are registered",
            run => Task.FromResult(WithFiles(run, files =>
            {
                if (!RegisteredSigners.Read(files).TryGet(out var set, out var refusal))
                {
                    return run.Refuse(refusal);
                }

                if (run.Value(json))
                {
                    run.Answer(new JsonArray(set.Keys.Select(static key => (JsonValue)Json(key))));
                    return Exit.Success;
                }

                foreach (var key in set.Keys)
                {
                    run.Say(Line(key, run.Now));
                }

                return Exit.Success;
            })),
            json);
    }

    private static Command Add(Grammar grammar)
    {
        var person = new Argument<string>("person") { Description = "whose key it is" };
        var file = new Argument<string>("public_key") { Description = "the .pub file of the key" };
        return grammar.Command(
            "add",
            "register a person's key",
            run => WithFilesAsync(run, async (configuration, files) =>
            {
                if (!PublicKey(run.Around.PathOf(run.Text(file))).TryGet(out var line, out var refusal))
                {
                    return run.Refuse(refusal);
                }

                var entry = new SignerEntry(run.Text(person), line, SignerEntry.OwnNamespaces, null, null);
                return SignersFile.Change(files.AllowedSigners, () =>
                    Existing(files.AllowedSigners).TryGet(out var allowed, out var unreadable) ? SignerEdits.Add(allowed, entry) : unreadable) is { } unwritten
                    ? run.Refuse(unwritten)
                    : await RecordedAsync(run, configuration, $"registered: a key of {Escape.Line(run.Text(person))}");
            }),
            person,
            file);
    }

    private static Command Revoke(Grammar grammar)
    {
        var fingerprint = new Argument<string>("fingerprint") { Description = "the key, SHA256:…, as `keys list` shows it" };
        return grammar.Command(
            "revoke",
            "let a key count no more, also for what it signed before",
            run => WithFilesAsync(run, async (configuration, files) =>
            {
                if (files.Revoked is not { } list)
                {
                    return run.Refuse(Refusal.Of(
                        RefusalCode.Forbidden, "the configuration names no revocation list; add `revoked: PATH` under `approvers`"));
                }

                return SignersFile.Change(list, () =>
                    Existing(files.AllowedSigners).TryGet(out var allowed, out var unreadable) && Existing(list).TryGet(out var revoked, out unreadable)
                        ? SignerEdits.RevokeRegistered(revoked, run.Text(fingerprint), allowed)
                        : unreadable) is { } unwritten
                    ? run.Refuse(unwritten)
                    : await RecordedAsync(run, configuration, $"revoked: {run.Text(fingerprint)}");
            }),
            fingerprint);
    }

    private static Command Log(Grammar grammar)
    {
        var file = new Argument<string>("file") { Description = "where the private half is written; nothing is ever replaced" };
        var name = new Option<string>("--name") { Description = "the log's name, a host and path of yours", HelpName = "NAME", Required = true };
        return grammar.Command(
            "log",
            "make the key that signs the log's checkpoints",
            run =>
            {
                if (!LogKey.Create(run.Text(name), SystemRandom.Instance).TryGet(out var key, out var refusal))
                {
                    return Task.FromResult(run.Refuse(refusal));
                }

                using (key)
                {
                    if (LogKeyFile.Create(run.Around.PathOf(run.Text(file)), key) is { } unwritten)
                    {
                        return Task.FromResult(run.Refuse(unwritten));
                    }

                    run.Say($"wrote {Escape.Line(run.Around.PathOf(run.Text(file)))}");
                    run.Say($"public: {key.VerifierKey}");
                    return Task.FromResult(Exit.Success);
                }
            },
            file,
            name);
    }

    private static int WithFiles(Invocation run, Func<SignerFiles, int> act) =>
        !run.TryConfigure(out var configuration) ? Exit.Configuration
        : configuration.Signers is { } files ? act(files)
        : run.Refuse(NoFiles);

    private static async Task<int> WithFilesAsync(Invocation run, Func<InterlockConfiguration, SignerFiles, Task<int>> act) =>
        !run.TryConfigure(out var configuration) ? Exit.Configuration
        : configuration.Signers is { } files ? await act(configuration, files)
        : run.Refuse(NoFiles);

    private static Refusal NoFiles => Refusal.Of(
        RefusalCode.Forbidden, "the configuration names no file of keys; write `approvers: {allowed_signers: PATH, revoked: PATH}`");

    /// <summary>Opens the ledger, which records what is new: from then on every process has to decide by it.</summary>
    private static Task<int> RecordedAsync(Invocation run, InterlockConfiguration configuration, string sentence) =>
        run.DecideAsync(configuration, async opened =>
        {
            if (!(await opened.Engine.ForGovernance().StandingAsync(run.Stop)).TryGet(out var standing, out var refusal))
            {
                return run.Refuse(refusal);
            }

            run.Say(standing.IsUnchanged
                ? $"{sentence}; recorded in the ledger, {opened.Signers?.Keys.Count(key => key.IsValidAt(run.Now)) ?? 0} keys count now"
                : $"{sentence}; governance is locked, so nothing is decided here until those who decide by the ledger have signed with `interlock governance sign`");
            return Exit.Success;
        });

    private static Result<SignerFile> Existing(string path) =>
        RegisteredSigners.File(path).TryGet(out var file, out var refusal) ? file
        : refusal.Code == RefusalCode.NotFound ? new SignerFile(path, default)
        : refusal;

    private static Result<string> PublicKey(string path) =>
        InputFile.Read(path, "the public key", "name the `.pub` file of the key").TryGet(out var bytes, out var refusal)
            ? Encoding.UTF8.GetString(bytes.Span).Trim()
            : refusal;

    private static string State(RegisteredKey key, DateTimeOffset now) =>
        key.IsRevoked ? "revoked"
        : !key.IsValidAt(now) ? "not valid now"
        : key.IsHardware ? "hardware"
        : "software: may sign unattended";

    private static string Line(RegisteredKey key, DateTimeOffset now)
    {
        var others = key.Names.Length > 1 ? $" (also {string.Join(", ", key.Names.Skip(1).Select(static name => Escape.Line(name)))})" : "";
        var only = key.Namespaces is { } patterns and not SignerEntry.OwnNamespaces ? $"  only for {Escape.Line(patterns)}" : "";
        var comment = key.Comment.Length > 0 ? $"  {Escape.Line(key.Comment)}" : "";
        return $"{Escape.Line(key.Person)}{others}  {key.KeyType}  {key.Fingerprint}  {State(key, now)}{only}{comment}";
    }

    private static JsonObject Json(RegisteredKey key) => JsonObject.Of(
        ("person", key.Person),
        ("names", new JsonArray(key.Names.Select(static name => new JsonString(name)))),
        ("key", key.Fingerprint),
        ("type", key.KeyType),
        ("line", key.Line),
        ("hardware", key.IsHardware),
        ("revoked", key.IsRevoked),
        ("namespaces", key.Namespaces),
        ("valid_after", key.ValidAfter is { } from ? UtcTime.Format(from) : null),
        ("valid_before", key.ValidBefore is { } to ? UtcTime.Format(to) : null),
        ("comment", key.Comment));
}
