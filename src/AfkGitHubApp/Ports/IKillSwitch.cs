namespace AfkGitHubApp.Ports;

/// <summary>
/// The kill switch of a running deployment, kept in its shared store. On = no turn is started by any replica, whatever the settings say; off =
/// the settings decide.
/// </summary>
public interface IKillSwitch
{
    /// <summary>Throws it, for all replicas.</summary>
    Task SetAsync(bool on, CancellationToken cancellationToken);

    /// <summary>Whether it is on.</summary>
    Task<bool> ReadAsync(CancellationToken cancellationToken);
}
