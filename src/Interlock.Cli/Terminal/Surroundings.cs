using System.Text;
using Interlock.Adapters.Supervision;

namespace Interlock.Cli.Terminal;

/// <summary>
/// Everything that a command touches of the process it runs in. Tests give their own; nothing else here reads
/// <see cref="Console"/> or <see cref="Environment"/>.
/// </summary>
internal sealed class Surroundings : IAsyncDisposable
{
    /// <summary>Wide enough for every line: what is written to a pipe is for programs, which do not wrap.</summary>
    private const int Unbounded = 1 << 20;

    private const int DefaultColumns = 80;

    /// <summary>Narrower than this no label and text fit beside each other.</summary>
    private const int FewestColumns = 20;

    private readonly Lazy<Stream> input;
    private readonly Lazy<Stream> output;

    public Surroundings(
        TextWriter @out,
        TextWriter error,
        Func<Stream> input,
        Func<Stream> output,
        Func<string, string?> environment,
        string workingDirectory)
    {
        Out = @out;
        Error = error;
        this.input = new Lazy<Stream>(input);
        this.output = new Lazy<Stream>(output);
        Environment = environment;
        WorkingDirectory = workingDirectory;
    }

    /// <summary>Results; in <c>mcp</c> nobody writes here, the protocol owns <see cref="Output"/>.</summary>
    public TextWriter Out { get; }

    /// <summary>Refusals and remarks.</summary>
    public TextWriter Error { get; }

    /// <summary>Standard input as bytes.</summary>
    public Stream Input => input.Value;

    /// <summary>Standard output as bytes, beside <see cref="Out"/>.</summary>
    public Stream Output => output.Value;

    /// <summary>Looks up an environment variable.</summary>
    public Func<string, string?> Environment { get; }

    /// <summary>The working directory, absolute.</summary>
    public string WorkingDirectory { get; }

    /// <summary>Whether a person can answer a question.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>Whether results go to a screen and not into a pipe or a file.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>The screen's width where it is known.</summary>
    public int? Columns { get; init; }

    /// <summary>The screen's width where refusals and remarks go to a screen; null for a pipe or a file.</summary>
    public int? ErrorColumns { get; init; }

    /// <summary>All environment variables, for a program that is started on a person's behalf.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The operating-system user.</summary>
    public string UserName { get; init; } = "unknown";

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How the supervisor of a command is started; null for the running program.</summary>
    public SupervisorCommand? Supervisor { get; init; }

    /// <summary>Starts this program again with arguments, detached from whoever started it; null for the running program.</summary>
    public Action<IReadOnlyList<string>>? StartDetached { get; init; }

    /// <summary>How many columns results may use.</summary>
    public int Width => Columns is { } columns ? Math.Max(columns, FewestColumns) : OutputIsTerminal ? DefaultColumns : Unbounded;

    /// <summary>Whether colours are wanted: never in a pipe, never where <c>NO_COLOR</c> is set (no-color.org).</summary>
    public bool Colours =>
        OutputIsTerminal && string.IsNullOrEmpty(Environment("NO_COLOR")) && Environment("TERM") is not (null or "" or "dumb");

    /// <summary>Whether the locale promises that signs beyond ASCII are shown.</summary>
    public bool ShowsUnicode =>
        (First("LC_ALL") ?? First("LC_CTYPE") ?? First("LANG") ?? "").Replace("-", "", StringComparison.Ordinal)
            .Contains("UTF8", StringComparison.OrdinalIgnoreCase);

    /// <summary>The surroundings of the running process.</summary>
    public static Surroundings OfProcess() => new(
        new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 16_384) { AutoFlush = false },
        new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false), 1_024) { AutoFlush = true },
        Console.OpenStandardInput,
        Console.OpenStandardOutput,
        System.Environment.GetEnvironmentVariable,
        System.Environment.CurrentDirectory)
    {
        UserName = System.Environment.UserName,
        Variables = System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(
            static pair => (string)pair.Key, static pair => (string?)pair.Value ?? "", StringComparer.Ordinal),
        InputIsTerminal = !Console.IsInputRedirected,
        OutputIsTerminal = !Console.IsOutputRedirected,
        Columns = Console.IsOutputRedirected ? null : ScreenColumns(),
        ErrorColumns = Console.IsErrorRedirected ? null : ScreenColumns() ?? DefaultColumns,
    };

    /// <summary>Writes a refusal or a remark: one line, wrapped where it goes to a screen.</summary>
    /// <param name="text">The text; what a terminal would act on is escaped here.</param>
    public void Remark(string text)
    {
        var width = ErrorColumns is { } columns ? Math.Max(columns, FewestColumns) : Unbounded;
        Error.Write(new Page(width, colours: false, ShowsUnicode).Line(0, 2, new Part(Escape.Line(text))).ToString());
    }

    /// <summary>Reads one line that a person types; null at the end of the input.</summary>
    /// <param name="longest">How many bytes a line may have before it is cut off.</param>
    public string? ReadLine(int longest)
    {
        var bytes = new List<byte>();
        Span<byte> one = stackalloc byte[1];
        while (Input.Read(one) == 1)
        {
            if (one[0] == (byte)'\n')
            {
                return Encoding.UTF8.GetString([.. bytes]);
            }

            if (bytes.Count < longest)
            {
                bytes.Add(one[0]);
            }
        }

        return bytes.Count == 0 ? null : Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>The absolute path of a file that the command line names.</summary>
    public string PathOf(string name) => Path.GetFullPath(name, WorkingDirectory);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Out.FlushAsync();
        await Error.FlushAsync();
    }

    private string? First(string variable) => Environment(variable) is { Length: > 0 } value ? value : null;

    private static int? ScreenColumns()
    {
        try
        {
            return Console.WindowWidth is > 0 and var columns ? columns : null;
        }
        catch (IOException)
        {
            // a terminal that does not tell its size
            return null;
        }
    }
}
