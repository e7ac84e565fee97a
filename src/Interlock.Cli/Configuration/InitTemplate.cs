using System.Text;
using System.Text.Json;

namespace Interlock.Cli.Configuration;

/// <summary>The file that <c>interlock init</c> writes: commented, harmless, and working as it stands.</summary>
internal static class InitTemplate
{
    /// <summary>The folder that the template's actions work in, beside the file.</summary>
    public const string NotesFolder = "interlock-notes";

    /// <summary>The text of the file where nobody can sign: every surface marks what is approved under it.</summary>
    public const string Text = Beginning + Unsigned + Rest;

    private const string Beginning =
        """
        # What agents may propose here, who decides, and what is forbidden. This file works as it stands.
        # `interlock config check` explains it in plain words; docs/reference/configuration.md describes every key.
        #
        # For completion in an editor: interlock config schema > interlock.schema.json
        # yaml-language-server: $schema=interlock.schema.json

        version: 1

        # Where the ledger is kept, relative to this file.
        data: .interlock


        """;

    private const string Unsigned =
        """
        # Whether an approval without a signature counts. `allow` means that an approver's name is only what was typed, and that
        # whoever can run `interlock approve` as this user can approve, which includes an agent that has a shell. `forbid` is the
        # default: name the file of those whose keys count under `approvers`, see `interlock keys`, then take this line out.
        unsigned: allow

        # Who may approve and reject; without this key any name may.
        # approvers: [alice, bob]


        """;

    private const string Rest =
        """
        # Who may propose: `interlock mcp --agent assistant`. An agent sees only its own plans.
        agents:
          assistant: {}            # or {owner: your-name}: who answers for it

        # Whoever approves here may also be the owner of the agent: right for one person's machine. With others, write `forbid`, which is
        # the default, and rules of who has to agree: docs/guide/approval-rules.md.
        self_approval: allow

        # How long a proposal waits for its approval, and how long an approval holds.
        lifetimes:
          proposal: 24h
          approval: 1h

        # What plans may do. Anything that is not named here is refused. A plan gives parameters, never a command, path or URL.
        actions:
          write_note:
            description: Write a note into the folder of notes. It must not exist yet.
            params:
              name: {description: the note's name, pattern: "[a-z0-9-]{1,40}"}
              text: {description: the note, content: true, max_length: 4096}
            file:
              op: write
              roots: [interlock-notes]
              path: "{name}.txt"
              content: "{text}"
            # A stage as a good agent writes it, which is what agents are shown: what must hold before, what proves it worked,
            # what undoes it. Without an example one is made up.
            example:
              id: write-hello
              action: write_note
              params: {name: hello, text: a person approved exactly this}
              preconditions:
                - {check: note_exists, probe: {name: hello}, expect: {op: equals, value: "false"}}
              verify:
                - {check: note_exists, probe: {name: hello}, expect: {op: equals, value: "true"}}
              rollback: {action: delete_note, params: {name: hello}}
          delete_note:
            description: Delete a note.
            params:
              name: {description: the note's name, pattern: "[a-z0-9-]{1,40}"}
            file:
              op: delete
              roots: [interlock-notes]
              path: "{name}.txt"
            example:
              id: delete-hello
              action: delete_note
              params: {name: hello}
              preconditions:
                - {check: note_exists, probe: {name: hello}, expect: {op: equals, value: "true"}}
              verify:
                - {check: note_exists, probe: {name: hello}, expect: {op: equals, value: "false"}}
              rollback: {irreversible: true, justification: the text of the note is not kept anywhere else}

        # What checks may observe, before a stage and after it. Probes only read.
        probes:
          note_exists:
            description: Whether a note exists, true or false.
            visible: true          # the agent is told the value, and not merely whether the check passed
            params:
              name: {pattern: "[a-z0-9-]{1,40}"}
            file:
              roots: [interlock-notes]
              path: "{name}.txt"
              read: exists
            example: {check: note_exists, probe: {name: hello}, expect: {op: equals, value: "true"}}
          list_notes:
            description: The names of all the notes, one a line.
            visible: true
            command:
              argv: [ls, "-1", interlock-notes]
              timeout: 5s
            example: {check: list_notes, expect: {op: contains, value: hello.txt}}

        # What no plan may do, whoever approves it.
        policy:
          forbidden_actions: []    # for example [delete_note]
          forbidden_targets: []    # for example [{kind: file, id: /etc/passwd}]
          require_preconditions_for_mutating: true

        # A plan to try. Put it into note.yaml without the marks, then:
        #   interlock validate note.yaml && interlock propose note.yaml
        #
        #| intent: leave a note for whoever looks next
        #| stages:
        #|   - id: hello
        #|     action: write_note
        #|     params:
        #|       name: hello
        #|       text: a person approved exactly this
        #|     preconditions:
        #|       - {check: note_exists, probe: {name: hello}, expect: {op: equals, value: "false"}}
        #|     verify:
        #|       - {check: note_exists, probe: {name: hello}, expect: {op: equals, value: "true"}}
        #|       - {check: list_notes, expect: {op: contains, value: hello.txt}}
        #|     rollback: {action: delete_note, params: {name: hello}}

        """;

