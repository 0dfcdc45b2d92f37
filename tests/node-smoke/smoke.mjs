// Drives a simulated GitHub with GitHub's own client library, so that it is judged by a client we did not write. NodeSmokeTests starts the
// simulator, fills its world and runs this once for each version of the API. By hand: start the simulator, see usage below.
//
// Prints one line for each step and ends with 0 when all hold; the first that does not ends it with 1.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { App, createNodeMiddleware, Octokit, RequestError } from "octokit";

const { SMOKE_API, SMOKE_APP_ID, SMOKE_KEY_FILE, SMOKE_VERSION, SMOKE_REPOSITORY, SMOKE_ISSUES, SMOKE_REPOSITORIES } = process.env;
if (!SMOKE_API || !SMOKE_APP_ID || !SMOKE_KEY_FILE || !SMOKE_VERSION || !SMOKE_REPOSITORY || !SMOKE_ISSUES || !SMOKE_REPOSITORIES) {
  console.error("usage: SMOKE_API=http://127.0.0.1:4010 SMOKE_APP_ID=... SMOKE_KEY_FILE=app.pem SMOKE_VERSION=2026-03-10 SMOKE_REPOSITORY=owner/name SMOKE_ISSUES=<open issues in it> SMOKE_REPOSITORIES=<repositories of all installations> node smoke.mjs");
  process.exit(2);
}

const secret = "the-secret-of-the-smoke";
const [owner, repo] = SMOKE_REPOSITORY.split("/");
const here = { owner, repo };

// Errors that are provoked below would be logged, too.
const silent = { debug() {}, info() {}, warn() {}, error() {} };

// Throttling and retries wait seconds for the good of the real GitHub; here they would hide what was answered.
const Client = Octokit.defaults({ baseUrl: SMOKE_API.replace(/\/$/, ""), throttle: { enabled: false }, retry: { enabled: false }, log: silent }).plugin((octokit) => {
  octokit.hook.before("request", (options) => {
    options.headers["x-github-api-version"] = SMOKE_VERSION;
  });
});
const app = new App({ appId: SMOKE_APP_ID, privateKey: readFileSync(SMOKE_KEY_FILE, "utf8"), webhooks: { secret }, oauth: { clientId: "not-used", clientSecret: "not-used" }, log: silent, Octokit: Client });

async function step(name, act) {
  try {
    await act();
    console.log(`ok      ${name}`);
  } catch (error) {
    console.error(`FAILED  ${name}`);
    console.error(error);
    process.exit(1);
  }
}

async function until(what, look) {
  for (let tries = 0; tries < 400; tries++) {
    const found = await look();
    if (found) {
      return found;
    }

    await sleep(25);
  }

  throw new Error(`${what} did not happen within ten seconds`);
}

const refused = (status, text) => (error) => {
  assert.ok(error instanceof RequestError, `${error}`);
  assert.equal(error.status, status);
  assert.match(error.message, text);
  return true;
};

let installationId;
let octokit;
const heard = [];
app.webhooks.onError(() => {});
app.webhooks.onAny(({ id, name, payload }) => void heard.push({ id, event: payload.action ? `${name}.${payload.action}` : name, payload }));
const listener = createServer(createNodeMiddleware(app, { pathPrefix: "/api/github" }));
await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
const hookUrl = `http://127.0.0.1:${listener.address().port}/api/github/webhooks`;

await step("the App knows itself by its JWT", async () => {
  const { data } = await app.octokit.rest.apps.getAuthenticated();
  assert.equal(data.id, Number(SMOKE_APP_ID));
  assert.ok(data.installations_count >= 1);
  assert.equal(data.permissions.issues, "write");
});

await step("every installation and every repository is found", async () => {
  const installations = [];
  await app.eachInstallation(({ installation }) => installations.push(installation));
  const repositories = [];
  await app.eachRepository(({ repository, octokit: of }) => {
    assert.ok(of);
    repositories.push(repository.full_name);
  });
  assert.equal(repositories.length, Number(SMOKE_REPOSITORIES));
  assert.equal(new Set(repositories).size, repositories.length);
  assert.ok(repositories.includes(SMOKE_REPOSITORY));
  const { data } = await app.octokit.rest.apps.getRepoInstallation(here);
  installationId = data.id;
  assert.ok(installations.some(({ id, account }) => id === installationId && account.login === owner));
});

