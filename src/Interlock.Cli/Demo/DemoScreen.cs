using System.Text;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Demo;

/// <summary>
/// What the person sees, and the same without colours in the transcript. Also the surroundings of the commands that the demo runs
/// for the person, so that their output goes the same way.
/// </summary>
internal sealed class DemoScreen : IAsyncDisposable
{
    private const int WidestText = 100;
    private const int PipeWidth = 80;
    private const int Indent = 3;

    private readonly Lock turn = new();
    private readonly DemoTee output;
    private readonly StreamWriter? transcript;
    private int step;

    /// <param name="around">The surroundings of the demo.</param>
    /// <param name="transcript">The file of the transcript; null for none.</param>
    public DemoScreen(Surroundings around, string? transcript)
    {
        this.transcript = transcript is null ? null : new StreamWriter(transcript, append: false, new UTF8Encoding(false)) { AutoFlush = true };
        output = new DemoTee(around.Out, this.transcript);
        Around = new Surroundings(output, output, () => new ListeningStream(around.Input, NoteTyped), () => around.Output, around.Environment, around.WorkingDirectory)
        {
            InputIsTerminal = around.InputIsTerminal,
            OutputIsTerminal = around.OutputIsTerminal,
            Columns = Math.Min(around.Columns ?? PipeWidth, WidestText),
            UserName = around.UserName,
            Variables = around.Variables,
            Clock = around.Clock,
        };
    }

    /// <summary>The surroundings of a command that is run for the person.</summary>
    public Surroundings Around { get; }

    /// <summary>Whether every claim so far held.</summary>
    public bool AllHeld { get; private set; } = true;

    /// <summary>The title.</summary>
    public void Title(string text) => Show(page => page.Line(text, Ink.Bold).Line());

    /// <summary>A step's heading.</summary>
    public void Step(string text) => Show(page => page.Line().Line($"{++step}. {text}", Ink.Bold));

    /// <summary>A sentence.</summary>
    public void Say(string text) => Show(page => page.Line(Indent, 0, text));

    /// <summary>Something found out, beside a label.</summary>
    public void Fact(string label, string text, Ink ink = Ink.Plain) =>
        Show(page => page.Field(Indent + 2, label, 16, new Part(Escape.Line(text), ink)));

    /// <summary>An agent's call and its answer.</summary>
    public void Call(string tool, string answer) =>
        Show(page => page.Line(Indent, 4, new Part("agent> ", Ink.Dim), new Part(tool, Ink.Bold), $": {Escape.Line(answer)}"));

    /// <summary>A command that the person could have typed.</summary>
    public void Typed(string command) => Show(page => page.Line().Line(Indent, 4, new Part("$ ", Ink.Dim), new Part(command, Ink.Bold)));

    /// <summary>A stage of a run.</summary>
    public void Stage(bool done, string text) =>
        Show(page => page.Line(Indent + 2, 4, new Part(done ? page.Yes : page.No, done ? Ink.Good : Ink.Bad), $" {Escape.Line(text)}"));

    /// <summary>Something that the demo says of Interlock, and whether it is so.</summary>
    public void Claim(bool holds, string text)
    {
        AllHeld &= holds;
        Show(page => page.Line(
            Indent,
            2,
            new Part(holds ? page.Yes : page.No, holds ? Ink.Good : Ink.Bad),
            $" {Escape.Line(text)}",
            holds ? "" : "  <- DOES NOT HOLD; this is a bug, please report it"));
    }

    /// <summary>A free layout.</summary>
    public void Show(Func<Page, Page> layout)
    {
        lock (turn)
        {
            output.Write(layout(Page.For(Around)).ToString());
            output.Flush();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await output.DisposeAsync();
        if (transcript is not null)
        {
            await transcript.DisposeAsync();
        }
    }

    /// <summary>What a person types is on the screen already, but not in the transcript.</summary>
    private void NoteTyped(ReadOnlySpan<byte> typed) => transcript?.Write(Encoding.UTF8.GetString(typed));
}
