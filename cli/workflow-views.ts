/** What `org workflow list` and `show` print. */
import { EXIT } from "#core/error-codes.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { RunStore, RunSummary } from "#tools/workflow/run-store.ts";
import { stepText } from "#tools/workflow/trace-text.ts";
import type { Step } from "#tools/workflow/workflow.ts";
import type { Member, WorkflowSet } from "#tools/workflow/workflow-set.ts";
import type { Output } from "#ui/output.ts";

interface View {
  readonly json: boolean;
  readonly output: Output;
  readonly cleaner: TextCleaner;
}

export function listWorkflows({ members }: WorkflowSet, view: View): number {
  const rows = members.map(({ key, workflow, problems }) => ({
    workflow: key,
    description: workflow?.description ?? "",
    steps: workflow?.steps.length ?? 0,
    problems: problems.length,
  }));
  if (view.json) return print(rows, view);
  if (rows.length === 0) view.output.say("There is no workflow; see docs/workflows.md.\n");
  const lines = rows.map(({ workflow, description, steps, problems }) =>
    problems > 0
      ? `✘ ${workflow}: cannot be read; org workflow check ${workflow}`
      : `${workflow}: ${description || `${steps} steps`}`,
  );
  return write(lines, view);
}

export function listRuns(runs: readonly RunSummary[], view: View): number {
  if (view.json) return print(runs, view);
  if (runs.length === 0) view.output.say("No workflow was run in this home.\n");
  return write(runs.map(runText), view);
}

export function showRun(run: RunSummary, store: RunStore, view: View): number {
  const steps = [...store.stepsOf(run.id)].map(([path, record]) => ({ path, ...record }));
  const output = store.outputOf(run.id)?.output;
  if (view.json) return print({ ...run, steps, output }, view);
  const lines = steps.map(({ path, ...record }) => stepText(path, record, false));
  const next = run.state === "done" ? [] : [`→ org workflow run --resume ${run.id}`];
  return write([runText(run), ...lines, ...next], view);
}

export function showWorkflow({ key, text, workflow }: Member, view: View): number {
  if (view.json) return print(workflow ?? { name: key, text }, view);
  // What cannot be read is shown as it is, because the user has to mend it.
  if (workflow === undefined) return write([text.trimEnd()], view);
  const { description, inputs, steps } = workflow;
  return write(
    [
      `${key}${description === "" ? "" : `: ${description}`}`,
      `inputs: ${JSON.stringify(inputs)}`,
      ...steps.map(stepLine),
    ],
    view,
  );
}

function stepLine(step: Step): string {
  const does = "tool" in step ? step.tool : `workflow ${step.workflow}`;
  const each = step.foreach === undefined ? "" : `, for each of ${JSON.stringify(step.foreach)}`;
  const when = step.if === undefined ? "" : `, if ${step.if}`;
  return `  ${step.id} → ${does}${each}${when}`;
}

function runText({ id, workflow, state, steps, startedAt, message }: RunSummary): string {
  const why = message === undefined ? "" : `: ${message.split("\n", 1)[0]}`;
  return `${id} ${workflow} ${new Date(startedAt).toISOString()} ${state}, ${steps} steps finished${why}`;
}

function write(lines: readonly string[], { output, cleaner }: View): number {
  for (const line of lines) output.write(`${cleaner.clean(line)}\n`);
  return EXIT.done;
}

function print(data: unknown, { output, cleaner }: View): number {
  output.write(jsonLine(cleaner.cleanData(data)));
  return EXIT.done;
}
