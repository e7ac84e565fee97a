using System.Diagnostics;
using Interlock.Cli.Composition;
using Interlock.Evidence;
using Interlock.Signing.LogKeys;
using Interlock.Storage;
using Interlock.Tests.Signing;
using Interlock.Tests.Storage;
using Interlock.Tests.Surface.Cli;

namespace Interlock.Tests.Evidence;

/// <summary>
/// A plan that two people signed and that ran, and the evidence about it: alice with a key of stock <c>ssh-keygen</c>, bob with a
/// synthetic authenticator; a third key is revoked. Made once.
/// </summary>
public sealed class SignedPlan : IAsyncLifetime
{
    private readonly TestSigner authenticator = TestSigner.Make("sk-ed25519");

    internal CliBench Bench { get; } = new(configuration: null);

    internal LogKey Key { get; } = LogKey.Create("interlock.example/evidence", SystemRandom.Instance).OrThrow();

    internal string Plan { get; private set; } = string.Empty;

    internal Ran Written { get; private set; } = new(-1, string.Empty, string.Empty);

    internal EvidenceFiles Files { get; private set; } = EvidenceFiles.Empty;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ssh-keygen") && File.Exists("/usr/bin/openssl"), "stock tools are missing: apt-get install openssh-client openssl");
        Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", Bench.At("alice"))).Code);
        var alice = (await File.ReadAllTextAsync(Bench.At("alice.pub"))).Trim();
        await File.WriteAllTextAsync(Bench.At("signers"), $"alice {alice}\nbob {authenticator.PublicLine}\n");
        await File.WriteAllTextAsync(Bench.At("revoked"), TestSigner.Make("ed25519").PublicLine + "\n");
        Assert.Null(LogKeyFile.Create(Bench.At("log.key"), Key));
        await File.WriteAllTextAsync(Bench.At("interlock.yaml"), CliBench.Configuration.Replace(
            "unsigned: allow",
            $$"""
            approvers: {allowed_signers: signers, revoked: revoked}
            log: {key: log.key, public: "{{Key.VerifierKey}}", anchor: away/anchor}
            rules:
              - name: two
                require: 2 of anyone
            """,
            StringComparison.Ordinal));
        Plan = await Bench.ProposeAsync();
        await SignAsync("alice", async statement =>
        {
            Assert.Equal(0, (await Shared.KeygenAsync([], "-q", "-Y", "sign", "-n", "interlock-approval-v1", "-f", Bench.At("alice"), statement)).Code);
        });
        await SignAsync("bob", async statement =>
            await File.WriteAllBytesAsync(statement + ".sig", authenticator.Sign(await File.ReadAllBytesAsync(statement), "interlock-approval-v1")));
        Good(await Bench.RunAsync("execute", Plan, "--by", "alice"));
        Written = Good(await Bench.RunAsync("evidence", Plan, "-o", "evidence"));
        Files = (await EvidenceFolder.ReadAsync(Bench.At("evidence"), default)).OrThrow();
    }

    public async ValueTask DisposeAsync()
    {
        Key.Dispose();
        await Bench.DisposeAsync();
    }

    /// <summary>The bundle, vouched for anew by whoever holds a key of the log.</summary>
    internal EvidenceFiles Sealed(EvidenceFiles files, LogKey? key = null) =>
        EvidenceManifest.Seal(files, PlanId.TryParse(Plan, out var id) ? id : throw new InvalidOperationException(Plan), LogNotes.NoteSigner(key ?? Key));

    /// <summary>Runs the script where there is nothing but stock tools.</summary>
    internal static async Task<Ran> ScriptAsync(EvidenceFiles files, string script = "verify.sh")
    {
        using var folder = new TemporaryFolder();
        Assert.Null(await EvidenceFolder.WriteAsync(files, folder.File("bundle"), default));
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/env", ["-i", "PATH=/usr/bin:/bin", "sh", folder.File($"bundle/{script}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        Assert.NotNull(process);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return new Ran(process.ExitCode, output, await error);
    }

    internal static Ran Good(Ran ran)
    {
        Assert.True(ran.Exit == 0, ran.Out + ran.Error);
        return ran;
    }

    private async Task SignAsync(string person, Func<string, Task> sign)
    {
        Good(await Bench.RunAsync("approve", Plan, "--by", person, "--reason", $"fine, says {person}", "--write-statement", $"{person}.json"));
        await sign(Bench.At($"{person}.json"));
        Good(await Bench.RunAsync("approve", Plan, "--by", person, "--signature", $"{person}.json.sig"));
    }
}
