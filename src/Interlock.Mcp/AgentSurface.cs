using Interlock.Sessions;
using Interlock.Mcp.Guide;
using Interlock.Mcp.Resources;
using Interlock.Mcp.Tools;
using Interlock.Mcp.Wire;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Interlock.Mcp;

/// <summary>Puts tools, resources and the prompt of one agent's session together for the SDK.</summary>
internal static class AgentSurface
{
    private const string PromptName = "write_plan";

    public static McpServerOptions Options(AgentSession session, McpServerSettings settings, ILogger log, CancellationToken ending)
    {
        var guide = new CatalogGuide(session, settings);
        var instructions = Instructions.Of(guide, PlanFormat.Rules(session), PlanFormat.Flow(settings));
        var tools = new ToolDispatch(new PlanTools(session, guide, settings).All(), settings.Clock, ending);
        var resources = new PlanResources(session, guide);
        var subscriptions = new Subscriptions(resources, new ChangeFeed(session, settings.Clock, log, ending), ending);
        return Options(settings, instructions, new McpServerHandlers
        {
            ListToolsHandler = (_, _) => ValueTask.FromResult(tools.List()),
            CallToolHandler = tools.CallAsync,
            ListResourcesHandler = resources.ListAsync,
            ListResourceTemplatesHandler = (_, _) => ValueTask.FromResult(PlanResources.Templates()),
            ReadResourceHandler = resources.ReadAsync,
            SubscribeToResourcesHandler = subscriptions.SubscribeAsync,
            UnsubscribeFromResourcesHandler = (request, _) => subscriptions.UnsubscribeAsync(request),
            SubscriptionsListenHandler = subscriptions.ListenAsync,
            ListPromptsHandler = (_, _) => ValueTask.FromResult(Prompts()),
            GetPromptHandler = (request, _) => ValueTask.FromResult(Prompt(request, guide, instructions)),
        });
    }

    /// <summary>A surface with nothing on it, which takes the SDK the same way.</summary>
    public static McpServerOptions Empty(McpServerSettings settings) => Options(settings, instructions: "", new McpServerHandlers
    {
        ListToolsHandler = static (_, _) => ValueTask.FromResult(new ListToolsResult()),
        CallToolHandler = static (_, _) => ValueTask.FromResult(new CallToolResult()),
        ListResourcesHandler = static (_, _) => ValueTask.FromResult(new ListResourcesResult()),
        ListResourceTemplatesHandler = static (_, _) => ValueTask.FromResult(new ListResourceTemplatesResult()),
        ReadResourceHandler = static (_, _) => ValueTask.FromResult(new ReadResourceResult()),
        ListPromptsHandler = static (_, _) => ValueTask.FromResult(new ListPromptsResult()),
        GetPromptHandler = static (_, _) => ValueTask.FromResult(new GetPromptResult()),
    });

    private static McpServerOptions Options(McpServerSettings settings, string instructions, McpServerHandlers handlers)
    {
        var options = new McpServerOptions
        {
            ServerInfo = new Implementation
            {
                Name = "interlock",
                Title = "Interlock",
                Version = settings.Version,
                Description = $"plans that a person approves before they run; isolation: {settings.Isolation}",
            },
            ServerInstructions = instructions,
            Capabilities = new ServerCapabilities
            {
                Tools = new ToolsCapability(),
                Prompts = new PromptsCapability(),
                Resources = new ResourcesCapability { Subscribe = true },
            },
            Handlers = handlers,
        };
        options.Filters.Message.IncomingFilters.Add(RequestFaults.Explain);
        return options;
    }

    private static ListPromptsResult Prompts() => new()
    {
        Prompts =
        [
            new Prompt
            {
                Name = PromptName,
                Title = "Write a plan",
                Description = "teaches the plan format of this instance and asks for a plan that reaches a goal",
                Arguments =
                [
                    new PromptArgument { Name = "goal", Title = "Goal", Description = "what is to be achieved", Required = true },
                ],
            },
        ],
    };

    private static GetPromptResult Prompt(RequestContext<GetPromptRequestParams> request, CatalogGuide guide, string instructions)
    {
        if (request.Params?.Name != PromptName)
        {
            throw WireFault.Unknown("params/name", $"unknown prompt; there is `{PromptName}`").ToException();
        }

        var arguments = request.Params.Arguments ?? new Dictionary<string, System.Text.Json.JsonElement>();
        if (arguments.Keys.FirstOrDefault(name => name != "goal") is not null)
        {
            throw WireFault.WrongParameters("params/arguments", "unknown argument; `write_plan` takes `goal`").ToException();
        }

        if (!arguments.TryGetValue("goal", out var goal) || goal.ValueKind != System.Text.Json.JsonValueKind.String)
        {
            throw WireFault.WrongParameters("params/arguments/goal", "missing or not a string; say what is to be achieved").ToException();
        }

        return new GetPromptResult
        {
            Description = "write a plan for Interlock",
            Messages =
            [
                new PromptMessage
                {
                    Role = Role.User,
                    Content = new TextContentBlock { Text = Instructions.Prompt(guide, instructions, goal.GetString() ?? "") },
                },
            ],
        };
    }
}
