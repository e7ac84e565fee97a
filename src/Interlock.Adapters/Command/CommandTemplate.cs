using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Interlock.Adapters.Declarations;
using Interlock.Adapters.Templates;
using Interlock.Canonical;

namespace Interlock.Adapters.Command;

/// <summary>The <c>command:</c> part of a declaration, of an action or of a probe.</summary>
internal sealed partial class CommandTemplate
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(24);

    private readonly ProgramFile program;
    private readonly ImmutableArray<Template> arguments;
    private readonly JsonObject variables;
    private readonly string workingDirectory;
    private readonly TimeSpan timeout;
    private readonly int outputLimit;
    private readonly ImmutableArray<int> success;

    private CommandTemplate(
        ProgramFile program,
        ImmutableArray<Template> arguments,
        JsonObject variables,
        string workingDirectory,
        TimeSpan timeout,
        int outputLimit,
        ImmutableArray<int> success)
    {
        this.program = program;
        this.arguments = arguments;
        this.variables = variables;
        this.workingDirectory = workingDirectory;
        this.timeout = timeout;
        this.outputLimit = outputLimit;
        this.success = success;
    }

    /// <summary>What was found when it was loaded, for the definition.</summary>
    public JsonObject Facts => JsonObject.Of(
        ("environment", variables),
        ("program", program.Path),
        ("program_sha256", program.Digest.ToString()),
        ("working_directory", workingDirectory));

    /// <summary>Reads the declaration; null where a fault was noted.</summary>
    public static CommandTemplate? Read(Fields fields, TemplateNames names, AdapterEnvironment environment)
    {
        var problems = fields.Problems;
        var argv = fields.Texts("argv") ?? [];
        if (argv.IsEmpty)
        {
            problems.Add(
                fields.Here, "`argv` is missing; write the program and its arguments as a list: [\"systemctl\", \"restart\", \"{unit}\"]");
            return null;
        }

        var arguments = argv.Select((text, i) => Template.Parse(text, $"{fields.At("argv")}/{i}", names, problems)).ToImmutableArray();
        for (var i = 0; i < argv.Length; i++)
        {
            if (argv[i].Contains('\0', StringComparison.Ordinal))
            {
                problems.Add($"{fields.At("argv")}/{i}", "an argument cannot hold a NUL character; remove it");
            }
        }

        if (!arguments[0].IsLiteral)
        {
            problems.Add($"{fields.At("argv")}/0", "the program is fixed; no parameter may stand in its name");
        }

        var workingDirectory = Path.GetFullPath(fields.Text("workdir") ?? ".", environment.BaseDirectory);
        if (!Directory.Exists(workingDirectory))
        {
            problems.Add(fields.At("workdir"), $"there is no folder `{workingDirectory}`; create it or name another");
        }

        var program = problems.First is null
            ? ProgramFile.Find(argv[0], $"{fields.At("argv")}/0", environment, problems)
            : null;
        var variables = ReadVariables(fields, environment);
        var timeout = fields.Duration("timeout", TimeSpan.FromSeconds(60), MaxTimeout);
        var limit = fields.Size("output_limit", 64 << 10, 16 << 20);
        var success = ReadSuccess(fields);
        return program is null || problems.First is not null
            ? null
            : new CommandTemplate(program, arguments, variables, workingDirectory, timeout, limit, success);
    }

    /// <summary>Binds the values.</summary>
    /// <param name="values">The values.</param>
    /// <param name="path">The path of the parameters, for refusals.</param>
    public Result<CommandContent> Fill(Bound values, string path)
    {
        var argv = ImmutableArray.CreateBuilder<string>(arguments.Length);
        argv.Add(program.Path);
        var optionsEnded = false;
        foreach (var template in arguments.Skip(1))
        {
            var argument = template.Fill(values);
            if (template.StartsWithValue && argument.StartsWith('-') && !optionsEnded)
            {
                var name = template.Names.First();
                return new Refusal(
                    RefusalCode.Invalid,
                    path.Length == 0 ? name : $"{path}/{name}",
                    $"the value of `{name}` would be read as an option; it may not start with `-`");
            }

            // only a `--` that the configuration wrote ends the options: a value never does
            optionsEnded |= template.IsLiteral && argument == "--";
            argv.Add(argument);
        }

        return new CommandContent
        {
            Argv = argv.MoveToImmutable(),
            ProgramDigest = program.Digest,
            WorkingDirectory = workingDirectory,
            Variables = variables,
            Timeout = timeout,
            OutputLimit = outputLimit,
            Success = success,
        };
    }

    private static JsonObject ReadVariables(Fields fields, AdapterEnvironment environment)
    {
        var variables = JsonObject.Of(("LANG", "C.UTF-8"), ("PATH", ProgramFile.SearchPath));
        if (fields.Section("env") is not { } section)
        {
            return variables;
        }

        foreach (var member in section.Json.Members)
        {
            var path = section.At(member.Name);
            if (!VariableName().IsMatch(member.Name) || member.Name.StartsWith("INTERLOCK_", StringComparison.Ordinal))
            {
                section.Problems.Add(
                    path, $"`{member.Name}` is no name for a variable here; use letters, digits and `_`, and not `INTERLOCK_`");
                continue;
            }

            if (ReadVariable(section, member, environment) is { } value)
            {
                variables = variables.With(member.Name, value);
            }
        }

        return variables;
    }

    private static JsonValue? ReadVariable(Fields section, JsonMember member, AdapterEnvironment environment)
    {
        var path = section.At(member.Name);
        if (member.Value is JsonString literal && !literal.Value.Contains('\0', StringComparison.Ordinal))
        {
            return literal;
        }

        if (SecretReference.From(member.Value) is { } secret)
        {
            secret.Check(path, section.Problems);
            return secret.ToJson();
        }

        if (member.Value is JsonObject { Count: 1 } json && json.Text("from_env") is { } name)
        {
            // read now and not later: the value is part of what is approved
            if (environment.Secrets(name) is { } value)
            {
                return value;
            }

            section.Problems.Add(path, $"the variable `{name}` is not set; set it before interlock starts, or write the value here");
            return null;
        }

        section.Problems.Add(path, "a variable is text, `{from_env: NAME}` or `{secret: \"env:NAME\"}`");
        return null;
    }

    private static ImmutableArray<int> ReadSuccess(Fields fields)
    {
        if (fields.Value("success") is not { } value)
        {
            return [0];
        }

        if (value is JsonArray { Items.Length: > 0 } list
            && list.Items.All(item => item is JsonNumber { Value: >= 0 and <= 255 } code && code.Value == Math.Truncate(code.Value)))
        {
            return [.. list.Items.Select(item => (int)((JsonNumber)item).Value).Distinct().Order()];
        }

        fields.Problems.Add(fields.At("success"), "`success` is a list of exit codes from 0 to 255, for example [0]");
        return [0];
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
