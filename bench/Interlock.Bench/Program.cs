using System.Runtime.InteropServices;
using Interlock.Bench;

var suites = new Dictionary<string, Func<IAsyncEnumerable<Row>>>
{
    ["canonical"] = () => CanonicalBench.Run().ToAsyncEnumerable(),
    ["validation"] = () => ValidationBench.Run().ToAsyncEnumerable(),
    ["audit"] = AuditBench.RunAsync,
    ["ledger"] = LedgerBench.RunAsync,
    ["tree"] = TreeBench.RunAsync,
    ["signing"] = () => SigningBench.Run().ToAsyncEnumerable(),
    ["fsck"] = FsckBench.RunAsync,
    ["lifecycle"] = LifecycleBench.RunAsync,
    ["processes"] = ProcessBench.RunAsync,
};

// what ./test asks: a benchmark that nobody runs for weeks is broken when it is needed
if (args is ["--check"])
{
    await LifecycleBench.CheckAsync();
    await FsckBench.CheckAsync();
    Console.WriteLine("plans are executed, approvals are audited");
    return 0;
}

var asked = args.Where(arg => !arg.StartsWith('-')).ToArray();
if (asked.FirstOrDefault(name => !suites.ContainsKey(name)) is { } unknown)
{
    await Console.Error.WriteLineAsync($"no suite `{unknown}`; there are {string.Join(", ", suites.Keys)}");
    return 2;
}

if (!Directory.Exists(Inputs.Folder))
{
    await Console.Error.WriteLineAsync($"the inputs are not there: {Inputs.Folder}");
    return 3;
}

Console.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}\n");
Console.WriteLine(Row.Header);
foreach (var name in asked.Length == 0 ? [.. suites.Keys] : asked)
{
    await foreach (var row in suites[name]())
    {
        Console.WriteLine(row.ToMarkdown());
    }
}

return 0;
