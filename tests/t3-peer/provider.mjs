// Stands where T3 Code expects the codex program, and does what its prompt says; no model is asked. It speaks as much of the app-server
// protocol (one JSON-RPC message per line, on the standard streams) as T3 Code 0.0.42 needs for a turn.
//
// Words in a prompt: #slow works for two seconds, #hang until interrupted, #fail ends in an error, #refuse does not start, #die ends the
// process, #approve asks for an approval, #ask asks a question, #pushed and #nothing end with a report. Without one it answers at once.
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";

if (process.argv[2] === "--version") {
  console.log("codex-cli 0.145.0");
  process.exit(0);
}

const answers = {
  "#pushed": "The work is done.\n\nPushed-Commit: 0123456789abcdef0123456789abcdef01234567",
  "#nothing": "I looked at it.\n\nAFK-Result: nothing-to-do\nIt works already.",
};
const seconds = () => Math.floor(Date.now() / 1000);
const write = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const notify = (method, params) => write({ method, params });
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const asked = new Map();
let questions = 1000;
let interrupted = false;

const ask = (method, params) => new Promise((resolve) => {
  const id = questions++;
  asked.set(id, resolve);
  write({ id, method, params });
});

const turnOf = (id, status, error = null) => ({
  id, items: [], itemsView: "notLoaded", status, error, startedAt: seconds(), completedAt: status === "inProgress" ? null : seconds(), durationMs: null,
});

async function work(threadId, turnId, text) {
  interrupted = false;
  const end = (status, error) => notify("turn/completed", { threadId, turn: turnOf(turnId, status, error) });
  notify("turn/started", { threadId, turn: turnOf(turnId, "inProgress") });

  const until = text.includes("#hang") ? Infinity : Date.now() + (text.includes("#slow") ? 2000 : 200);
  while (Date.now() < until) {
    if (interrupted) return end("interrupted");
    await wait(50);
  }

  if (text.includes("#die")) process.exit(7);
  if (text.includes("#approve")) {
    await ask("item/commandExecution/requestApproval", { itemId: "command-1", startedAtMs: Date.now(), threadId, turnId, command: "make clean", cwd: process.cwd(), reason: "scripted" });
  }

  if (text.includes("#ask")) {
    const options = [{ label: "A", description: "the first" }, { label: "B", description: "the second" }];
    await ask("item/tool/requestUserInput", { itemId: "question-1", threadId, turnId, questions: [{ id: "q1", header: "Which", question: "Which one?", options }] });
  }

  if (text.includes("#fail")) {
    const error = { message: "the provider failed", codexErrorInfo: null, additionalDetails: null };
    notify("error", { error, threadId, turnId, willRetry: false });
    return end("failed", error);
  }

  const said = Object.entries(answers).find(([word]) => text.includes(word))?.[1] ?? `ok: ${text.trimEnd().split("\n").pop()}`;
  const item = { type: "agentMessage", id: `msg-${randomUUID().slice(0, 8)}` };
  notify("item/started", { item: { ...item, text: "" }, threadId, turnId, startedAtMs: Date.now() });
  notify("item/agentMessage/delta", { threadId, turnId, itemId: item.id, delta: said });
  notify("item/completed", { item: { ...item, text: said }, threadId, turnId, completedAtMs: Date.now() });
  return end("completed");
}

const started = (params) => {
  const id = params.threadId ?? randomUUID();
  const cwd = params.cwd ?? process.cwd();
  return {
    thread: {
      id, extra: null, sessionId: id, forkedFromId: null, parentThreadId: null, preview: "", ephemeral: false, historyMode: "legacy", modelProvider: "scripted",
      createdAt: seconds(), updatedAt: seconds(), recencyAt: seconds(), status: { type: "idle" }, path: `${cwd}/${id}.jsonl`, cwd, cliVersion: "0.145.0", source: "vscode",
      canAcceptDirectInput: true, threadSource: null, agentNickname: null, agentRole: null, gitInfo: null, name: null, turns: [],
    },
    model: params.model ?? "gpt-fake", modelProvider: "scripted", serviceTier: "default", cwd, runtimeWorkspaceRoots: [cwd], instructionSources: [],
    approvalPolicy: params.approvalPolicy ?? "never", approvalsReviewer: "user", sandbox: { type: "dangerFullAccess" }, activePermissionProfile: null,
    reasoningEffort: "medium", multiAgentMode: "explicitRequestOnly",
  };
};

const model = {
  id: "gpt-fake", model: "gpt-fake", displayName: "Scripted", description: "scripted", hidden: false, isDefault: true, defaultReasoningEffort: "medium",
  supportedReasoningEfforts: [{ reasoningEffort: "medium", description: "medium" }],
};

function answer(method, params) {
  switch (method) {
    case "initialize": return { userAgent: "codex_cli_rs/0.145.0 (scripted)", codexHome: process.env.CODEX_HOME, platformFamily: "unix", platformOs: "linux" };
    case "account/read": return { account: { type: "chatgpt", email: "nobody@example.com", planType: "plus" }, requiresOpenaiAuth: false };
    case "skills/list": return { data: (params.cwds ?? []).map((cwd) => ({ cwd, errors: [], skills: [] })) };
    case "model/list": return { data: [model], nextCursor: null };
    case "thread/start":
    case "thread/resume": return started(params);
    default: return {};
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const message = JSON.parse(line);
  const params = message.params ?? {};
  if (message.method === undefined) {
    asked.get(message.id)?.(message);
    asked.delete(message.id);
  } else if (message.method === "turn/start") {
    const text = (params.input ?? []).map((part) => part.text ?? "").join("\n");
    if (text.includes("#refuse")) {
      write({ id: message.id, error: { code: -32000, message: "the provider refused to start the turn" } });
    } else {
      const turnId = randomUUID();
      write({ id: message.id, result: { turn: { ...turnOf(turnId, "inProgress"), startedAt: null } } });
      work(params.threadId, turnId, text);
    }
  } else if (message.id !== undefined) {
    interrupted ||= message.method === "turn/interrupt";
    write({ id: message.id, result: answer(message.method, params) });
  }
});
