#!/usr/bin/env node
// Refreshes GitHub's published descriptions that the contract tests judge requests, answers and webhooks by. Needs npm and node; run it by
// hand, the tests fetch nothing:
//
//   node eng/refresh-openapi.mjs [version of @octokit/openapi] [version of @octokit/webhooks-schemas]
//
// Both packages (MIT licence) are cut down without their prose: the REST description to the operations below and all that they refer to, the
// webhook schemas to the events below. Equal versions give equal bytes.
//
// The description is that of the API's first version; what later versions change stands in it as patches (x-github-breaking-changes). What
// they change is written out under "x-versions", so that a reader looks there first and applies nothing.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const operations = `
  GET    /app
  GET    /app/hook/config
  PATCH  /app/hook/config
  GET    /app/hook/deliveries
  GET    /app/hook/deliveries/{delivery_id}
  POST   /app/hook/deliveries/{delivery_id}/attempts
  GET    /app/installations
  GET    /app/installations/{installation_id}
  POST   /app/installations/{installation_id}/access_tokens
  GET    /installation/repositories
  DELETE /installation/token
  GET    /meta
  GET    /rate_limit
  GET    /repos/{owner}/{repo}
  GET    /repos/{owner}/{repo}/actions/jobs/{job_id}
  GET    /repos/{owner}/{repo}/actions/jobs/{job_id}/logs
  GET    /repos/{owner}/{repo}/actions/permissions
  GET    /repos/{owner}/{repo}/actions/runs
  GET    /repos/{owner}/{repo}/actions/runs/{run_id}
  POST   /repos/{owner}/{repo}/actions/runs/{run_id}/cancel
  POST   /repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel
  GET    /repos/{owner}/{repo}/actions/runs/{run_id}/jobs
  POST   /repos/{owner}/{repo}/actions/runs/{run_id}/rerun
  POST   /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs
  GET    /repos/{owner}/{repo}/actions/workflows
  GET    /repos/{owner}/{repo}/actions/workflows/{workflow_id}
  POST   /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches
  GET    /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs
  GET    /repos/{owner}/{repo}/branches/{branch}
  GET    /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations
  GET    /repos/{owner}/{repo}/check-suites/{check_suite_id}
  GET    /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs
  GET    /repos/{owner}/{repo}/collaborators/{username}/permission
  GET    /repos/{owner}/{repo}/commits/{ref}
  GET    /repos/{owner}/{repo}/commits/{ref}/check-runs
  GET    /repos/{owner}/{repo}/commits/{ref}/check-suites
  GET    /repos/{owner}/{repo}/commits/{ref}/status
  GET    /repos/{owner}/{repo}/commits/{ref}/statuses
  GET    /repos/{owner}/{repo}/compare/{basehead}
  GET    /repos/{owner}/{repo}/contents/{path}
  GET    /repos/{owner}/{repo}/git/ref/{ref}
  GET    /repos/{owner}/{repo}/installation
  GET    /repos/{owner}/{repo}/issues
  POST   /repos/{owner}/{repo}/issues
  GET    /repos/{owner}/{repo}/issues/comments
  GET    /repos/{owner}/{repo}/issues/comments/{comment_id}
  PATCH  /repos/{owner}/{repo}/issues/comments/{comment_id}
  DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}
  POST   /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions
  GET    /repos/{owner}/{repo}/issues/{issue_number}
  PATCH  /repos/{owner}/{repo}/issues/{issue_number}
  GET    /repos/{owner}/{repo}/issues/{issue_number}/comments
  POST   /repos/{owner}/{repo}/issues/{issue_number}/comments
  GET    /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by
  POST   /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by
  DELETE /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by/{issue_id}
  GET    /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocking
  GET    /repos/{owner}/{repo}/issues/{issue_number}/events
  GET    /repos/{owner}/{repo}/issues/{issue_number}/labels
  POST   /repos/{owner}/{repo}/issues/{issue_number}/labels
  PUT    /repos/{owner}/{repo}/issues/{issue_number}/labels
  DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}
  POST   /repos/{owner}/{repo}/issues/{issue_number}/reactions
  GET    /repos/{owner}/{repo}/issues/{issue_number}/timeline
  GET    /repos/{owner}/{repo}/labels
  POST   /repos/{owner}/{repo}/labels
  GET    /repos/{owner}/{repo}/labels/{name}
  PATCH  /repos/{owner}/{repo}/labels/{name}
  GET    /repos/{owner}/{repo}/pulls
  POST   /repos/{owner}/{repo}/pulls
  GET    /repos/{owner}/{repo}/pulls/{pull_number}
  PATCH  /repos/{owner}/{repo}/pulls/{pull_number}
  PUT    /repos/{owner}/{repo}/pulls/{pull_number}/merge
  PUT    /repos/{owner}/{repo}/pulls/{pull_number}/merge-async
  GET    /repos/{owner}/{repo}/pulls/{pull_number}/merge-async/{uuid}
  GET    /repos/{owner}/{repo}/rules/branches/{branch}
  GET    /users/{username}
