#!/usr/bin/env bash
# Refreshes the example deliveries that the intake's tests read: all of the npm package @octokit/webhooks-examples (MIT licence), as one
# small file. Needs npm and node; run it by hand, the tests fetch nothing.
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
const examples = JSON.parse(fs.readFileSync("package/api.github.com/index.json", "utf8"))
  .flatMap((event) => event.examples.map((payload) => ({ event: event.name, payload })));
fs.writeFileSync(process.argv[2], zlib.gzipSync(JSON.stringify(examples), { level: 9 }));
console.log(`${examples.length} examples`);
NODE
