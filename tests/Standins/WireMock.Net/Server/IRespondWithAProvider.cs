using System.Net;
using WireMock.ResponseBuilders;
using WireMock.ResponseProviders;

namespace WireMock.Server;

/// <summary>The second half of a mapping; nothing is registered before one of the Respond methods.</summary>
public interface IRespondWithAProvider
{
    Guid Guid { get; }

    IRespondWithAProvider WithGuid(Guid guid);

    IRespondWithAProvider WithGuid(string guid);

    IRespondWithAProvider DefineGuid(Guid guid);

    IRespondWithAProvider DefineGuid(string guid);

    IRespondWithAProvider WithTitle(string title);

    IRespondWithAProvider WithDescription(string description);

    IRespondWithAProvider WithPath(string path);

    /// <summary>The lowest number wins; 0 unless set.</summary>
    IRespondWithAProvider AtPriority(int priority);

    void RespondWith(IResponseProvider provider);

    void ThenRespondWith(Action<IResponseBuilder> action);

    void ThenRespondWithOK();

    void ThenRespondWithStatusCode(int code);

    void ThenRespondWithStatusCode(string code);

    void ThenRespondWithStatusCode(HttpStatusCode code);

    IRespondWithAProvider InScenario(string scenario);

    IRespondWithAProvider InScenario(int scenario);

    /// <exception cref="NotSupportedException">No scenario is named yet.</exception>
    IRespondWithAProvider WhenStateIs(string state);

    /// <exception cref="NotSupportedException">No scenario is named yet.</exception>
    IRespondWithAProvider WhenStateIs(int state);

    /// <summary>Moves on after <paramref name="times"/> hits.</summary>
    /// <exception cref="NotSupportedException">No scenario is named yet.</exception>
    IRespondWithAProvider WillSetStateTo(string state, int? times = 1);

    /// <summary>Moves on after <paramref name="times"/> hits.</summary>
    /// <exception cref="NotSupportedException">No scenario is named yet.</exception>
    IRespondWithAProvider WillSetStateTo(int state, int? times = 1);

    IRespondWithAProvider WithData(object data);

    IRespondWithAProvider WithIsDisabled(bool isDisabled);
}
