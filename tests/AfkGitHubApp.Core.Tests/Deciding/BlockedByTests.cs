using AfkGitHubApp.Core.Deciding;

namespace AfkGitHubApp.Core.Tests.Deciding;

public sealed class BlockedByTests
{
    private const string Here = "octo/widgets";
    private const string Address = "https://github.com/octo/widgets/issues/42";

    [Theory]
    [InlineData("Blocked by #12", "#12")]
    [InlineData("blocked by #12", "#12")]
    [InlineData("BLOCKED BY #12", "#12")]
    [InlineData("blocked by: #1, #2 and owner/repo#3", "#1 #2 owner/repo#3")]
    [InlineData("Blocked by #1 #2 #3", "#1 #2 #3")]
    [InlineData("Blocked by #1, #2, and #3.", "#1 #2 #3")]
    [InlineData("Blocked by #1 & #2; #3 + #4", "#1 #2 #3 #4")]
    [InlineData("Blocked-by: #5", "#5")]
    [InlineData("Blocked  by #5", "#5")]
    [InlineData("This is blocked by #5.", "#5")]
    [InlineData("(blocked by #5)", "#5")]
    [InlineData("Blocked by (#5)", "#5")]
    [InlineData("**Blocked by:** #1, #2", "#1 #2")]
    [InlineData("**Blocked by** #1", "#1")]
    [InlineData("__Blocked by__: **#1**, *#2*", "#1 #2")]
    [InlineData("Blocked by issue #12", "#12")]
    [InlineData("Blocked by the issues #1 and #2", "#1 #2")]
    [InlineData("Blocked by PR #9", "#9")]
    [InlineData("Blocked by GH-12", "#12")]
    [InlineData("Blocked by octo/widgets#7", "#7")]
    [InlineData("Blocked by Octo/Widgets#7", "#7")]
    [InlineData("Blocked by other-org/some.repo_x#7", "other-org/some.repo_x#7")]
    [InlineData("Blocked by #1. Also blocked by #2.", "#1 #2")]
    [InlineData("Blocked by #1\r\nBlocked by #2\r\n", "#1 #2")]
    [InlineData("Blocked by #1, #1 and octo/widgets#1", "#1")]
    [InlineData("Blocked by #1 because #2 broke", "#1")]
    [InlineData("Blocked by #1 (see #2)", "#1")]
    [InlineData("- Blocked by #3", "#3")]
    [InlineData("- [ ] blocked by #3", "#3")]
    [InlineData("Some text\n  Blocked by #3", "#3")]
    [InlineData("Some text\n    blocked by #3, which goes on with the paragraph", "#3")]
    [InlineData("Do it, it is not hard. Blocked by #3", "#3")]
    public void A_sentence_names_its_blockers(string body, string blockers) => Read(body).ShouldBe(blockers);

    [Theory]
    [InlineData("Blocked by https://github.com/octo/widgets/issues/12", "#12")]
    [InlineData("Blocked by https://github.com/octo/gadgets/issues/12", "octo/gadgets#12")]
    [InlineData("Blocked by https://github.com/octo/gadgets/pull/12.", "octo/gadgets#12")]
    [InlineData("Blocked by https://GitHub.com/octo/gadgets/issues/12#issuecomment-99, #3", "octo/gadgets#12 #3")]
    [InlineData("Blocked by <https://github.com/octo/gadgets/issues/12>", "octo/gadgets#12")]
    [InlineData("Blocked by [the first one](https://github.com/octo/gadgets/issues/12) and #3", "octo/gadgets#12 #3")]
    [InlineData("Blocked by [#12](https://github.com/octo/widgets/issues/12)", "#12")]
    [InlineData("Blocked by https://github.com/octo/widgets/issues/12 and https://github.com/octo/widgets/issues/13", "#12 #13")]
    [InlineData("Blocked by https://gitlab.example/octo/widgets/issues/12", "")]
    [InlineData("Blocked by https://github.com.example/octo/widgets/issues/12", "")]
    [InlineData("Blocked by https://github.com/octo/widgets/discussions/12", "")]
    [InlineData("Blocked by https://github.com/octo/widgets", "")]
    public void An_address_counts_where_it_is_one_of_an_issue_on_the_same_GitHub(string body, string blockers) => Read(body).ShouldBe(blockers);

    [Fact]
    public void On_another_GitHub_its_own_addresses_count()
    {
        const string Home = "https://ghe.example:8443/octo/widgets/issues/42";

        Read("Blocked by https://ghe.example:8443/octo/gadgets/issues/1", Home).ShouldBe("octo/gadgets#1");
        Read("Blocked by https://github.com/octo/gadgets/issues/1", Home).ShouldBe("");
    }