await step("an installation token opens the repository", async () => {
  octokit = await app.getInstallationOctokit(installationId);
  const { data, headers } = await octokit.rest.repos.get(here);
  assert.equal(data.full_name, SMOKE_REPOSITORY);
  assert.equal(data.owner.login, owner);
  assert.equal("has_downloads" in data, SMOKE_VERSION === "2022-11-28");
  assert.equal(headers["x-github-api-version-selected"], SMOKE_VERSION);
  assert.match(headers["content-type"], /^application\/json/);
});

await step("a token for less can do less", async () => {
  const { token, permissions, repositoryNames } = await app.octokit.auth({ type: "installation", installationId, repositoryNames: [repo], permissions: { issues: "read" } });
  assert.match(token, /^ghs_/);
  assert.deepEqual(repositoryNames, [repo]);
  assert.equal(permissions.issues, "read");
  const reader = new Client({ auth: token });
  assert.ok((await reader.rest.issues.listForRepo(here)).data.length > 0);
  await assert.rejects(reader.rest.issues.create({ ...here, title: "Not allowed" }), refused(403, /Resource not accessible by integration/));
});

await step("requests are counted", async () => {
  const { headers } = await octokit.rest.issues.listForRepo(here);
  const { data } = await octokit.rest.rateLimit.get();
  assert.equal(Number(headers["x-ratelimit-remaining"]) + Number(headers["x-ratelimit-used"]), Number(headers["x-ratelimit-limit"]));
  assert.equal(data.resources.core.remaining, Number(headers["x-ratelimit-remaining"]));
  assert.equal(data.resources.core.reset, Number(headers["x-ratelimit-reset"]));
  assert.equal(headers["x-ratelimit-resource"], "core");
});

await step("pages are followed to the end", async () => {
  const all = await octokit.paginate(octokit.rest.issues.listForRepo, { ...here, per_page: 7 });
  assert.equal(all.length, Number(SMOKE_ISSUES));
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  let pages = 0;
  for await (const { data } of octokit.paginate.iterator(octokit.rest.issues.listForRepo, { ...here, per_page: 7, direction: "asc" })) {
    pages++;
    assert.ok(data.length <= 7);
  }

  assert.equal(pages, Math.ceil(Number(SMOKE_ISSUES) / 7));
  const runs = await octokit.paginate(octokit.rest.actions.listWorkflowRunsForRepo, { ...here, per_page: 1 });
  assert.ok(runs.length >= 2, "a list in an envelope");
});

await step("an unchanged answer is not sent twice", async () => {
  const first = await octokit.rest.repos.get(here);
  await assert.rejects(octokit.rest.repos.get({ ...here, headers: { "if-none-match": first.headers.etag } }), refused(304, /Not modified/));
});

await step("the webhook is pointed at us", async () => {
  // The library takes a parameter of the name "url" for the address of the request itself, so the body is given as a whole.
  const { data } = await app.octokit.request("PATCH /app/hook/config", { data: { url: hookUrl, secret, content_type: "json" } });
  assert.equal(data.url, hookUrl);
  assert.equal(data.content_type, "json");
});

let number;
await step("an issue is opened, and we hear of it", async () => {
  const { data, status } = await octokit.rest.issues.create({ ...here, title: "Ünïcode “title”", body: "Body", labels: ["smoke"] });
  number = data.number;
  assert.equal(status, 201);
  assert.equal(data.title, "Ünïcode “title”");
  assert.equal(data.user.type, "Bot");
  assert.deepEqual(data.labels.map(({ name }) => name), ["smoke"]);
  await until("issues.opened", () => heard.find(({ event, payload }) => event === "issues.opened" && payload.issue.number === number));
  const labeled = await until("issues.labeled", () => heard.find(({ event, payload }) => event === "issues.labeled" && payload.issue.number === number));
  assert.equal(labeled.payload.label.name, "smoke");
  assert.equal(labeled.payload.installation.id, installationId);
  assert.equal(labeled.payload.repository.full_name, SMOKE_REPOSITORY);
});

