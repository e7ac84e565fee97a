using System.Collections.Immutable;
using System.Text;
using Interlock.Adapters.Declarations;
using Interlock.Adapters.Templates;
using Interlock.Canonical;

namespace Interlock.Adapters.Http;

/// <summary>The <c>http:</c> part of a declaration, of an action or of a probe.</summary>
internal sealed class RequestTemplate
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    private readonly UrlTemplate url;
    private readonly HttpHeaders headers;
    private readonly JsonTemplate? json;
    private readonly Template? body;
    private readonly HttpRequestContent shape;

    private RequestTemplate(UrlTemplate url, HttpHeaders headers, JsonTemplate? json, Template? body, HttpRequestContent shape)
    {
        this.url = url;
        this.headers = headers;
        this.json = json;
        this.body = body;
        this.shape = shape;
    }

    public JsonObject Facts => JsonObject.Of(("hosts", new JsonArray(url.Hosts.Select(host => (JsonValue)host))));

    public static RequestTemplate? Read(Fields fields, TemplateNames names, bool probe)
    {
        var problems = fields.Problems;
        var method = probe
            ? fields.Word("method", "GET", "GET", "HEAD")
            : fields.Word("method", "", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
        var url = UrlTemplate.Read(fields, names);
        var headers = HttpHeaders.Read(fields, names);
        JsonTemplate? json = null;
        Template? body = null;
        if (method is not ("GET" or "HEAD"))
        {
            var content = names.WithContent();
            json = fields.Value("json") is { } value ? JsonTemplate.Parse(value, fields.At("json"), content, problems) : null;
            body = fields.Text("body") is { } text ? Template.Parse(text, fields.At("body"), content, problems) : null;
            if (json is not null && body is not null)
            {
                problems.Add(fields.At("body"), "`json` and `body` exclude each other; keep one");
            }
        }

        var shape = new HttpRequestContent
        {
            Method = method,
            Url = "",
            Headers = JsonObject.Empty,
            Timeout = fields.Duration("timeout", TimeSpan.FromSeconds(probe ? 10 : 30), MaxTimeout),
            ResponseLimit = fields.Size("response_limit", 64 << 10, 16 << 20),
            Success = ReadSuccess(fields),
            AllowPrivate = fields.Flag("allow_private", false),
        };
        if (!shape.AllowPrivate && url?.LiteralHost is { } host && PublicAddress.IsInside(host))
        {
            problems.Add(fields.At("url"), $"`{host}` is no public address; set `allow_private: true` where that is meant");
        }

        return url is null || problems.First is not null ? null : new RequestTemplate(url, headers, json, body, shape);
    }

    /// <summary>Binds the values.</summary>
    public Result<(HttpRequestContent Content, string Canonical)> Fill(Bound values, string where)
    {
        if (!url.Fill(values, where).TryGet(out var filled, out var refusal))
        {
            return refusal;
        }

        var filledHeaders = headers.Fill(values);
        foreach (var member in filledHeaders.Members)
        {
            if (member.Value is JsonString value && !HttpHeaders.IsValue(value.Value))
            {
                return new Refusal(RefusalCode.Invalid, where, $"the header `{member.Name}` would hold characters other than printable ASCII");
            }
        }

        var text = json is not null ? Encoding.UTF8.GetString(CanonicalJson.Write(json.Fill(values))) : body?.Fill(values);
        if (text is not null && !headers.Has("Content-Type"))
        {
            filledHeaders = filledHeaders.With("Content-Type", json is null ? "text/plain; charset=utf-8" : "application/json");
        }

        return (shape with { Url = filled.Text, Headers = filledHeaders, Body = text }, filled.Canonical);
    }

    private static ImmutableArray<(int Least, int Most)> ReadSuccess(Fields fields)
    {
        ImmutableArray<(int, int)> fallback = [(200, 299)];
        if (fields.Value("success") is not { } value)
        {
            return fallback;
        }

        if (value is JsonArray { Items.Length: > 0 } list && list.Items.All(item => HttpRequestContent.ParseStatus(item) is not null))
        {
            return [.. list.Items.Select(HttpRequestContent.ParseStatus).OfType<(int, int)>()];
        }

        fields.Problems.Add(fields.At("success"), "`success` is a list of statuses and ranges, for example [204, \"200-299\"]");
        return fallback;
    }
}
