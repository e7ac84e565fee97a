using System.Globalization;
using System.Text.Json;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Demo;

/// <summary>The <c>interlock.yaml</c> of the demo, as its owner would have written it. <c>--keep</c> leaves it to be read.</summary>
internal static class DemoConfiguration
{
    public const string Agent = "demo-agent";

    /// <summary>The text of the file.</summary>
    /// <param name="keeper">Where the servers are.</param>
    /// <param name="owner">Who answers for the agent.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="program">This program, as the first arguments of a command.</param>
    /// <param name="logKey">The public half of the log's key; null where nobody can sign.</param>
    /// <param name="around">Where the demo runs.</param>
    public static string Text(
        ServerKeeper keeper, string owner, string data, IReadOnlyList<string> program, string? logKey, Surroundings around) =>
        Text(keeper.Servers, keeper.ControlPort, owner, data, program, logKey, around.Environment("DOTNET_ROOT"));

    /// <summary>The same, of servers that need not run.</summary>
    /// <param name="servers">The servers.</param>
    /// <param name="controlPort">Where restarts are asked for.</param>
    /// <param name="owner">Who answers for the agent.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="program">This program, as the first arguments of a command.</param>
    /// <param name="logKey">The public half of the log's key; null where nobody can sign.</param>
    /// <param name="dotnet">Where the runtime is, if that was said.</param>
    public static string Text(
        IEnumerable<ServerState> servers,
        int controlPort,
        string owner,
        string data,
        IReadOnlyList<string> program,
        string? logKey,
        string? dotnet)
    {
        var first = ServerKeeper.Names[0];
        var names = string.Join(", ", ServerKeeper.Names);
        var self = string.Join(", ", program.Select(Quoted));

        // a command's environment is empty, and a runtime outside the usual places is found by this alone
        var environment = dotnet is { Length: > 0 } root ? $"\n      env: {{DOTNET_ROOT: {Quoted(root)}}}" : "";
        var deciding = logKey is null
            ? $"unsigned: allow              # there is no ssh-keygen here, so an approval is a typed name; every page says so\napprovers: [{Quoted(owner)}]\n"
            : InitTemplate.SignedSection(logKey);
        var control = controlPort.ToString(CultureInfo.InvariantCulture);
        return $$$"""
            # written by `interlock demo`: three web servers, what an agent may do to them, and what it may look at
            version: 1
            data: {{{data}}}
            agents:
              {{{Agent}}}: {owner: {{{Quoted(owner)}}}}
            self_approval: allow         # you are alone here: whoever approves also owns the agent

            {{{deciding}}}
            actions:
              drain:
                description: Take a server out of rotation.
                params: {server: {enum: [{{{names}}}]}}
                resources: ["server:{server}"]
                command:
                  argv: [{{{self}}}, {{{DemoCommand.Tool}}}, drain, "{server}"]
                  timeout: 20s{{{environment}}}
                example:
                  id: drain-{{{first}}}
                  action: drain
                  target: {kind: server, id: {{{first}}}}
                  params: {server: {{{first}}}}
                  preconditions: [{check: pool, expect: {op: contains, value: "out: none"}}]
                  verify: [{check: pool, expect: {op: contains, value: "out: {{{first}}}"}}]
                  rollback: {action: undrain, params: {server: {{{first}}}}}
              restart:
                description: End a server's process and start a new one in its place.
                params: {server: {enum: [{{{names}}}]}}
                resources: ["server:{server}"]
                http:
                  method: POST
                  url: "http://127.0.0.1:{{{control}}}/servers/{server}/restart"
                  allow_private: true
                example:
                  id: restart-{{{first}}}
                  action: restart
                  target: {kind: server, id: {{{first}}}}
                  params: {server: {{{first}}}}
                  preconditions: [{check: pool, expect: {op: contains, value: "out: {{{first}}}"}}]
                  verify: [{check: {{{first}}}_health, expect: {op: equals, value: ok}}]
                  rollback: {irreversible: true, justification: a process that has ended cannot be brought back}
              undrain:
                description: Put a server back into rotation.
                params: {server: {enum: [{{{names}}}]}}
                resources: ["server:{server}"]
                command:
                  argv: [{{{self}}}, {{{DemoCommand.Tool}}}, undrain, "{server}"]
                  timeout: 20s{{{environment}}}
                example:
                  id: undrain-{{{first}}}
                  action: undrain
                  target: {kind: server, id: {{{first}}}}
                  params: {server: {{{first}}}}
                  preconditions: [{check: {{{first}}}_health, expect: {op: equals, value: ok}}]
                  verify: [{check: pool, expect: {op: contains, value: "out: none"}}]
                  rollback: {action: drain, params: {server: {{{first}}}}}

            probes:
              pool:
                description: The pool file. Its second line names the servers that are out of rotation, or none.
                visible: true
                file: {roots: [.], path: {{{PoolFile.Name}}}, read: content}
                example: {check: pool, expect: {op: contains, value: "out: none"}}

            """ + string.Concat(servers.Select(Probes));
    }

    private static string Probes(ServerState server) => string.Create(CultureInfo.InvariantCulture, $$$"""
          {{{server.Name}}}_health:
            description: What {{{server.Name}}} says of its health; ok is healthy.
            visible: true
            http:
              url: "http://127.0.0.1:{{{server.Port}}}/health"
              allow_private: true
              success: ["200-299", 503]
              read: body
              json_pointer: /status
            example: {check: {{{server.Name}}}_health, expect: {op: equals, value: ok}}
          {{{server.Name}}}_generation:
            description: How many processes of {{{server.Name}}} there were, with this one.
            visible: true
            http:
              url: "http://127.0.0.1:{{{server.Port}}}/health"
              allow_private: true
              success: ["200-299", 503]
              read: body
              json_pointer: /generation
            example: {check: {{{server.Name}}}_generation, expect: {op: equals, value: "1"}}

        """);

    /// <summary>A double-quoted scalar of YAML; JSON's are a part of them. Its braces would be placeholders.</summary>
    private static string Quoted(string text) =>
        JsonSerializer.Serialize(text).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}
