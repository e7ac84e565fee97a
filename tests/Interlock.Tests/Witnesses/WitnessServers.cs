using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Interlock.Adapters.Witnesses;
using Interlock.Cli.Composition;
using Interlock.Cli.Witnesses;
using Interlock.Ledger;
using Interlock.Signing.LogKeys;
using Interlock.Storage;
using Interlock.Tests.Faults.Simulation;
using Interlock.Tests.Ledger;
using Interlock.Tests.Ledger.Checkpoints;
using Interlock.Tests.Ledger.Witnesses;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Witnesses;

/// <summary>The witness that another team runs: asked by our client, by curl, and by whoever means it harm.</summary>
public sealed class WitnessServers : IDisposable
{
    private static readonly LogKey Key = LogKey.CreateWitness("witness.example/w9", new Dice(9)).Value();

    private readonly TemporaryFolder folder = new();
    private readonly List<string> notes = [];

    private static NoteVerifier Verifier => LogNotes.Verifier(LogNotes.Cosigner(Key).Key);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Our_client_gets_a_cosignature_that_verifies_and_after_a_restart_the_witness_remembers()
    {
        var tree = WitnessProtocolTests.Tree(9, "a");
        await using (var server = Start())
        {
            var held = Assert.IsType<WitnessAnswer.Held>(await SubmitAsync(server, tree, 0, 4));
            Assert.True(CosignatureLines.TryVerify(WitnessProtocolTests.Submission(tree, 0, 4).Checkpoint.Note, held.Proof.Span, Verifier, out _));
        }

        await using (var server = Start())
        {
            Assert.Equal(4, Assert.IsType<WitnessAnswer.Elsewhere>(await SubmitAsync(server, tree, 0, 9)).Size);
            Assert.Equal(4, Assert.IsType<WitnessAnswer.Elsewhere>(await SubmitAsync(server, tree, 2, 3)).Size);
            var fork = Assert.IsType<WitnessAnswer.Refused>(await SubmitAsync(server, WitnessProtocolTests.Tree(9, "b"), 4, 9));
            Assert.Equal(RefusalCode.Corrupt, fork.Refusal.Code);
            Assert.Contains(notes, note => note.Contains("signed a checkpoint that does not continue", StringComparison.Ordinal));
            Assert.IsType<WitnessAnswer.Held>(await SubmitAsync(server, tree, 4, 9));
        }
    }

    [Fact]
    public async Task Submissions_at_the_same_time_never_take_the_memory_back()
    {
        var tree = WitnessProtocolTests.Tree(40, "a");
        await using var server = Start();
        await SubmitAsync(server, tree, 0, 10);

        var answers = await Task.WhenAll(Enumerable.Range(11, 30).Select(size => SubmitAsync(server, tree, 10, size)));

        Assert.Single(answers.OfType<WitnessAnswer.Held>());
        Assert.Equal(29, answers.OfType<WitnessAnswer.Elsewhere>().Count());
    }

