using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Core.Deciding;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>Our queries against GitHub's published schema (npm @octokit/graphql-schema, cut down by eng/trim-graphql-schema.mjs).</summary>
public sealed class QuerySchemaTests
{
    private static readonly PublishedSchema Schema = PublishedSchema.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Contracts", "github-schema.graphql")));

    [Fact]
    public void The_issue_query_asks_for_nothing_that_GitHub_does_not_have() =>
        QueryCheck.Problems(Schema, IssueSituation.Query).ShouldBeEmpty();

    [Fact]
    public void The_issue_query_with_a_branch_asks_for_nothing_that_GitHub_does_not_have() =>
        QueryCheck.Problems(Schema, IssueSituation.QueryWithBranch).ShouldBeEmpty();

    [Fact]
    public void The_issue_query_with_statuses_asks_for_nothing_that_GitHub_does_not_have() =>
        QueryCheck.Problems(Schema, IssueSituation.QueryWithStatuses).ShouldBeEmpty();

    [Fact]
    public void The_queries_of_settings_ask_for_nothing_that_GitHub_does_not_have()
    {
        QueryCheck.Problems(Schema, ConfigAtCommit.Query).ShouldBeEmpty();
        QueryCheck.Problems(Schema, ConfigAtCommit.VersionsQuery).ShouldBeEmpty();
    }

    [Fact]
    public void The_queries_of_deployments_and_merges_ask_for_nothing_that_GitHub_does_not_have()
    {
        QueryCheck.Problems(Schema, GitHubDeployments.Ask(GitHubAdapter.Repository, ["staging", "production"]).Query).ShouldBeEmpty();
        QueryCheck.Problems(Schema, GitHubPullRequests.MergeQuery).ShouldBeEmpty();
        QueryCheck.Problems(Schema, GitHubPullRequests.ConditionQuery).ShouldBeEmpty();
        QueryCheck.Problems(Schema, GitHubCheckup.EnvironmentsQuery).ShouldBeEmpty();
    }

    [Fact]
    public void The_query_of_states_asks_for_nothing_that_GitHub_does_not_have() =>
        QueryCheck.Problems(Schema, ReferencedStates.Ask([.. Enumerable.Range(1, 50).Select(number => new IssueReference("octo/widgets", number))]).Query).ShouldBeEmpty();

    [Fact]
    public void The_query_of_pull_requests_that_brought_commits_asks_for_nothing_that_GitHub_does_not_have() =>
        QueryCheck.Problems(Schema, BroughtCommits.Ask("octo", "widgets", [.. Enumerable.Range(1, 50).Select(number => $"{number:x40}")]).Query).ShouldBeEmpty();

    [Fact]
    public void The_issue_queries_cost_one_point()
    {
        // One request for each connection, none of them below another, divided by 100: https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
        foreach (var query in (string[])[IssueSituation.Query, IssueSituation.QueryWithBranch, IssueSituation.QueryWithStatuses])
        {
            (query.Split("(first: ").Length - 1 + query.Split("(last: ").Length - 1).ShouldBe(4);
        }
    }

    [Theory]
    [InlineData("databaseId", "dataBaseId", "Repository has no field dataBaseId")]
    [InlineData("lastEditedAt", "editedAt", "Issue has no field editedAt")]
    [InlineData("editor { __typename login", "editor { __typename login databaseId", "Actor has no field databaseId")]
    [InlineData("issue(number: $number)", "issue(id: $number)", "no argument id")]
    [InlineData("issue(number: $number)", "issue", "argument number is required")]
    [InlineData("$number: Int!", "$number: String!", "$number is String!, Int! is wanted")]
    [InlineData("$number: Int!", "$number: Int", "$number is Int, Int! is wanted")]
    [InlineData("owner: $owner", "owner: $nobody", "variable $nobody is not declared")]
    [InlineData("$branch: String!", "$branch: String!, $more: Int", "variable $more is not used")]
    [InlineData("LABELED_EVENT,", "LABELLED_EVENT,", "LABELLED_EVENT is no IssueTimelineItemsItemType")]
    [InlineData("first: 100", "first: \"100\"", "\"100\" is no Int")]
    [InlineData("... on LabeledEvent {", "... on LabelledEvent {", "there is no type LabelledEvent")]
    [InlineData("... on LabeledEvent {", "... on Label {", "IssueTimelineItems is never Label")]
    [InlineData("... on User {", "... on Commit {", "Actor is never Commit")]
    [InlineData("... on Commit {", "... on User {", "Closer is never User")]
    [InlineData("label { name }", "label", "Label needs a selection")]
    [InlineData("state\n", "state { name }\n", "IssueState has no fields")]
    [InlineData("lastEditedAt", "timeline { nodes { id } }", "deprecated")]
    [InlineData("oid } ", "oid pushedDate } ", "has no field pushedDate")]
    public void A_query_that_GitHub_would_refuse_is_found_out(string part, string wrong, string problem)
    {
        IssueSituation.QueryWithBranch.ShouldContain(part);

        QueryCheck.Problems(Schema, IssueSituation.QueryWithBranch.Replace(part, wrong, StringComparison.Ordinal)).ShouldContain(each => each.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void The_copy_of_the_schema_says_where_it_comes_from() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Contracts", "github-schema.graphql")).First().ShouldStartWith("# @octokit/graphql-schema 15.26.1");
}
