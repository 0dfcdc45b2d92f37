namespace AfkGitHubApp.Settings;

/// <summary>The deployment's kill switch as this process last read it; off where there is no shared store.</summary>
public sealed class RuntimeSwitch
{
    private volatile bool isOn;

    /// <summary>On = nothing may be started.</summary>
    public bool IsOn
    {
        get => isOn;
        set => isOn = value;
    }
}
