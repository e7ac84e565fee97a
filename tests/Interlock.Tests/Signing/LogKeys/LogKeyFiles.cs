using System.Diagnostics;
using System.Text;
using Interlock.Cli.Composition;
using Interlock.Signing.Crypto;
using Interlock.Signing.LogKeys;
using Interlock.Tests.Ledger;
using Interlock.Tests.Storage;
using Interlock.Tests.Surface.Cli;

namespace Interlock.Tests.Signing.LogKeys;

/// <summary>The log key and its file: made once, for its owner alone, and read back strictly.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class LogKeyFiles : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // the key pair of the example in the documentation of Go's golang.org/x/mod/sumdb/note
    private const string GoPrivate = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private const string GoVerifier = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_key_that_another_program_made_is_the_same_key_here()
    {
        using var key = LogKeyLine.Parse(Encoding.ASCII.GetBytes(GoPrivate + "\n")).OrThrow();

        Assert.Equal(("PeterNeumann", 0xc74f20a3u, GoVerifier), (key.Name, key.Public.Id, key.VerifierKey));
        Assert.Equal(GoPrivate + "\n", key.PrivateLine);
    }

    [Fact]
    public void What_is_written_is_read_back_and_signs_the_same()
    {
        using var key = LogKey.Create("example.org/ledger", SystemRandom.Instance).OrThrow();
        Assert.Null(LogKeyFile.Create(folder.File("log.key"), key));

        using var read = LogKeyFile.Load(folder.File("log.key")).OrThrow();

        Assert.Equal(Owner, File.GetUnixFileMode(folder.File("log.key")));
        Assert.Equal(key.VerifierKey, read.VerifierKey);
        Assert.Equal(key.Sign("a"u8), read.Sign("a"u8));
        Assert.True(Ed25519.Verify(key.Public.PublicKey.Span, "a"u8, read.Sign("a"u8)));
        Assert.False(Ed25519.Verify(key.Public.PublicKey.Span, "b"u8, read.Sign("a"u8)));
    }

    [Fact]
    public async Task Openssl_verifies_what_it_signs()
    {
        using var key = LogKey.Create("example.org", SystemRandom.Instance).OrThrow();
        byte[] info = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, .. key.Public.PublicKey.Span];
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "`openssl` is missing: apt-get install openssl");
        await File.WriteAllBytesAsync(folder.File("public.der"), info);
        await File.WriteAllBytesAsync(folder.File("message"), "a checkpoint"u8.ToArray());
        await File.WriteAllBytesAsync(folder.File("signature"), key.Sign("a checkpoint"u8));

        using var openssl = Process.Start(new ProcessStartInfo(
            "/usr/bin/openssl",
            ["pkeyutl", "-verify", "-pubin", "-inkey", folder.File("public.der"), "-keyform", "DER", "-rawin", "-in", folder.File("message"), "-sigfile", folder.File("signature")])
        { RedirectStandardOutput = true });
        Assert.NotNull(openssl);
        await openssl.WaitForExitAsync();

        Assert.Equal(0, openssl.ExitCode);
    }

    [Fact]
    public void A_file_that_is_there_is_never_replaced()
    {
        File.WriteAllText(folder.File("log.key"), "precious");
        using var key = LogKey.Create("a", SystemRandom.Instance).OrThrow();

        Assert.Equal(RefusalCode.Forbidden, LogKeyFile.Create(folder.File("log.key"), key)?.Code);
        Assert.Equal("precious", File.ReadAllText(folder.File("log.key")));
        File.CreateSymbolicLink(folder.File("link"), folder.File("nowhere"));
        Assert.Equal(RefusalCode.Forbidden, LogKeyFile.Create(folder.File("link"), key)?.Code);
        Assert.False(File.Exists(folder.File("nowhere")));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_file_that_others_may_use_is_refused_with_the_mend(UnixFileMode others)
    {
        File.WriteAllText(folder.File("log.key"), GoPrivate + "\n");
        File.SetUnixFileMode(folder.File("log.key"), Owner | others);

        Assert.False(LogKeyFile.Load(folder.File("log.key")).TryGet(out _, out var refusal));

        Assert.Equal(RefusalCode.Forbidden, refusal.Code);
        Assert.Contains("chmod 600", refusal.Message, StringComparison.Ordinal);
        File.SetUnixFileMode(folder.File("log.key"), Owner);
        Assert.True(LogKeyFile.Load(folder.File("log.key")).TryGet(out var key, out _));
        key.Dispose();
    }

    [Fact]
    public void Where_nothing_or_a_folder_stands_nothing_is_read_and_nothing_thrown()
    {
        Assert.False(LogKeyFile.Load(folder.File("absent")).TryGet(out _, out var absent));
        Assert.False(LogKeyFile.Load(folder.Path).TryGet(out _, out var aFolder));
        using var key = LogKey.Create("a", SystemRandom.Instance).OrThrow();

        Assert.Equal(RefusalCode.NotFound, absent.Code);
        Assert.Equal(RefusalCode.Storage, aFolder.Code);
        Assert.Equal(RefusalCode.Storage, LogKeyFile.Create(folder.File("no/such/folder/log.key"), key)?.Code);
    }

    [Fact]
    public void A_pipe_is_not_waited_for_and_a_long_file_is_not_read_to_its_end()
    {
        SigningBench.Run("mkfifo", "-m", "600", folder.File("pipe"));
        Assert.Contains("no regular file", LogKeyFile.Load(folder.File("pipe")).Refusal().Message, StringComparison.Ordinal);
        File.WriteAllBytes(folder.File("long"), new byte[LogKeyLine.MaxBytes + 1]);
        File.SetUnixFileMode(folder.File("long"), Owner);
        Assert.Equal(RefusalCode.TooLarge, LogKeyFile.Load(folder.File("long")).Refusal().Code);
    }

    [Fact]
    public void Every_change_of_one_byte_is_refused_and_no_message_shows_the_secret()
    {
        var line = Encoding.ASCII.GetBytes(GoPrivate + "\n");
        for (var i = 0; i < line.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. line];
                changed[i] ^= (byte)(1 << bit);
                Assert.False(LogKeyLine.Parse(changed).TryGet(out _, out var refusal), $"byte {i}, bit {bit}");
                Assert.DoesNotContain("AYEKF", refusal.Message, StringComparison.Ordinal);
            }

            Assert.False(LogKeyLine.Parse(line.AsSpan(0, i)).TryGet(out _, out _));
        }

        Assert.False(LogKeyLine.Parse([.. line, .. line]).TryGet(out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\nb")]
    [InlineData("straße")]
    public void A_name_that_would_break_a_note_is_refused(string name)
    {
        Assert.False(LogKey.Create(name, SystemRandom.Instance).TryGet(out _, out var refusal));
        Assert.Equal(RefusalCode.Malformed, refusal.Code);
    }

    [Fact]
    public void A_name_of_128_characters_is_one_and_of_129_is_none()
    {
        Assert.True(LogKey.Create(new string('a', 128), SystemRandom.Instance).TryGet(out var key, out _));
        key.Dispose();
        Assert.False(LogKey.Create(new string('a', 129), SystemRandom.Instance).TryGet(out _, out _));
    }
}
