namespace Interlock.Tests.Architecture;

/// <summary>
/// The core decides; it does not touch. What it may not name is looked for in its compiled form, member by member, because the base
/// class library that it may use holds files, processes, sockets and clocks as well.
/// </summary>
public sealed class CorePurity
{
    /// <summary>Namespaces with everything below them.</summary>
    private static readonly string[] Namespaces =
    [
        "System.Net", "System.Data", "System.Reflection.Emit", "System.Runtime.Loader", "System.IO.Pipes", "System.IO.MemoryMappedFiles",
        "System.IO.IsolatedStorage", "Microsoft",
    ];

    /// <summary>The types of System.IO that hold bytes without touching a disk; every other one is refused.</summary>
    private static readonly string[] Streams =
    [
        "Stream", "MemoryStream", "UnmanagedMemoryStream", "SeekOrigin", "TextReader", "TextWriter", "StringReader", "StringWriter",
        "InvalidDataException", "EndOfStreamException", "IOException",
    ];

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["System.Console"] = "the core has no terminal",
        ["System.AppDomain"] = "the core has no process",
        ["System.Diagnostics.Process"] = "the core has no process",
        ["System.Diagnostics.ProcessStartInfo"] = "the core has no process",
        ["System.Diagnostics.Stopwatch"] = "measure with the TimeProvider",
        ["System.Threading.Thread"] = "the core has no threads of its own",
        ["System.Threading.ThreadPool"] = "the core has no threads of its own",
        ["System.Threading.Timer"] = "wait with the TimeProvider",
        ["System.Threading.PeriodicTimer"] = "wait with the TimeProvider",
        ["System.Random"] = "inject randomness: what cannot be seeded cannot be replayed",
        ["System.Runtime.InteropServices.NativeLibrary"] = "the core has no native code",
        ["System.Security.Cryptography.RandomNumberGenerator"] = "inject randomness: what cannot be seeded cannot be replayed",
    };

    // an iterator asks for the thread's id in code that the compiler writes
    private static readonly string[] OfEnvironment = ["get_CurrentManagedThreadId"];

    private static readonly Dictionary<string, string> Members = new(StringComparer.Ordinal)
    {
        ["System.DateTime.get_Now"] = "take the time from the TimeProvider",
        ["System.DateTime.get_UtcNow"] = "take the time from the TimeProvider",
        ["System.DateTime.get_Today"] = "take the time from the TimeProvider",
        ["System.DateTimeOffset.get_Now"] = "take the time from the TimeProvider",
        ["System.DateTimeOffset.get_UtcNow"] = "take the time from the TimeProvider",
        ["System.TimeProvider.get_System"] = "the caller chooses the clock",
        ["System.Guid.NewGuid"] = "inject randomness: what cannot be seeded cannot be replayed",
        ["System.Guid.CreateVersion7"] = "inject randomness: what cannot be seeded cannot be replayed",
        ["System.Globalization.CultureInfo.get_CurrentCulture"] = "text is the same under every culture",
        ["System.Globalization.CultureInfo.get_CurrentUICulture"] = "text is the same under every culture",
    };

    /// <summary>The single places that are allowed what nobody else is: who → what.</summary>
    private static readonly Dictionary<string, string> Sources = new(StringComparer.Ordinal)
    {
        // where randomness comes from unless the caller brings its own
        ["Interlock.SystemRandom"] = "System.Security.Cryptography.RandomNumberGenerator",
    };

    [Fact]
    public void The_core_refers_to_the_base_class_library_only() =>
        Assert.All(AssemblyReader.References(Shipped.Path("Interlock")), name => Assert.True(Shipped.IsBaseLibrary(name), name));

    [Fact]
    public void The_core_touches_no_file_no_process_no_network_and_no_clock() =>
        Found.Nothing(Impure(AssemblyReader.Uses(Shipped.Path("Interlock"))));

    [Theory]
    [InlineData("System.IO.File")]
    [InlineData("System.IO.FileStream")]
    [InlineData("System.Net.Sockets.Socket")]
    [InlineData("System.Net.Http.HttpClient")]
    [InlineData("System.Diagnostics.Process")]
    [InlineData("System.Console")]
    [InlineData("System.Threading.Thread.Sleep(System.Int32)")]
    [InlineData("System.Environment.get_MachineName()")]
    [InlineData("System.DateTimeOffset.get_UtcNow()")]
    [InlineData("System.TimeProvider.get_System()")]
    [InlineData("System.Threading.Tasks.Task.Delay(System.Int32)")]
    [InlineData("System.Threading.CancellationTokenSource.CancelAfter(System.TimeSpan)")]
    public void A_use_of_the_world_is_found(string target) =>
        Assert.Contains(Impure(UsesOf(nameof(SeededWorld))), line => line.Contains($" uses {target}:", StringComparison.Ordinal));

    [Fact]
    public void What_the_core_may_use_is_not_reported() => Assert.Empty(Impure(UsesOf(nameof(SeededPure))));

    private static IEnumerable<Use> UsesOf(string type) =>
        AssemblyReader.Uses(typeof(CorePurity).Assembly.Location).Where(use => use.From == $"{typeof(CorePurity).Namespace}.{type}");

    private static List<string> Impure(IEnumerable<Use> uses) =>
        (from use in uses
         let reason = Reason(use)
         where reason is not null && Sources.GetValueOrDefault(use.From) != use.To
         select $"{use.From} uses {use.Target}: {reason}").Distinct().Order(StringComparer.Ordinal).ToList();

    private static string? Reason(Use use)
    {
        var dot = use.To.LastIndexOf('.');
        var (space, name) = dot < 0 ? ("", use.To) : (use.To[..dot], use.To[(dot + 1)..]);
        if (Namespaces.Any(banned => space == banned || space.StartsWith(banned + ".", StringComparison.Ordinal)) && !IsAttribute(name))
        {
            return "the core has no I/O, no network and no package";
        }

        if (space == "System.IO" && !Streams.Contains(name, StringComparer.Ordinal))
        {
            return "the core has no files";
        }

        if (Types.TryGetValue(use.To, out var reason))
        {
            return reason;
        }

        return use.Member is null ? null : MemberReason(use);
    }

    private static string? MemberReason(Use use)
    {
        if (use.To == "System.Environment" && !OfEnvironment.Contains(use.Member, StringComparer.Ordinal))
        {
            return "the core does not know where it runs";
        }

        // these wait on the system's clock unless they are given one
        var waits = (use.To, use.Member) is ("System.Threading.Tasks.Task", "Delay")
            or ("System.Threading.CancellationTokenSource", "CancelAfter");
        if (waits && !use.Signature.Contains("System.TimeProvider", StringComparison.Ordinal))
        {
            return "wait with the TimeProvider";
        }

        return Members.GetValueOrDefault($"{use.To}.{use.Member}");
    }

    // the compiler marks assemblies and members with attributes of Microsoft.CodeAnalysis
    private static bool IsAttribute(string name) => name.EndsWith("Attribute", StringComparison.Ordinal);
}

/// <summary>Everything that the core must not do, so that the test above is seen to find it; never called.</summary>
internal static class SeededWorld
{
    public static void Wait() => Thread.Sleep(1);

    public static async Task TouchAsync()
    {
        using var http = new HttpClient();
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        using var stream = new FileStream(Environment.MachineName, FileMode.Open);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        using var stop = new CancellationTokenSource();
        stop.CancelAfter(TimeSpan.FromSeconds(1));
        Console.WriteLine(File.Exists("x"));
        await Task.Delay(1);
        _ = DateTimeOffset.UtcNow - TimeProvider.System.GetUtcNow();
    }
}

/// <summary>What looks like the above and is allowed.</summary>
internal static class SeededPure
{
    public static IEnumerable<int> Iterate()
    {
        yield return 1;
    }

    public static async Task WaitAsync(TimeProvider clock, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        await Task.Delay(TimeSpan.FromSeconds(1), clock, cancel);
        _ = clock.GetUtcNow().AddTicks(bytes.Length);
    }
}
