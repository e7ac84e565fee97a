using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Interlock.Adapters.Declarations;
using Interlock.Adapters.Templates;

namespace Interlock.Adapters.Http;

/// <summary>A URL that was filled, in its one spelling.</summary>
/// <param name="Text">Exactly what is requested.</param>
/// <param name="Canonical">Scheme, host, port and path, without the query: the resource.</param>
internal sealed record FilledUrl(string Text, string Canonical);

/// <summary>
/// A URL with placeholders, taken apart when it is loaded: a value can change one part of it and never its shape. Values are
/// percent-encoded; in a path they are one piece of a segment.
/// </summary>
internal sealed partial class UrlTemplate
{
    private readonly string scheme;
    private readonly Template authority;
    private readonly Template path;
    private readonly Template? query;

    private UrlTemplate(string scheme, Template authority, Template path, Template? query, ImmutableArray<string> hosts)
    {
        this.scheme = scheme;
        this.authority = authority;
        this.path = path;
        this.query = query;
        Hosts = hosts;
    }

    /// <summary>The hosts that may be spoken to, as <c>host:port</c>.</summary>
    public ImmutableArray<string> Hosts { get; }

    /// <summary>The host as it is written; null where a parameter stands in it.</summary>
    public string? LiteralHost => authority.IsLiteral && Hosts is [var only] ? only[..only.LastIndexOf(':')] : null;

    /// <summary>Reads <c>url:</c> and <c>allow_hosts:</c>; null where a fault was noted.</summary>
    public static UrlTemplate? Read(Fields fields, TemplateNames names)
    {
        var problems = fields.Problems;
        var source = fields.RequiredText("url");
        var declared = fields.Texts("allow_hosts");
        if (problems.First is not null)
        {
            return null;
        }

        var at = fields.At("url");
        var shape = Shape().Match(source);
        if (!shape.Success)
        {
            problems.Add(at, "a URL is `http://` or `https://`, a host and a path, in ASCII, without user, fragment or spaces");
            return null;
        }

        var scheme = shape.Groups["scheme"].Value;
        var authority = Template.Parse(shape.Groups["authority"].Value, at, names, problems);
        var path = Template.Parse(shape.Groups["path"].Value is { Length: > 0 } given ? given : "/", at, names, problems);
        var query = shape.Groups["query"].Success ? Template.Parse(shape.Groups["query"].Value, at, names, problems) : null;
        if (problems.First is null && path.Source.Split('/').Any(IsDots))
        {
            problems.Add(at, "the path holds a `.` or `..`; write the path that is meant");
        }

        var hosts = ReadHosts(fields, declared, scheme, authority);
        return problems.First is null ? new UrlTemplate(scheme, authority, path, query, hosts) : null;
    }

    /// <summary>Fills the URL.</summary>
    public Result<FilledUrl> Fill(Bound values, string where)
    {
        var host = WithPort(authority.Fill(values), scheme);
        if (host is null || !Hosts.Contains(host, StringComparer.Ordinal))
        {
            return new Refusal(RefusalCode.Forbidden, where, $"the host `{authority.Fill(values)}` is not in `allow_hosts`");
        }

        foreach (var name in path.Names)
        {
            var value = values.Text(name);
            if (value.Length == 0 || value.Contains('/', StringComparison.Ordinal) || value.Contains('\\', StringComparison.Ordinal))
            {
                return new Refusal(
                    RefusalCode.Invalid,
                    $"{where}/{name}",
                    $"the value of `{name}` is one piece of a path; it is not empty and holds no slash");
            }
        }

        var filled = path.Fill(values, Uri.EscapeDataString);
        if (filled.Split('/').Any(IsDots))
        {
            return new Refusal(RefusalCode.Invalid, where, "the path would hold a `.` or `..`; give another value");
        }

        var tail = query is null ? "" : $"?{query.Fill(values, Uri.EscapeDataString)}";
        return new FilledUrl($"{scheme}://{host}{filled}{tail}", $"{scheme}://{host}{filled}");
    }

    private static ImmutableArray<string> ReadHosts(
        Fields fields, ImmutableArray<string>? declared, string scheme, Template authority)
    {
        var problems = fields.Problems;
        var hosts = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < (declared?.Length ?? 0); i++)
        {
            if (WithPort(declared?[i] ?? "", scheme) is { } host)
            {
                hosts.Add(host);
            }
            else
            {
                problems.Add($"{fields.At("allow_hosts")}/{i}", "an allowed host is `host` or `host:port`, lower case, without a pattern");
            }
        }

        if (!authority.IsLiteral)
        {
            if (hosts.Count == 0)
            {
                problems.Add(fields.At("url"), "a parameter stands in the host; list the hosts that it may be under `allow_hosts`");
            }

            return hosts.ToImmutable();
        }

        if (WithPort(authority.Fill(new Bound(ImmutableDictionary<string, Canonical.JsonValue>.Empty)), scheme) is not { } literal)
        {
            problems.Add(fields.At("url"), "the URL's host is a lower-case name or an address, with or without a port");
            return [];
        }

        if (hosts.Count > 0 && !hosts.Contains(literal))
        {
            problems.Add(fields.At("allow_hosts"), $"the URL's host `{literal}` is not among them; add it");
        }

        return [literal];
    }

    /// <summary><c>host:port</c> with the scheme's port where none stands, or null where it is no host.</summary>
    private static string? WithPort(string authority, string scheme)
    {
        var match = Authority().Match(authority);
        if (!match.Success)
        {
            return null;
        }

        var port = scheme == "https" ? 443 : 80;
        return match.Groups["port"].Success
            && (!int.TryParse(match.Groups["port"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > 65535)
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"{match.Groups["host"].Value}:{port}");
    }

    /// <summary>Servers take <c>%2e</c> for a dot: it counts as one.</summary>
    private static bool IsDots(string segment) =>
        segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..";

    [GeneratedRegex(
        "^(?<scheme>https?)://(?<authority>[^/?#@\\\\\\s]+)(?<path>/[!-\"$->@-~]*)?(\\?(?<query>[!-\"$-~]*))?\\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Shape();

    [GeneratedRegex(
        "^(?<host>[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\\[[0-9a-f:.]{2,45}\\])(:(?<port>[1-9][0-9]{0,4}))?\\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Authority();
}
