using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Adapters;
using Interlock.Adapters.Declarations;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Plans;
using Interlock.Sessions;

namespace Interlock.Cli.Configuration;

/// <summary>
/// Reads the document of one configuration file. It goes on after a fault so that all of them are reported at once; where the
/// schema has complained about a value, nothing further is said about it.
/// </summary>
internal sealed class ConfigurationReader
{
    private static readonly TimeSpan LeastLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostLifetime = TimeSpan.FromDays(90);

    private readonly SourceFile file;
    private readonly string fullPath;
    private readonly AdapterEnvironment adapters;
    private readonly List<ConfigurationError> errors = [];
    private readonly List<IReadOnlyList<string>> misshapen = [];
    private readonly List<IReadOnlyList<string>> exposed = [];

    /// <param name="file">The document.</param>
    /// <param name="fullPath">The absolute path of its file.</param>
    /// <param name="adapters">What declarations are read with.</param>
    public ConfigurationReader(SourceFile file, string fullPath, AdapterEnvironment adapters)
    {
        this.file = file;
        this.fullPath = fullPath;
        this.adapters = adapters;
    }

    /// <summary>The configuration, or every fault.</summary>
    public Loaded Read()
    {
        foreach (var (path, error) in new ShapeCheck(ConfigSchema.Shape, ConfigSchema.Compiled).Run(file))
        {
            errors.Add(error);
            if (path.Count > 0)
            {
                misshapen.Add(path);
            }
        }

        if (file.Root is not JsonObject root)
        {
            return Refused();
        }

        var scan = new SecretScan(file);
        var secrets = scan.Run();
        errors.AddRange(scan.Faults.Select(static fault => fault.Error));
        exposed.AddRange(scan.Faults.Select(static fault => fault.Path));
        var data = ReadDataFolder(root);
        var catalog = ReadCatalog(root, adapters with { StageFolder = InterlockConfiguration.StagesIn(data) });
        var (floor, reserve) = ReadSpace();
        var approvals = new ApprovalSection(file, adapters.BaseDirectory, errors, IsSound);
        var (agents, approvers) = (ReadAgents(root), approvals.ReadNames(root));
        var configuration = new InterlockConfiguration
        {
            File = fullPath,
            Instance = root.Text("instance"),
            DataFolder = data,
            Log = new LogSection(file, adapters.BaseDirectory, adapters.Secrets, errors, IsSound).Read(root, data),
            Witnesses = new WitnessSection(file, errors, IsSound).Read(root),
            AllowUnsigned = root.Text("unsigned") == "allow",
            Agents = agents,
            Approvers = approvers,
            Signers = approvals.ReadFiles(root),
            Approval = approvals.ReadPolicy(root, catalog, agents.Keys, approvers),
            GenesisFile = approvals.ReadGenesis(root),
            ProposalLifetime = Duration(
                ["lifetimes", "proposal"], InterlockConfiguration.DefaultProposalLifetime, LeastLifetime, MostLifetime),
            ApprovalLifetime = Duration(
                ["lifetimes", "approval"], InterlockConfiguration.DefaultApprovalLifetime, LeastLifetime, MostLifetime),
            CheckTimeout = Duration(
                ["limits", "check_timeout"],
                InterlockConfiguration.DefaultCheckTimeout,
                TimeSpan.FromMilliseconds(100),
                TimeSpan.FromMinutes(10)),
            Limits = ReadLimits(),
            Volume = ReadRequests(),
            SpaceFloor = floor,
            SpaceReserve = reserve,
            Catalog = catalog,
            Policy = new PolicySection(file, adapters.BaseDirectory, errors, IsSound).Read(root, catalog),
            Secrets = secrets,
            Clock = adapters.Time,
        };
        return errors.Count == 0 ? Loaded.Of(configuration) : Refused();
    }

