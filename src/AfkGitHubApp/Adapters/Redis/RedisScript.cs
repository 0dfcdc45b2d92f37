namespace AfkGitHubApp.Adapters.Redis;

/// <summary>
/// The atomic ideas, one Lua file each. The client sends a script's hash and loads the text where the server does not know it.
/// Every script touches the keys of one shard only.
/// </summary>
internal sealed class RedisScript
{
    public static readonly RedisScript Nudge = new("nudge");
    public static readonly RedisScript Claim = new("claim");
    public static readonly RedisScript Renew = new("renew");
    public static readonly RedisScript Settle = new("settle");
    public static readonly RedisScript Release = new("release");
    public static readonly RedisScript Save = new("save");
    public static readonly RedisScript JournalBegin = new("journal-begin");
    public static readonly RedisScript JournalRestart = new("journal-restart");
    public static readonly RedisScript JournalFinish = new("journal-finish");
    public static readonly RedisScript JournalAbandon = new("journal-abandon");
    public static readonly RedisScript HistoryAdd = new("history-add");

    public static readonly RedisScript BudgetLimit = new("budget-limit");
    public static readonly RedisScript BudgetTurn = new("budget-turn");

    private RedisScript(string name)
    {
        Text = Read("holder") + Read(name);
    }

    public string Text { get; }

    private static string Read(string name)
    {
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream($"{name}.lua") ?? throw new InvalidOperationException($"The script {name}.lua is not part of this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
