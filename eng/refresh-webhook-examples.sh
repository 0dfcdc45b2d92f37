#!/usr/bin/env bash
# Refreshes the example deliveries that the router's tests read: those of the events the App listens to, out of the npm package
# @octokit/webhooks-examples (MIT licence), as one small file. Needs npm and node; run it by hand, the tests fetch nothing.
set -euo pipefail

version="${1:-7.6.1}"
target="$(cd "$(dirname "$0")/.." && pwd)/tests/AfkGitHubApp.Tests/Intake/webhook-examples.json.gz"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cd "$work"
npm pack --silent "@octokit/webhooks-examples@$version" > /dev/null
tar -xzf ./*.tgz
node - "$target" <<'NODE'
const fs = require("node:fs");
const zlib = require("node:zlib");
const events = new Set([
  "check_suite", "installation", "installation_repositories", "issue_comment", "issue_dependencies", "issues", "ping", "pull_request", "push", "status", "workflow_run",
]);
const examples = JSON.parse(fs.readFileSync("package/api.github.com/index.json", "utf8"))
  .filter((event) => events.has(event.name))
  .flatMap((event) => event.examples.map((payload) => ({ event: event.name, payload })));
fs.writeFileSync(process.argv[2], zlib.gzipSync(JSON.stringify(examples), { level: 9 }));
console.log(`${examples.length} examples`);
NODE
