using AfkGitHubApp.Core.Deciding;

namespace AfkGitHubApp.Core.Tests.Deciding;

public sealed class LookAgainTests
{
    [Theory]
    [InlineData(Waiting.Confirmation, 0, 30)]
    [InlineData(Waiting.Confirmation, 86400, 30)]
    [InlineData(Waiting.Settling, 0, 60)]
    [InlineData(Waiting.Settling, 86400, 60)]
    [InlineData(Waiting.Idle, 0, 1800)]
    [InlineData(Waiting.Idle, 86400, 1800)]
    public void Some_looks_do_not_depend_on_age(Waiting waiting, double age, double seconds) => After(waiting, age).TotalSeconds.ShouldBe(seconds);

    [Theory]
    [InlineData(Waiting.Turn, 0, 300)]
    [InlineData(Waiting.Turn, 3599.9, 300)]
    [InlineData(Waiting.Turn, 3600, 600)]
    [InlineData(Waiting.Turn, 86400, 600)]
    [InlineData(Waiting.Ci, 0, 300)]
    [InlineData(Waiting.Ci, 3599.9, 300)]
    [InlineData(Waiting.Ci, 3600, 600)]
    [InlineData(Waiting.Ci, 86400, 600)]
    public void Work_is_looked_at_less_often_the_older_it_gets(Waiting waiting, double age, double seconds) => After(waiting, age).TotalSeconds.ShouldBe(seconds);

    [Theory]
    [InlineData(0, 15)]
    [InlineData(14.9, 15)]
    [InlineData(15, 15)]
    [InlineData(16, 16)]
    [InlineData(299, 299)]
    [InlineData(300, 300)]
    [InlineData(86400, 300)]
    public void A_failed_ask_is_repeated_after_as_long_as_it_has_failed_but_within_bounds(double age, double seconds) => After(Waiting.Retry, age).TotalSeconds.ShouldBe(seconds);

    [Fact]
    public void Every_kind_of_waiting_has_an_end_within_the_hour()
    {
        foreach (var waiting in Enum.GetValues<Waiting>())
        {
            foreach (var age in (double[])[-60, 0, 1, 600, 3600, 1e9])
            {
                After(waiting, age, jitter: 1).ShouldBeInRange(TimeSpan.FromSeconds(15), TimeSpan.FromHours(1), $"{waiting} {age}");
            }
        }
    }

    [Theory]
    [InlineData(-5, 5)]
    [InlineData(0, 5)]
    [InlineData(59, 5)]
    [InlineData(60, 60)]
    [InlineData(1439, 60)]
    [InlineData(1440, 1440)]
    [InlineData(1e6, 1440)]
    public void What_is_out_of_reach_is_looked_at_ever_more_seldom_but_never_given_up(double goneForMinutes, double minutes) =>
        LookAgain.OutOfReach(TimeSpan.FromMinutes(goneForMinutes), jitter: 0).TotalMinutes.ShouldBe(minutes);

    [Theory]
    [InlineData(0, 60)]
    [InlineData(0.5, 63)]
    [InlineData(1, 66)]
    public void Chance_only_ever_delays_and_by_a_tenth_at_most(double jitter, double seconds) => After(Waiting.Settling, 0, jitter).TotalSeconds.ShouldBe(seconds, 1e-6);

    [Theory]
    [InlineData(-0.001)]
    [InlineData(1.001)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    public void Chance_outside_its_range_is_refused(double jitter) => Should.Throw<ArgumentOutOfRangeException>(() => After(Waiting.Idle, 0, jitter));

    [Fact]
    public void An_unknown_kind_of_waiting_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => After((Waiting)99, 0)).ParamName.ShouldBe("waiting");

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.5, 1)]
    [InlineData(0.49, 2)]
    [InlineData(0.25, 2)]
    [InlineData(0.24, 4)]
    [InlineData(0.1, 4)]
    [InlineData(0.09, 8)]
    [InlineData(0, 8)]
    public void Looks_become_rarer_as_the_requests_run_low(double left, double factor) => LookAgain.Stretch(left).ShouldBe(factor);

    private static TimeSpan After(Waiting waiting, double ageSeconds, double jitter = 0) => LookAgain.After(waiting, TimeSpan.FromSeconds(ageSeconds), jitter);
}