    /// <summary>Only where the data is. What else is at fault is not looked at, unless it hides the place.</summary>
    public (DataPlace? Place, ImmutableArray<ConfigurationError> Errors) ReadPlace()
    {
        if (file.Root is not JsonObject root || root["data"] is not (null or JsonString))
        {
            return (null, Read().Errors);
        }

        var folder = ReadDataFolder(root);
        return errors.Count == 0 ? (new DataPlace(folder, fullPath), []) : (null, [.. errors]);
    }

    private Loaded Refused() => Loaded.Refused(
    [
        .. errors
            .Distinct()
            .OrderBy(error => error.File == file.Name ? 0 : 1)
            .ThenBy(static error => error.File, StringComparer.Ordinal)
            .ThenBy(static error => error.Line)
            .ThenBy(static error => error.Column)
            .Take(ConfigurationLoader.MaxErrors),
    ]);

    /// <summary>Whether nobody has complained about a path, about what holds it, or about anything inside.</summary>
    private bool IsSound(IReadOnlyList<string> path) => !misshapen.Any(bad => bad.Zip(path).All(static pair => pair.First == pair.Second));

    // an adapter names the field that should hold the reference, the scan the reference inside: once is enough
    private static bool IsSame(IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        one.SequenceEqual(other) || one.Take(one.Count - 1).SequenceEqual(other);

    private string ReadDataFolder(JsonObject root)
    {
        var text = root.Text("data") ?? ".interlock";
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add(file.Error(["data"], "a path cannot hold a NUL character; remove it"));
            return adapters.BaseDirectory;
        }

        if (text == "~" || text.StartsWith("~/", StringComparison.Ordinal))
        {
            if (adapters.Secrets("HOME") is not { Length: > 0 } home || !Path.IsPathFullyQualified(home))
            {
                errors.Add(file.Error(["data"], "`~` stands for the home folder, but HOME is not set; write the whole path"));
                return adapters.BaseDirectory;
            }

            text = Path.Join(home, text[1..]);
        }

        var folder = Path.GetFullPath(text, adapters.BaseDirectory);
        if (File.Exists(folder))
        {
            errors.Add(file.Error(["data"], $"`{Plain.Text(folder)}` is a file; name a folder"));
        }

        return folder;
    }

    private ImmutableSortedDictionary<string, Agent> ReadAgents(JsonObject root)
    {
        var agents = ImmutableSortedDictionary.CreateBuilder<string, Agent>(StringComparer.Ordinal);
        foreach (var (name, value) in (root["agents"] as JsonObject ?? JsonObject.Empty).Members)
        {
            if (Agent.TryCreate(name, (value as JsonObject)?.Text("owner"), out var agent))
            {
                agents.Add(name, agent);
            }
            else
            {
                errors.Add(file.KeyError(
                    ["agents", name], "an agent's name is 1 to 64 ASCII letters, digits, points, underscores and hyphens; rename it"));
            }
        }

        return agents.ToImmutable();
    }

    private PlanLimits ReadLimits()
    {
        var limits = PlanLimits.Default;
        if (Sound(["limits", "stages"]) is JsonNumber stages)
        {
            limits = limits with { MaxStages = (int)stages.Value };
        }

        if (Sound(["limits", "depth"]) is JsonNumber depth)
        {
            limits = limits with { MaxDepth = (int)depth.Value };
        }

        if (Sound(["limits", "bytes"]) is { } size)
        {
            const int Most = 256 << 20;
            if (Quantities.TrySize(size, out var bytes) && bytes <= Most)
            {
                limits = limits with { MaxBytes = bytes };
            }
            else
            {
                errors.Add(file.Error(["limits", "bytes"], "a size is a number of bytes such as 4096, or `64KiB` or `1MiB`; give at most 256MiB"));
            }
        }

        return limits;
    }

