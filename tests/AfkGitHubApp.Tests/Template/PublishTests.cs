using System.Text.Json.Nodes;

namespace AfkGitHubApp.Tests.Template;

/// <summary>What leaves a turn's machines, and what does not: the shipped workflow's scripts against a real git repository.</summary>
public sealed class PublishTests
{
    private const string Commits = "echo three >>file; git commit --quiet --all -m 'Work' -m 'Refs #7'";

    [Fact]
    public async Task What_the_agent_commits_is_pushed_with_the_run_s_trailers_and_by_the_app_s_bot()
    {
        using var bench = await TurnBench.CreateAsync();
        var (agent, publish, result) = await bench.TurnAsync(Commits);

        (agent.Conclusion, publish.Conclusion).ShouldBe(("success", "success"), agent.Log + publish.Log);
        var head = await bench.HeadAsync();
        result!.ToJsonString().ShouldBe($$"""{"turn":"{{TurnBench.Run}}.1","outcome":"pushed","sha":"{{head}}"}""");
        (await bench.MessageAsync()).ShouldBe($"Work\n\nRefs #7\n\nAFK-Run: {TurnBench.Run}\nAFK-Turn: {TurnBench.Run}.1");
        (await bench.ShellAsync("git -C server/octo/widgets.git log -1 --format='%an <%ae> %cn <%ce>' main"))
            .ShouldBe("afk-app[bot] <4294967301+afk-app[bot]@users.noreply.github.com> afk-app[bot] <4294967301+afk-app[bot]@users.noreply.github.com>");
        bench.TokenRequest!["permission-contents"].ShouldBe("write");
        bench.TokenRequest["permission-workflows"].ShouldBe("");
    }

