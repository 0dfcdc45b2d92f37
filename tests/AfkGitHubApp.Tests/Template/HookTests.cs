namespace AfkGitHubApp.Tests.Template;

/// <summary>The hooks of a turn's machine, as git runs them.</summary>
public sealed class HookTests
{
    private const string Trailers = "AFK-Run: r0123456789ab\nAFK-Turn: r0123456789ab.1";

    [Theory]
    [InlineData("git commit --quiet --all -m Work", "Work")]
    [InlineData("git commit --quiet --all -m Work -m 'Co-authored-by: mona <mona@example.com>'", "Work\n\nCo-authored-by: mona <mona@example.com>", true)]
    [InlineData("git commit --quiet --all -m Work -m $'AFK-Run: r0123456789ab\nAFK-Turn: r0123456789ab.1'", "Work")]
    [InlineData("git commit --quiet --all -m Work -m $'AFK-Run: rfedcba987654\nAFK-Turn: rfedcba987654.3\nAFK-Run: r0123456789ab'", "Work")]
    [InlineData("git commit --quiet --all -m Work -m '#7 is where it began'", "Work\n\n#7 is where it began")]
    [InlineData("git commit --quiet --all --no-verify -m Work", "Work")]
    [InlineData("git commit --quiet --all -m Draft; git commit --quiet --amend -m Work", "Work")]
    [InlineData("git commit --quiet --all -m Work; git commit --quiet --amend --no-edit", "Work")]
    [InlineData("git commit --quiet --all -m One; echo y >>file; git commit --quiet --all -m Two; git reset --quiet --soft HEAD~2; git commit --quiet -m Both -m \"$(git log --format=%B ORIG_HEAD~2..ORIG_HEAD)\"", "Both\n\nTwo\n\nOne")]
    [InlineData("git commit --quiet --all -m Work; echo y >>file; git commit --quiet --all --fixup HEAD; GIT_SEQUENCE_EDITOR=true git rebase --quiet -i --autosquash HEAD~2", "Work")]
    [InlineData("git stash --quiet; git switch --quiet -c side; git stash pop --quiet; git commit --quiet --all -m Work; git switch --quiet main; echo z >other; git add other; git commit --quiet -m Other; git cherry-pick side >/dev/null", "Work")]
    [InlineData("git config core.hooksPath .husky; mkdir .husky; git commit --quiet --all -m Work", "Work")]
    public async Task Every_commit_carries_the_trailers_once_however_it_is_made(string commit, string message, bool afterOthers = false)
    {
        using var bench = await TurnBench.CreateAsync();
        var (agent, publish, result) = await bench.TurnAsync($"echo x >>file; {commit}");

        ((string?)result?["outcome"]).ShouldBe("pushed", agent.Log + publish.Log);
        (await bench.MessageAsync()).ShouldBe($"{message}{(afterOthers ? "\n" : "\n\n")}{Trailers}");
    }

    [Fact]
    public async Task What_would_close_an_issue_or_skip_CI_is_refused_and_all_else_is_not()
    {
        string[] refused =
        [
            "Fix #7", "fixes #7", "FIXED: #7", "Close #7", "closes #7", "closed  #7", "resolve #7", "Resolves #7", "resolved:#7", "Work\n\nThis closes\n#7", "Fixes octo/widgets#7", "fixes GH-7",
            "Closes https://github.com/octo/widgets/issues/7", "fix https://github.com/octo/widgets/pull/7", "(fixes #7)",
            "Work [skip ci]", "[ci skip] Work", "Work\n\n[no ci]", "[skip actions]", "[Actions Skip]", "Work\n\nskip-checks: true", "Work\n\nSkip-Checks:true",
        ];
        string[] taken = ["Fix the reader\n\nRefs #7", "Prefix #7 with a dash", "Unresolved #7", "Fixes the case of issue 7", "Closing #7 is up to CI", "Do not skip ci", "Encloses #7"];
        using var bench = await TurnBench.CreateAsync();
        var script = string.Concat(refused.Concat(taken).Select(message => $"echo x >>file; if git commit --quiet --all -F - <<'END' 2>/dev/null\n{message}\nEND\nthen echo '<taken>'; else echo '<refused>'; fi\n"));
        var (agent, _, _) = await bench.TurnAsync(script);

        agent.Log.Split('\n').Where(line => line is "<taken>" or "<refused>").Zip(refused.Concat(taken), (answer, message) => (message, answer))
            .ShouldBe([.. refused.Select(message => (message, "<refused>")), .. taken.Select(message => (message, "<taken>"))]);
    }

    [Fact]
    public async Task A_refused_message_says_what_to_write_instead()
    {
        using var bench = await TurnBench.CreateAsync();
        var (agent, _, _) = await bench.TurnAsync("echo x >>file; git commit --quiet --all -m 'Fixes #7' || true; git commit --quiet --all -m 'Work [skip ci]' || true");

        agent.Log.ShouldContain("commit-msg: no closing keyword before an issue; write Refs #n, the issue is closed when CI has judged the commit");
        agent.Log.ShouldContain("commit-msg: no skip-ci marker; a commit that CI does not judge is handed to a person");
    }
}
