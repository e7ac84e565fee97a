using System.Text;
using Interlock.Cli.Configuration;

namespace Interlock.Tests.Cli.Configuration;

public sealed class Faults : IDisposable
{
    private readonly ConfigurationBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData("version: 1\nunsinged: allow\n", "interlock.yaml:2:1: the key `unsinged` is not known here; did you mean `unsigned`?")]
    [InlineData("version: 1\nlifetimes:\n  aproval: 1h\n", "interlock.yaml:3:3: the key `aproval` is not known here; did you mean `approval`?")]
    [InlineData("version: 1\nlimits:\n  zzz: 1\n", "interlock.yaml:3:3: the key `zzz` is not known here; known here: `bytes`, `check_timeout`, `depth`, `stages`")]
    [InlineData("version: 1\nlisteners: []\n", "interlock.yaml:2:1: the key `listeners` is not known here; known here: `actions`, `agents`, `approvers`, `data`, `drift`, `freezes`, `governance`, `groups`, `instance`, `lifetimes`, `limits`, `log`, `policy`, `probes`, `requests`, `resume`, `rules`, `self_approval`, `space`, `unsigned`, `version`, `witnesses`")]
    [InlineData("version: 1\nrequests: {burst: 0}\n", "interlock.yaml:2:19: `burst` is an integer from 1 to 1000000")]
    [InlineData("version: 1\nrequests: {coalesce: 2h}\n", "interlock.yaml:2:22: `coalesce` lies outside its range; give a duration from 100ms to 1h")]
    [InlineData("version: 1\nspace: {floor: 2000MiB}\n", "interlock.yaml:2:16: a size is 0, a number of bytes, or `512KiB` or `64MiB`, at most 1024MiB")]
    [InlineData("version: 1\nspace: {floor: 1MiB, reserve: 2MiB}\n", "interlock.yaml:2:31: `reserve` is more than `floor`: what is given back of it would count as room again; give at most the floor")]
    [InlineData("unsigned: allow\n", "interlock.yaml:1:1: `version` is missing; add `version: 1`")]
    [InlineData("version: 2\n", "interlock.yaml:1:10: `version` is 1; write `version: 1`")]
    [InlineData("version: 1\nunsigned: yes\n", "interlock.yaml:2:11: `unsigned` is `allow` or `forbid`")]
    [InlineData("version: 1\nunsigned: true\n", "interlock.yaml:2:11: `unsigned` is `allow` or `forbid`")]
    [InlineData("version: 1\nlifetimes: {proposal: 24}\n", "interlock.yaml:2:23: `proposal` is not right; a duration is a number with its unit: `500ms`, `30s`, `5m`, `24h` or `7d`")]
    [InlineData("version: 1\nlifetimes: {proposal: 30s}\n", "interlock.yaml:2:23: `proposal` lies outside its range; give a duration from 1m to 90d")]
    [InlineData("version: 1\nlifetimes: {approval: 91d}\n", "interlock.yaml:2:23: `approval` lies outside its range; give a duration from 1m to 90d")]
    [InlineData("version: 1\nlimits: {stages: 0}\n", "interlock.yaml:2:18: `stages` is an integer from 1 to 1000000")]
    [InlineData("version: 1\nlimits: {stages: 1.5}\n", "interlock.yaml:2:18: `stages` is an integer from 1 to 1000000")]
    [InlineData("version: 1\nlimits: {bytes: 999MiB}\n", "interlock.yaml:2:17: a size is a number of bytes such as 4096, or `64KiB` or `1MiB`; give at most 256MiB")]
    [InlineData("version: 1\nlimits: {check_timeout: 11m}\n", "interlock.yaml:2:25: `check_timeout` lies outside its range; give a duration from 100ms to 10m")]
    [InlineData("version: 1\napprovers: []\n", "interlock.yaml:2:1: `approvers` is a list of different names, for example [alice, bob], or `{allowed_signers: PATH}`; leave the key out to accept any name")]
    [InlineData("version: 1\napprovers: [alice, alice]\n", "interlock.yaml:2:1: `approvers` is a list of different names, for example [alice, bob], or `{allowed_signers: PATH}`; leave the key out to accept any name")]
    [InlineData("version: 1\napprovers: [alice, ' bob']\n", "interlock.yaml:2:20: `approvers/1` is not right; a name has 1 to 128 printable characters and no space at its ends")]
    [InlineData("version: 1\nagents:\n  a b: {}\n", "interlock.yaml:3:3: an agent's name is 1 to 64 ASCII letters, digits, points, underscores and hyphens; rename it")]
    [InlineData("version: 1\nagents:\n  claude:\n", "interlock.yaml:3:10: `claude` is not right; an agent is an object, for example `{owner: alice}`, or `{}` where nobody answers for it")]
    [InlineData("version: 1\nagents:\n  claude: {ownr: alice}\n", "interlock.yaml:3:12: the key `ownr` is not known here; did you mean `owner`?")]
    [InlineData("version: 1\nactions: [1]\n", "interlock.yaml:2:1: `actions` is an object of names, each with its declaration")]
    [InlineData("[]\n", "interlock.yaml:1:1: a configuration is a mapping of keys; start with `version: 1`, or write one with `interlock init`")]
    public void A_wrong_key_or_value_is_named_with_its_place_and_its_mend(string text, string expected) =>
        Assert.Equal(expected, bench.Fault(text));

    [Theory]
    [InlineData("forbidden_actions: [restrat]", "interlock.yaml:2:30: no action `restrat` is declared under `actions`; did you mean `restart`?")]
    [InlineData("forbidden_actions: [format]", "interlock.yaml:2:30: no action `format` is declared under `actions`; remove it: what is not declared cannot run")]
    [InlineData("forbiden_actions: []", "interlock.yaml:2:10: the key `forbiden_actions` is not known here; did you mean `forbidden_actions`?")]
    [InlineData("action_registry: {}", "interlock.yaml:2:10: the key `action_registry` is not known here; known here: `forbidden_actions`, `forbidden_targets`, `require_preconditions_for_mutating`, `schema_extension`, `secret_patterns`, `unknown_action`")]
    [InlineData("unknown_action: maybe", "interlock.yaml:2:26: `unknown_action` is `reject`, `mutating` or `read`")]
    [InlineData("secret_patterns: ['a(b']", "interlock.yaml:2:28: not a regular expression; mend its syntax")]
    [InlineData("forbidden_targets: [{}]", "interlock.yaml:2:30: `forbidden_targets/0` is not right; an entry names the fields that must match, as in `{kind: service, id: database}`")]
    [InlineData("file: p.yaml, unknown_action: read", "interlock.yaml:2:24: the key `unknown_action` is not known here; `file` stands alone: the rules are in that file; move this key there, or remove `file`")]
    [InlineData("file: p.yaml", "interlock.yaml:2:16: `p.yaml`: there is no such file; mend the path, or write one with `interlock init`")]
    public void A_fault_in_the_policy_is_named(string policy, string expected) => Assert.Equal(
        expected,
        bench.Fault($"version: 1\npolicy: {{{policy}}}\nactions: {{restart: {{mutating: false, command: {{argv: [echo]}}}}}}\n"));

    [Fact]
    public void A_fault_in_a_policy_file_is_named_in_that_file()
    {
        bench.Write("rules.yaml", "forbidden_targets: []\nforbidden_actions: [x]\n");
        Assert.Equal(
            "rules.yaml:2:21: no action `x` is declared under `actions`; remove it: what is not declared cannot run",
            bench.Fault("{version: 1, policy: {file: rules.yaml}}"));
        bench.Write("rules.yaml", "action_registry: {}\n");
        Assert.Equal(
            "rules.yaml:1:1: actions are declared under `actions` in the configuration; remove this key, and declare each there",
            bench.Fault("{version: 1, policy: {file: rules.yaml}}"));
        bench.Write("rules.yaml", "unknown_action: ]\n");
        Assert.StartsWith("rules.yaml:1:17: ", bench.Fault("{version: 1, policy: {file: rules.yaml}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_in_a_declaration_is_named_at_its_line()
    {
        Assert.Equal(
            "interlock.yaml:5:22: there is no executable file `no-such-program`; give its absolute path, or one relative to the configuration file",
            bench.Fault("version: 1\nactions:\n  a/b:\n    mutating: false\n    command: {argv: [no-such-program]}\n"));
        Assert.StartsWith(
            "interlock.yaml:4:5: the key `commnd` is not known here; did you mean `command`?",
            bench.Fault("version: 1\nactions:\n  act:\n    commnd: {argv: [echo]}\n    mutating: false\n    command: {argv: [echo]}\n"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("actions: {a: {comand: {argv: [echo]}}}", "2:15: the key `comand` is not known here; did you mean `command`?")]
    [InlineData("actions: {a: {file: {op: delete, root: [x], path: y}}}", "2:34: the key `root` is not known here; did you mean `roots`?")]
    [InlineData("actions: {a: {params: {n: {patern: x}}, command: {argv: [echo]}}}", "2:28: the key `patern` is not known here; did you mean `pattern`?")]
    [InlineData("probes: {p: {htpp: {url: 'https://example.org'}}}", "2:14: the key `htpp` is not known here; did you mean `http`?")]
    [InlineData("probes: {p: {command: {argv: [echo], shell: true}}}", "2:38: the key `shell` is not known here; known here: `argv`, `env`, `json_pointer`, `output_limit`, `read`, `success`, `timeout`, `workdir`")]
    public void A_slip_in_a_key_of_a_declaration_is_told_with_the_nearest_one(string line, string expected) =>
        Assert.Equal($"interlock.yaml:{expected}", bench.Fault($"version: 1\n{line}\n"));

    [Theory]
    [InlineData("localhost", "localhost")]
    [InlineData("db.localhost:8080", "db.localhost")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("127.1", "127.1")]
    [InlineData("[::1]:81", "[::1]")]
    [InlineData("169.254.169.254", "169.254.169.254")]
    public void A_host_that_can_only_be_an_inside_one_is_refused_where_it_is_declared(string authority, string host)
    {
        var expected = $"`{host}` is no public address; set `allow_private: true` where that is meant";
        Assert.Equal($"interlock.yaml:2:26: {expected}", bench.Fault($"version: 1\nprobes: {{p: {{http: {{url: 'http://{authority}/x'}}}}}}\n"));
        Assert.Equal(
            $"interlock.yaml:2:41: {expected}",
            bench.Fault($"version: 1\nactions: {{a: {{http: {{method: POST, url: 'http://{authority}/x'}}}}}}\n"));
        _ = bench.Configuration($"version: 1\nprobes: {{p: {{http: {{url: 'http://{authority}/x', allow_private: true}}}}}}\n");
    }

    [Theory]
    [InlineData("'[a-z'", "the pattern fails at character 5: a class does not end; close it with `]`")]
    [InlineData("'(a'", "the pattern fails at character 3: a group does not end; close it with `)`")]
    [InlineData("'a]'", "the pattern fails at character 2: a closing bracket without its opening one; escape it with `\\`")]
    [InlineData("'(?=a)b'", "the pattern fails at character 3: lookaround needs backtracking; leave it out, or say it with `allOf` or `not` where a schema stands")]
    public void A_pattern_that_cannot_be_read_is_told_at_its_character(string pattern, string expected) => Assert.Equal(
        $"interlock.yaml:2:37: {expected}",
        bench.Fault($"version: 1\nactions: {{a: {{params: {{n: {{pattern: {pattern}}}}}, mutating: false, command: {{argv: [echo, '{{n}}']}}}}}}\n"));

    [Fact]
    public void A_pattern_without_quotes_that_opens_a_list_is_told_by_its_line() => Assert.Equal(
        "interlock.yaml:7:5: the `[` of line 6 is still open here; close it, or put that value in quotes if it is text",
        bench.Fault("version: 1\nactions:\n  a:\n    params:\n      n:\n        pattern: [a-z\n    command: {argv: [echo]}\n"));

    [Fact]
    public void All_faults_are_reported_at_once_in_the_order_of_the_file()
    {
        var errors = bench.Errors(
            """
            version: 3
            unsinged: allow
            lifetimes: {proposal: 1s}
            policy: {forbidden_actions: [x]}
            actions:
              one: {mutating: false, command: {argv: []}}
              two: {mutating: 5, command: {argv: [echo]}}
            probes:
              three: {}
            """);
        Assert.Equal([1, 2, 3, 4, 6, 7, 9], errors.Select(error => error.Line));
        Assert.Equal(
            ["version", "unsinged", "lifetimes/proposal", "policy/forbidden_actions/0", "actions/one/command", "actions/two/mutating", "probes/three"],
            errors.Select(error => error.Path));
    }

    [Fact]
    public void No_more_than_25_faults_are_reported()
    {
        var text = "version: 1\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"zz{i}: 1\n"));
        Assert.Equal(25, bench.Errors(text).Length);
    }

    [Fact]
    public void Json_is_judged_by_the_strict_reader_and_keeps_its_places()
    {
        bench.Write("c.json", "{\n\t\"version\": 1,\n\t\"unsinged\": \"allow\"\n}\n");
        Assert.Equal(
            "c.json:3:2: the key `unsinged` is not known here; did you mean `unsigned`?",
            Assert.Single(ConfigurationBench.Faults(bench.Load("c.json"))).ToString());
        bench.Write("c.json", "{\"version\": 1,}");
        Assert.StartsWith("c.json:1:15: ", Assert.Single(ConfigurationBench.Faults(bench.Load("c.json"))).ToString(), StringComparison.Ordinal);
        bench.Write("c.json", "{version: 1}");
        Assert.StartsWith("c.json:1:2: ", Assert.Single(ConfigurationBench.Faults(bench.Load("c.json"))).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_explained()
    {
        Assert.Equal(
            "gone.yaml: there is no such file; mend the path, or write one with `interlock init`",
            Assert.Single(ConfigurationBench.Faults(bench.Load("gone.yaml"))).ToString());

        bench.Set("INTERLOCK_CONFIG", "gone/either.yaml");
        Assert.Equal(
            "gone/either.yaml: there is no such file; mend the path, or write one with `interlock init` (INTERLOCK_CONFIG names it)",
            Assert.Single(ConfigurationBench.Faults(bench.Load())).ToString());
        bench.Set("INTERLOCK_CONFIG", null);

        Directory.CreateDirectory(bench.At("folder"));
        Assert.Equal(
            "folder: this is a folder; name a file", Assert.Single(ConfigurationBench.Faults(bench.Load("folder"))).ToString());
        Assert.Contains("no file is named", Assert.Single(ConfigurationBench.Faults(bench.Load(""))).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_explained()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "a privileged process may read every file");
        var path = bench.Write("interlock.yaml", "version: 1");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
        }

        Assert.Contains("may not be read", Assert.Single(ConfigurationBench.Faults(bench.Load())).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_refused_with_a_place_or_read_and_never_throws()
    {
        Directory.CreateDirectory(bench.At(InitTemplate.NotesFolder));
        var random = new Random(20261122);
        var refused = 0;
        for (var i = 0; i < 400; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(InitTemplate.Text);
            for (var j = random.Next(1, 4); j > 0; j--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            bench.Write("interlock.yaml", bytes);
            var loaded = bench.Load();
            refused += loaded.Errors.IsEmpty ? 0 : 1;
            Assert.All(loaded.Errors, error => Assert.True(error.Line >= 1 && error.Column >= 1 || error.Line == 0, error.ToString()));
            Assert.All(loaded.Errors, error => Assert.DoesNotContain(error.ToString(), char.IsControl));
        }

        Assert.InRange(refused, 100, 400);
    }

    [Fact]
    public void A_folder_or_a_broken_link_in_the_place_of_the_file_is_not_passed_over()
    {
        File.CreateSymbolicLink(bench.At("interlock.yaml"), bench.At("nowhere"));
        Assert.Contains("there is no such file", Assert.Single(ConfigurationBench.Faults(bench.Load())).ToString(), StringComparison.Ordinal);
        File.Delete(bench.At("interlock.yaml"));
        Directory.CreateDirectory(bench.At("interlock.yaml"));
        Assert.Contains("this is a folder", Assert.Single(ConfigurationBench.Faults(bench.Load())).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_text_is_explained()
    {
        (byte[] Bytes, string Expected)[] files =
        [
            ([0x7f, (byte)'E', (byte)'L', (byte)'F', 0, 1], "f.yaml: this is no text file; name a YAML or JSON file"),
            ([0xff, 0xfe, (byte)'v', 0], "f.yaml: the file is UTF-16; save it as UTF-8"),
            ([.. "version: 1\ninstance: "u8, 0xc3, 0x28], "f.yaml:2:11: not valid UTF-8; save the file as UTF-8"),
            (Encoding.UTF8.GetBytes("version: 1\n#" + new string('x', 1 << 20)), "f.yaml: the file is larger than 1048576 bytes; name a configuration file"),
        ];
        foreach (var (bytes, expected) in files)
        {
            bench.Write("f.yaml", bytes);
            Assert.Equal(expected, Assert.Single(ConfigurationBench.Faults(bench.Load("f.yaml"))).ToString());
        }

        Assert.NotEmpty(ConfigurationBench.Faults(bench.LoadText("")));
        Assert.NotEmpty(ConfigurationBench.Faults(bench.LoadText("version: 1\n---\nversion: 1\n")));
        Assert.StartsWith("interlock.yaml:2:", bench.Fault("version: 1\n\tdata: x\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_folder_that_is_a_file_is_refused()
    {
        bench.Write("taken", "x");
        Assert.Contains("is a file; name a folder", bench.Fault("{version: 1, data: taken}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_cannot_steer_the_terminal_that_shows_the_fault()
    {
        var fault = bench.Fault("version: 1\n\"\\e[31mred\\u202e\": 1\n");
        Assert.DoesNotContain('\u001b', fault);
        Assert.DoesNotContain('\u202e', fault);
        Assert.Contains("\\u{1b}[31mred\\u{202e}", fault, StringComparison.Ordinal);
    }
}
