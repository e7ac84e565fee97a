using System.Text.RegularExpressions;
using Interlock.Adapters.Declarations;

namespace Interlock.Adapters.Http;

/// <summary>Reads <c>http:</c> declarations.</summary>
internal static partial class HttpKind
{
    public const string Adapter = "http";

    /// <summary>How <c>read: header:Name</c> starts.</summary>
    public const string HeaderPrefix = "header:";

    public static BuiltAction? Action(Fields section, Declaration declaration, AdapterEnvironment environment) =>
        RequestTemplate.Read(section, declaration.Names, probe: false) is { } template
            ? new BuiltAction(declaration, new HttpExecutor(declaration, template, environment), template.Facts)
            : null;

    public static BuiltProbe? Probe(Fields section, Declaration declaration, AdapterEnvironment environment)
    {
        var pointer = Reading.ReadPointer(section);
        var word = section.Text("read") ?? (pointer is null ? "status" : "body");
        if (!Words().IsMatch(word))
        {
            section.Problems.Add(section.At("read"), "`read` is one of `status`, `header:Name`, `body`");
        }

        if (pointer is not null && word != "body")
        {
            section.Problems.Add(section.At("json_pointer"), "only a body holds JSON; use `read: body`");
        }

        var reading = new Reading(word, pointer);
        return RequestTemplate.Read(section, declaration.Names, probe: true) is { } template
            ? new BuiltProbe(new HttpProbe(declaration, template, reading, environment), reading, template.Facts)
            : null;
    }

    [GeneratedRegex("^(status|body|header:[A-Za-z0-9-]{1,100})\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
