using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Interlock.Tests.EndToEnd;
using Interlock.Tests.Storage;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Packages;

/// <summary>The packages of this checkout, made once for all tests of the class.</summary>
public sealed class PackagesFixture : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    public string Folder => folder.Path;

    public string Tool => Path.Combine(Folder, $"Interlock.Cli.{ServerEntry.Version}.nupkg");

    public string Core => Path.Combine(Folder, $"Interlock.{ServerEntry.Version}.nupkg");

    public async ValueTask InitializeAsync() => await PackAsync(Folder);

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static async Task PackAsync(string target)
    {
        var outcome = await Shell.RunAsync(SharedData.Repository, Path.Combine(SharedData.Repository, "eng/pack.sh"), target);
        Assert.True(outcome.Code == 0, outcome.Output + outcome.Error);
    }
}

[Trait("speed", "slow")]
public sealed class Packed(PackagesFixture made) : IClassFixture<PackagesFixture>
{
    [Fact]
    public void Two_packages_are_made_each_with_its_bill_beside_it_and_no_other() => Assert.Equal(
        [
            $"Interlock.{ServerEntry.Version}.cdx.json", $"Interlock.{ServerEntry.Version}.nupkg", $"Interlock.{ServerEntry.Version}.snupkg",
            $"Interlock.Cli.{ServerEntry.Version}.cdx.json", $"Interlock.Cli.{ServerEntry.Version}.nupkg", "server.json",
        ],
        Directory.EnumerateFiles(made.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    [Fact]
    public void The_tool_says_what_it_is_and_how_it_starts()
    {
        using var tool = ZipFile.OpenRead(made.Tool);
        var nuspec = XDocument.Parse(Text(tool, "Interlock.Cli.nuspec")).Descendants().ToList();
        Assert.Equal(["DotnetTool", "McpServer"], nuspec.Where(one => one.Name.LocalName == "packageType").Select(one => one.Attribute("name")?.Value));
        Assert.Equal("Apache-2.0", nuspec.Single(one => one.Name.LocalName == "license").Value);
        Assert.DoesNotContain(nuspec, one => one.Name.LocalName is "dependency");
        Assert.Contains("Name=\"interlock\"", Text(tool, "tools/net10.0/any/DotnetToolSettings.xml"), StringComparison.Ordinal);
        Assert.StartsWith("# Interlock", Text(tool, "README.md"), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(Path.Combine(SharedData.Repository, "LICENSE")), Text(tool, "LICENSE"));

        ServerEntry.Check(Text(tool, ".mcp/server.json"), ServerEntry.Version);
        Assert.Equal(File.ReadAllText(Path.Combine(made.Folder, "server.json")), Text(tool, ".mcp/server.json"));
    }

    [Fact]
    public void The_core_has_its_documentation_and_its_symbols_and_needs_nothing()
    {
        using var core = ZipFile.OpenRead(made.Core);
        Assert.Contains("<member name=\"T:Interlock.Sessions.Engine\">", Text(core, "lib/net10.0/Interlock.xml"), StringComparison.Ordinal);
        Assert.NotNull(core.GetEntry("lib/net10.0/Interlock.dll"));
        Assert.NotNull(core.GetEntry("README.md"));
        Assert.DoesNotContain("<dependency ", Text(core, "Interlock.nuspec"), StringComparison.Ordinal);
        using var symbols = ZipFile.OpenRead(Path.ChangeExtension(made.Core, ".snupkg"));
        Assert.NotNull(symbols.GetEntry("lib/net10.0/Interlock.pdb"));
    }

    [Fact]
    public void The_bill_in_the_tool_is_the_one_beside_it_and_names_every_assembly_of_a_package()
    {
        using var tool = ZipFile.OpenRead(made.Tool);
        var bill = Text(tool, "bom.cdx.json");
        Assert.Equal(File.ReadAllText(Path.ChangeExtension(made.Tool, ".cdx.json")), bill);
        using var document = JsonDocument.Parse(bill);
        var components = document.RootElement.GetProperty("components").EnumerateArray().ToList();
        var names = components.Select(one => one.GetProperty("name").GetString() ?? "").ToHashSet(StringComparer.OrdinalIgnoreCase);

        // the one assembly that does not bear its package's name
        names.Add("SQLitePCLRaw.batteries_v2");
        names.Add("Interlock.Cli");
        names.Add("System.Diagnostics.EventLog.Messages");
        names.Add("e_sqlite3");
        Assert.Empty(tool.Entries.Where(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)).Select(entry => Path.GetFileNameWithoutExtension(entry.Name)).Except(names, StringComparer.OrdinalIgnoreCase));
        Assert.All(
            components.Where(one => one.TryGetProperty("hashes", out _)),
            one => Assert.True(one.TryGetProperty("licenses", out _), $"{one.GetProperty("name")} has no licence"));
    }

    [Fact]
    public void Nothing_of_ours_in_the_tool_tells_where_it_was_built()
    {
        var root = Encoding.UTF8.GetBytes(SharedData.Repository + "/");
        using var tool = ZipFile.OpenRead(made.Tool);
        var ours = tool.Entries.Where(entry => entry.Name.StartsWith("Interlock", StringComparison.Ordinal)).ToList();
        Assert.True(ours.Count > 10);
        Assert.DoesNotContain(ours, entry => Bytes(entry).AsSpan().IndexOf(root) >= 0);
    }

    [Fact]
    public async Task A_second_time_gives_the_same_bytes()
    {
        using var again = new TemporaryFolder();
        await PackagesFixture.PackAsync(again.Path);
        Assert.All(Directory.EnumerateFiles(made.Folder), file => Assert.Equal(
            Digest(file), Digest(Path.Combine(again.Path, Path.GetFileName(file)))));
    }

    [Fact]
    public async Task The_tool_installs_from_the_folder_and_serves_a_client_that_we_did_not_write()
    {
        using var machine = new OwnMachine(made.Folder);
        await machine.MustAsync("dotnet", "tool", "install", "--tool-path", machine.At("tools"), "--configfile", machine.At("nuget.config"), "Interlock.Cli");
        var interlock = machine.At("tools/interlock");
        Assert.StartsWith(ServerEntry.Version, await machine.MustAsync(interlock, "--version"), StringComparison.Ordinal);
        await machine.GoTheWholeWayAsync(interlock);
    }

    [Fact]
    public async Task Dnx_starts_it_without_an_installation()
    {
        using var machine = new OwnMachine(made.Folder);
        await machine.GoTheWholeWayAsync(
            "dotnet", "dnx", "--yes", "--configfile", machine.At("nuget.config"), $"Interlock.Cli@{ServerEntry.Version}", "--");
    }

    [Fact]
    public async Task A_program_builds_against_the_core_package_and_runs()
    {
        using var machine = new OwnMachine(made.Folder);
        var sample = Path.Combine(SharedData.Repository, "samples/embedding");
        File.Copy(Path.Combine(sample, "Program.cs"), machine.At("Program.cs"));
        await File.WriteAllTextAsync(machine.At("valve.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="Program.cs" />
                <Using Include="System.Collections.Immutable" />
                <PackageReference Include="Interlock" Version="{ServerEntry.Version}" />
              </ItemGroup>
            </Project>
            """);
        await machine.MustAsync("dotnet", "build", machine.At("valve.csproj"), "-o", machine.At("out"), "-nodeReuse:false", "-p:UseSharedCompilation=false");
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(sample, "expected.txt")), await machine.MustAsync("dotnet", machine.At("out/valve.dll")));
    }

    private static string Text(ZipArchive archive, string name)
    {
        // past a byte order mark, which NuGet writes
        using var reader = new StreamReader((archive.GetEntry(name) ?? throw new InvalidOperationException($"`{name}` is not in the package")).Open());
        return reader.ReadToEnd();
    }

    private static string Digest(string file) => $"{Path.GetFileName(file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}";

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