await step("a wrong signature is told from a right one", async () => {
  const { payload } = heard[0];
  const text = JSON.stringify(payload);
  const signature = await app.webhooks.sign(text);
  assert.equal(await app.webhooks.verify(text, signature), true);
  assert.equal(await app.webhooks.verify(`${text} `, signature), false);
  const post = (signed) => fetch(hookUrl, { method: "POST", body: text, headers: { "content-type": "application/json", "x-github-delivery": "smoke", "x-github-event": "issues", "x-hub-signature-256": signed } });
  assert.equal((await post(signature)).status, 200);
  assert.equal((await post(signature.replace(/.$/, (last) => (last === "0" ? "1" : "0")))).status, 400);
});

await step("deliveries are listed and can be had again", async () => {
  const { data } = await app.octokit.rest.apps.listWebhookDeliveries({ per_page: 1 });
  assert.equal(data.length, 1);
  const all = await app.octokit.paginate(app.octokit.rest.apps.listWebhookDeliveries, { per_page: 1 });
  assert.ok(all.length >= 2, "the cursor is followed");
  const opened = all.find(({ event, action }) => event === "issues" && action === "opened");
  assert.equal(opened.status_code, 200);
  const before = heard.length;
  assert.equal((await app.octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: opened.id })).status, 202);
  await until("the redelivery", () => heard.slice(before).find(({ id }) => id === opened.guid));
});

await step("labels come and go", async () => {
  const added = await octokit.rest.issues.addLabels({ ...here, issue_number: number, labels: ["one", "two words", "a/b"] });
  assert.deepEqual(added.data.map(({ name }) => name).sort(), ["a/b", "one", "smoke", "two words"]);
  await octokit.rest.issues.removeLabel({ ...here, issue_number: number, name: "a/b" });
  const { data } = await octokit.rest.issues.removeLabel({ ...here, issue_number: number, name: "two words" });
  assert.deepEqual(data.map(({ name }) => name).sort(), ["one", "smoke"]);
  await assert.rejects(octokit.rest.issues.removeLabel({ ...here, issue_number: number, name: "two words" }), refused(404, /Label does not exist/));
  assert.deepEqual((await octokit.rest.issues.setLabels({ ...here, issue_number: number, labels: ["three"] })).data.map(({ name }) => name), ["three"]);
  assert.equal((await octokit.rest.issues.listForRepo({ ...here, labels: "three" })).data[0].number, number);
});

await step("a comment is written, edited and answered by a reaction", async () => {
  const { data } = await octokit.rest.issues.createComment({ ...here, issue_number: number, body: "First" });
  assert.equal(data.performed_via_github_app.id, Number(SMOKE_APP_ID));
  await octokit.rest.issues.updateComment({ ...here, comment_id: data.id, body: "Second" });
  const comments = await octokit.paginate(octokit.rest.issues.listComments, { ...here, issue_number: number });
  assert.deepEqual(comments.map(({ body }) => body), ["Second"]);
  assert.equal((await octokit.rest.reactions.createForIssueComment({ ...here, comment_id: data.id, content: "rocket" })).status, 201);
  assert.equal((await octokit.rest.issues.getComment({ ...here, comment_id: data.id })).data.reactions.rocket, 1);
  await octokit.rest.issues.deleteComment({ ...here, comment_id: data.id });
  await assert.rejects(octokit.rest.issues.getComment({ ...here, comment_id: data.id }), refused(404, /Not Found/));
});

await step("an issue is blocked by another", async () => {
  const blocker = (await octokit.rest.issues.get({ ...here, issue_number: 1 })).data;
  await octokit.rest.issues.addBlockedByDependency({ ...here, issue_number: number, issue_id: blocker.id });
  const { data } = await octokit.rest.issues.listDependenciesBlockedBy({ ...here, issue_number: number });
  assert.deepEqual(data.map((each) => each.number), [1]);
});

await step("an issue is closed with its reason, and its history tells", async () => {
  const { data } = await octokit.rest.issues.update({ ...here, issue_number: number, state: "closed", state_reason: "not_planned" });
  assert.equal(data.state, "closed");
  assert.equal(data.state_reason, "not_planned");
  assert.equal(data.closed_by.id, data.user.id);
  const events = await octokit.paginate(octokit.rest.issues.listEvents, { ...here, issue_number: number, per_page: 2 });
  assert.equal(events.at(-1).event, "closed");
  const timeline = await octokit.paginate(octokit.rest.issues.listEventsForTimeline, { ...here, issue_number: number });
  assert.ok(timeline.length >= events.length);
});