    [Fact]
    public async Task Curl_speaks_to_it_and_a_monitor_reads_the_newest_cosigned_checkpoint()
    {
        if (!File.Exists("/usr/bin/curl"))
        {
            Assert.Skip("`curl` is missing: apt-get install curl");
        }

        var tree = WitnessProtocolTests.Tree(9, "a");
        await using var server = Start();
        await File.WriteAllBytesAsync(folder.File("body"), WitnessProtocolTests.Body(tree, 0, 4));

        var (answer, lines) = await CurlAsync("--data-binary", $"@{folder.File("body")}", "-H", "Expect: 100-continue", $"{Url(server)}/add-checkpoint");
        Assert.Equal("200 text/plain; charset=utf-8", answer);
        Assert.StartsWith("\u2014 witness.example/w9 ", lines, StringComparison.Ordinal);
        Assert.EndsWith("\n", lines, StringComparison.Ordinal);

        Assert.Equal(("409 text/x.tlog.size", "4\n"), await CurlAsync("--data-binary", $"@{folder.File("body")}", $"{Url(server)}/add-checkpoint"));

        (answer, lines) = await CurlAsync($"{Url(server)}/{WitnessFolder.NameOf(TestLog.Verifier.Origin)}/checkpoint");
        Assert.StartsWith("200 ", answer, StringComparison.Ordinal);
        var newest = TestLog.Verifier.Open(Encoding.UTF8.GetBytes(lines), "the answer").Value();
        Assert.Equal(4, newest.Head.Size);
        Assert.True(Verifier.HasSigned(newest.Note));

        Assert.StartsWith("404 ", (await CurlAsync($"{Url(server)}/{new string('0', 64)}/checkpoint")).Answer, StringComparison.Ordinal);
        Assert.StartsWith("405 ", (await CurlAsync($"{Url(server)}/add-checkpoint")).Answer, StringComparison.Ordinal);
        Assert.StartsWith("400 ", (await CurlAsync("--data-binary", "old 0", $"{Url(server)}/add-checkpoint")).Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", "413")]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400")]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400")]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400")]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\n\r\n", "411")]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\nA: b\n\r\n\r\n", "400")]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\nA : b\r\n\r\n", "400")]
    [InlineData("POST /add-checkpoint?x HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "400")]
    [InlineData("POST http://x/add-checkpoint HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "400")]
    [InlineData("GET /../../etc/passwd/checkpoint HTTP/1.1\r\n\r\n", "404")]
    [InlineData("GET /checkpoint HTTP/1.1\r\n\r\n", "404")]
    [InlineData("GET //checkpoint HTTP/1.1\r\n\r\n", "404")]
    [InlineData("\u0016\u0003\u0001\r\n\r\n", "400")]
    [InlineData("\r\n\r\n", "400")]
    public async Task Garbage_is_answered_shortly_and_the_next_client_is_served(string request, string status)
    {
        await using var server = Start();
        Assert.StartsWith($"HTTP/1.1 {status} ", await SendAsync(server, Encoding.Latin1.GetBytes(request)), StringComparison.Ordinal);
        Assert.IsType<WitnessAnswer.Held>(await SubmitAsync(server, WitnessProtocolTests.Tree(3, "a"), 0, 3));
    }

    [Fact]
    public async Task A_fault_of_the_witness_itself_is_answered_and_noted_and_the_next_client_is_served()
    {
        var listener = WitnessListener.Start(
            new IPEndPoint(IPAddress.Loopback, 0),
            (request, _) => request.Path == "/a" ? throw new ArgumentOutOfRangeException(nameof(request)) : AddCheckpointReply.Refuse(404, "there is nothing here"),
            Note,
            WitnessListener.DefaultPatience,
            TimeProvider.System).Value();
        await using (var server = new Served(listener, WitnessFolder.Open(folder.File("memory"), Verifier).Value()))
        {
            Assert.StartsWith("HTTP/1.1 500 ", await SendAsync(server, "GET /a HTTP/1.1\r\n\r\n"u8.ToArray()), StringComparison.Ordinal);
            Assert.Contains("ArgumentOutOfRangeException", Assert.Single(notes), StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 404 ", await SendAsync(server, "GET /b HTTP/1.1\r\n\r\n"u8.ToArray()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_head_without_end_and_clients_that_say_nothing_are_cut_off()
    {
        await using var server = Start(TimeSpan.FromMilliseconds(300));
        Assert.StartsWith("HTTP/1.1 400 ", await SendAsync(server, Encoding.ASCII.GetBytes(new string('a', WitnessRequest.MaxHead + 1))), StringComparison.Ordinal);

        var silent = new List<TcpClient>();
        for (var i = 0; i < 80; i++)
        {
            silent.Add(new TcpClient());
            await silent[i].ConnectAsync(server.Where);
        }

        Assert.IsType<WitnessAnswer.Held>(await SubmitAsync(server, WitnessProtocolTests.Tree(3, "a"), 0, 3));
        silent.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_memory_that_was_damaged_or_is_used_by_another_is_refused_and_nothing_is_cosigned()
    {
        var tree = WitnessProtocolTests.Tree(9, "a");
        var path = folder.File($"memory/{WitnessFolder.NameOf(TestLog.Verifier.Origin)}.checkpoint");
        await using (var server = Start())
        {
            await SubmitAsync(server, tree, 0, 4);
            Assert.Equal(RefusalCode.Busy, WitnessFolder.Open(folder.File("memory"), Verifier).Refusal().Code);
        }

        // signed by the log alone: whoever holds the log's key could have written it
        await File.WriteAllBytesAsync(path, TestLog.Sign(new TreeHead(2, tree.RootAt(2))));
        await using (var server = Start())
        {
            Assert.IsType<WitnessAnswer.Silent>(await SubmitAsync(server, tree, 2, 9));
        }

        Assert.Equal(TestLog.Sign(new TreeHead(2, tree.RootAt(2))), await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task A_server_that_is_no_witness_or_is_gone_counts_as_silent_or_refused()
    {
        var submission = WitnessProtocolTests.Submission(WitnessProtocolTests.Tree(3, "a"), 0, 3);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var answering = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            await stream.WriteAsync("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            client.Client.Shutdown(SocketShutdown.Send);
            _ = await stream.ReadAsync(new byte[100_000]);
        });
        Assert.IsType<WitnessAnswer.Silent>(await HttpWitness.Create("w", $"http://127.0.0.1:{port}").Value().SubmitAsync(submission, default));
        await answering;
        listener.Stop();
        Assert.IsType<WitnessAnswer.Silent>(await HttpWitness.Create("w", $"http://127.0.0.1:{port}").Value().SubmitAsync(submission, default));
    }

    [Fact]
    public void The_key_of_a_log_is_no_key_of_a_witness_nor_the_reverse()
    {
        Assert.Null(LogKeyFile.Create(folder.File("log"), TestLog.Key));
        Assert.Null(LogKeyFile.Create(folder.File("witness"), Key));
        Assert.Equal(RefusalCode.Mismatch, LogKeyFile.LoadWitness(folder.File("log")).Refusal().Code);
        Assert.Equal(RefusalCode.Mismatch, LogKeyFile.Load(folder.File("witness")).Refusal().Code);
        using var read = LogKeyFile.LoadWitness(folder.File("witness")).Value();
        Assert.Equal(Key.VerifierKey, read.VerifierKey);
        Assert.True(NoteKey.TryParse(read.VerifierKey, out var key, out var error), error);
        Assert.Equal(NoteAlgorithm.Cosignature, key.Algorithm);
    }

    private Served Start(TimeSpan? patience = null)
    {
        var memory = WitnessFolder.Open(folder.File("memory"), Verifier).Value();
        var logs = new Dictionary<string, LogVerifier>(StringComparer.Ordinal) { [TestLog.Verifier.Origin] = TestLog.Verifier };
        var desk = new WitnessDesk(LogNotes.Cosigner(Key), logs, memory, TimeProvider.System, Note);
        return new Served(
            WitnessListener.Start(new IPEndPoint(IPAddress.Loopback, 0), desk.Answer, Note, patience ?? WitnessListener.DefaultPatience, TimeProvider.System).Value(),
            memory);
    }

    private void Note(string line)
    {
        lock (notes)
        {
            notes.Add(line);
        }
    }

    private static string Url(Served server) => $"http://{server.Where}";

    private static Task<WitnessAnswer> SubmitAsync(Served server, MerkleTree tree, long old, long size) =>
        HttpWitness.Create(Verifier.Key.Name, Url(server)).Value().SubmitAsync(WitnessProtocolTests.Submission(tree, old, size), default);

    private static async Task<string> SendAsync(Served server, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Where);
        var stream = client.GetStream();
        await stream.WriteAsync(bytes);
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static async Task<(string Answer, string Body)> CurlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/curl", ["-sS", "--noproxy", "*", "--max-time", "20", "-w", "\\n%{http_code} %{content_type}", .. arguments])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var curl = Process.Start(start) ?? throw new InvalidOperationException("no curl");
        var text = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        var cut = text.LastIndexOf('\n');
        return (text[(cut + 1)..], text[..cut]);
    }

    private sealed record Served(WitnessListener Listener, WitnessFolder Memory) : IAsyncDisposable
    {
        public IPEndPoint Where => Listener.Where;

        public async ValueTask DisposeAsync()
        {
            await Listener.DisposeAsync();
            Memory.Dispose();
        }
    }
}
