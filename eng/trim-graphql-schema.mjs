// Cuts GitHub's published GraphQL schema down to the types that our queries touch, without its descriptions.
//
//   npm pack @octokit/graphql-schema@15.26.1 && tar xzf octokit-graphql-schema-15.26.1.tgz
//   node eng/trim-graphql-schema.mjs package/schema.graphql > tests/AfkGitHubApp.Tests/Contracts/github-schema.graphql
//
// A type is kept whole: every field, argument and @deprecated mark, so that the test that reads the result cannot agree with a field that
// GitHub does not have. The version is read from the package.json beside the schema.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const kept = new Set([
  "Query", "Repository", "Ref", "GitObject", "Commit", "Issue", "IssueState", "Actor", "User", "Bot",
  "LabelConnection", "Label", "IssueCommentConnection", "IssueComment", "UserContentEditConnection", "UserContentEdit", "IssueTimelineItemsConnection", "IssueTimelineItems", "IssueTimelineItemsItemType",
  "LabeledEvent", "UnlabeledEvent", "ClosedEvent", "ReopenedEvent", "RenamedTitleEvent", "Closer",
  "IssueOrPullRequest", "PullRequest", "PullRequestConnection", "PullRequestState", "Status", "StatusContext", "StatusState", "TreeEntry", "Blob", "CommitHistoryConnection",
  "Deployment", "DeploymentConnection", "DeploymentStatus", "DeploymentStatusState", "Environment", "EnvironmentConnection",
]);

const path = process.argv[2];
if (!path) {
  console.error("usage: node eng/trim-graphql-schema.mjs <schema.graphql>");
  process.exit(2);
}

const { name, version } = JSON.parse(readFileSync(join(dirname(path), "package.json"), "utf8"));
const schema = readFileSync(path, "utf8").replace(/^[ \t]*"""[\s\S]*?"""[ \t]*\n/gm, "");
const definitions = schema.split(/\n(?=(?:type|interface|union|enum|input|scalar|directive|schema|extend)\b)/).map((text) => text.trim());
const found = definitions.filter((text) => kept.has(/^(?:type|interface|union|enum) (\w+)/.exec(text)?.[1]));
if (found.length !== kept.size) {
  const names = new Set(found.map((text) => text.split(/\s+/)[1]));
  console.error("not in the schema:", [...kept].filter((each) => !names.has(each)).join(", "));
  process.exit(1);
}

process.stdout.write(`# ${name} ${version} (MIT), trimmed by eng/trim-graphql-schema.mjs: do not edit.\n\n`);
process.stdout.write(found.map((text) => text.replace(/\n\s*\n/g, "\n")).join("\n\n") + "\n");
