namespace Interlock.Tests.Architecture;

/// <summary>
/// Arrows point down only. Both tables are lists of what is allowed; what is not in them is refused, so a new project or a new
/// folder of the core is a line here that a reviewer sees.
/// </summary>
public sealed class Arrows
{
    /// <summary>Assembly → the assemblies of this repository, and the packages (by prefix), that it may refer to.</summary>
    private static readonly Dictionary<string, string[]> Assemblies = new(StringComparer.Ordinal)
    {
        ["Interlock"] = [],
        ["Interlock.Storage"] = ["Interlock", "Microsoft.Data.Sqlite", "SQLitePCLRaw"],
        ["Interlock.Signing"] = ["Interlock"],
        ["Interlock.Adapters"] = ["Interlock"],
        // the agent's surface: neither signing, nor the person's surfaces, nor a store or an adapter to go around the gate with
        ["Interlock.Mcp"] = ["Interlock", "ModelContextProtocol", "Microsoft.Extensions"],
        ["Interlock.Cli"] =
        [
            "Interlock", "Interlock.Storage", "Interlock.Signing", "Interlock.Adapters", "Interlock.Mcp", "YamlDotNet",
            "System.CommandLine", "ModelContextProtocol", "Microsoft.Extensions",
        ],
    };

    /// <summary>Namespace of the core → the other namespaces of the core that it may use.</summary>
    private static readonly Dictionary<string, string[]> Core = new(StringComparer.Ordinal)
    {
        ["Canonical"] = [],
        // the root itself: words that the folders above it share, as an answer or its refusal
        [""] = ["Canonical"],
        ["Schema"] = ["", "Canonical"],
        ["Checks"] = ["", "Canonical", "Schema"],
        ["Ledger"] = ["", "Canonical"],
        ["Plans"] = ["", "Canonical", "Schema", "Checks", "Ledger"],
        // what an action would exactly do, and who does it: below the policies, which look at effects
        ["Actions"] = ["", "Canonical", "Checks", "Plans"],
        // what was said and signed; the rules above it say how much of it is enough
        ["Approvals"] = ["", "Canonical", "Checks", "Plans", "Actions", "Ledger"],
        ["Policies"] = ["", "Canonical", "Schema", "Checks", "Plans", "Actions", "Approvals"],
        ["Release"] = ["", "Canonical", "Plans", "Actions", "Policies", "Approvals", "Ledger"],
        // what outsiders check: entries, statements and proofs, judged as the gate judges them
        ["Evidence"] = ["", "Canonical", "Plans", "Approvals", "Ledger", "Release"],
        ["Execution"] = ["", "Canonical", "Checks", "Plans", "Actions", "Ledger", "Release"],
        // what the surfaces hold: composed of everything below, used by nothing below
        ["Sessions"] =
            ["", "Canonical", "Checks", "Plans", "Actions", "Policies", "Approvals", "Ledger", "Release", "Execution"],
    };