    private VolumeLimits ReadRequests()
    {
        var limits = VolumeLimits.Default;
        return limits with
        {
            Burst = Sound(["requests", "burst"]) is JsonNumber burst ? (int)burst.Value : limits.Burst,
            PerMinute = Sound(["requests", "per_minute"]) is JsonNumber rate ? (int)rate.Value : limits.PerMinute,
            Pending = Sound(["requests", "pending"]) is JsonNumber pending ? (int)pending.Value : limits.Pending,
            Cooldown = Duration(["requests", "cooldown"], limits.Cooldown, TimeSpan.Zero, TimeSpan.FromHours(24)),
            Coalesce = Duration(["requests", "coalesce"], limits.Coalesce, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
        };
    }

    private (long Floor, long Reserve) ReadSpace()
    {
        var floor = Space("floor") ?? InterlockConfiguration.DefaultSpaceFloor;
        var reserve = Space("reserve");
        if (reserve > floor)
        {
            errors.Add(file.Error(
                ["space", "reserve"], "`reserve` is more than `floor`: what is given back of it would count as room again; give at most the floor"));
        }

        return (floor, reserve ?? Math.Min(floor, InterlockConfiguration.DefaultSpaceReserve));
    }

    /// <summary>A size that may be nothing; null where none is given.</summary>
    private long? Space(string key)
    {
        const int Most = 1 << 30;
        switch (Sound(["space", key]))
        {
            case null:
                return null;
            case JsonNumber { Value: 0 }:
                return 0;
            case var size when Quantities.TrySize(size, out var bytes) && bytes <= Most:
                return bytes;
            default:
                errors.Add(file.Error(["space", key], "a size is 0, a number of bytes, or `512KiB` or `64MiB`, at most 1024MiB"));
                return null;
        }
    }

    private TimeSpan Duration(IReadOnlyList<string> path, TimeSpan fallback, TimeSpan least, TimeSpan most)
    {
        if (Sound(path) is not JsonString text)
        {
            return fallback;
        }

        if (Quantities.TryDuration(text.Value, out var duration) && duration >= least && duration <= most)
        {
            return duration;
        }

        errors.Add(file.Error(
            path, $"`{path[^1]}` lies outside its range; give a duration from {Quantities.Text(least)} to {Quantities.Text(most)}"));
        return fallback;
    }

    /// <summary>A value that the schema has nothing against.</summary>
    private JsonValue? Sound(IReadOnlyList<string> path) => IsSound(path) ? file.Follow(path) : null;

    private Catalog ReadCatalog(JsonObject root, AdapterEnvironment environment)
    {
        var actions = ReadAll<ActionDefinition>(
            root, "actions", AdapterCatalog.ActionSchema, (name, declaration) => AdapterCatalog.Action(name, declaration, environment));
        var probes = ReadAll<ProbeDefinition>(
            root, "probes", AdapterCatalog.ProbeSchema, (name, declaration) => AdapterCatalog.Probe(name, declaration, environment));
        return new Catalog(actions, probes);
    }

    private List<T> ReadAll<T>(JsonObject root, string section, JsonObject schema, Func<string, JsonObject, Result<T>> read)
        where T : notnull
    {
        var all = new List<T>();
        foreach (var (name, value) in (root[section] as JsonObject ?? JsonObject.Empty).Members)
        {
            if (value is not JsonObject declaration)
            {
                continue;
            }

            // a slip in a key comes before what follows from it: `comand:` is not a declaration without a command
            var unknown = ShapeCheck.UnknownKeys(file, [section, name], declaration, schema)
                .Where(fault => !exposed.Any(one => IsSame(one, fault.Path)))
                .Select(static fault => fault.Error)
                .ToList();
            if (unknown.Count > 0)
            {
                errors.AddRange(unknown);
                continue;
            }

            if (read(name, declaration).TryGet(out var made, out var refusal))
            {
                all.Add(made);
            }
            else if (file.Split([section, name], refusal.Path) is var path && !exposed.Any(one => IsSame(one, path)))
            {
                errors.Add(file.Error(path, refusal.Message));
            }
        }

        return all;
    }
}
