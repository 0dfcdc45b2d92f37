using System.CommandLine;
using AfkGitHubApp.Soak;

var root = new RootCommand("""
    Shows that many replicas on one Redis lose nothing and do nothing twice. Starts a redis-server, a simulated GitHub and several processes of
    the real product on one fast clock, opens issues for the agent, gives commands by comment at random moments, and meanwhile kills, pauses and restarts what it started, and empties Redis
    once. Afterwards the simulated GitHub's journal is held against the laws: every run has ended as it must, no turn was worked twice, no two
    turns were alive in one repository, one checklist and one doorbell per run, each command was obeyed and answered once, and nothing is written
    in a world at rest.
    Prints the faults and what they came to; ends with 0 if every law held, with 1 and what broke it otherwise, with 2 where redis-server is missing.

      AfkGitHubApp.Soak                                        200 runs over 20 repositories
      AfkGitHubApp.Soak --runs 24 --repositories 8 --speed 60  a minute or so
      AfkGitHubApp.Soak --seed 7 --keep                        the same faults again, and the replicas' logs are left
    """);
RunVerb.AddTo(root);
var run = new Command("run", "What happens without a verb.");
RunVerb.AddTo(run);
root.Subcommands.Add(run);
root.Subcommands.Add(ReplicaVerb.Create());
return await root.Parse(args).InvokeAsync();
