using AfkGitHubApp.Observing;

namespace AfkGitHubApp.Tests.Observing;

public sealed class TrailersTests
{
    private const string Run = "r0123456789ab";

    [Theory]
    [InlineData("Mend the widget\n\nAFK-Run: r0123456789ab")]
    [InlineData("Mend the widget\n\nAFK-Run: r0123456789ab\n\n\n")]
    [InlineData("Mend the widget\r\n\r\nWhy.\r\n\r\nCo-authored-by: Maria <maria@example.com>\r\nAFK-Run: r0123456789ab\r\nSigned-off-by: x\r\n")]
    [InlineData("Mend the widget\n\nafk-run:r0123456789ab  ")]
    public void A_trailer_of_the_last_paragraph_is_found(string message) => Trailers.Has(message, "AFK-Run", Run).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("AFK-Run: r0123456789ab")]
    [InlineData("Mend the widget\n\nAFK-Run: r0123456789ab\n\nThat was all.")]
    [InlineData("Mend the widget\n\nAFK-Run: r0123456789abc")]
    [InlineData("Mend the widget\n\nAFK-Run: R0123456789AB")]
    [InlineData("Mend the widget\n\nNot-AFK-Run: r0123456789ab")]
    [InlineData("Mend the widget\n\nsee AFK-Run: r0123456789ab")]
    [InlineData("Mend the widget\n\n: r0123456789ab")]
    public void What_is_quoted_elsewhere_is_no_trailer(string message) => Trailers.Has(message, "AFK-Run", Run).ShouldBeFalse();
}
