namespace AfkGitHubApp.Core.Runs;

/// <summary>What the backend says of a turn's thread. Null, where it may stand, means that it could not be learned.</summary>
public enum ThreadStatus
{
    /// <summary>At work, or queued for it.</summary>
    Running,

    /// <summary>Ended cleanly.</summary>
    Idle,

    /// <summary>Ended badly, or was refused.</summary>
    Error,

    /// <summary>The backend says: no such thread.</summary>
    Vanished,

    /// <summary>Waits for a person: an approval or a question.</summary>
    NeedsPerson,
}

/// <summary>The verdict on one commit. Null, where it may stand, means that nothing is pushed or that it was not asked.</summary>
public enum CiStatus
{
    /// <summary>Not all in yet, or not twice the same yet.</summary>
    Pending,

    /// <summary>Everything expected succeeded.</summary>
    Green,

    /// <summary>At least one check failed.</summary>
    Red,

    /// <summary>CI waits for a person.</summary>
    NeedsPerson,
}

/// <summary>How far the deployments of a landed commit are.</summary>
public enum DeploymentStatus
{
    /// <summary>Not begun, under way, or not learned.</summary>
    Pending,

    /// <summary>In every environment that is asked for.</summary>
    Reached,

    /// <summary>One failed.</summary>
    Failed,

    /// <summary>One waits for a person.</summary>
    NeedsPerson,
}

/// <summary>How the work reaches the default branch.</summary>
public enum Delivery
{
    /// <summary>The agent pushes to the default branch.</summary>
    Trunk,

    /// <summary>The agent pushes to its own branch; a pull request carries it.</summary>
    PullRequest,
}

/// <summary>The seven lines of the checklist, in order.</summary>
public enum Phase
{
    /// <summary>The agent's work tree is being set up.</summary>
    Worktree,

    /// <summary>A failing test shows the problem.</summary>
    TestsRed,

    /// <summary>The implementation makes it pass.</summary>
    Green,

    /// <summary>A commit is on the branch.</summary>
    Pushed,

    /// <summary>CI judges the commit.</summary>
    Ci,

    /// <summary>The commit is deployed, where a deployment stage is configured.</summary>
    Deployed,

    /// <summary>Closed.</summary>
    Done,
}

/// <summary>Why a turn is started; each kind has its own prompt.</summary>
public enum TurnKind
{
    /// <summary>The run's first turn.</summary>
    First,

    /// <summary>CI was red on the run's commit.</summary>
    Corrective,

    /// <summary>The previous turn vanished with nothing pushed.</summary>
    Redispatch,
}

/// <summary>A turn that cannot go the ordinary way.</summary>
public enum TurnFault
{
    /// <summary>GitHub refused to start it (403, 404, 422): an identical request has no reason to do better.</summary>
    Refused,

    /// <summary>It is past its deadline, was cancelled, and the backend did not confirm the end in time.</summary>
    Overran,
}

/// <summary>The probable cause why CI never started on a commit.</summary>
public enum CiSilence
{
    /// <summary>Nothing that is known explains it.</summary>
    Unexplained,

    /// <summary>The commit's message asks for no CI.</summary>
    SkipMarker,

    /// <summary>The commit was pushed with a workflow's own token, whose pushes start no workflow.</summary>
    WorkflowToken,

    /// <summary>The workflow run exists and waits for a person to approve it.</summary>
    Approval,

    /// <summary>Workflows that ran on the commit before the run did not run on this one: a filter by path or branch left it out.</summary>
    Filter,

    /// <summary>No workflow ran on the commit before the run either: Actions is off, or nothing runs on a push.</summary>
    NoWorkflow,
}
