using System.Net;
using System.Text.Json;
using Interlock.Adapters.Http;
using Interlock.Checks;
using Interlock.Actions;

namespace Interlock.Tests.Adapters;

public sealed class HttpActions : IDisposable
{
    private readonly AdapterBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_request_is_sent_as_described_with_its_idempotency_key()
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Ok("done"));
        bench.Set("TOKEN", "hunter2-hunter2");
        var action = bench.Action($$"""
            {"params": {"host": {"pattern": "[a-z0-9-]+"}, "why": {"pattern": ".*"}, "n": {"type": "integer"}, "tags": {"type": "array", "pattern": "[a-z]+"} },
             "for_each": "tags",
             "http": {"method": "POST", "url": "{{server.Url}}/hosts/{host}/drain?why={why}", "allow_private": true,
              "headers": {"Authorization": {"secret": "env:TOKEN", "prefix": "Bearer "}, "X-Host": "h-{host}"},
              "json": {"host": "{host}", "count": "{n}", "text": "n={n}", "tag": "{tags}", "fixed": [true, null, 1.5]} } }
            """);
        var effect = Assert.Single(AdapterBench.Effects(action, """{"host": "web1", "why": "a b&c=d#e/%2e", "n": 3, "tags": ["x"]}"""));
        Assert.Equal($"http:{server.Url}/hosts/web1/drain", Assert.Single(effect.Resources).ToString());
        Assert.DoesNotContain("hunter2", effect.Json.ToString() + action.Definition, StringComparison.Ordinal);
        var outcome = await action.Executor.ExecuteAsync(effect, AdapterBench.Key("k"), CancellationToken.None);
        Assert.Equal("status 200", Assert.IsType<StageOutcome.Succeeded>(outcome).Detail);
        Assert.Equal("done", AdapterBench.Text(outcome));
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("POST /hosts/web1/drain?why=a%20b%26c%3Dd%23e%2F%252e HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer hunter2-hunter2\r\n", request, StringComparison.Ordinal);
        Assert.Contains("X-Host: h-web1\r\n", request, StringComparison.Ordinal);
        Assert.Contains($"Idempotency-Key: {AdapterBench.Key("k")}\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("""{"count":3,"fixed":[true,null,1.5],"host":"web1","tag":"x","text":"n=3"}""", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    [InlineData("POST")]
    [InlineData("GET")]
    public async Task A_server_that_closes_without_an_answer_sees_one_request_and_the_outcome_is_in_doubt(string method)
    {
        using var server = new LoopbackServer(_ => null);
        var declaration = Declare(method, $"{server.Url}/x");

        // several effects one after another: none may reuse a connection of the one before
        for (var i = 1; i <= 3; i++)
        {
            var outcome = await bench.RunAsync(declaration);
            Assert.Contains("may have been acted on", Assert.IsType<StageOutcome.InDoubt>(outcome).Detail, StringComparison.Ordinal);
            await Task.Delay(50);
            Assert.Equal(i, server.Requests.Count);
        }
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_in_doubt()
    {
        using var server = new LoopbackServer(_ => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"u8.ToArray());
        Assert.IsType<StageOutcome.InDoubt>(await bench.RunAsync(Declare("DELETE", $"{server.Url}/x")));
        using var noise = new LoopbackServer(_ => "not http at all"u8.ToArray());
        Assert.IsType<StageOutcome.InDoubt>(await bench.RunAsync(Declare("DELETE", $"{noise.Url}/x")));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_leaves_the_outcome_in_doubt()
    {
        using var hold = new ManualResetEventSlim();
        using var server = new LoopbackServer(_ =>
        {
            hold.Wait(TimeSpan.FromSeconds(20));
            return null;
        });
        var outcome = await bench.RunAsync(Declare("DELETE", $"{server.Url}/x", """, "timeout": "300ms" """));
        hold.Set();
        Assert.StartsWith("no answer within 0.3 s", Assert.IsType<StageOutcome.InDoubt>(outcome).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_refused_or_a_name_that_is_unknown_means_not_dispatched()
    {
        int port;
        using (var server = new LoopbackServer(_ => null))
        {
            port = server.Port;
        }

        Assert.IsType<StageOutcome.NotDispatched>(await bench.RunAsync(Declare("DELETE", $"http://127.0.0.1:{port}/x")));
        Assert.IsType<StageOutcome.NotDispatched>(await bench.RunAsync(Declare("DELETE", "http://no-such-host.invalid/x")));
    }

    [Fact]
    public async Task A_server_that_speaks_no_tls_means_not_dispatched()
    {
        using var tls = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        tls.Start();
        var port = ((IPEndPoint)tls.LocalEndpoint).Port;
        var serving = Task.Run(async () =>
        {
            using var client = await tls.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        });
        var outcome = await bench.RunAsync(Declare("DELETE", $"https://127.0.0.1:{port}/x"));
        await serving;
        Assert.Contains("TLS", Assert.IsType<StageOutcome.NotDispatched>(outcome).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_that_is_no_success_is_a_failure_and_a_redirect_is_not_followed()
    {
        using var server = new LoopbackServer(request => request.Contains("/moved", StringComparison.Ordinal)
            ? LoopbackServer.Ok("", "Location: /secret\r\nSet-Cookie: a=b\r\n", "302 Found")
            : LoopbackServer.Ok("sorry", status: "503 Unavailable"));
        var outcome = await bench.RunAsync(Declare("DELETE", $"{server.Url}/moved"));
        Assert.Equal("status 302", Assert.IsType<StageOutcome.Failed>(outcome).Detail);
        outcome = await bench.RunAsync(Declare("DELETE", $"{server.Url}/x"));
        Assert.Equal("status 503", Assert.IsType<StageOutcome.Failed>(outcome).Detail);
        Assert.Equal("sorry", AdapterBench.Text(outcome));
        Assert.IsType<StageOutcome.Succeeded>(await bench.RunAsync(Declare("DELETE", $"{server.Url}/x", """, "success": [302, "500-503"] """)));
        Assert.Equal(3, server.Requests.Count);
        Assert.DoesNotContain(server.Requests, request => request.Contains("Cookie", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_echoed_secret_and_a_long_answer_are_cut_out()
    {
        bench.Set("TOKEN", "hunter2-hunter2");
        using var server = new LoopbackServer(_ => LoopbackServer.Ok("you sent hunter2-hunter2" + new string('x', 100_000)));
        var outcome = await bench.RunAsync(Declare(
            "POST", $"{server.Url}/x", """, "response_limit": 10, "headers": {"X-Token": {"secret": "env:TOKEN"}} """));
        Assert.Equal("you sent [secret env:TOKEN]", AdapterBench.Text(outcome));
        Assert.Contains("response_limit", outcome.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    public async Task An_inside_address_is_refused_unless_it_is_allowed(string host)
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Ok(""));
        var outcome = await bench.RunAsync(
            $$"""{"params": {"host": {"enum": ["{{host}}"]} }, "http": {"method": "DELETE", "url": "http://{host}:{{server.Port}}/x", "allow_hosts": ["{{host}}:{{server.Port}}"]} }""",
            $$"""{"host": "{{host}}"}""");
        Assert.IsType<StageOutcome.NotDispatched>(outcome);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("93.184.216.34", true)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:93.184.216.34", true)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:0:1::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2606:4700::1111", true)]
    public void Public_addresses_are_told_from_inside_ones(string address, bool expected) =>
        Assert.Equal(expected, PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("../x")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a\\b")]
    [InlineData("")]
    [InlineData("a\nb")]
    public void A_value_cannot_change_the_shape_of_a_path(string value)
    {
        var refusal = AdapterBench.Refusal(Path(), $$"""{"p": {{JsonSerializer.Serialize(value)}} }""");
        Assert.StartsWith("stages/0/params", refusal.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%2e%2e", "%252e%252e")]
    [InlineData("@evil", "%40evil")]
    [InlineData("a b", "a%20b")]
    [InlineData("a?b#c", "a%3Fb%23c")]
    [InlineData("--help", "--help")]
    public void A_value_in_a_path_is_encoded(string value, string encoded)
    {
        var effect = Assert.Single(AdapterBench.Effects(Path(), $$"""{"p": {{JsonSerializer.Serialize(value)}} }"""));
        Assert.Equal($"https://api.example.com:443/v1/{encoded}/y", effect.Content.Text("url"));
    }

    [Fact]
    public void A_host_from_a_parameter_must_be_on_the_list()
    {
        var action = bench.Action("""
            {"params": {"h": {"pattern": ".*"}}, "http": {"method": "POST", "url": "https://{h}/x", "allow_hosts": ["a.example.com", "b.example.com:8443"]}}
            """);
        Assert.Equal(
            "http:https://a.example.com:443/x",
            Assert.Single(Assert.Single(AdapterBench.Effects(action, """{"h": "a.example.com"}""")).Resources).ToString());
        Assert.Single(AdapterBench.Effects(action, """{"h": "b.example.com:8443"}"""));
        foreach (var evil in new[] { "b.example.com", "a.example.com@evil.com", "a.example.com/..", "evil.com#a.example.com", "A.example.com", "a.example.com.", "" })
        {
            Assert.Equal(RefusalCode.Forbidden, AdapterBench.Refusal(action, $$"""{"h": "{{evil}}"}""").Code);
        }
    }

    [Theory]
    [InlineData("""{"http": {"url": "https://a.example.com/"}}""", "http/method", "`DELETE`")]
    [InlineData("""{"http": {"method": "POST", "url": "ftp://a.example.com/"}}""", "http/url", "https://")]
    [InlineData("""{"http": {"method": "POST", "url": "https://u:p@a.example.com/"}}""", "http/url", "without user")]
    [InlineData("""{"http": {"method": "POST", "url": "https://a.example.com/a/../b"}}""", "http/url", "..")]
    [InlineData("""{"http": {"method": "POST", "url": "https://a.example.com/%2e%2E/b"}}""", "http/url", "..")]
    [InlineData("""{"http": {"method": "POST", "url": "https://A.example.com/"}}""", "http/url", "lower-case")]
    [InlineData("""{"params": {"h": {"pattern": "x"}}, "http": {"method": "POST", "url": "https://{h}/"}}""", "http/url", "allow_hosts")]
    [InlineData("""{"params": {"s": {"pattern": "x"}}, "http": {"method": "POST", "url": "{s}://a/"}}""", "http/url", "https://")]
    [InlineData("""{"http": {"method": "POST", "url": "https://a.example.com/", "allow_hosts": ["b.example.com"]}}""", "http/allow_hosts", "add it")]
    [InlineData("""{"http": {"method": "POST", "url": "https://a.example.com/", "headers": {"Host": "b"}}}""", "http/headers/Host", "connection")]
    [InlineData("""{"http": {"method": "POST", "url": "https://a.example.com/", "headers": {"A": "x\ny"}}}""", "http/headers/A", "printable")]
    [InlineData("""{"http": {"method": "GET", "url": "https://a.example.com/", "body": "x"}}""", "http/body", "not known")]
    [InlineData("""{"http": {"method": "POST", "url": "https://a.example.com/", "body": "x", "json": 1}}""", "http/body", "exclude")]
    [InlineData("""{"http": {"method": "POST", "url": "https://a.example.com/", "success": ["2xx"]}}""", "http/success", "200-299")]
    public void A_faulty_declaration_is_refused_with_place_and_mend(string declaration, string path, string mend)
    {
        var refusal = bench.ActionRefusal(declaration);
        Assert.Equal(path, refusal.Path);
        Assert.Contains(mend, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probes_read_status_header_and_body()
    {
        using var server = new LoopbackServer(request => request.StartsWith("HEAD", StringComparison.Ordinal)
            ? LoopbackServer.Ok("", "X-State: up \r\n")
            : request.Contains("/bad", StringComparison.Ordinal)
                ? LoopbackServer.Ok("no", status: "500 No")
                : LoopbackServer.Ok(""" {"ready": {"n": 3}} """, "X-State: up\r\n"));
        Assert.Equal("200", await Seen(server, "x", ""));
        Assert.Equal("500", await Seen(server, "bad", ""));
        Assert.Equal("\"up\"", await Seen(server, "x", """, "read": "header:X-State" """));
        Assert.Equal("\"up\"", await Seen(server, "x", """, "read": "header:X-State", "method": "HEAD" """));
        Assert.Equal("3", await Seen(server, "x", """, "json_pointer": "/ready/n" """));
        Assert.Equal("""
            "{\"ready\": {\"n\": 3}}"
            """, await Seen(server, "x", """, "read": "body" """));
        Assert.Contains("500", Assert.IsType<Observation.Unanswered>(await Observe(server, "bad", """, "read": "body" """)).Reason, StringComparison.Ordinal);
        Assert.Contains("nothing at", Assert.IsType<Observation.Unanswered>(await Observe(server, "x", """, "json_pointer": "/no" """)).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, request => request.Contains("Idempotency-Key", StringComparison.Ordinal));
    }

    [Fact]
    public void A_probe_cannot_send_anything_but_get_and_head()
    {
        var declaration = AdapterBench.Json("""{"http": {"method": "DELETE", "url": "https://a.example.com/"}}""");
        Assert.False(Interlock.Adapters.AdapterCatalog.Probe("p", declaration, bench.Environment).TryGet(out _, out var refusal));
        Assert.Equal("http/method", refusal.Path);
    }

    private static string Declare(string method, string url, string more = "") =>
        $$"""{"http": {"method": "{{method}}", "url": "{{url}}", "allow_private": true{{more}} } }""";

    private ActionDefinition Path() => bench.Action(
        """{"params": {"p": {"pattern": "(.|\n)*"}}, "http": {"method": "POST", "url": "https://api.example.com/v1/{p}/y"}}""");

    private async Task<string> Seen(LoopbackServer server, string path, string more) =>
        Assert.IsType<Observation.Seen>(await Observe(server, path, more)).Value.ToString();

    private Task<Observation> Observe(LoopbackServer server, string path, string more) =>
        bench.ObserveAsync($$"""{"http": {"url": "{{server.Url}}/{{path}}", "allow_private": true{{more}} } }""");
}
