using Microsoft.AspNetCore.Http;
using WireMock.Logging;
using WireMock.Settings;
using WireMock.Types;
using WireMock.Util;

namespace WireMock.Serving;

/// <summary>From a request to its answer: find the mapping, move its scenario on, make the answer, log, write.</summary>
internal sealed class Pipeline(WireMockServerSettings settings, Mappings mappings, Scenarios scenarios, LogBook log, CancellationToken disposing)
{
    /// <summary>Waited before every matched answer; null or zero for none.</summary>
    public TimeSpan? Delay { get; set; }

    public async Task AnswerAsync(HttpContext context)
    {
        Shutdown.Attach(context, disposing);
        RequestMessage request;
        try
        {
            request = await RequestMessage.ReadAsync(context, settings);
        }
        catch (Exception problem)
        {
            // A request that cannot be read is answered but not logged.
            await ResponseWriter.WriteAsync(Status(500, problem.Message), context.Response, settings);
            return;
        }

        foreach (var mapping in mappings.Snapshot().Where(mapping => mapping is { Scenario: not null, IsStartState: true }))
        {
            scenarios.Begin(mapping.Scenario!);
        }

        var (match, nearest) = mappings.Find(request, settings.AllowPartialMapping == true);
        var response = match is null ? NotFound() : await RespondAsync(match.Mapping, context, request);
        if (disposing.IsCancellationRequested)
        {
            context.Abort();
            return;
        }

        // Logged before it is written, so that a caller who has the answer finds the entry.
        log.Add(new LogEntry(request, response)
        {
            MappingGuid = match?.Mapping.Guid,
            MappingTitle = match?.Mapping.Title,
            RequestMatchResult = match?.Result,
            PartialMappingGuid = nearest?.Mapping.Guid,
            PartialMappingTitle = nearest?.Mapping.Title,
            PartialMatchResult = nearest?.Result,
        });
        try
        {
            await ResponseWriter.WriteAsync(response, context.Response, settings);
        }
        catch (Exception) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            await ResponseWriter.WriteAsync(NotFound(), context.Response, settings);
        }
    }

    private async Task<IResponseMessage> RespondAsync(IMapping mapping, HttpContext context, RequestMessage request)
    {
        try
        {
            // The scenario moves before any delay, so that a retry during the delay meets the next state.
            if (mapping.Scenario is not null)
            {
                scenarios.Advance(mapping);
            }

            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay.Value, TimeProvider.System, disposing);
            }

            return (await mapping.ProvideResponseAsync(context, request)).Message;
        }
        catch (Exception problem)
        {
            return Status(500, problem.Message);
        }
    }

    private static ResponseMessage NotFound() => Status(404, "No matching mapping found");

    private static ResponseMessage Status(int code, string status) => new()
    {
        StatusCode = code,
        Headers = new Dictionary<string, WireMockList<string>> { ["Content-Type"] = "application/json" },
        DateTime = Clock.UtcNow,
        BodyData = new BodyData { DetectedBodyType = BodyType.Json, BodyAsJson = new { Status = status } },
    };
}
