using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Scenarios;

namespace AfkGitHubApp.Simulator.World;

/// <summary>Check suites of foreign apps and commit statuses. Suites of workflow runs belong to <see cref="ActionsDesk"/>.</summary>
internal sealed class ChecksDesk(WorldState world)
{
    private static readonly string[] AppsWithEmptySuites = ["cursor", "renovate"];

    public CheckSuite AddSuite(Repository repository, GithubApp app, string sha, string? branch, string before)
    {
        var suite = new CheckSuite(world.Ids.Next("suite"), app, sha, branch, before, world.Now);
        repository.Suites.Add(suite);
        return suite;
    }

    public void AddForeignEmptySuites(Repository repository, Commit commit, string branch, string before)
    {
        foreach (var slug in AppsWithEmptySuites)
        {
            AddSuite(repository, world.ForeignApp(slug), commit.Sha, branch, before);
        }
    }

    public CheckRun AddRun(CheckSuite suite, string name, string status, string? conclusion, int attempt = 1)
    {
        var run = new CheckRun(world.Ids.Next("job"), name, suite, attempt, world.Now);
        foreach (var replaced in suite.Runs.Where(other => other.Name == name).ToList())
        {
            suite.Runs.Remove(replaced);
            suite.Replaced.Add(replaced);
        }

        suite.Runs.Add(run);
        SetRun(run, status, conclusion);
        return run;
    }

    public void SetRun(CheckRun run, string status, string? conclusion)
    {
        run.Status = status;
        run.Conclusion = status == "completed" ? conclusion ?? "success" : null;
        if (status != "queued")
        {
            run.StartedAt ??= world.Now;
        }

        run.CompletedAt = status == "completed" ? world.Now : null;
        run.Suite.UpdatedAt = world.Now;
    }

    public void SetSuite(Repository repository, CheckSuite suite, string status, string? conclusion, Account by)
    {
        suite.Status = status;
        suite.Conclusion = status == "completed" ? conclusion ?? "success" : null;
        suite.UpdatedAt = world.Now;
        if (status != "completed")
        {
            return;
        }

        world.Webhooks.Emit("check_suite", "completed", repository, by, new JsonObject { ["check_suite"] = world.Render().Suite(repository, suite, forWebhook: true) });
    }

    public void AddStatus(Repository repository, Commit commit, string context, string state, Account by, string? description, string? targetUrl)
    {
        var status = new CommitStatus(world.Ids.Next("status"), commit.Sha, context, state, description, targetUrl, by, world.Now);
        repository.Statuses.Add(status);
        world.Record(new StatusAdded(by.Login, repository.FullName, commit.Sha, context, state));
        world.Webhooks.Emit("status", null, repository, by, world.Render().StatusEvent(repository, commit, status));
    }

    public Deployment AddDeployment(Repository repository, Commit commit, string environment, Account by)
    {
        var deployment = new Deployment(world.Ids.Next("deployment"), commit.Sha, environment, by, world.Now);
        repository.Deployments.Add(deployment);
        if (!repository.Environments.Contains(environment, StringComparer.Ordinal))
        {
            repository.Environments.Add(environment);
        }

        return deployment;
    }

    /// <summary>A deployment that succeeds makes the earlier ones of its environment inactive; of that GitHub sends no event.</summary>
    public void SetDeployment(Repository repository, Deployment deployment, string state, Account by)
    {
        if (state == "success")
        {
            foreach (var earlier in repository.Deployments.Where(other => other.Environment == deployment.Environment && other.Id < deployment.Id && other.Statuses is [.., { State: "success" }]))
            {
                earlier.Statuses.Add(new DeploymentStatus(world.Ids.Next("deployment status"), "inactive", null, world.Now));
            }
        }

        var status = new DeploymentStatus(world.Ids.Next("deployment status"), state, $"{world.Render().Html}/{repository.FullName}/deployments/{deployment.Id}", world.Now);
        deployment.Statuses.Add(status);
        world.Record(new DeploymentSet(by.Login, repository.FullName, deployment.Sha, deployment.Environment, state));
        if (state != "inactive")
        {
            world.Webhooks.Emit("deployment_status", "created", repository, by, world.Render().DeploymentStatusEvent(repository, deployment, status));
        }
    }

    public void PlayStatuses(Repository repository, Commit commit, CiScript ci)
    {
        foreach (var script in ci.Deployments)
        {
            world.Agenda.Schedule(script.After, () => SetDeployment(repository, AddDeployment(repository, commit, script.Environment, repository.Owner), script.State, repository.Owner));
        }


        foreach (var status in ci.Statuses)
        {
            world.Agenda.Schedule(status.After, () => AddStatus(repository, commit, status.Context, status.State, world.AccountOf("ci-service"), null, null));
        }
    }
}