    private const string PlanMark = "#| ";

    /// <summary>The plan in the comments, as a file of its own.</summary>
    public static string Plan { get; } = string.Concat(
        Text.Split('\n').Where(static line => line.StartsWith(PlanMark, StringComparison.Ordinal)).Select(static line => line[PlanMark.Length..] + "\n"));

    /// <summary>The text of the file where somebody can sign.</summary>
    /// <param name="person">Whose key is registered.</param>
    /// <param name="logKey">The public half of the log's key.</param>
    public static string Signed(string person, string logKey) =>
        (Beginning + SignedSection(logKey) + Rest).Replace(
            "assistant: {}            # or {owner: your-name}: who answers for it",
            $"assistant: {{owner: {JsonSerializer.Serialize(person)}}}    # who answers for it",
            StringComparison.Ordinal);

    /// <summary>What a configuration says where approvals and the log are signed, the files where <see cref="FirstKeys"/> puts them.</summary>
    /// <param name="logKey">The public half of the log's key.</param>
    public static string SignedSection(string logKey) =>
        $$"""
        # Whose signature counts. An approval is a signature by one of these keys over exactly what was shown; `interlock keys list` shows
        # them, `interlock keys add` and `revoke` edit the files.
        approvers:
          allowed_signers: {{FirstKeys.AllowedSigners}}
          revoked: {{FirstKeys.Revoked}}

        # The log is signed too: after each entry the newest checkpoint is kept in the anchor, so that a ledger that was cut off or put
        # back is refused. Move both to where whoever can write to `data` cannot write: another disk, another user's folder.
        log:
          key: {{FirstKeys.LogKey}}
          public: {{logKey}}
          anchor: {{FirstKeys.Anchor}}


        """;

    /// <summary>
    /// Writes <c>interlock.yaml</c> and the folder of notes, and makes the folder where there is none. A file that is there already
    /// is never touched.
    /// </summary>
    /// <param name="folder">The folder, absolute.</param>
    /// <param name="text">The text.</param>
    /// <returns>The path of the file, or why it was not written.</returns>
    public static Result<string> Write(string folder, string text = Text)
    {
        var path = Path.Combine(folder, ConfigurationLoader.FileName);
        try
        {
            Directory.CreateDirectory(folder);
            using (var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
            }

            Directory.CreateDirectory(Path.Combine(folder, NotesFolder));
            return path;
        }
        catch (IOException) when (Path.Exists(path))
        {
            return Refusal.Of(RefusalCode.WrongStatus, $"`{Plain.Text(path)}` exists already; change it, or move it away first");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Refusal.Of(RefusalCode.Storage, $"`{Plain.Text(path)}` cannot be written: {Plain.Text(fault.Message)}; choose a folder of yours");
        }
    }
}