    [Fact]
    public async Task The_agent_s_machine_holds_nothing_that_can_push()
    {
        using var bench = await TurnBench.CreateAsync();
        var (_, publish, _) = await bench.TurnAsync($"env >seen; git config --list >>seen; cat >>seen; git add seen; {Commits}");

        publish.Conclusion.ShouldBe("success", publish.Log);
        var seen = await bench.ShellAsync("git -C server/octo/widgets.git show main:seen");
        seen.ShouldContain("model-key");
        seen.ShouldNotContain("push-token");
        seen.ShouldNotContain("push-key");
        seen.ShouldNotContain("read-token");
        seen.ShouldContain("$(touch injected) `touch injected`", Case.Sensitive, "the task is data");
        seen.ShouldContain(".afk-result.json");
        (await bench.ShellAsync("find . -name injected")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pull_request_s_branch_is_made_at_the_run_s_base_and_continued_by_its_next_turn()
    {
        using var bench = await TurnBench.CreateAsync();
        var start = bench["inputs.base_sha"];
        await bench.PersonPushesAsync("echo later >other");
        bench["inputs.branch"] = "afk/issue-7-r0123456789ab";
        bench["inputs.delivery"] = "pull_request";
        var (_, first, _) = await bench.TurnAsync(Commits);
        first.Conclusion.ShouldBe("success", first.Log);

        bench["inputs.turn_id"] = $"{TurnBench.Run}.2";
        bench.Listed((bench.RunId, $"afk {TurnBench.Run}.2 #7"));
        var (_, second, result) = await bench.TurnAsync("echo four >>file; git commit --quiet --all -m 'More'");

        second.Conclusion.ShouldBe("success", second.Log);
        ((string?)result!["sha"]).ShouldBe(await bench.HeadAsync("afk/issue-7-r0123456789ab"));
        (await bench.SubjectsAsync("afk/issue-7-r0123456789ab")).ShouldBe("More Work");
        (await bench.ShellAsync($"git -C server/octo/widgets.git merge-base main afk/issue-7-r0123456789ab")).ShouldBe(start);
    }

    [Fact]
    public async Task A_pull_request_s_branch_begins_nowhere_but_at_the_run_s_base()
    {
        using var bench = await TurnBench.CreateAsync();
        bench["inputs.branch"] = "afk/issue-7-r0123456789ab";
        bench["inputs.delivery"] = "pull_request";
        bench.Claim = "git rev-parse origin/main~1";
        bench.Tampering = "git bundle create --quiet \"$left/turn.bundle\" origin/main~1..afk/issue-7-r0123456789ab";
        var (_, publish, result) = await bench.TurnAsync("git reset --quiet --hard HEAD~1; echo new >new; git add new; git commit --quiet -m Work");

        publish.Conclusion.ShouldBe("failure", publish.Log);
        Said(result).ShouldBe(("gave_up", "afk/issue-7-r0123456789ab is said to begin at another commit than the run"));
        bench.TokenRequest.ShouldBeNull();
    }

    [Theory]
    [InlineData("Branch, identity, hooks")]
    [InlineData("Judge it")]
    [InlineData("Token to push with")]
    [InlineData("Push")]
    public async Task Commits_go_on_top_of_a_branch_that_moved_meanwhile_whenever_it_did(string before)
    {
        using var bench = await TurnBench.CreateAsync();
        bench.Machine.Before[before] = () => bench.PersonPushesAsync("echo other >other");
        var (_, publish, result) = await bench.TurnAsync($"{Commits}; echo four >>file; git commit --quiet --all -m 'More'");

        publish.Conclusion.ShouldBe("success", publish.Log);
        ((string?)result!["sha"]).ShouldBe(await bench.HeadAsync());
        (await bench.SubjectsAsync()).ShouldBe("More Work Person");
        (await bench.MessageAsync()).ShouldBe($"More\n\nAFK-Run: {TurnBench.Run}\nAFK-Turn: {TurnBench.Run}.1");
    }

    [Theory]
    [InlineData("echo other >>file", "gave_up", "main has moved, and the commits do not fit on top of it; they are in the artifact afk-turn", "failure")]
    [InlineData("echo three >>file", "nothing_to_do", "main has moved and holds the same changes already", "success")]
    public async Task What_does_not_fit_or_is_there_already_is_not_pushed(string change, string outcome, string why, string conclusion)
    {
        using var bench = await TurnBench.CreateAsync();
        bench.Machine.Before["Judge it"] = () => bench.PersonPushesAsync(change);
        var (_, publish, result) = await bench.TurnAsync(Commits);

        publish.Conclusion.ShouldBe(conclusion, publish.Log);
        Said(result).ShouldBe((outcome, why));
        (await bench.SubjectsAsync()).ShouldBe("Person");
    }

    [Fact]
    public async Task A_branch_that_was_rewritten_meanwhile_is_left_to_a_person()
    {
        using var bench = await TurnBench.CreateAsync();
        bench.Machine.Before["Push"] = () => bench.ShellAsync("cd person && git reset --quiet --hard HEAD~1 && git commit --quiet --allow-empty -m Other && git push --quiet --force origin main");
        var (_, publish, result) = await bench.TurnAsync(Commits);

        publish.Conclusion.ShouldBe("failure");
        Said(result).ShouldBe(("gave_up", "main was rewritten while the turn ran"));
        (await bench.MessageAsync()).ShouldBe("Other");
    }

    [Fact]
    public async Task A_merge_is_pushed_as_it_is_and_never_put_on_top_of_a_branch_that_moved()
    {
        const string Merge = "git switch --quiet -c side; echo side >side; git add side; git commit --quiet -m Side; git switch --quiet main; echo three >>file; git commit --quiet --all -m Work; git merge --quiet --no-edit side";
        using var bench = await TurnBench.CreateAsync();
        var (_, pushed, _) = await bench.TurnAsync(Merge);
        pushed.Conclusion.ShouldBe("success", pushed.Log);

        using var moved = await TurnBench.CreateAsync();
        moved.Machine.Before["Push"] = () => moved.PersonPushesAsync("echo other >other");
        var (_, publish, result) = await moved.TurnAsync(Merge);
        publish.Conclusion.ShouldBe("failure");
        Said(result).Why.ShouldBe("main has moved, and the commits hold a merge, which is not put on top of it");
        (await moved.SubjectsAsync()).ShouldBe("Person");
    }

    [Theory]
    [InlineData("echo x >>file; git -c core.hooksPath=/dev/null commit --quiet --all -m Work", "does not carry the trailer AFK-Run of this turn once")]
    [InlineData("echo x >>file; git -c core.hooksPath=/dev/null commit --quiet --all -m Work -m $'AFK-Run: r0123456789ab\nAFK-Turn: r0123456789ab.2'", "does not carry the trailer AFK-Turn of this turn once")]
    [InlineData("echo x >>file; git -c core.hooksPath=/dev/null commit --quiet --all -m Work -m $'AFK-Run: r0123456789ab\nAFK-Run: r0123456789ab\nAFK-Turn: r0123456789ab.1'", "does not carry the trailer AFK-Run of this turn once")]
    [InlineData("echo x >>file; git commit --quiet --all --no-verify -m 'Fixes #7' -m $'AFK-Run: r0123456789ab\nAFK-Turn: r0123456789ab.1'", "no closing keyword before an issue")]
    [InlineData("echo x >>file; git commit --quiet --all --no-verify -m 'Work [skip ci]' -m $'AFK-Run: r0123456789ab\nAFK-Turn: r0123456789ab.1'", "no skip-ci marker")]
    [InlineData("echo x >>file; git -c core.hooksPath=/dev/null commit --quiet --all -m Work; echo y >>file; git commit --quiet --all -m More", "does not carry the trailer AFK-Run")]
    [InlineData("git reset --quiet --hard HEAD~1; echo x >>file; git commit --quiet --all -m Work", "the commits rewrite what was on main")]
    [InlineData("git commit --quiet --amend -m Work", "the commits rewrite what was on main")]
    [InlineData("git checkout --quiet --orphan other; git commit --quiet -m Work; git branch --quiet -f main other", "the commits rewrite what was on main")]
    [InlineData("echo x >.github/workflows/ci.yml; git commit --quiet --all -m Work", "the commits change .github/workflows or .github/afk.yml, which a turn may not")]
    [InlineData("echo 'checks: { ignored: [test] }' >.github/afk.yml; git add --all; git commit --quiet -m Work", "the commits change .github/workflows or .github/afk.yml, which a turn may not")]
    [InlineData("echo x >.github/workflows/new.yml; git add --all; git commit --quiet -m Work; git revert --no-edit HEAD >/dev/null", "the commits change .github/workflows or .github/afk.yml, which a turn may not")]
    public async Task What_a_turn_may_not_push_is_refused_whole(string agent, string why)
    {
        using var bench = await TurnBench.CreateAsync();
        var (_, publish, result) = await bench.TurnAsync(agent);

        publish.Conclusion.ShouldBe("failure", publish.Log);
        Said(result).Outcome.ShouldBe("gave_up");
        Said(result).Why.ShouldContain(why);
        (await bench.HeadAsync()).ShouldBe(bench["inputs.base_sha"]);
        bench.TokenRequest.ShouldBeNull("no token is made for what is refused");
    }

    [Theory]
    [InlineData("git bundle create --quiet \"$left/turn.bundle\" HEAD~1..HEAD", "what was handed over is not the branch main alone")]
    [InlineData("git branch other; git bundle create --quiet \"$left/turn.bundle\" main other ^HEAD~1", "what was handed over is not the branch main alone")]
    [InlineData("git bundle create --quiet \"$left/turn.bundle\" other ^HEAD~1", "what was handed over is not the branch main alone", "git branch other")]
    [InlineData("echo damaged >\"$left/turn.bundle\"", "what was handed over is not the branch main alone")]
    [InlineData("truncate -s -20 \"$left/turn.bundle\"", "the commits cannot be read")]
    public async Task A_tampered_bundle_is_refused(string tampering, string why, string before = "true")
    {
        using var bench = await TurnBench.CreateAsync();
        bench.Tampering = tampering;
        var (_, publish, result) = await bench.TurnAsync($"{Commits}; {before}");

        publish.Conclusion.ShouldBe("failure", publish.Log);
        Said(result).Outcome.ShouldBe("gave_up");
        Said(result).Why.ShouldStartWith(why);
        (await bench.ShellAsync("git -C server/octo/widgets.git branch --format='%(refname:short)'")).ShouldBe("main");
        (await bench.HeadAsync()).ShouldBe(bench["inputs.base_sha"]);
    }

    [Theory]
    [InlineData("git rev-parse main~1", "the turn is said to have begun at a commit that is not, or no longer, on main")]
    [InlineData("git rev-parse main", "the turn is said to have begun at a commit that is not, or no longer, on main")]
    [InlineData("git rev-parse main~2^{tree}", "the turn is said to have begun at a commit that is not, or no longer, on main")]
    [InlineData("echo 0123456789abcdef0123456789abcdef01234567", "the turn is said to have begun at a commit that is not, or no longer, on main")]
    [InlineData("echo refs/afk/tip", "the agent's job did not say at which commit the turn began")]
    [InlineData("git rev-parse main~2 | tr a-f A-F", "the agent's job did not say at which commit the turn began")]
    [InlineData("git rev-parse --short main~2", "the agent's job did not say at which commit the turn began")]
    [InlineData("echo --all", "the agent's job did not say at which commit the turn began")]
    [InlineData("true", "the agent's job did not say at which commit the turn began")]
    public async Task A_job_that_claims_that_the_turn_began_later_hides_no_commit_from_the_judge(string claim, string why)
    {
        using var bench = await TurnBench.CreateAsync();
        bench.Claim = claim;
        var (_, publish, result) = await bench.TurnAsync($"echo 'checks: {{}}' >.github/afk.yml; git add --all; git -c core.hooksPath=/dev/null commit --quiet -m 'Fixes #7'; {Commits}");

        publish.Conclusion.ShouldBe("failure", publish.Log);
        Said(result).ShouldBe(("gave_up", why));
        (await bench.HeadAsync()).ShouldBe(bench["inputs.base_sha"]);
        bench.TokenRequest.ShouldBeNull();
    }

    [Fact]
    public async Task A_job_that_claims_that_the_turn_began_earlier_takes_nothing_off_the_branch()
    {
        using var bench = await TurnBench.CreateAsync();
        bench.Claim = "git rev-parse main~1";
        bench.Tampering = "git bundle create --quiet \"$left/turn.bundle\" main~1..main";
        var (_, publish, result) = await bench.TurnAsync("git reset --quiet --hard HEAD~1; echo new >new; git add new; git commit --quiet -m Work");

        publish.Conclusion.ShouldBe("success", publish.Log);
        Said(result).Outcome.ShouldBe("pushed");
        (await bench.SubjectsAsync()).ShouldBe("Work");
        (await bench.ShellAsync($"git -C server/octo/widgets.git merge-base {bench["inputs.base_sha"]} main")).ShouldBe(bench["inputs.base_sha"]);
    }

    [Fact]
    public async Task A_change_of_a_file_that_has_since_become_the_settings_is_not_carried_into_them()
    {
        using var bench = await TurnBench.CreateAsync();
        await bench.ShellAsync("""
            cd person
            printf 'labels:\n  ready: x\nchecks:\n  required: [test]\nbudgets:\n  attempts: 3\n' >.github/afk.yaml
            git add --all && git commit --quiet -m Third
            git mv .github/afk.yaml .github/afk.yml && git commit --quiet -m Fourth
            git push --quiet origin main
            """);
        bench["inputs.base_sha"] = await bench.HeadAsync();
        bench.Claim = "git rev-parse origin/main~1";
        bench.Tampering = "git bundle create --quiet \"$left/turn.bundle\" origin/main~1..main";
        var (_, publish, result) = await bench.TurnAsync("git reset --quiet --hard HEAD~1; sed -i 's/required/ignored/' .github/afk.yaml; git commit --quiet --all -m Work");

        (await bench.ShellAsync("git -C server/octo/widgets.git show main:.github/afk.yml")).ShouldContain("required: [test]", customMessage: publish.Log);
        Said(result).Outcome.ShouldBe("gave_up");
        bench.TokenRequest.ShouldBeNull();
    }

    [Theory]
    [InlineData("Judge it", "mkdir .github/ISSUE_TEMPLATE; git mv .github/workflows/ci.yml .github/ISSUE_TEMPLATE/ci.yml", "echo new >.github/workflows/new.yml")]
    [InlineData("Push", "git mv .github/notes .github/workflows", "echo new >.github/notes/new.yml")]
    [InlineData("Push", "git mv .github/notes/ci.yml .github/workflows/build.yml", "echo '# x' >>.github/notes/ci.yml")]
    public async Task What_is_judged_is_what_is_pushed_however_the_branch_has_moved(string before, string person, string agent)
    {
        using var bench = await TurnBench.CreateAsync();
        await bench.PersonPushesAsync("mkdir .github/notes && seq 9 >.github/notes/ci.yml");
        bench["inputs.base_sha"] = await bench.HeadAsync();
        bench.Machine.Before[before] = () => bench.PersonPushesAsync(person);
        var (_, publish, result) = await bench.TurnAsync($"{agent}; git add --all; git commit --quiet -m Work");

        var changed = await bench.ShellAsync($"git -C server/octo/widgets.git log --grep=AFK-Run --format= --name-only main");
        changed.ShouldNotContain(".github/workflows", customMessage: publish.Log);
        if (changed.Length == 0)
        {
            Said(result).Outcome.ShouldBe("gave_up");
        }
    }

    [Fact]
    public async Task What_is_refused_on_top_of_a_branch_that_moved_is_said_to_be_refused_there()
    {
        using var bench = await TurnBench.CreateAsync();
        bench.Machine.Before["Judge it"] = () => bench.PersonPushesAsync("echo other >other");
        var (_, publish, result) = await bench.TurnAsync("echo '# x' >>.github/workflows/ci.yml; git commit --quiet --all -m Work");

        publish.Conclusion.ShouldBe("failure");
        Said(result).Why.ShouldBe("put on top of main, which has moved, the commits change .github/workflows or .github/afk.yml, which a turn may not (variable AFK_MAY_CHANGE_WORKFLOWS); they are in the artifact afk-turn");
        (await bench.SubjectsAsync()).ShouldBe("Person");
        bench.TokenRequest.ShouldBeNull();
    }

    [Theory]
    [InlineData("main", "HEAD~1", "HEAD~1")]
    [InlineData("afk/issue-7", "HEAD~1", "HEAD~1")]
    [InlineData("afk/issue-7", "origin/main", "HEAD")]
    [InlineData("afk/issue-7", "origin/main~1", "HEAD")]
    public async Task A_merge_takes_no_older_settings(string branch, string merged, string settingsOf)
    {
        using var bench = await TurnBench.CreateAsync();
        await bench.PersonPushesAsync("echo 'checks: { ignored: [test] }' >.github/afk.yml");
        await bench.PersonPushesAsync("echo 'checks: { required: [test] }' >.github/afk.yml");
        bench["inputs.base_sha"] = await bench.HeadAsync();
        if (branch != "main")
        {
            bench["inputs.delivery"] = "pull_request";
            bench["inputs.branch"] = branch;
            await bench.ShellAsync($"git -C server/octo/widgets.git branch {branch} main");
            await bench.PersonPushesAsync("echo 'checks: { required: [test, lint] }' >.github/afk.yml");
            await bench.PersonPushesAsync("echo other >other");
        }

        var before = await bench.HeadAsync(branch);
        var (_, publish, result) = await bench.TurnAsync($$"""
            git checkout --quiet {{settingsOf}} -- .github/afk.yml
            made=$(git commit-tree "$(git write-tree)" -p HEAD -p {{merged}} -m Work -m $'AFK-Run: {{TurnBench.Run}}\nAFK-Turn: {{TurnBench.Run}}.1')
            git reset --quiet --hard "$made"
            """);

        publish.Conclusion.ShouldBe("failure", publish.Log);
        Said(result).Why.ShouldStartWith("the commits change .github/workflows or .github/afk.yml, which a turn may not");
        (await bench.HeadAsync(branch)).ShouldBe(before);
        bench.TokenRequest.ShouldBeNull();
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_settings_folder_is_refused()
    {
        using var bench = await TurnBench.CreateAsync();
        await bench.PersonPushesAsync("git rm -r --quiet .github");
        bench["inputs.base_sha"] = await bench.HeadAsync();
        var (_, publish, result) = await bench.TurnAsync("mkdir config; echo 'checks: {}' >config/afk.yml; ln -s config .github; git add --all; git commit --quiet -m Work");

        publish.Conclusion.ShouldBe("failure", publish.Log);
        Said(result).Why.ShouldStartWith("the commits change .github/workflows or .github/afk.yml");
    }

    [Fact]
    public async Task A_branch_that_was_rewritten_before_the_judgement_is_left_to_a_person()
    {
        using var bench = await TurnBench.CreateAsync();
        bench.Machine.Before["Judge it"] = () => bench.ShellAsync("cd person && git reset --quiet --hard HEAD~1 && git commit --quiet --allow-empty -m Other && git push --quiet --force origin main");
        var (_, publish, result) = await bench.TurnAsync(Commits);

        publish.Conclusion.ShouldBe("failure");
        Said(result).ShouldBe(("gave_up", "the turn is said to have begun at a commit that is not, or no longer, on main"));
        (await bench.MessageAsync()).ShouldBe("Other");
    }

    [Fact]
    public async Task Workflows_are_changed_where_the_repository_allows_it()
    {
        using var bench = await TurnBench.CreateAsync();
        bench["vars.AFK_MAY_CHANGE_WORKFLOWS"] = "true";
        var (_, publish, _) = await bench.TurnAsync("echo x >.github/workflows/ci.yml; git commit --quiet --all -m Work");

        publish.Conclusion.ShouldBe("success", publish.Log);
        bench.TokenRequest!["permission-workflows"].ShouldBe("write");
    }

    [Fact]
    public async Task What_GitHub_says_of_a_refused_push_is_passed_on()
    {
        using var bench = await TurnBench.CreateAsync();
        await bench.ShellAsync("cd server/octo/widgets.git && printf '#!/bin/sh\\necho \"error: GH006: Protected branch update failed for refs/heads/main.\" >&2\\nexit 1\\n' >hooks/pre-receive && chmod +x hooks/pre-receive");
        var (_, publish, result) = await bench.TurnAsync(Commits);

        publish.Conclusion.ShouldBe("failure");
        Said(result).Outcome.ShouldBe("gave_up");
        Said(result).Why.ShouldStartWith("GitHub refused the push: remote: error: GH006: Protected branch update failed for refs/heads/main.");
        (await bench.HeadAsync()).ShouldBe(bench["inputs.base_sha"]);
    }

    [Fact]
    public async Task A_push_App_without_a_token_is_named()
    {
        using var bench = await TurnBench.CreateAsync();
        bench.GivesToken = false;
        var (_, publish, result) = await bench.TurnAsync(Commits);

        publish.Conclusion.ShouldBe("failure");
        Said(result).Why.ShouldContain("the push App gave no token");
    }

    [Fact]
    public async Task A_turn_without_a_commit_and_without_a_word_has_no_result()
    {
        using var bench = await TurnBench.CreateAsync();
        var (agent, publish, result) = await bench.TurnAsync("echo left behind >>file");

        (agent.Conclusion, publish.Conclusion).ShouldBe(("success", "success"), publish.Log);
        result.ShouldBeNull();
        bench.TokenRequest.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"outcome": "nothing_to_do", "why": "Mended by 1234567", "cost_usd": 0.25}""", "nothing_to_do", "Mended by 1234567", 0.25)]
    [InlineData("""{"outcome": "Nothing-To-Do"}""", "nothing_to_do", "no reason given", null)]
    [InlineData("""{"outcome": "gave_up", "why": "The description names no file.\nWhich one?"}""", "gave_up", "The description names no file. Which one?", null)]
    [InlineData("""I could not find it.""", "gave_up", "I could not find it.", null)]
    [InlineData("""{"outcome": "done"}""", "gave_up", """{"outcome": "done"}""", null)]
    [InlineData("""["nothing_to_do"]""", "gave_up", """["nothing_to_do"]""", null)]
    [InlineData("""{"outcome": "gave_up", "why": 7, "cost_usd": "much"}""", "gave_up", "no reason given", null)]
    public async Task What_the_agent_declares_is_passed_on(string declared, string outcome, string why, double? cost)
    {
        using var bench = await TurnBench.CreateAsync();
        var (_, publish, result) = await bench.TurnAsync($"cat >\"$AFK_RESULT\" <<'END'\n{declared}\nEND");

        publish.Conclusion.ShouldBe("success", publish.Log);
        Said(result).ShouldBe((outcome, why));
        ((double?)result!["cost_usd"]).ShouldBe(cost);
        (await bench.HeadAsync()).ShouldBe(bench["inputs.base_sha"]);
    }

    [Fact]
    public async Task A_hostile_declaration_stays_one_bounded_line()
    {
        using var bench = await TurnBench.CreateAsync();
        var (_, publish, result) = await bench.TurnAsync($$"""
            jq -n '{outcome: "gave_up", why: ("a%0A::error::b\n::set-env name=x::y\r\u0000\u001b[31m%25 \"\\ " + ("\"%\\é" * 2000))}' >"$AFK_RESULT"
            """);

        publish.Conclusion.ShouldBe("success", publish.Log);
        Said(result).Why.ShouldStartWith("a%0A::error::b ::set-env name=x::y [31m%25 \"\\ \"%\\é");
        Said(result).Why.Length.ShouldBe(900);
    }

    [Fact]
    public async Task Who_gives_up_has_its_commits_kept_and_not_pushed()
    {
        using var bench = await TurnBench.CreateAsync();
        var (_, publish, result) = await bench.TurnAsync($$"""{{Commits}}; echo '{"outcome": "gave_up", "why": "Half of it"}' >$AFK_RESULT""");

        publish.Conclusion.ShouldBe("success", publish.Log);
        Said(result).ShouldBe(("gave_up", "Half of it; its commits were not pushed, they are in the artifact afk-turn"));
        (await bench.HeadAsync()).ShouldBe(bench["inputs.base_sha"]);
    }

    [Fact]
    public async Task Who_commits_and_says_that_there_is_nothing_to_do_is_taken_by_its_commits()
    {
        using var bench = await TurnBench.CreateAsync();
        var (_, _, result) = await bench.TurnAsync($$"""{{Commits}}; echo '{"outcome": "nothing_to_do", "why": "?"}' >$AFK_RESULT""");

        Said(result).Outcome.ShouldBe("pushed");
    }

    [Fact]
    public async Task The_commits_of_an_agent_that_fails_are_kept_and_not_pushed()
    {
        using var bench = await TurnBench.CreateAsync();
        var (agent, publish, result) = await bench.TurnAsync($"{Commits}; exit 3");

        (agent.Conclusion, publish.Conclusion).ShouldBe(("failure", "success"));
        Said(result).ShouldBe(("gave_up", "the agent ended with an error; its commits were not pushed, they are in the artifact afk-turn"));
        (await bench.HeadAsync()).ShouldBe(bench["inputs.base_sha"]);
    }

    [Fact]
    public async Task A_turn_that_was_cancelled_publishes_nothing()
    {
        using var bench = await TurnBench.CreateAsync();
        bench["vars.AFK_AGENT_COMMAND"] = Commits;
        await bench.Machine.RunAsync("agent");

        (await bench.Machine.RunAsync("publish", cancelled: true)).Conclusion.ShouldBe("skipped");
    }

    [Fact]
    public async Task Run_again_by_hand_for_itself_it_pushes_nothing()
    {
        using var bench = await TurnBench.CreateAsync();
        bench["vars.AFK_AGENT_COMMAND"] = Commits;
        await bench.Machine.RunAsync("agent");
        bench["github.run_attempt"] = "2";

        (await bench.Machine.RunAsync("publish")).Conclusion.ShouldBe("skipped");
        (await bench.HeadAsync()).ShouldBe(bench["inputs.base_sha"]);
    }

    [Fact]
    public async Task An_agent_that_ran_out_of_time_is_said_to_have()
    {
        using var bench = await TurnBench.CreateAsync();
        bench["vars.AFK_AGENT_COMMAND"] = Commits;
        await bench.Machine.RunAsync("agent");
        bench["needs.agent.result"] = "cancelled";

        var publish = await bench.Machine.RunAsync("publish");
        Said(TurnBench.ResultOf(publish)).ShouldBe(("gave_up", "the agent was stopped, for it took too long; its commits were not pushed, they are in the artifact afk-turn"));
        (await bench.HeadAsync()).ShouldBe(bench["inputs.base_sha"]);
    }

    [Theory]
    [InlineData("success", true, 1.25, "pushed", null)]
    [InlineData("error_max_budget_usd", false, 5.01, "gave_up", "the agent ended with an error (error_max_budget_usd)")]
    [InlineData("success", false, 0.5, "gave_up", "the agent ended with an error")]
    public async Task Claude_is_bounded_in_money_and_its_cost_is_told(string subtype, bool succeeds, double cost, string outcome, string? why)
    {
        using var bench = await TurnBench.CreateAsync("claude");
        bench["vars.AFK_MONEY_USD"] = "9";
        bench["inputs.money_usd"] = "5.00";
        bench.Agent = async (inputs, machine) =>
        {
            inputs["github_token"].ShouldBe("read-token");
            inputs["allowed_bots"].ShouldBe("afk-app");
            inputs["claude_args"].ShouldContain("--max-budget-usd 5.00");
            inputs["prompt"].ShouldContain("Resolve issue #7\n\"quoted\"");
            var log = Path.Combine(machine, "temp", "claude-execution-output.json");
            await File.WriteAllTextAsync(log, $$$"""[{"type":"system","subtype":"init"},{"type":"assistant","message":{"type":"result","total_cost_usd":99}},{"type":"result","subtype":"{{{subtype}}}","total_cost_usd":{{{cost}}}}]""");
            if (succeeds)
            {
                await bench.ShellAsync($"cd '{machine}/work' && echo three >>file && git commit --quiet --all -m Work -m $'AFK-Run: {TurnBench.Run}\nAFK-Turn: {TurnBench.Run}.1'");
            }

            return (succeeds, new Dictionary<string, string>(StringComparer.Ordinal) { ["execution_file"] = log });
        };
        var worked = await bench.Machine.RunAsync("agent");
        var published = await bench.Machine.RunAsync("publish");

        var result = TurnBench.ResultOf(published);
        Said(result).Outcome.ShouldBe(outcome, worked.Log + published.Log);
        ((string?)result!["why"]).ShouldBe(why);
        ((double?)result["cost_usd"]).ShouldBe(cost);
    }

    [Theory]
    [InlineData("inputs.money_usd")]
    [InlineData("vars.AFK_MONEY_USD")]
    public async Task Codex_is_not_started_under_a_bound_in_money_that_nothing_would_keep(string bound)
    {
        using var bench = await TurnBench.CreateAsync("codex");
        bench[bound] = "5.00";
        bench.Agent = (_, _) => throw new InvalidOperationException("Codex was started.");
        var (agent, _, result) = await bench.TurnAsync("true");

        agent.Conclusion.ShouldBe("failure");
        Said(result).ShouldBe(("gave_up", "the agent ended with an error: no turn starts under a bound in money (budgets.money_usd, or the variable AFK_MONEY_USD), for Codex keeps none"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("""{"outcome":"nothing_to_do","why":"It works"}""", false)]
    public async Task What_Codex_leaves_in_the_tree_is_committed_for_it(string declared, bool pushes)
    {
        using var bench = await TurnBench.CreateAsync("codex");
        bench.Agent = async (inputs, machine) =>
        {
            inputs["sandbox"].ShouldBe("workspace-write");
            inputs["allow-bot-users"].ShouldBe("afk-app");
            await bench.ShellAsync($"cd '{machine}/work' && echo three >>file && echo new >new");
            await File.WriteAllTextAsync(Path.Combine(machine, "work", ".afk-result.json"), declared);
            return (true, new Dictionary<string, string>(StringComparer.Ordinal) { ["final-message"] = "done" });
        };
        var (_, publish, result) = await bench.TurnAsync("true");

        publish.Conclusion.ShouldBe("success", publish.Log);
        Said(result).Outcome.ShouldBe(pushes ? "pushed" : "nothing_to_do");
        (await bench.MessageAsync()).ShouldBe(pushes ? $"Work on issue #7\n\nRefs #7\n\nAFK-Run: {TurnBench.Run}\nAFK-Turn: {TurnBench.Run}.1" : "Second");
    }

    private static (string Outcome, string Why) Said(JsonNode? result) => ((string)result!["outcome"]!, (string?)result["why"] ?? "");
}
