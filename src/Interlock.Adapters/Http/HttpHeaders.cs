using System.Text.RegularExpressions;
using Interlock.Adapters.Declarations;
using Interlock.Adapters.Templates;
using Interlock.Canonical;

namespace Interlock.Adapters.Http;

/// <summary>The <c>headers:</c> of a declaration: literals, templates, or a secret with a literal before it.</summary>
internal sealed partial class HttpHeaders
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect",
        "Idempotency-Key", "Proxy-Authorization",
    };

    private readonly List<(string Name, Template? Value, JsonObject? Secret)> headers = [];

    private HttpHeaders()
    {
    }

    public static HttpHeaders Read(Fields fields, TemplateNames names)
    {
        var read = new HttpHeaders();
        if (fields.Section("headers") is not { } section)
        {
            return read;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in section.Json.Members)
        {
            var path = section.At(member.Name);
            if (!Name().IsMatch(member.Name) || Reserved.Contains(member.Name) || !seen.Add(member.Name))
            {
                section.Problems.Add(
                    path, $"`{member.Name}` cannot be set here; it is no header name, stands twice, or belongs to the connection");
            }
            else if (member.Value is JsonString text && IsValue(text.Value))
            {
                read.headers.Add((member.Name, Template.Parse(text.Value, path, names, section.Problems), null));
            }
            else if (member.Value is JsonObject json)
            {
                read.headers.Add((member.Name, null, ReadSecret(new Fields(json, path, section.Problems))));
            }
            else
            {
                section.Problems.Add(path, "a header is printable ASCII text, or `{secret: \"env:NAME\", prefix: \"Bearer \"}`");
            }
        }

        return read;
    }

    /// <summary>The headers with their values; secrets as references.</summary>
    public JsonObject Fill(Bound values) => JsonObject.Of(
        headers.Select(header => new JsonMember(header.Name, header.Secret ?? (JsonValue)(header.Value?.Fill(values) ?? ""))));

    public bool Has(string name) => headers.Any(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a text may be a header's value: printable ASCII, which leaves no line end and no second header.</summary>
    public static bool IsValue(string text) => text.All(unit => unit is >= ' ' and <= '~');

    private static JsonObject ReadSecret(Fields fields)
    {
        var reference = new SecretReference(fields.RequiredText("secret"));
        reference.Check(fields.At("secret"), fields.Problems);
        var prefix = fields.Text("prefix");
        if (prefix is not null && !IsValue(prefix))
        {
            fields.Problems.Add(fields.At("prefix"), "the text before a secret is printable ASCII");
        }

        fields.RefuseOthers();
        return JsonObject.Of(("prefix", Optional.Text(prefix)), ("secret", reference.Text));
    }

    [GeneratedRegex("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
