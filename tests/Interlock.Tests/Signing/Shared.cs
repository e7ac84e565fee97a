using System.Diagnostics;
using System.Text;
using Interlock.Approvals;
using Interlock.Signing.Signers;
using Interlock.Signing.Sshsig;

namespace Interlock.Tests.Signing;

/// <summary>What the tests of signatures share: one message, one person, one hour, and stock <c>ssh-keygen</c>.</summary>
internal static class Shared
{
    public const string Namespace = "interlock-approval-v1";
    public const string Person = "alice";

    public static readonly DateTimeOffset Now = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    public static readonly byte[] Message = "{\"type\":\"approval\"}"u8.ToArray();

    public static WebAuthnOptions Browser { get; } = new([WebAuthnSigner.Origin], [WebAuthnSigner.RpId]);

    public static SignerFile File(string text, string name = "signers") => new(name, Encoding.UTF8.GetBytes(text));

    public static SignerSet Set(string allowed, string? revoked = null, WebAuthnOptions? webAuthn = null) =>
        SignerSet.Read(File(allowed), revoked is null ? null : File(revoked, "revoked"), webAuthn ?? Browser).OrThrow();

    public static Result<VerifiedSignature> Verify(this SignerSet set, byte[] signature, string person = Person, string @namespace = Namespace) =>
        set.Verify(signature, Message, @namespace, person, Now);

    public static Refusal Refused(this Result<VerifiedSignature> result)
    {
        Assert.False(result.TryGet(out _, out var refusal), "it was accepted");
        return refusal;
    }

    /// <summary>Whether stock <c>ssh-keygen -Y verify</c> takes a signature; what it says otherwise.</summary>
    public static async Task<(bool Good, string Said)> StockVerifyAsync(
        string folder, string allowed, byte[] signature, byte[] message, string? revoked = null, string person = Person, string @namespace = Namespace, DateTimeOffset? at = null)
    {
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "allowed_signers"), allowed);
        await System.IO.File.WriteAllBytesAsync(Path.Combine(folder, "message.sig"), signature);
        List<string> arguments =
            ["-Y", "verify", "-n", @namespace, "-f", Path.Combine(folder, "allowed_signers"), "-I", person, "-s", Path.Combine(folder, "message.sig")];
        if (at is { } time)
        {
            arguments.AddRange(["-O", $"verify-time={time.UtcDateTime:yyyyMMddHHmmss}Z"]);
        }

        if (revoked is not null)
        {
            await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "revoked"), revoked);
            arguments.AddRange(["-r", Path.Combine(folder, "revoked")]);
        }

        var (code, said) = await KeygenAsync(message, [.. arguments]);
        return (code == 0, said);
    }

    public static async Task<(int Code, string Said)> KeygenAsync(byte[] input, params string[] arguments)
    {
        Assert.SkipUnless(System.IO.File.Exists("/usr/bin/ssh-keygen"), "`ssh-keygen` is missing: apt-get install openssh-client");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/ssh-keygen", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        Assert.NotNull(process);
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return (process.ExitCode, output + await error);
    }
}
