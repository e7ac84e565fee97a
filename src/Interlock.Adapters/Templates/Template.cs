using System.Collections.Immutable;
using System.Text;
using Interlock.Adapters.Declarations;

namespace Interlock.Adapters.Templates;

/// <summary>
/// A text with <c>{name}</c> placeholders; <c>{{</c> and <c>}}</c> stand for the braces themselves. It is taken apart when the
/// configuration is loaded and filled once: a value that looks like a placeholder stays a value.
/// </summary>
internal sealed class Template
{
    private readonly ImmutableArray<(string Text, bool IsName)> parts;

    private Template(string source, ImmutableArray<(string Text, bool IsName)> parts)
    {
        Source = source;
        this.parts = parts;
    }

    /// <summary>The text as it was declared.</summary>
    public string Source { get; }

    /// <summary>The placeholders' names.</summary>
    public IEnumerable<string> Names => parts.Where(part => part.IsName).Select(part => part.Text);

    public bool IsLiteral => !Names.Any();

    /// <summary>The one placeholder that is the whole template, or null.</summary>
    public string? Whole => parts is [{ IsName: true, Text: var name }] ? name : null;

    /// <summary>Whether a value comes first, so that it decides what kind of argument this is.</summary>
    public bool StartsWithValue => parts is [{ IsName: true }, ..];

    /// <summary>The literal text before the first placeholder.</summary>
    public string LiteralPrefix => parts is [{ IsName: false, Text: var text }, ..] ? text : "";

    /// <summary>Takes a text apart; a fault is noted and gives the empty template.</summary>
    /// <param name="source">The text.</param>
    /// <param name="path">Its place in the declaration.</param>
    /// <param name="names">What may stand in it.</param>
    /// <param name="problems">Where faults are noted.</param>
    public static Template Parse(string source, string path, TemplateNames names, Problems problems)
    {
        var parts = ImmutableArray.CreateBuilder<(string, bool)>();
        var literal = new StringBuilder();
        for (var i = 0; i < source.Length; i++)
        {
            var unit = source[i];
            if (unit is '{' or '}' && i + 1 < source.Length && source[i + 1] == unit)
            {
                literal.Append(unit);
                i++;
                continue;
            }

            if (unit is not ('{' or '}'))
            {
                literal.Append(unit);
                continue;
            }

            var end = unit == '{' ? source.IndexOf('}', i) : -1;
            if (end < 0)
            {
                problems.Add(path, $"a `{unit}` stands alone; write `{{name}}` for a parameter and `{unit}{unit}` for the character");
                break;
            }

            if (literal.Length > 0)
            {
                parts.Add((literal.ToString(), false));
                literal.Clear();
            }

            var name = source[(i + 1)..end];
            names.Check(name, path, problems);
            parts.Add((name, true));
            i = end;
        }

        if (literal.Length > 0)
        {
            parts.Add((literal.ToString(), false));
        }

        return new Template(source, problems.First is null ? parts.ToImmutable() : []);
    }

    /// <summary>Fills the placeholders.</summary>
    /// <param name="values">The values.</param>
    /// <param name="encode">Applied to each value, never to the literal text.</param>
    public string Fill(Bound values, Func<string, string>? encode = null)
    {
        var filled = new StringBuilder();
        foreach (var (text, isName) in parts)
        {
            var value = isName ? values.Text(text) : text;
            filled.Append(isName && encode is not null ? encode(value) : value);
        }

        return filled.ToString();
    }
}

/// <summary>Which parameters the templates of a declaration may name.</summary>
internal sealed class TemplateNames(ParameterSet parameters, string? forEach)
{
    /// <summary>The same parameters, and content too.</summary>
    public TemplateNames WithContent() => new(parameters, forEach) { AllowContent = true };

    private bool AllowContent { get; init; }

    /// <summary>Notes a fault where a name cannot stand in a template.</summary>
    public void Check(string name, string path, Problems problems)
    {
        if (parameters.Find(name) is not { } parameter)
        {
            problems.Add(path, $"`{{{name}}}` names no parameter; declare it under `params`");
        }
        else if (parameter.Type == ParameterType.Texts && name != forEach)
        {
            problems.Add(path, $"`{{{name}}}` is a list; name it in `for_each` to have one effect for each of its items");
        }
        else if (parameter.Content && !AllowContent)
        {
            problems.Add(path, $"`{{{name}}}` is content, which goes into files and request bodies only; give it a `pattern` instead");
        }
        else if (!parameter.Required && parameter.Default is null)
        {
            problems.Add(path, $"`{{{name}}}` may be absent; make it required or give it a `default`");
        }
    }
}
