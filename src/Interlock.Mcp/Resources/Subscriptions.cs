using Interlock.Mcp.Wire;
using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Interlock.Mcp.Resources;

/// <summary>
/// Resource updates in both eras: <c>resources/subscribe</c> until 2025-11-25, <c>subscriptions/listen</c> since 2026-07-28,
/// where each update names the subscription that it belongs to.
/// </summary>
internal sealed class Subscriptions(PlanResources resources, ChangeFeed feed, CancellationToken ending)
{
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<string, bool> subscribed = new(StringComparer.Ordinal);
    private int listening;

    /// <summary>Subscribes a client of the older era to one resource.</summary>
    public async ValueTask<EmptyResult> SubscribeAsync(
        RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        var uri = request.Params?.Uri ?? "";
        if (!await resources.ExistsAsync(uri, cancellationToken))
        {
            throw PlanResources.Missing(request.Server);
        }

        if (subscribed.Count >= Most)
        {
            throw TooMany();
        }

        subscribed[uri] = true;
        if (Interlocked.Exchange(ref listening, 1) == 0)
        {
            var server = request.Server;
            await feed.AddAsync(new Listener(
                subscribed.ContainsKey,
                changed => server.SendMessageAsync(Updated(changed, subscription: null), CancellationToken.None)));
        }

        return new EmptyResult();
    }

    /// <summary>Ends the subscription of a client of the older era.</summary>
    public ValueTask<EmptyResult> UnsubscribeAsync(RequestContext<UnsubscribeRequestParams> request)
    {
        subscribed.TryRemove(request.Params?.Uri ?? "", out _);
        return ValueTask.FromResult(new EmptyResult());
    }

    /// <summary>Holds a subscription of the newer era open until it is cancelled or the session ends.</summary>
    public async ValueTask<EmptyResult> ListenAsync(
        RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        var asked = request.Params.Notifications.ResourceSubscriptions ?? [];
        if (asked.Count > Most)
        {
            throw TooMany();
        }

        var granted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var uri in asked)
        {
            if (await resources.ExistsAsync(uri, cancellationToken))
            {
                granted.Add(uri);
            }
        }

        var id = request.JsonRpcRequest.Id;
        var server = request.Server;
        var open = new TaskCompletionSource();
        var listener = new Listener(granted.Contains, async changed =>
        {
            // nothing may precede the acknowledgement
            await open.Task;
            await server.SendMessageAsync(Updated(changed, id), CancellationToken.None);
        });
        if (granted.Count > 0)
        {
            await feed.AddAsync(listener);
        }

        try
        {
            await server.SendMessageAsync(Acknowledged(granted, id), cancellationToken);
            open.SetResult();
            using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
            await Task.Delay(Timeout.InfiniteTimeSpan, until.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // the session ends in good order: the stream is closed with its result
        }
        finally
        {
            feed.Remove(listener);
            open.TrySetResult();
        }

        return new EmptyResult();
    }

    private static JsonRpcNotification Updated(string uri, RequestId? subscription) => new()
    {
        Method = NotificationMethods.ResourceUpdatedNotification,
        Params = Tagged(new JsonObject { ["uri"] = uri }, subscription),
    };

    private static JsonRpcNotification Acknowledged(HashSet<string> granted, RequestId subscription)
    {
        var notifications = new JsonObject();
        if (granted.Count > 0)
        {
            notifications["resourceSubscriptions"] = new JsonArray([.. granted.Select(uri => (JsonNode?)uri)]);
        }

        return new JsonRpcNotification
        {
            Method = NotificationMethods.SubscriptionsAcknowledgedNotification,
            Params = Tagged(new JsonObject { ["notifications"] = notifications }, subscription),
        };
    }

    private static JsonObject Tagged(JsonObject parameters, RequestId? subscription)
    {
        if (subscription is { } id)
        {
            parameters["_meta"] = new JsonObject
            {
                [MetaKeys.SubscriptionId] = id.Id is long number ? JsonValue.Create(number) : JsonValue.Create(id.ToString()),
            };
        }

        return parameters;
    }

    private static McpProtocolException TooMany() =>
        new WireFault(
            McpErrorCode.InvalidParams,
            new Refusal(RefusalCode.Busy, "params", $"more than {Most} subscriptions; end some of them first")).ToException();
}
