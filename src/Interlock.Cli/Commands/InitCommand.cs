using System.CommandLine;
using Interlock.Cli.Configuration;
using Interlock.Cli.People;
using Interlock.Cli.Terminal;
using Interlock.Signing.Keygen;

namespace Interlock.Cli.Commands;

/// <summary>
/// <c>init</c>: writes a commented configuration that works as it stands, registers the person's SSH key as the first that may approve,
/// and makes the log's own key. Overwrites nothing.
/// </summary>
internal static class InitCommand
{
    public static Command Create(Grammar grammar)
    {
        var folder = new Argument<string?>("folder") { Description = "where; made if it is not there (default: here)", Arity = ArgumentArity.ZeroOrOne };
        var key = Grammar.Key();
        return grammar.Command(
            "init",
            "write a commented interlock.yaml that works as it stands, and register your SSH key",
            run => RunAsync(run, run.Around.PathOf(run.Value(folder) ?? "."), run.Value(folder), run.Value(key)),
            folder,
            key);
    }

    private static async Task<int> RunAsync(Invocation run, string folder, string? named, string? keyFile)
    {
        var path = Path.Combine(folder, ConfigurationLoader.FileName);
        if (Path.Exists(path))
        {
            return run.Refuse(Refusal.Of(RefusalCode.WrongStatus, $"`{Plain.Text(path)}` exists already; change it, or move it away first"));
        }

        var person = FirstSetup.PersonOf(run.Around.UserName);
        var environment = Signatories.EnvironmentOf(run.Around);
        var found = keyFile is null
            ? await FirstSetup.PersonsKeyAsync(environment, person, run.Stop)
            : (await SshKeys.OfFileAsync(environment, run.Around.PathOf(keyFile), run.Stop)).TryGet(out var own, out var unknown)
                ? new FoundKey(own, IsNew: false)
                : unknown;
        if (!found.TryGet(out var key, out var noKey) && keyFile is not null)
        {
            return run.Refuse(noKey);
        }

        var text = InitTemplate.Text;
        if (key is not null)
        {
            if (!FirstSetup.Register(folder, person, key.Key, SystemRandom.Instance).TryGet(out var log, out var unregistered))
            {
                return run.Refuse(unregistered);
            }

            text = InitTemplate.Signed(person, log.ToString());
        }

        if (!InitTemplate.Write(folder, text).TryGet(out _, out var refusal))
        {
            return run.Refuse(refusal);
        }

        run.Say($"wrote {Escape.Line(path)}");
        SayKey(run, person, key, noKey);
        var there = named is not null && folder != run.Around.WorkingDirectory ? "in that folder " : "";
        run.Say($"next: {there}`interlock config check` explains it, `interlock doctor` looks at everything else");
        return Exit.Success;
    }

    private static void SayKey(Invocation run, string person, FoundKey? found, Refusal? why)
    {
        if (found is null)
        {
            run.Complain($"no SSH key was found or made, so approvals are unsigned here and every page says so: {why?.Message}");
            return;
        }

        var (key, isNew) = found;
        run.Say($"{(isNew ? "made" : "found")} {Escape.Line(key.Path ?? "a key in the agent")}: {key.KeyType} {key.Fingerprint}, {Signatory.Custody(key)}");
        run.Say($"registered it for {person} in {FirstKeys.AllowedSigners}; the log is signed with {FirstKeys.LogKey}, its newest checkpoint is kept in {FirstKeys.Anchor}");
        if (key.Custody is KeyCustody.Unattended or KeyCustody.Agent)
        {
            run.Say("a key that asks is safer, since an agent with a shell of yours can use this one: `ssh-keygen -t ed25519-sk`, then `interlock keys add`");
        }
    }
}
