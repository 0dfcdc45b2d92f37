namespace AfkGitHubApp.Core.Deciding;

/// <summary>What a repository waits for; decides how soon a look pays.</summary>
public enum Waiting
{
    /// <summary>A dispatch that is not visible yet, or an end to be seen twice.</summary>
    Confirmation,

    /// <summary>A turn at work.</summary>
    Turn,

    /// <summary>CI at work.</summary>
    Ci,

    /// <summary>A reading to stand for the settle interval.</summary>
    Settling,

    /// <summary>A failed ask to be repeated.</summary>
    Retry,

    /// <summary>Nothing in flight: ready issues nobody told us of.</summary>
    Idle,
}

/// <summary>
/// The fallback timer: when to look again, whatever the webhooks say. Liveness decides, then age: what is young moves, what is old rarely
/// does. A lost webhook costs one of these intervals, never more.
/// </summary>
public static class LookAgain
{
    /// <summary>A repository out of reach for this long is gone for good, as far as anybody can tell; one that nobody allows is then forgotten.</summary>
    public static readonly TimeSpan GoneForGood = TimeSpan.FromHours(24);

    /// <summary>By how much the timer's looks are stretched when GitHub's hourly limit runs low, so that the requests that are left go to what webhooks tell and to writes.</summary>
    /// <param name="left">What is left of the hour's requests, 0 to 1.</param>
    public static double Stretch(double left) => left switch
    {
        >= 0.5 => 1,
        >= 0.25 => 2,
        >= 0.1 => 4,
        _ => 8,
    };

    /// <summary>Until the next look at a repository that is out of reach (uninstalled, suspended, deleted, transferred): what comes back announces itself by a webhook.</summary>
    /// <param name="goneFor">How long it has been.</param>
    /// <param name="jitter">0 to 1, as in <see cref="After"/>.</param>
    public static TimeSpan OutOfReach(TimeSpan goneFor, double jitter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(jitter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(jitter, 1);

        var wait = goneFor < TimeSpan.FromHours(1) ? TimeSpan.FromMinutes(5) : goneFor < GoneForGood ? TimeSpan.FromHours(1) : TimeSpan.FromHours(24);
        return wait * (1 + (jitter / 10));
    }

    /// <summary>Until the next look.</summary>
    /// <param name="waiting">What is waited for.</param>
    /// <param name="age">How long it has been waited for.</param>
    /// <param name="jitter">0 to 1; spreads looks by ten percent upwards so that replicas and repositories do not look in step.</param>
    public static TimeSpan After(Waiting waiting, TimeSpan age, double jitter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(jitter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(jitter, 1);

        var seconds = waiting switch
        {
            Waiting.Confirmation => 30,
            Waiting.Settling => 60,
            Waiting.Retry => Math.Clamp(age.TotalSeconds, 15, 300),
            Waiting.Turn or Waiting.Ci => age.TotalMinutes < 60 ? 300 : 600,
            Waiting.Idle => 1800,
            _ => throw new ArgumentOutOfRangeException(nameof(waiting), waiting, "unknown kind of waiting"),
        };
        return TimeSpan.FromSeconds(seconds * (1 + (jitter / 10)));
    }
}
