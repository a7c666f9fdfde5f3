/** Starts runs of workflows, and goes on with those that were left. */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { newId } from "#core/ids.ts";
import { exclusiveLock } from "#platform/exclusive-lock.ts";
import { playWorkflow } from "./engine.ts";
import type { RunContext } from "./run-context.ts";
import type { RunStore, StoredRun } from "./run-store.ts";
import { StepFailure } from "./step-failure.ts";
import type { Json, JsonObject } from "./workflow.ts";
import { type Member, WorkflowSet } from "./workflow-set.ts";

/** What each part of a run gets anew. */
export interface RunPorts extends Pick<RunContext, "tools" | "signal" | "onEvent" | "sleep"> {
  readonly store: RunStore;
  /** Absolute path of the folder of the locks. */
  readonly locks: string;
  /** Of a run that is started; a name of a file. @default a new one */
  readonly id?: string | undefined;
}

/**
 * Starts a run.
 *
 * @param root a workflow in which nothing is wrong.
 * @param inputs accepted by it.
 * @returns its output.
 * @throws {OrgError} `WORKFLOW_FAILED`, `APPROVAL_NEEDED`; the reason of the signal when that aborts.
 */
export async function startRun(
  { root, set }: { readonly root: Member; readonly set: WorkflowSet },
  inputs: JsonObject,
  ports: RunPorts,
): Promise<Json> {
  const texts = new Map(set.closureOf(root).map(({ key, text }) => [key, text]));
  const { id = newId("run") } = ports;
  const run = { id, workflow: root.key, texts, inputs, startedAt: Date.now() };
  using _lock = lockRun(ports.locks, id);
  ports.store.create(run);
  return await goOn(run, ports);
}

/**
 * Goes on with a run where it was left: no step that is finished is done again. A run that is done gives
 * its output again.
 *
 * @throws {OrgError} as {@link startRun}; `LOCK_HELD` while another process is at it; `WORKFLOW_UNKNOWN`.
 */
export async function resumeRun(id: string, ports: RunPorts): Promise<Json> {
  const run = ports.store.find(id);
  if (run === undefined) throw unknownRun(id, ports.store);
  using _lock = lockRun(ports.locks, id);
  return await goOn(run, ports);
}

/**
 * One process at a time does the steps of a run; the system takes the lock back when that process dies.
 *
 * @param folder absolute path; made when it is missing.
 * @param run id of a run that exists.
 * @throws {OrgError} `LOCK_HELD` when another process is at it; `FILE_FAILED`.
 */
function lockRun(folder: string, run: string): Disposable {
  const path = join(folder, `${run}.lock`);
  // biome-ignore lint/nursery/useDisposables: the caller disposes of it
  const lock = exclusiveLock(path);
  if (lock !== undefined) return lock;
  throw new OrgError(`Run ${run} is locked by another process`, {
    code: "LOCK_HELD",
    why: `It holds ${path}.`,
    remedies: [`org workflow show ${run}   # how far it is`, "wait for it to end, then try again"],
    unchanged: "Nothing was done.",
  });
}

async function goOn(run: StoredRun, ports: RunPorts): Promise<Json> {
  const { store, tools, signal, onEvent, sleep } = ports;
  const { id } = run;
  const start = performance.now();
  const ms = () => Math.round(performance.now() - start);
  const records = store.recordsOf(id);
  onEvent({ type: "run-start", run: id, workflow: run.workflow, finished: records.size });
  const before = store.outputOf(id);
  if (before !== undefined) {
    onEvent({ type: "run-end", run: id, state: "done", ms: ms(), output: before.output });
    return before.output;
  }
  try {
    const set = new WorkflowSet(run.texts);
    const workflow = set.find(run.workflow)?.workflow;
    if (workflow === undefined) throw new Error(`The run ${id} was stored without its workflow`);
    const context: RunContext = { run: id, set, tools, records, signal, onEvent, sleep };
    const output = await playWorkflow(workflow, run.inputs, context);
    store.finish(id, output);
    onEvent({ type: "run-end", run: id, state: "done", ms: ms(), output });
    return output;
  } catch (error) {
    if (signal.aborted) {
      store.stop(id);
      onEvent({ type: "run-end", run: id, state: "stopped", ms: ms() });
      throw signal.reason;
    }
    if (!(error instanceof StepFailure)) throw error;
    const { path, message } = error;
    store.fail(id, path, `${path}: ${message}`);
    onEvent({
      type: "run-end",
      run: id,
      state: "failed",
      ms: ms(),
      message: `${path}: ${message}`,
    });
    throw failedRun(run, error);
  }
}

function failedRun({ id, workflow }: StoredRun, failure: StepFailure): OrgError {
  const { path, message, kind } = failure;
  const resume = `org workflow run --resume ${id}`;
  const remedies = {
    tool: [`${resume}   # tries this step again`],
    refused: [`${resume} --yes   # yes to all that is asked`, "org config show   # your policy"],
    workflow: [`org workflow show ${id}`, "mend the file, then start a new run"],
  };
  return new OrgError(`The workflow "${workflow}" failed at the step ${path}`, {
    code: kind === "refused" ? "APPROVAL_NEEDED" : "WORKFLOW_FAILED",
    why: message,
    remedies: remedies[kind],
    unchanged: `The steps before it are kept in the run ${id}.`,
    cause: failure,
  });
}

function unknownRun(id: string, store: RunStore): OrgError {
  const runIds = store.list().map((run) => run.id);
  return new OrgError(`There is no run "${id.slice(0, 80)}"`, {
    code: "WORKFLOW_UNKNOWN",
    why: runIds.length === 0 ? "no workflow was run in this home" : `the newest is ${runIds[0]}`,
    remedies: ["org workflow list --runs"],
    unchanged: "Nothing was done.",
  });
}