`.trim().split("\n").map((line) => line.trim().split(/\s+/));

// Errors of operations that do not list them have one of these shapes.
const alwaysKept = ["schemas/basic-error", "schemas/validation-error", "schemas/validation-error-simple"];

// The description holds the webhooks' payloads too, as webhook-EVENT-ACTION; those of a pull request are large.
const webhookNames = /^webhook-(ping|push|status|(check-suite|deployment-status|installation|issue-comment|issue-dependencies|issues|workflow-run)-[a-z-]+|pull-request-(opened|edited|labeled|unlabeled|synchronize|ready-for-review|closed|reopened|enqueued|dequeued)|pull-request-review-submitted)$/;

const events = ["check_suite", "deployment_status", "installation", "installation_repositories", "issue_comment", "issues", "ping", "pull_request", "pull_request_review", "push", "status", "workflow_run"];

const laterVersions = ["2026-03-10"];

// Where the descriptions contradict GitHub's answers, or themselves, they are put right here and nowhere else.

// merged_at of an open pull request is null in every version; one patch says that it never is.
const notTaken = new Map([["schemas/issue", ["properties", "pull_request", "properties", "merged_at", "nullable"]]]);

// The account of a listed installation would have to be a user and an enterprise at once; the schema "installation" says "either".
function correctOperations(paths) {
  const { account } = paths["/app/installations"].get.responses[200].content["application/json"].schema.items.properties;
  if (account.allOf?.length !== 2) {
    throw new Error("the account of a listed installation is described otherwise now; see whether it is right");
  }

  account.anyOf = account.allOf;
  delete account.allOf;
}

// Lists of all events there are lack the newer ones, issue_dependencies among them.
function listsAllEvents(choices) {
  return choices.includes("check_suite") && choices.includes("workflow_run");
}

// The webhook schemas name the fields of their day and forbid all others, but GitHub adds to them whenever it likes. And who asked for an
// installation is null in GitHub's own examples.
function correctWebhook(schema) {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    key === "additionalProperties" && value === false ? undefined
    : key === "requester" ? { oneOf: [value, { type: "null" }] }
    : value);
}

const prose = new Set(["discriminator", "description", "summary", "title", "example", "examples", "externalDocs", "tags", "tsAdditionalProperties", "$schema", "default", "deprecated"]);

/** A schema without its prose. Below "properties" and "definitions" every key is a name, not a keyword. */
function bare(node, namesFollow = false) {
  if (Array.isArray(node)) {
    return node.map((item) => bare(item));
  }

  if (node === null || typeof node !== "object") {
    return node;
  }

  return Object.fromEntries(Object.entries(node)
    .filter(([key, value]) => namesFollow || !(prose.has(key) || key.startsWith("x-") || (key === "enum" && listsAllEvents(value))))
    .map(([key, value]) => [key, key === "enum" || key === "required" ? value : bare(value, !namesFollow && (key === "properties" || key === "definitions"))]));
}

function bareOperation(operation) {
  return {
    operationId: operation.operationId,
    parameters: (operation.parameters ?? []).map(bareParameter),
    ...(operation.requestBody && { requestBody: bareContent(operation.requestBody) }),
    responses: Object.fromEntries(Object.entries(operation.responses).map(([status, response]) => [status, bareContent(response)])),
    "x-github": { enabledForGitHubApps: operation["x-github"].enabledForGitHubApps, category: operation["x-github"].category },
  };
}

function bareParameter(parameter) {
  return parameter.$ref ? parameter : {
    name: parameter.name,
    in: parameter.in,
    required: parameter.required ?? false,
    schema: bare(parameter.schema),
    ...(parameter["x-multi-segment"] && { "x-multi-segment": true }),
  };
}

function bareContent(part) {
  return part.$ref ? part : {
    ...(part.required !== undefined && { required: part.required }),
    ...(part.content && { content: Object.fromEntries(Object.entries(part.content).map(([type, media]) => [type, { schema: bare(media.schema ?? {}) }])) }),
  };
}

const stripped = { schemas: (schema) => bare(schema), parameters: bareParameter, responses: bareContent };

/** What a part becomes in a version; undefined when it stays. */
function patched(part, name, version) {
  const patches = (part["x-github-breaking-changes"] ?? []).filter((change) => change.version <= version).map((change) => change.patch);
  if (patches.length === 0) {
    return undefined;
  }

  const before = structuredClone(part);
  const after = structuredClone(part);
  for (const patch of patches) {
    if (Array.isArray(patch)) {
      patch.forEach((step) => edit(after, step));
    } else {
      merge(after, without(structuredClone(patch), notTaken.get(name) ?? []));
    }
  }

  // Each merge states the whole list of required names as if it were the only one: what any of them took away is gone.
  if (after.required && after.properties) {
    after.required = after.required.filter((key) => key in after.properties || !(key in before.properties));
  }

  return after;
}

/** One step of an RFC 6902 patch. */
function edit(document, { op, path, value }) {
  const keys = path.split("/").slice(1).map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = keys.pop();
  const target = keys.reduce((node, key) => node[key], document);
  if (op === "remove" && Array.isArray(target)) {
    target.splice(Number(last), 1);
  } else if (op === "remove") {
    delete target[last];
  } else if (op === "replace" || op === "add") {
    target[last] = value;
  } else {
    throw new Error(`unknown step ${op}`);
  }
}

/** An RFC 7396 merge: null takes away, objects are merged, anything else takes the place. */
function merge(target, patch) {
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      delete target[key];
    } else if (typeof value === "object" && !Array.isArray(value) && typeof target[key] === "object" && !("$ref" in target[key])) {
      merge(target[key], value);
    } else {
      target[key] = value;
    }
  }
}

function without(patch, keys) {
  const target = keys.slice(0, -1).reduce((node, key) => node?.[key], patch);
  if (target) {
    delete target[keys.at(-1)];
  }

  return patch;
}

function references(node, found = []) {
  if (Array.isArray(node)) {
    node.forEach((item) => references(item, found));
  } else if (node !== null && typeof node === "object") {
    for (const [key, value] of Object.entries(node)) {
      if (key === "$ref" && typeof value === "string") {
        found.push(value.replace(/^#\/(components\/)?/, ""));
      } else {
        references(value, found);
      }
    }
  }

  return found;
}

function put(into, path, value) {
  const keys = path.split("/");
  const last = keys.pop();
  keys.reduce((node, key) => (node[key] ??= {}), into)[last] = value;
}

function sorted(node) {
  return Array.isArray(node) ? node.map(sorted)
    : node === null || typeof node !== "object" ? node
    : Object.fromEntries(Object.keys(node).sort().map((key) => [key, sorted(node[key])]));
}

function trimDescription(source, version) {
  correctOperations(source.paths);
  const versions = Object.fromEntries(laterVersions.map((name) => [name, { paths: {}, components: {} }]));
  const result = { openapi: source.openapi, info: { title: "GitHub REST API, cut down", version, license: "MIT", source: `@octokit/openapi ${version}, api.github.com` }, paths: {}, components: {}, "x-versions": versions };
  const webhooks = Object.keys(source.components.schemas).filter((name) => webhookNames.test(name));
  const waiting = [...alwaysKept, ...webhooks.map((name) => `schemas/${name}`)];
  for (const [method, path] of operations) {
    const operation = source.paths[path]?.[method.toLowerCase()];
    if (!operation) {
      throw new Error(`the description has no ${method} ${path}`);
    }

    const kept = bareOperation(operation);
    (result.paths[path] ??= {})[method.toLowerCase()] = kept;
    waiting.push(...references(kept));
    for (const name of laterVersions) {
      const changed = patched(operation, `${method} ${path}`, name);
      if (changed) {
        const changedBare = bareOperation(changed);
        (versions[name].paths[path] ??= {})[method.toLowerCase()] = changedBare;
        waiting.push(...references(changedBare));
      }
    }
  }

  const done = new Set();
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (done.has(name)) {
      continue;
    }

    done.add(name);
    const kind = name.split("/")[0];
    const part = name.split("/").reduce((node, key) => node?.[key], source.components);
    if (!part || !stripped[kind]) {
      throw new Error(`cannot keep ${name}`);
    }

    const kept = stripped[kind](part);
    put(result.components, name, kept);
    waiting.push(...references(kept));
    for (const version of laterVersions) {
      const changed = patched(part, name, version);
      if (changed) {
        put(versions[version].components, name, stripped[kind](changed));
        waiting.push(...references(stripped[kind](changed)));
      }
    }
  }

  return result;
}

function trimWebhooks(source, version) {
  const result = { source: `@octokit/webhooks-schemas ${version} (MIT)`, definitions: {} };
  const waiting = Object.keys(source.definitions).filter((name) => events.includes(name.split("$")[0]) && name.includes("$")).map((name) => `definitions/${name}`);
  while (waiting.length > 0) {
    const name = waiting.pop().replace("definitions/", "");
    if (name in result.definitions) {
      continue;
    }

    result.definitions[name] = correctWebhook(bare(source.definitions[name]));
    waiting.push(...references(result.definitions[name]));
  }

  return result;
}

// A workflow that could not start ends with startup_failure, which the REST answers know and half of the webhooks' lists of conclusions lack.
function knowsStartupFailure(content) {
  return JSON.parse(JSON.stringify(content), (key, value) =>
    key === "enum" && value.includes("timed_out") && value.includes("action_required") && !value.includes("startup_failure") ? [...value, "startup_failure"] : value);
}

function write(name, content) {
  const text = JSON.stringify(sorted(knowsStartupFailure(content)));
  const bytes = gzipSync(text, { level: 9 });
  // The header's last byte names the system that compressed; it must not tell machines apart.
  bytes[9] = 255;
  writeFileSync(join(dirname(fileURLToPath(import.meta.url)), "..", "tests", "AfkGitHubApp.Tests", "Contracts", name), bytes);
  console.log(`${name}: ${text.length} bytes, ${bytes.length} compressed`);
}

function unpacked(folder, name, version, file) {
  execFileSync("npm", ["pack", "--silent", `${name}@${version}`], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const archive = `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
  execFileSync("tar", ["-xzf", archive, `package/${file}`], { cwd: folder });
  return JSON.parse(readFileSync(join(folder, "package", file), "utf8"));
}

const [openapiVersion = "23.0.2", webhooksVersion = "7.6.1"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "descriptions-"));
try {
  write("github-openapi.json.gz", trimDescription(unpacked(folder, "@octokit/openapi", openapiVersion, "generated/api.github.com.json"), openapiVersion));
  write("github-webhooks.json.gz", trimWebhooks(unpacked(folder, "@octokit/webhooks-schemas", webhooksVersion, "schema.json"), webhooksVersion));
} finally {
  rmSync(folder, { recursive: true });
}
