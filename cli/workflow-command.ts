import { access } from "node:fs/promises";
import { EXIT } from "#core/error-codes.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { checkWorkflow } from "#tools/workflow/check.ts";
import {
  badInputs,
  type FoundWorkflow,
  findWorkflow,
  problemText,
  requireInputs,
  requireSound,
  unknownWorkflow,
} from "#tools/workflow/prepare.ts";
import type { RunStore } from "#tools/workflow/run-store.ts";
import { type RunPorts, resumeRun, startRun } from "#tools/workflow/runs.ts";
import type { WorkflowTools } from "#tools/workflow/tool-port.ts";
import type { WorkflowEvent } from "#tools/workflow/trace.ts";
import { traceText } from "#tools/workflow/trace-text.ts";
import type { Json, JsonObject, Problem, Workflow } from "#tools/workflow/workflow.ts";
import {
  isFileName,
  keyOf,
  type Member,
  readWorkflows,
  type WorkflowSet,
} from "#tools/workflow/workflow-set.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import type { CommandLine } from "./command-spec.ts";
import { listRuns, listWorkflows, showRun, showWorkflow } from "./workflow-views.ts";

export interface WorkflowDeps {
  /** Absolute path of the folder with the workflows of the home. */
  readonly folder: string;
  /** Absolute path of the folder of the locks of runs. */
  readonly locks: string;
  /** The tools that steps can call. @param yes to whatever the policy asks about. */
  readonly tools: (yes: boolean) => Promise<WorkflowTools>;
  /** The runs of the home; undefined when there was none yet and none is to be made. */
  readonly openRuns: (create: boolean) => Promise<RunStore | undefined>;
  readonly output: Output;
  readonly cleaner: TextCleaner;
  /** Ends the tool that is running; the run can be resumed. */
  readonly signal: AbortSignal;
}

const ACTIONS = ["run", "check", "list", "show"] as const;

/**
 * `org workflow run|check|list|show`.
 *
 * @returns 0; 65 when a check finds something.
 * @throws {OrgError} `USAGE`, `INPUT_INVALID`, `LOCK_HELD`, `APPROVAL_NEEDED`, and the codes that begin
 *   with `WORKFLOW_`.
 */
export async function runWorkflowCommand(line: CommandLine, deps: WorkflowDeps): Promise<number> {
  const [actionName = "list", name, extra] = line.operands;
  const action = actionNamed("workflow", ACTIONS, actionName);
  if (extra !== undefined) throw usage(`Unexpected argument ${echoed(extra)}`);
  switch (action) {
    case "run":
      return await run(line, name, deps);
    case "check":
      return await check(line, name, deps);
    case "list":
      return await list(line, name, deps);
    case "show":
      return await show(line, name, deps);
  }
}

async function run(
  line: CommandLine,
  name: string | undefined,
  deps: WorkflowDeps,
): Promise<number> {
  const { options } = line;
  const resume = options.get("resume");
  if (resume !== undefined) {
    if (name !== undefined) throw usage("--resume continues a run, and a name starts a new one");
    if (options.has("inputs")) throw usage("--resume uses the inputs of the run");
    return await perform(line, deps, async (ports) => await resumeRun(resume, ports));
  }
  if (name === undefined) throw usage("Which workflow?", ["org workflow list"]);
  const found = await find(name, deps.folder);
  const workflow = requireSound(found, await deps.tools(false));
  const inputs = inputsOf(options.get("inputs"), workflow);
  return await perform(line, deps, async (ports) => await startRun(found, inputs, ports));
}

/** Does a run or the rest of one, and prints what it gives. */
async function perform(
  { options }: CommandLine,
  deps: WorkflowDeps,
  play: (ports: RunPorts) => Promise<Json>,
): Promise<number> {
  const { output, cleaner, signal, locks } = deps;
  const json = options.has("json");
  const onEvent = (event: WorkflowEvent) => {
    if (json) output.write(jsonLine(cleaner.cleanData(event)));
    else output.say(`${cleaner.clean(traceText(event))}\n`);
  };
  using store = await deps.openRuns(!options.has("resume"));
  if (store === undefined) throw usage("No workflow was run in this home");
  const tools = await deps.tools(options.has("yes"));
  const value = await play({ store, locks, tools, signal, onEvent });
  // As JSON the last event has it.
  if (json) return EXIT.done;
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  output.write(`${cleaner.clean(text)}\n`);
  return EXIT.done;
}

function inputsOf(text: string | undefined, workflow: Workflow): JsonObject {
  let inputs: unknown = {};
  try {
    if (text !== undefined) inputs = JSON.parse(text);
  } catch (cause) {
    throw badInputs(`--inputs is not JSON: ${reasonOf(cause)}`, workflow, cause);
  }
  return requireInputs(inputs, workflow);
}

async function check(
  { options }: CommandLine,
  name: string | undefined,
  deps: WorkflowDeps,
): Promise<number> {
  const { folder, output, cleaner } = deps;
  const { set, roots } =
    name === undefined ? await all(folder) : await find(name, folder).then(alone);
  const tools = await deps.tools(false);
  const found = roots.map((root) => ({ root, problems: checkWorkflow(root, { set, tools }) }));
  for (const { root, problems } of found) {
    const ok = problems.length === 0;
    if (options.has("json")) {
      output.write(jsonLine(cleaner.cleanData({ workflow: root.key, ok, problems })));
    } else if (ok) output.write(`✔ ${root.key}: ${root.workflow?.steps.length ?? 0} steps\n`);
    else output.write(cleaner.clean(`✘ ${root.key}\n${problems.map(problemLine).join("")}`));
  }
  return found.every(({ problems }) => problems.length === 0) ? EXIT.done : EXIT.badData;
}

async function all(folder: string): Promise<{ set: WorkflowSet; roots: readonly Member[] }> {
  const set = await readWorkflows(folder);
  return { set, roots: set.members };
}

function alone({ set, root }: FoundWorkflow) {
  return { set, roots: [root] };
}

function problemLine(problem: Problem): string {
  return `  ${problemText(problem)}\n`;
}

async function list(
  { options }: CommandLine,
  name: string | undefined,
  deps: WorkflowDeps,
): Promise<number> {
  if (name !== undefined) throw usage(`Unexpected argument ${echoed(name)}`);
  const view = { json: options.has("json"), output: deps.output, cleaner: deps.cleaner };
  if (!options.has("runs")) return listWorkflows(await readWorkflows(deps.folder), view);
  using store = await deps.openRuns(false);
  return listRuns(store?.list() ?? [], view);
}

async function show(
  { options }: CommandLine,
  name: string | undefined,
  deps: WorkflowDeps,
): Promise<number> {
  if (name === undefined) throw usage("Which workflow, or which run?", ["org workflow list"]);
  const view = { json: options.has("json"), output: deps.output, cleaner: deps.cleaner };
  using store = await deps.openRuns(false);
  const stored = store?.list().find(({ id }) => id === name);
  if (store !== undefined && stored !== undefined) return showRun(stored, store, view);
  const { root } = await find(name, deps.folder);
  return showWorkflow(root, view);
}

async function find(name: string, folder: string): Promise<FoundWorkflow> {
  if (!isFileName(name)) return findWorkflow(name, await readWorkflows(folder));
  if (!(await isThere(name))) throw unknownWorkflow(name, "no such file");
  return findWorkflow(keyOf(name), await readWorkflows(folder, name));
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function usage(message: string, remedies: readonly string[] = []): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: [...remedies, "org help workflow"],
    unchanged: "Nothing was done.",
  });
}
