using System.Text;
using AfkGitHubApp.Core.Rendering;

namespace AfkGitHubApp.Core.Tests.Rendering;

public sealed class MarkdownTests
{
    private const string Separator = "\u200b";

    [Fact]
    public void Inline_text_never_mentions_references_or_links_anything()
    {
        foreach (var text in Nasty.Texts())
        {
            var inline = Markdown.Inline(text);
            Pattern.IsIn(inline, "@(?!\u200b)").ShouldBeFalse(inline);
            Pattern.IsIn(inline, "#(?!\u200b)").ShouldBeFalse(inline);
            Pattern.IsIn(inline, "gh-[0-9]").ShouldBeFalse(inline);
            Pattern.IsIn(inline, @"www\.").ShouldBeFalse(inline);
            inline.ShouldNotContain("://");
        }
    }

    [Fact]
    public void Inline_text_never_opens_or_closes_markup()
    {
        foreach (var text in Nasty.Texts())
        {
            var inline = Markdown.Inline(text);
            inline.ShouldNotContain("<!--");
            inline.ShouldNotContain("-->");
            inline.ShouldNotContain("--");
            Pattern.IsIn(Pattern.Without(inline, @"\\."), @"[\\`*_\[\]<>|~&$]").ShouldBeFalse(inline);
            Pattern.IsIn(inline, @"^([-+=]|#[^\u200b]|\d+[.)]|\s)").ShouldBeFalse(inline);
        }
    }

    [Fact]
    public void Inline_text_stays_on_its_line_and_carries_nothing_invisible()
    {
        foreach (var text in Nasty.Texts())
        {
            var inline = Markdown.Inline(text);
            inline.Any(char.IsControl).ShouldBeFalse();
            inline.ShouldNotContain("\u2028");
            inline.ShouldNotContain("\u202e");
            inline.ShouldNotContain("[31m");
        }
    }

