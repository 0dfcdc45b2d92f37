using System.Globalization;
using System.Net;
using WireMock.Matchers.Request;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.ResponseProviders;
using WireMock.Settings;

namespace WireMock.Server;

/// <inheritdoc cref="IRespondWithAProvider"/>
internal sealed class RespondWithAProvider(IRequestMatcher matcher, WireMockServerSettings settings, Action<IMapping> register) : IRespondWithAProvider
{
    private int _priority;
    private string? _title;
    private string? _description;
    private string? _path;
    private string? _scenario;
    private string? _state;
    private string? _nextState;
    private int _times = 1;
    private object? _data;
    private bool _isDisabled;

    public Guid Guid { get; private set; } = Guid.NewGuid();

    public IRespondWithAProvider WithGuid(Guid guid)
    {
        Guid = guid;
        return this;
    }

    public IRespondWithAProvider WithGuid(string guid) => WithGuid(Guid.Parse(guid));

    public IRespondWithAProvider DefineGuid(Guid guid) => WithGuid(guid);

    public IRespondWithAProvider DefineGuid(string guid) => WithGuid(guid);

    public IRespondWithAProvider WithTitle(string title)
    {
        _title = title;
        return this;
    }

    public IRespondWithAProvider WithDescription(string description)
    {
        _description = description;
        return this;
    }

    public IRespondWithAProvider WithPath(string path)
    {
        _path = path;
        return this;
    }

    public IRespondWithAProvider AtPriority(int priority)
    {
        _priority = priority;
        return this;
    }

    public void RespondWith(IResponseProvider provider)
    {
        var mapping = new Mapping(Guid, matcher, provider, settings)
        {
            Title = _title,
            Description = _description,
            Path = _path,
            Priority = _priority,
            Scenario = _scenario,
            ExecutionConditionState = _state,
            NextState = _nextState,
            TimesInSameState = _times,
            Data = _data,
            IsDisabled = _isDisabled,
        };
        register(mapping);

        // The package casts too: a matcher that is not built by Request.Create() fails here.
        ((Request)matcher).Mapping = mapping;
        if (provider is Response response)
        {
            response.Mapping = mapping;
        }
    }

    public void ThenRespondWith(Action<IResponseBuilder> action)
    {
        var response = Response.Create();
        action(response);
        RespondWith(response);
    }

    public void ThenRespondWithOK() => RespondWith(Response.Create());

    public void ThenRespondWithStatusCode(int code) => RespondWith(Response.Create().WithStatusCode(code));

    public void ThenRespondWithStatusCode(string code) => RespondWith(Response.Create().WithStatusCode(code));

    public void ThenRespondWithStatusCode(HttpStatusCode code) => RespondWith(Response.Create().WithStatusCode(code));

    public IRespondWithAProvider InScenario(string scenario)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(scenario);
        _scenario = scenario;
        return this;
    }

    public IRespondWithAProvider InScenario(int scenario) => InScenario(scenario.ToString(CultureInfo.InvariantCulture));

    public IRespondWithAProvider WhenStateIs(string state)
    {
        RequireScenario("Unable to set state condition when no scenario is defined.");
        _state = state;
        return this;
    }

    public IRespondWithAProvider WhenStateIs(int state) => WhenStateIs(state.ToString(CultureInfo.InvariantCulture));

    public IRespondWithAProvider WillSetStateTo(string state, int? times = 1)
    {
        RequireScenario("Unable to set next state when no scenario is defined.");
        _nextState = state;
        _times = times ?? 1;
        return this;
    }

    public IRespondWithAProvider WillSetStateTo(int state, int? times = 1) => WillSetStateTo(state.ToString(CultureInfo.InvariantCulture), times);

    public IRespondWithAProvider WithData(object data)
    {
        _data = data;
        return this;
    }

    public IRespondWithAProvider WithIsDisabled(bool isDisabled)
    {
        _isDisabled = isDisabled;
        return this;
    }

    private void RequireScenario(string otherwise)
    {
        if (_scenario is null)
        {
            throw new NotSupportedException(otherwise);
        }
    }
}