    public static TheoryData<string> Names => new(Assemblies.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void An_assembly_refers_only_to_what_stands_below_it(string name) =>
        Found.Nothing(Forbidden(AssemblyReader.References(Shipped.Path(name)), Assemblies[name]));

    [Fact]
    public void Every_project_under_src_has_its_line_in_the_table() =>
        Assert.Equal(Shipped.Names, Assemblies.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void The_agents_surface_reaches_no_way_around_the_gate()
    {
        string[] kept = ["Interlock.Signing", "Interlock.Console", "Interlock.Cli", "Interlock.Storage", "Interlock.Adapters"];

        Found.Nothing(Reach("Interlock.Mcp", OfOurs).Intersect(kept));
    }

    [Fact]
    public void A_folder_of_the_core_uses_only_the_folders_below_it() =>
        Found.Nothing(Upward(AssemblyReader.Uses(Shipped.Path("Interlock")), "Interlock", Core));

    [Fact]
    public void The_table_itself_has_no_circle()
    {
        foreach (var start in Core.Keys)
        {
            Assert.DoesNotContain(start, Reach(start, name => Core[name]));
        }
    }

    [Fact]
    public void A_reference_upwards_is_found()
    {
        var found = Forbidden(AssemblyReader.References(typeof(Arrows).Assembly.Location), Assemblies["Interlock"]).ToList();

        Assert.Contains(found, line => line.StartsWith("Interlock ", StringComparison.Ordinal));
        Assert.Contains(found, line => line.StartsWith("xunit.v3.assert ", StringComparison.Ordinal));
        Assert.DoesNotContain(found, line => line.StartsWith("System.Runtime ", StringComparison.Ordinal));
        Assert.Single(Forbidden(["Interlock", "Interlock.Cli", "Microsoft.Extensions.Hosting"], Assemblies["Interlock.Mcp"]));
    }

    [Fact]
    public void A_way_around_through_a_third_assembly_is_found()
    {
        var references = new Dictionary<string, string[]> { ["a"] = ["b"], ["b"] = ["c", "a"], ["c"] = [] };

        Assert.Contains("c", Reach("a", name => references[name]));
    }

    [Theory]
    [InlineData("Seeded.Low.Signature")]
    [InlineData("Seeded.Low.Body")]
    [InlineData("Seeded.Low.Argument")]
    public void A_use_upwards_inside_the_core_is_found(string from)
    {
        const string Root = "Interlock.Tests.Architecture.Seeded";
        var table = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["Low"] = [], ["High"] = ["Low"] };
        var uses = AssemblyReader.Uses(typeof(Arrows).Assembly.Location).Where(use => use.From.StartsWith(Root, StringComparison.Ordinal)).ToList();

        var found = Upward(uses, Root, table).ToList();

        Assert.Contains(found, line => line.Contains(from, StringComparison.Ordinal));
        Assert.DoesNotContain(found, line => line.Contains("Seeded.High.Top ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_without_a_line_in_the_table_is_found() =>
        Assert.Contains("add a line", Assert.Single(Upward([new Use("Interlock.Novel.Thing", "System.Int32")], "Interlock", Core)), StringComparison.Ordinal);

    private static IEnumerable<string> OfOurs(string name) =>
        Shipped.Names.Contains(name) ? AssemblyReader.References(Shipped.Path(name)) : [];

    private static IEnumerable<string> Forbidden(IEnumerable<string> references, string[] allowed) =>
        from reference in references
        where !allowed.Contains(reference, StringComparer.Ordinal)
            && !allowed.Any(prefix => prefix != "Interlock" && reference.StartsWith(prefix + ".", StringComparison.Ordinal))
            && !Shipped.IsBaseLibrary(reference)
        select $"{reference} is not in the list of what this assembly may refer to";

    private static SortedSet<string> Upward(IEnumerable<Use> uses, string root, Dictionary<string, string[]> table)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var use in uses)
        {
            var from = Folder(use.From, root);
            var to = Folder(use.To, root);
            if (from is null)
            {
                continue;
            }

            if (!table.TryGetValue(from, out var allowed))
            {
                lines.Add($"`{root}.{from}` is in no table; add a line for it to {nameof(Arrows)}.{nameof(Core)}");
            }
            else if (to is not null && to != from && !allowed.Contains(to, StringComparer.Ordinal))
            {
                lines.Add($"{use.From} uses {use.To}: {from} may use only {(allowed.Length == 0 ? "itself" : string.Join(", ", allowed.Select(name => name.Length == 0 ? root : name)))}");
            }
        }

        return lines;
    }

    /// <summary>The first part of the namespace under the root; empty for the root itself, null for what is elsewhere.</summary>
    private static string? Folder(string type, string root)
    {
        if (!type.StartsWith(root + ".", StringComparison.Ordinal))
        {
            return null;
        }

        var rest = type[(root.Length + 1)..].Split('.');
        return rest.Length == 1 ? "" : rest[0];
    }

    private static HashSet<string> Reach(string start, Func<string, IEnumerable<string>> next)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(next(start));
        while (open.TryPop(out var name))
        {
            if (reached.Add(name))
            {
                foreach (var further in next(name))
                {
                    open.Push(further);
                }
            }
        }

        return reached;
    }
}
