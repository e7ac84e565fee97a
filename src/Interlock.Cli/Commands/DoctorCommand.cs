using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Commands;

/// <summary><c>doctor</c>: looks at an installation and says what to mend. Changes nothing.</summary>
internal static class DoctorCommand
{
    public static Command Create(Grammar grammar)
    {
        var json = Grammar.Json();
        return grammar.Command(
            "doctor",
            "look at this installation and say what to mend; changes nothing",
            async run =>
            {
                var diagnosis = new Diagnosis(run);
                await diagnosis.RunAsync();
                if (run.Value(json))
                {
                    run.Answer(JsonObject.Of(
                        ("ok", diagnosis.IsWell),
                        ("findings", new JsonArray(diagnosis.Findings.Select(finding => (JsonValue)finding.ToJson())))));
                }
                else
                {
                    run.Answer(Write(Page.For(run.Around), diagnosis));
                }

                return diagnosis.IsWell ? Exit.Success : Exit.Refused;
            },
            json);
    }

    private static Page Write(Page page, Diagnosis diagnosis)
    {
        foreach (var finding in diagnosis.Findings)
        {
            var (word, ink) = finding.Grade switch
            {
                Grade.Unknown => ("????", Ink.Bad),
                Grade.Ok => ("ok  ", Ink.Good),
                Grade.Warn => ("warn", Ink.Caution),
                Grade.Fail => ("FAIL", Ink.Bad),
            };
            page.Line(0, 6, new Part(word, ink), $"  {finding.Name}: {Escape.Line(finding.Message)}");
            if (finding.Mend.Length > 0)
            {
                page.Line(6, 2, new Part($"mend: {Escape.Line(finding.Mend)}", ink));
            }
        }

        return page;
    }
}
