using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Interlock.Signing.Keygen;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Signing.Keygen;

/// <summary>Signing with stock <c>ssh-keygen</c>, and finding what keys a person has.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class SigningWithKeygen : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryFolder folder = new();
    private readonly SshEnvironment environment;

    public SigningWithKeygen()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ssh-keygen"), "`ssh-keygen` is missing: apt-get install openssh-client");
        Directory.CreateDirectory(folder.File("home/.ssh"));
        Directory.CreateDirectory(folder.File("scratch"));
        environment = new SshEnvironment(
            folder.File("home"),
            new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["SSH_ASKPASS"] = "/bin/false" },
            folder.File("scratch"),
            Interactive: false);
    }

    [GeneratedRegex("SSH_AUTH_SOCK=([^;]+);|SSH_AGENT_PID=([0-9]+);")]
    private static partial Regex AgentWords { get; }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_new_key_signs_and_nothing_is_left_behind()
    {
        var key = (await SshKeys.CreateUnattendedAsync(environment, Key("id_interlock"), "made for Interlock", CancellationToken.None)).OrThrow();

        var signature = (await SshKeygen.SignAsync(environment, key, Shared.Namespace, Shared.Message, CancellationToken.None)).OrThrow();

        Assert.Equal(KeyCustody.Unattended, key.Custody);
        Assert.EndsWith(" made for Interlock", key.PublicKey, StringComparison.Ordinal);
        Assert.Equal(key.Fingerprint, Shared.Set($"alice {key.PublicKey}").Verify(signature).OrThrow().Fingerprint);
        Assert.Empty(Directory.EnumerateFileSystemEntries(environment.Scratch));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Key("id_interlock")));
        Assert.Equal(
            RefusalCode.Forbidden, Refused(await SshKeys.CreateUnattendedAsync(environment, Key("id_interlock"), "again", CancellationToken.None)).Code);
    }

    [Fact]
    public async Task The_message_is_private_while_it_is_signed()
    {
        var key = (await SshKeys.CreateUnattendedAsync(environment, Key("id_a"), "", CancellationToken.None)).OrThrow();
        var spy = Stand("#!/bin/sh\nfor last; do :; done\nstat -c %a \"$(dirname \"$last\")\" >&2\nexit 1\n");

        var refusal = Refused(await SshKeygen.SignAsync(spy, key, Shared.Namespace, Shared.Message, CancellationToken.None));

        Assert.Contains("did not sign: 700;", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(environment.Scratch));
    }

    [Fact]
    public async Task Keys_are_found_the_best_first()
    {
        foreach (var (name, type, passphrase) in new[] { ("id_plain", "ed25519", ""), ("id_locked", "ecdsa", "secret"), ("id_weak", "dsa", "") })
        {
            Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-t", type, "-N", passphrase, "-f", Key(name))).Code);
        }

        // an authenticator's key is a file with a handle; and a public key without its other half signs nothing
        var (fido, orphan) = (new FidoEd25519Signer(), new Ed25519Signer());
        await File.WriteAllTextAsync(Key("id_ed25519_sk.pub"), fido.PublicLine + " touch");
        File.Copy(Key("id_plain"), Key("id_ed25519_sk"));
        await File.WriteAllTextAsync(Key("id_orphan.pub"), orphan.PublicLine);
        await File.WriteAllTextAsync(Key("id_noise.pub"), "\0\u001b not a key");

        var keys = await SshKeys.FindAsync(environment, CancellationToken.None);

        Assert.Equal(
            [(Key("id_ed25519_sk"), KeyCustody.Hardware), (Key("id_locked"), KeyCustody.Passphrase), (Key("id_plain"), KeyCustody.Unattended)],
            keys.Select(key => (key.Path, key.Custody)));
        Assert.Equal(KeyCustody.Passphrase, (await SshKeys.OfFileAsync(environment, Key("id_locked"), CancellationToken.None)).OrThrow().Custody);
        Assert.Equal(keys[2].Fingerprint, (await SshKeys.OfFileAsync(environment, Key("id_plain"), CancellationToken.None)).OrThrow().Fingerprint);
        Assert.Equal(RefusalCode.NotFound, Refused(await SshKeys.OfFileAsync(environment, Key("id_orphan.pub"), CancellationToken.None)).Code);
        Assert.Equal(RefusalCode.NotFound, Refused(await SshKeys.OfFileAsync(environment, Key("id_absent"), CancellationToken.None)).Code);
        Assert.Equal(RefusalCode.Malformed, Refused(await SshKeys.OfFileAsync(environment, Key("id_weak"), CancellationToken.None)).Code);
        Assert.Equal(RefusalCode.Malformed, Refused(await SshKeys.OfFileAsync(environment, Key("id_noise.pub"), CancellationToken.None)).Code);
    }

    [Fact]
    public async Task A_key_of_the_agent_signs_with_its_public_half_alone()
    {
        Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-t", "ed25519", "-N", "", "-C", "in the agent", "-f", folder.File("elsewhere"))).Code);
        var started = await RunAsync("ssh-agent", "-s", "-a", folder.File("agent"));
        var words = AgentWords.Matches(started);
        var withAgent = environment with
        {
            Variables = new Dictionary<string, string>(environment.Variables) { ["SSH_AUTH_SOCK"] = words[0].Groups[1].Value },
        };
        try
        {
            await RunAsync("env", "SSH_AUTH_SOCK=" + words[0].Groups[1].Value, "ssh-add", "-q", folder.File("elsewhere"));

            var key = Assert.Single(await SshKeys.FindAsync(withAgent, CancellationToken.None));
            var signature = (await SshKeygen.SignAsync(withAgent, key, Shared.Namespace, Shared.Message, CancellationToken.None)).OrThrow();
            var named = (await SshKeys.OfFileAsync(withAgent, folder.File("elsewhere.pub"), CancellationToken.None)).OrThrow();

            Assert.Equal((null, KeyCustody.Agent), (key.Path, key.Custody));
            Assert.Equal(key, named);
            Assert.True(Shared.Set($"alice {key.PublicKey}").Verify(signature).TryGet(out _, out _));
        }
        finally
        {
            using var agent = Process.GetProcessById(int.Parse(words[1].Groups[2].Value));
            agent.Kill();
        }

        Assert.Empty(await SshKeys.FindAsync(withAgent, CancellationToken.None));
    }

    [Fact]
    public async Task A_key_with_a_passphrase_signs_once_somebody_typed_it()
    {
        Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-t", "ed25519", "-N", "secret", "-f", Key("id_locked"))).Code);
        var locked = (await SshKeys.OfFileAsync(environment, Key("id_locked"), CancellationToken.None)).OrThrow();
        var typist = folder.File("typist");
        await File.WriteAllTextAsync(typist, "#!/bin/sh\necho secret\n");
        File.SetUnixFileMode(typist, Executable);
        var attended = environment with
        {
            Variables = new Dictionary<string, string>(environment.Variables) { ["SSH_ASKPASS"] = typist },
        };

        var signature = (await SshKeygen.SignAsync(attended, locked, Shared.Namespace, Shared.Message, CancellationToken.None)).OrThrow();

        Assert.True(Shared.Set($"alice {locked.PublicKey}").Verify(signature).TryGet(out _, out _));
    }

    [Fact]
    public async Task Where_a_person_sits_at_the_terminal_ssh_keygen_has_it()
    {
        var attended = environment with { Interactive = true };
        var key = (await SshKeys.CreateUnattendedAsync(attended, Key("id_a"), "", CancellationToken.None)).OrThrow();
        var signature = (await SshKeygen.SignAsync(attended, key, Shared.Namespace, Shared.Message, CancellationToken.None)).OrThrow();
        Assert.True(Shared.Set($"alice {key.PublicKey}").Verify(signature).TryGet(out _, out _));

        var failing = Stand("#!/bin/sh\nexit 3\n") with { Interactive = true };
        var refusal = Refused(await SshKeygen.SignAsync(failing, key, Shared.Namespace, Shared.Message, CancellationToken.None));
        Assert.Contains("it said why on the terminal", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_without_a_key_folder_has_no_keys() =>
        Assert.Empty(await SshKeys.FindAsync(environment with { Home = folder.File("nowhere") }, CancellationToken.None));

    [Fact]
    public async Task What_ssh_keygen_refuses_is_said_in_its_words_without_what_steers_a_terminal()
    {
        Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-t", "ed25519", "-N", "secret", "-f", Key("id_locked"))).Code);
        var locked = (await SshKeys.OfFileAsync(environment, Key("id_locked"), CancellationToken.None)).OrThrow();
        Assert.Contains("passphrase", Refused(await SshKeygen.SignAsync(environment, locked, Shared.Namespace, Shared.Message, CancellationToken.None)).Message, StringComparison.Ordinal);

        var red = Stand("#!/bin/sh\nprintf 'first\\n\\033[31mred.\\n' >&2\nexit 3\n");
        var refusal = Refused(await SshKeygen.SignAsync(red, locked, Shared.Namespace, Shared.Message, CancellationToken.None));
        Assert.Contains(@"did not sign: \u{1b}[31mred;", refusal.Message, StringComparison.Ordinal);

        var silent = Stand("#!/bin/sh\nexit 0\n");
        Assert.Contains("no reason", Refused(await SshKeygen.SignAsync(silent, locked, Shared.Namespace, Shared.Message, CancellationToken.None)).Message, StringComparison.Ordinal);

        var wrong = Stand("#!/bin/sh\nfor last; do :; done\necho nonsense > \"$last.sig\"\n");
        Assert.Equal(RefusalCode.Malformed, Refused(await SshKeygen.SignAsync(wrong, locked, Shared.Namespace, Shared.Message, CancellationToken.None)).Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(environment.Scratch));
    }

    [Fact]
    public async Task Without_ssh_keygen_a_key_or_room_it_says_what_is_missing()
    {
        var key = (await SshKeys.CreateUnattendedAsync(environment, Key("id_a"), "", CancellationToken.None)).OrThrow();
        var bare = environment with { Variables = new Dictionary<string, string> { ["PATH"] = folder.Path } };

        Assert.Contains("openssh-client", Refused(await SshKeygen.SignAsync(bare, key, "n", Shared.Message, CancellationToken.None)).Message, StringComparison.Ordinal);
        Assert.Contains("openssh-client", Refused(await SshKeys.CreateUnattendedAsync(bare, Key("id_b"), "", CancellationToken.None)).Message, StringComparison.Ordinal);
        var roomless = environment with { Scratch = Key("id_a") };
        var unwritable = Refused(await SshKeygen.SignAsync(roomless, key, "n", Shared.Message, CancellationToken.None)).Message;
        Assert.Matches(@"nothing can be written in `[^`]+` \(.+\); set `TMPDIR`", unwritable);

        // a file that is there and cannot be read is none that is no key
        Assert.Contains("cannot be read (", Refused(await SshKeys.OfFileAsync(environment, "/proc/self/mem", CancellationToken.None)).Message, StringComparison.Ordinal);
        Assert.Matches(@"`[^`]+` cannot be made \(.+\); name", Refused(await SshKeys.CreateUnattendedAsync(environment, Key("id_a/b/c"), "", CancellationToken.None)).Message);
        File.Delete(Key("id_a"));
        Assert.Equal(RefusalCode.NotFound, Refused(await SshKeygen.SignAsync(environment, key, "n", Shared.Message, CancellationToken.None)).Code);
    }

    [Fact]
    public async Task Cancelling_ends_a_program_that_waits_and_leaves_nothing()
    {
        var key = (await SshKeys.CreateUnattendedAsync(environment, Key("id_a"), "", CancellationToken.None)).OrThrow();
        var waiting = Stand($"#!/bin/sh\necho $$ > {folder.File("pid")}\nexec sleep 600\n");
        using var cancel = new CancellationTokenSource();
        var signing = SshKeygen.SignAsync(waiting, key, "n", Shared.Message, cancel.Token);
        while (!File.Exists(folder.File("pid")) || (await File.ReadAllTextAsync(folder.File("pid"))).Length == 0)
        {
            await Task.Delay(20);
        }

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signing);
        Assert.Empty(Directory.EnumerateFileSystemEntries(environment.Scratch));
        var process = "/proc/" + (await File.ReadAllTextAsync(folder.File("pid"))).Trim();
        for (var i = 0; i < 250 && Directory.Exists(process); i++)
        {
            await Task.Delay(20);
        }

        Assert.False(Directory.Exists(process));
    }

    private static Refusal Refused<T>(Result<T> result)
        where T : notnull
    {
        Assert.False(result.TryGet(out _, out var refusal));
        return refusal;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true });
        Assert.NotNull(process);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private string Key(string name) => folder.File("home/.ssh/" + name);

    /// <summary>An environment in which another program stands in for <c>ssh-keygen</c>.</summary>
    private SshEnvironment Stand(string script)
    {
        var bin = Directory.CreateDirectory(folder.File("bin-" + Path.GetRandomFileName())).FullName;
        File.WriteAllText(Path.Combine(bin, "ssh-keygen"), script);
        File.SetUnixFileMode(Path.Combine(bin, "ssh-keygen"), Executable);
        return environment with { Variables = new Dictionary<string, string> { ["PATH"] = bin + ":/usr/bin:/bin" } };
    }
}