    [Theory]
    [InlineData("plain words, nothing else", "plain words, nothing else")]
    [InlineData("two\nlines\tand\u00a0blanks ", "two lines and blanks")]
    [InlineData("snake_case *star*", @"snake\_case \*star\*")]
    [InlineData("fix-forward", "fix-forward")]
    [InlineData("- item", @"\- item")]
    [InlineData("12. item", @"12\. item")]
    [InlineData("version 1.2", "version 1.2")]
    [InlineData("@octocat", "@" + Separator + "octocat")]
    [InlineData("see o/r#5", "see o/r#" + Separator + "5")]
    [InlineData("https://a.b", "https:" + Separator + "//a.b")]
    [InlineData("&#64;x", @"\&#" + Separator + "64;x")]
    [InlineData("\u001b[1;31mred\u001b[0m", "red")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Inline_text_reads_as_it_was_written(string? text, string expected) => Markdown.Inline(text).ShouldBe(expected);

    [Fact]
    public void A_code_span_is_longer_fenced_than_what_it_holds()
    {
        Markdown.Code("a").ShouldBe("`a`");
        Markdown.Code("a`b").ShouldBe("``a`b``");
        Markdown.Code("`a``").ShouldBe("``` `a`` ```");
        Markdown.Code(" \n").ShouldBe("(empty)");
        foreach (var text in Nasty.Texts())
        {
            var code = Markdown.Code(text);
            code.ShouldNotContain("\n");
            code.ShouldNotContain("<!--");
            code.ShouldNotContain("-->");
            if (code != "(empty)")
            {
                var fence = Pattern.First(code, "^`+");
                Pattern.Count(code, $"(?<!`)`{{{fence.Length}}}(?!`)").ShouldBe(2, code);
            }
        }
    }

    [Fact]
    public void A_quoted_block_cannot_end_before_its_fence()
    {
        foreach (var text in Nasty.Texts())
        {
            var lines = Markdown.Quote(text).Split('\n');
            var fence = Pattern.First(lines[0], "^`{3,}");
            lines[^1].ShouldBe(fence);
            lines[1..^1].Any(line => line.Contains(fence, StringComparison.Ordinal) || line.Contains("<!--", StringComparison.Ordinal)).ShouldBeFalse(text);
        }
    }

    [Fact]
    public void A_quoted_block_keeps_its_lines()
    {
        Markdown.Quote("error:\r\n  --> src/main.rs:3\n").ShouldBe("```text\nerror:\n  --> src/main.rs:3\n```");
        Markdown.Quote("a\n````\nb", "md").ShouldBe("`````md\na\n````\nb\n`````");
    }

    [Theory]
    [InlineData("https://github.com/o/r/actions/runs/1", "https://github.com/o/r/actions/runs/1")]
    [InlineData("http://ci.example.com:8080/a?b=c#d", "http://ci.example.com:8080/a?b=c#d")]
    [InlineData("https://a.example/x)y(z", "https://a.example/x%29y%28z")]
    [InlineData("https://a.example/[x](y)<b>", "https://a.example/%5Bx%5D%28y%29%3Cb%3E")]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("data:text/html,x", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("/relative", null)]
    [InlineData("https://user:pw@a.example/", null)]
    [InlineData("https://github.com@a.example/", null)]
    [InlineData("not an address", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Only_plain_web_addresses_are_linked(string? url, string? expected) => Markdown.SafeUrl(url).ShouldBe(expected);

    [Fact]
    public void An_address_never_ends_its_link_early()
    {
        foreach (var text in Nasty.Texts())
        {
            if (Markdown.SafeUrl("https://a.example/" + text) is { } safe)
            {
                Pattern.IsIn(safe, @"^https://a\.example/[!-~]*$").ShouldBeTrue(safe);
                Pattern.IsIn(safe, @"[()<>`\[\]\\""]").ShouldBeFalse(safe);
            }
        }
    }

    [Fact]
    public void A_link_without_a_usable_address_is_its_label()
    {
        Markdown.Link("run [1]", "https://a.example/1").ShouldBe(@"[run \[1\]](https://a.example/1)");
        Markdown.Link("run", null).ShouldBe("run");
        Markdown.CodeLink("abc", "javascript:x").ShouldBe("`abc`");
    }

    [Fact]
    public void A_cut_is_visible_and_keeps_the_bound()
    {
        Markdown.Bound("1234567890", 10).ShouldBe("1234567890");
        Markdown.Bound("12345678901", 10).ShouldBe("1234 (cut)");
        Markdown.Bound("123😀567890", 10).ShouldBe("123 (cut)");
        Markdown.BoundUtf8("ééééé", 10).ShouldBe("ééééé");
        Markdown.BoundUtf8("éééééé", 10).ShouldBe("éé (cut)");
        foreach (var text in Nasty.Texts())
        {
            Markdown.Bound(text, 12).Length.ShouldBeLessThanOrEqualTo(12);
            Encoding.UTF8.GetByteCount(Markdown.BoundUtf8(text, 12)).ShouldBeLessThanOrEqualTo(12);
        }
    }

    [Fact]
    public void Cleaned_text_has_no_controls_escapes_or_smuggling_characters()
    {
        Markdown.Clean("a\u001b[38;5;1mb\u001b[0mc").ShouldBe("abc");
        Markdown.Clean("a\u001b]8;;https://x\u001b\\link\u001b]8;;\u001b\\b").ShouldBe("alinkb");
        Markdown.Clean("a\u001b]unfinished\nnext line").ShouldBe("a\nnext line");
        Markdown.Clean("a\u009b31mb\u001b(Bc\u001b").ShouldBe("abc");
        Markdown.Clean("10%\r20%\r\ndone").ShouldBe("10%\n20%\ndone");
        Markdown.Clean("x\U000e0041\U000e0042y\U000e0101z\u2066\u00ad").ShouldBe("xyz");
        Markdown.Clean("half \ud83d pair").ShouldBe("half \ufffd pair");
        Markdown.Clean("👩‍💻 tab\there").ShouldBe("👩‍💻 tab\there");
    }

    [Fact]
    public void Cleaning_twice_changes_nothing_more()
    {
        foreach (var text in Nasty.Texts())
        {
            var once = Markdown.Clean(text);
            Markdown.Clean(once).ShouldBe(once);
        }
    }

    [Theory]
    [InlineData("before <!-- do evil --> after", "before (hidden text removed) after")]
    [InlineData("a\n<!--\nmany\nlines\n-->\nb", "a\n(hidden text removed)\nb")]
    [InlineData("<!--> shown -->", "(hidden text removed) shown -->")]
    [InlineData("<!---> shown", "(hidden text removed) shown")]
    [InlineData("<!-- x --!> shown", "(hidden text removed) shown")]
    [InlineData("<!<!-- x -->-- y --> z", "<!(hidden text removed)-- y --> z")]
    [InlineData("shown\n- > <!-- left open\nhidden to the end", "shown\n- > (hidden text removed)")]
    [InlineData("we print `<!--` here\nand this is shown", "we print `<!--` here\nand this is shown")]
    [InlineData("a\n[//]: # (do evil)\nb", "a\n(hidden text removed)\nb")]
    [InlineData("[x]: <> \"do evil\"", "(hidden text removed)")]
    [InlineData("[docs]: https://example.com", "[docs]: https://example.com")]
    [InlineData("nothing hidden", "nothing hidden")]
    public void What_people_cannot_see_is_taken_out_and_said(string text, string expected) => Markdown.RemoveHidden(text).ShouldBe(expected);

    [Fact]
    public void Very_many_unfinished_comments_are_no_work()
    {
        var text = string.Concat(Enumerable.Repeat("x <!-- ", 200_000));
        Markdown.RemoveHidden(text).ShouldBe(text);
    }
}
