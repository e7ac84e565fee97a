using System.Globalization;
using Interlock.Sessions;
using Interlock.Ledger;
using Interlock.Mcp.Guide;
using Interlock.Mcp.Wire;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Interlock.Mcp.Resources;

/// <summary>The agent's plans and the catalog as resources. Another agent's plan does not exist here.</summary>
internal sealed class PlanResources(AgentSession session, CatalogGuide guide)
{
    private const string Json = "application/json";

    /// <summary>Lists the catalog and the newest plans, 50 a page.</summary>
    public async ValueTask<ListResourcesResult> ListAsync(
        RequestContext<ListResourcesRequestParams> request, CancellationToken cancellationToken)
    {
        long? before = null;
        if (request.Params?.Cursor is { } cursor)
        {
            before = long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
                ? seq
                : throw WireFault.WrongParameters(
                    "params/cursor", "not a cursor of this server; pass `nextCursor` of the answer before, or leave it out").ToException();
        }

        if (!(await session.ListAsync(new PlanQuery { Before = before }, cancellationToken)).TryGet(out var page, out var refusal))
        {
            throw new WireFault(McpErrorCode.InternalError, refusal).ToException();
        }

        var result = new ListResourcesResult { NextCursor = page.Next?.ToString(CultureInfo.InvariantCulture) };
        if (before is null)
        {
            result.Resources.Add(new Resource
            {
                Uri = ResourceUris.Catalog,
                Name = "catalog",
                Title = "Actions, probes and rules",
                Description = "what describe_catalog answers",
                MimeType = Json,
            });
        }

        foreach (var row in page.Rows)
        {
            result.Resources.Add(new Resource
            {
                Uri = ResourceUris.Of(row.Plan),
                Name = row.Plan.ToString(),
                Title = Shortened.To(row.Intent, 120),
                Description = $"a plan; {row.Status} when it was listed",
                MimeType = Json,
            });
        }

        return result;
    }

    /// <summary>The one template.</summary>
    public static ListResourceTemplatesResult Templates() => new()
    {
        ResourceTemplates =
        [
            new ResourceTemplate
            {
                UriTemplate = ResourceUris.PlanTemplate,
                Name = "plan",
                Title = "One of your plans",
                Description = "what get_plan answers; subscribe to it to be told when anyone changes it",
                MimeType = Json,
            },
        ],
    };

    /// <summary>Reads one.</summary>
    public async ValueTask<ReadResourceResult> ReadAsync(
        RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken)
    {
        var uri = request.Params?.Uri ?? "";
        string text;
        if (uri == ResourceUris.Catalog)
        {
            text = guide.Describe().ToString();
        }
        else if (ResourceUris.TryPlan(uri, out var plan)
            && (await session.DocumentAsync(plan, cancellationToken)).TryGet(out var document, out _))
        {
            text = document.ToString();
        }
        else
        {
            throw Missing(request.Server);
        }

        return new ReadResourceResult { Contents = [new TextResourceContents { Uri = uri, MimeType = Json, Text = text }] };
    }

    /// <summary>Whether there is such a resource for this agent.</summary>
    public async Task<bool> ExistsAsync(string uri, CancellationToken cancellationToken) =>
        uri == ResourceUris.Catalog
        || (ResourceUris.TryPlan(uri, out var plan) && (await session.PlanAsync(plan, cancellationToken)).TryGet(out _, out _));

    /// <summary>The answer for a resource that is not there, with the code of the client's era.</summary>
    public static McpProtocolException Missing(McpServer server) =>
        (WireFault.Unknown("params/uri", "there is no such resource of yours; list the resources to see their addresses") with
        {
            Code = string.CompareOrdinal(server.NegotiatedProtocolVersion, "2026-07-28") >= 0
                ? McpErrorCode.InvalidParams
                : McpErrorCode.ResourceNotFound,
        }).ToException();
}
