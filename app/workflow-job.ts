/** Jobs that are a run of a workflow: the run has the id of the job, so that another attempt goes on with it. */
import type { JobRun, WorkOf } from "#server/jobs/job-handlers.ts";
import type { JobData } from "#server/jobs/job-service.ts";
import { findWorkflow, requireInputs, requireSound } from "#tools/workflow/prepare.ts";
import type { RunStore } from "#tools/workflow/run-store.ts";
import { type RunPorts, resumeRun, startRun } from "#tools/workflow/runs.ts";
import type { WorkflowTools } from "#tools/workflow/tool-port.ts";
import type { WorkflowEvent } from "#tools/workflow/trace.ts";
import { readWorkflows } from "#tools/workflow/workflow-set.ts";

export interface WorkflowPaths {
  readonly tools: WorkflowTools;
  readonly store: RunStore;
  /** Absolute paths of the folders of workflows and of the locks of runs. */
  readonly folder: string;
  readonly locks: string;
}

/** @throws {OrgError} `WORKFLOW_UNKNOWN`, `WORKFLOW_INVALID`, `INPUT_INVALID`, and as `startRun`. */
export async function workflowJob(
  { tools, store, folder, locks }: WorkflowPaths,
  { id, work, signal, note }: JobRun<WorkOf<"workflow">>,
): Promise<JobData> {
  // In order, and none of them lost: a run tells its steps without waiting.
  let progress: Promise<void> = Promise.resolve();
  const onEvent = (event: WorkflowEvent): void => {
    progress = progress.then(() => note(plain(event)));
    // Who waits for it below hears of a failure.
    progress.catch(() => undefined);
  };
  const ports: RunPorts = { tools, store, locks, id, signal, onEvent };
  const play = async (): Promise<JobData> => {
    if (store.find(id) !== undefined) return await resumeRun(id, ports);
    // By its name alone: a caller that submits jobs has no business with files elsewhere.
    const found = findWorkflow(work.workflow, await readWorkflows(folder));
    const inputs = requireInputs(work.inputs, requireSound(found, tools));
    return await startRun(found, inputs, ports);
  };
  try {
    return await play();
  } finally {
    await progress;
  }
}

/** An event as data: what is absent is left out. */
function plain(event: WorkflowEvent): JobData {
  return JSON.parse(JSON.stringify(event));
}