    [Theory]
    [InlineData("## Blocked by\n\n- #1\n- #2\n", "#1 #2")]
    [InlineData("## Blocked by:\n* [ ] #1\n* [x] owner/repo#2 — the parser\n", "#1 owner/repo#2")]
    [InlineData("### **Blocked by** ###\n1. #1\n2. https://github.com/octo/gadgets/issues/3\n", "#1 octo/gadgets#3")]
    [InlineData("# blocked by\n#1, #2\n", "#1 #2")]
    [InlineData("## Blocked by\n- The parser (#1)\n- #2 (found with #9)\n", "#1 #2")]
    [InlineData("## Blocked by\n- #1\n  more about it, see #8\n- #2\n", "#1 #2")]
    [InlineData("## Blocked by\n- a group:\n    - #1\n    - #2\n", "#1 #2")]
    [InlineData("## Blocked by\nFirst these, like #8:\n\n- #1\n\n## Notes\n- #9\n", "#1")]
    [InlineData("## Blocked by\nNone - can start at once\n\n## See also\n- #9", "")]
    [InlineData("## Blocked by\n- unblocked by #9\n- #1", "#1")]
    [InlineData("Blocked by:\n- #1\n- #2\n\nSee also:\n- #9", "#1 #2")]
    [InlineData("Blocked by:\n- #1\n  because of #8\n- #2", "#1 #2")]
    [InlineData("**Blocked by**\n\n#1\n\nand then some", "#1")]
    [InlineData("Blocked by\n#1", "#1")]
    [InlineData("## Blocked by #1 and #2\n- #9", "#1 #2")]
    [InlineData("## Blocks\n- #9\n", "")]
    [InlineData("## Unblocked by\n- #9\n", "")]
    [InlineData("## What it is blocked by and why\n- #9\n", "")]
    public void A_heading_or_a_line_of_its_own_names_the_list_below_it(string body, string blockers) => Read(body).ShouldBe(blockers);

    [Theory]
    [InlineData("Unblocked by #12")]
    [InlineData("un-blocked by #12")]
    [InlineData("unblocked by: #12")]
    [InlineData("Not blocked by #12")]
    [InlineData("This is no longer blocked by #12")]
    [InlineData("This isn't blocked by #12")]
    [InlineData("It is **not** blocked by #12")]
    [InlineData("roadblocked by #12")]
    [InlineData("Blocked bystanders #12")]
    [InlineData("Blocks #12")]
    [InlineData("Blocked on #12")]
    [InlineData("Depends on #12")]
    [InlineData("See #12")]
    [InlineData("Blocked by nobody, see #12")]
    [InlineData("Blocked by #0")]
    [InlineData("Blocked by #12abc")]
    [InlineData("Blocked by #1234567890")]
    [InlineData("Blocked by abc#12")]
    [InlineData("Blocked by a/b/c#12")]
    [InlineData("Blocked by the weather")]
    [InlineData("Blocked by:")]
    [InlineData("Blocked by #42")]
    [InlineData("Blocked by octo/widgets#42 and https://github.com/octo/widgets/issues/42")]
    [InlineData("")]
    [InlineData(null)]
    public void What_says_something_else_names_nothing(string? body) => Read(body).ShouldBe("");

    [Theory]
    [InlineData("```\nBlocked by #9\n```\nBlocked by #1")]
    [InlineData("~~~~ text\nBlocked by #9\n~~~\nBlocked by #9\n~~~~\nBlocked by #1")]
    [InlineData("- ```\n  Blocked by #9\n  ```\n- Blocked by #1")]
    [InlineData("Blocked by #1\n```\nBlocked by #9")]
    [InlineData("Blocked by #1\n\n    Blocked by #9\n\n\tBlocked by #9")]
    [InlineData("`Blocked by #9` Blocked by #1")]
    [InlineData("``Blocked ` by #9`` Blocked by #1")]
    [InlineData("One ` tick. Blocked by #1")]
    [InlineData("Blocked by #1, `#9`")]
    [InlineData("> Blocked by #9\n\nBlocked by #1")]
    [InlineData("> > Blocked by #9\nBlocked by #1")]
    [InlineData("- > Blocked by #9\n- Blocked by #1")]
    [InlineData("<!-- Blocked by #9 -->Blocked by #1")]
    [InlineData("<!--\nBlocked by #9\n## Blocked by\n- #9\n-->\nBlocked by #1")]
    [InlineData("Blocked by <!-- #9, --> #1")]
    [InlineData("`<!--` Blocked by #1")]
    [InlineData("<!-- ` --> Blocked by #1 ` <!-- Blocked by #9")]
    [InlineData("~~Blocked by #9~~ Blocked by #1")]
    [InlineData("## Blocked by\n- ~~#9~~\n- #1")]
    [InlineData("## Blocked by\n```\n- #9\n```\n- #1")]
    public void Code_quotes_comments_and_struck_text_say_nothing(string body) => Read(body).ShouldBe("#1");

    [Fact]
    public void A_template_that_was_not_filled_in_names_nothing() =>
        Read("## What\n\nMend it.\n\n## Blocked by\n\n<!-- one issue per line, such as: - #12 -->\n- \n\n## Notes\n").ShouldBe("");

    [Fact]
    public void No_more_than_fifty_are_read() =>
        BlockedBy.Read("Blocked by " + string.Join(", ", Enumerable.Range(100, 500).Select(number => $"#{number}")), Here, 42, Address).Length.ShouldBe(BlockedBy.Most);

    [Theory]
    [InlineData("blocked by ")]
    [InlineData("`")]
    [InlineData("` ``")]
    [InlineData("~~")]
    [InlineData("<!--")]
    [InlineData("[")]
    [InlineData("[](")]
    [InlineData("#")]
    [InlineData("a/")]
    [InlineData("- ")]
    [InlineData("* _:")]
    [InlineData("not ")]
    [InlineData("https://github.com/")]
    [InlineData("\n")]
    public void The_longest_text_of_anything_is_read_within_its_patience(string part) =>
        Should.NotThrow(() => BlockedBy.Read("Blocked by #1 " + string.Concat(Enumerable.Repeat(part, 65_536 / part.Length)), Here, 42, Address));

    private static string Read(string? body, string url = Address) => string.Join(' ', BlockedBy.Read(body, Here, 42, url).Select(reference => reference.From(Here)));
}