await step("GraphQL answers, and says what it does not know", async () => {
  const query = "query($owner: String!, $repo: String!, $number: Int!) { repository(owner: $owner, name: $repo) { nameWithOwner issue(number: $number) { number state labels(first: 100) { nodes { name } } } } }";
  const { repository } = await octokit.graphql(query, { ...here, number });
  assert.equal(repository.nameWithOwner, SMOKE_REPOSITORY);
  assert.equal(repository.issue.state, "CLOSED");
  assert.deepEqual(repository.issue.labels.nodes, [{ name: "three" }]);
  await assert.rejects(octokit.graphql(query, { owner, repo: "nowhere", number }), (error) => {
    assert.equal(error.name, "GraphqlResponseError");
    assert.equal(error.errors[0].type, "NOT_FOUND");
    return true;
  });
});

await step("a workflow is dispatched and runs to its end", async () => {
  const inputs = { run_id: "R1", turn_id: "R1.1", issue: "1", prompt: "Do it." };
  const dispatched = await octokit.rest.actions.createWorkflowDispatch({ ...here, workflow_id: "afk-agent.yml", ref: "main", inputs });
  assert.equal(dispatched.status, SMOKE_VERSION === "2022-11-28" ? 204 : 200);
  const run = await until("the run", async () => {
    const { data } = await octokit.rest.actions.listWorkflowRuns({ ...here, workflow_id: "afk-agent.yml", event: "workflow_dispatch" });
    return data.workflow_runs[0];
  });
  await until("its end", async () => (await octokit.rest.actions.getWorkflowRun({ ...here, run_id: run.id })).data.status === "completed");
  const { data: jobs } = await octokit.rest.actions.listJobsForWorkflowRun({ ...here, run_id: run.id });
  assert.equal(jobs.total_count, jobs.jobs.length);
  assert.equal(jobs.jobs[0].conclusion, "success");
  await assert.rejects(octokit.rest.actions.cancelWorkflowRun({ ...here, run_id: run.id }), refused(409, /Cannot cancel/));
  await assert.rejects(octokit.rest.actions.createWorkflowDispatch({ ...here, workflow_id: "afk-agent.yml", ref: "nowhere", inputs }), refused(422, /No ref found/));
});

await step("checks and statuses of a commit are listed", async () => {
  const { data: branch } = await octokit.rest.repos.getBranch({ ...here, branch: "main" });
  const ref = branch.commit.sha;
  const suites = await octokit.paginate(octokit.rest.checks.listSuitesForRef, { ...here, ref });
  const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...here, ref });
  assert.ok(suites.length > 0);
  assert.ok(runs.every(({ head_sha }) => head_sha === ref));
  const { data: combined } = await octokit.rest.repos.getCombinedStatusForRef({ ...here, ref });
  assert.equal(combined.sha, ref);
  const { data: compared } = await octokit.rest.repos.compareCommitsWithBasehead({ ...here, basehead: `${branch.commit.parents[0].sha}...${ref}` });
  assert.equal(compared.status, "ahead");
  assert.equal(compared.ahead_by, compared.commits.length);
  assert.ok(Array.isArray((await octokit.rest.repos.getBranchRules({ ...here, branch: "main" })).data));
});

await step("what is refused is told in GitHub's shape", async () => {
  await assert.rejects(octokit.rest.issues.get({ ...here, issue_number: 999_999 }), refused(404, /Not Found - https:\/\/docs\.github\.com/));
  await assert.rejects(octokit.rest.issues.create(here), refused(422, /title/));
  await assert.rejects(octokit.rest.issues.createLabel({ ...here, name: "three" }), refused(422, /Validation Failed: .*already_exists/));
  const { token } = await octokit.auth({ type: "installation" });
  await assert.rejects(new Client({ auth: token }).rest.apps.listInstallations(), refused(401, /JSON web token could not be decoded/));
  await assert.rejects(new Client({ auth: "ghs_unknown" }).rest.repos.get(here), refused(401, /Bad credentials/));
  await assert.rejects(new Client().rest.repos.get(here), refused(401, /Requires authentication/));
});

listener.close();
listener.closeAllConnections();
