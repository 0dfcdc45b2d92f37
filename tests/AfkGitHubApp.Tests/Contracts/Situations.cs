namespace AfkGitHubApp.Tests.Contracts;

/// <summary>Answers to GraphQL queries.</summary>
internal static class Situations
{
    public const string Ordinary = """
        {"data":{"repository":{
          "databaseId":5000000017,"nameWithOwner":"Octo-Org/hello.world","isArchived":false,
          "defaultBranchRef":{"name":"main","target":{"oid":"aaaa"}},"ref":{"target":{"oid":"bbbb"}},
          "issue":{
            "fullDatabaseId":"9007199254740993","number":42,"title":"A title","body":"A body","state":"OPEN","url":"https://github.com/Octo-Org/hello.world/issues/42",
            "lastEditedAt":"2026-03-01T10:00:00Z","editor":{"__typename":"User","login":"mona","databaseId":4294967300},
            "labels":{"nodes":[{"name":"ready-for-agent"},{"name":"P1"}]},
            "timelineItems":{"nodes":[
              {"__typename":"LabeledEvent","id":"LE_1","createdAt":"2026-03-01T11:00:00Z","actor":{"__typename":"User","login":"mona","databaseId":4294967300},"label":{"name":"ready-for-agent"}},
              {"__typename":"ClosedEvent","id":"CE_2","createdAt":"2026-03-01T12:00:00Z","actor":{"__typename":"Bot","login":"afk-app","databaseId":4294967301},"closer":{"__typename":"Commit","oid":"cccc"}}
            ]}
          }}}}
        """;

    /// <summary>Null wherever the published schema allows it.</summary>
    public const string Bare = """
        {"data":{"repository":{
          "databaseId":5000000017,"nameWithOwner":"Octo-Org/hello.world","isArchived":false,
          "defaultBranchRef":{"name":"main","target":null},"ref":null,
          "issue":{
            "fullDatabaseId":"9","number":42,"title":"","body":"","state":"CLOSED","url":"https://github.com/x",
            "lastEditedAt":null,"editor":null,"labels":null,"timelineItems":{"nodes":null}
          }}},"errors":null,"extensions":{"warnings":[]}}
        """;

    /// <summary>A commit and its settings file.</summary>
    public const string Config = """
        {"data":{"repository":{"databaseId":5000000017,"object":{
          "oid":"0123456789abcdef0123456789abcdef01234567",
          "url":"https://github.example/Octo-Org/hello.world/commit/0123456789abcdef0123456789abcdef01234567",
          "file":{"object":{"__typename":"Blob","byteSize":11,"isBinary":false,"isTruncated":false,"text":"version: 1\n"}}
        }}}}
        """;

    /// <summary>Two environments; one has a deployment without a status.</summary>
    public const string Deployments = """
        {"data":{"repository":{"databaseId":5000000017,
          "e0":{"nodes":[
            {"commitOid":"aaaa","createdAt":"2026-03-01T11:00:00Z","latestStatus":{"state":"INACTIVE","logUrl":null,"environmentUrl":"https://staging.example.com"}},
            null,
            {"commitOid":"bbbb","createdAt":"2026-03-01T12:00:00Z","latestStatus":null}
          ]},
          "e1":{"nodes":null}
        }}}
        """;

    /// <summary>A head without the file, and the two commits that removed and wrote it.</summary>
    public const string ConfigVersions = """
        {"data":{"repository":{"databaseId":5000000017,"object":{
          "oid":"cccc","url":"https://github.example/Octo-Org/hello.world/commit/cccc","file":null,
          "history":{"nodes":[
            {"oid":"bbbb","url":"https://github.example/Octo-Org/hello.world/commit/bbbb","file":null},
            null,
            {"oid":"aaaa","url":"https://github.example/Octo-Org/hello.world/commit/aaaa","file":{"object":{"__typename":"Blob","byteSize":11,"isBinary":null,"isTruncated":false,"text":"version: 1\n"}}}
          ]}
        }}}}
        """;
}
