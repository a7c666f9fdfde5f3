/** Does one step: fills in what it is given, tries as often as it may, and keeps what became of it. */
import { setTimeout as timer } from "node:timers/promises";
import { compileSchema, problemWith } from "../contract/schema-check.ts";
import { acceptInputs } from "./inputs.ts";
import { bytesOf, requireSmall } from "./output-size.ts";
import type { RunContext, ScopedStep } from "./run-context.ts";
import { type FailureKind, orFailure, StepFailure } from "./step-failure.ts";
import { fillIn } from "./template.ts";
import type { StepRecord } from "./trace.ts";
import {
  type Json,
  type JsonObject,
  MAX_STEPS_OF_RUN,
  type NestedStep,
  type ToolStep,
  type Workflow,
} from "./workflow.ts";

type Play = (workflow: Workflow, inputs: JsonObject, prefix: string) => Promise<Json>;

export class StepRunner {
  readonly #context: RunContext;
  readonly #play: Play;
  #steps = 0;

  constructor(context: RunContext, play: Play) {
    this.#context = context;
    this.#play = play;
  }

  begin({ step, path }: ScopedStep): void {
    const { run, onEvent } = this.#context;
    onEvent({ type: "step-start", run, path, runs: "tool" in step ? step.tool : step.workflow });
  }

  /** Keeps a record, and says so once it is kept. */
  finish(path: string, record: StepRecord): StepRecord {
    const { run, onEvent, records } = this.#context;
    records.save(path, record);
    onEvent({ type: "step-end", run, path, ...record, recorded: false });
    return record;
  }

  /** Says that a step was finished before. */
  recall(path: string, record: StepRecord): StepRecord {
    const { run, onEvent } = this.#context;
    onEvent({ type: "step-end", run, path, ...record, recorded: true });
    return record;
  }

  /** @throws {StepFailure} when it fails and must not. */
  async run(scopedStep: ScopedStep): Promise<StepRecord> {
    const { path, step } = scopedStep;
    const start = performance.now();
    this.#steps += 1;
    if (this.#steps > MAX_STEPS_OF_RUN) {
      throw failure("workflow", path, `the run has more than ${MAX_STEPS_OF_RUN} steps`);
    }
    this.begin(scopedStep);
    for (let attempt = 1; ; attempt += 1) {
      const facts = () => ({ ms: Math.round(performance.now() - start), attempts: attempt });
      try {
        const output = await this.#attempt(scopedStep);
        return this.finish(path, { state: "done", output, ...facts() });
      } catch (error) {
        if (!(error instanceof StepFailure)) throw error;
        const { message } = error;
        if (error.kind === "tool" && attempt < step.retry.attempts) {
          await this.#pause(scopedStep, attempt, message);
          continue;
        }
        const failed: StepRecord = { state: "failed", output: null, message, ...facts() };
        if (error.kind === "tool" && step.allowFailure) return this.finish(path, failed);
        const { run, onEvent } = this.#context;
        onEvent({ type: "step-end", run, path, ...failed, recorded: false });
        throw error;
      }
    }
  }

  async #pause({ step, path }: ScopedStep, attempt: number, message: string): Promise<void> {
    const { run, onEvent, signal, sleep = pause } = this.#context;
    const { delayMs } = step.retry;
    onEvent({ type: "step-retry", run, path, attempt, delayMs, message });
    await sleep(delayMs, signal);
    signal.throwIfAborted();
  }

  async #attempt({ step, path, scope }: ScopedStep): Promise<Json> {
    const templates = "tool" in step ? step.args : step.inputs;
    const argsPath = `${path}.${"tool" in step ? "args" : "inputs"}`;
    const args: JsonObject = Object.fromEntries(
      Object.entries(templates).map(([key, template]) => [
        key,
        orFailure(`${argsPath}.${key}`, () => fillIn(template, scope)),
      ]),
    );
    const result =
      "tool" in step ? await this.#call(step, args, path) : await this.#nested(step, args, path);
    const { output } = step;
    const inner = new Map([...scope, ["result", result] as const]);
    const shaped =
      output === undefined ? result : orFailure(`${path}.output`, () => fillIn(output, inner));
    requireSmall(bytesOf(shaped), path);
    return shaped;
  }

  async #call({ tool }: ToolStep, args: JsonObject, path: string): Promise<Json> {
    const { tools, signal } = this.#context;
    const schema = tools.schemaOf(tool);
    if (schema === undefined) throw failure("workflow", path, `there is no tool "${tool}"`);
    const problem = problemWith(args, compileSchema("input", schema));
    if (problem !== undefined) {
      throw failure("workflow", `${path}.args`, `they do not fit what "${tool}" takes: ${problem}`);
    }
    const answer = await tools.call(tool, args, signal);
    if (answer.kind === "done") return answer.value;
    // A tool that was stopped has not failed.
    signal.throwIfAborted();
    throw failure(answer.kind === "failed" ? "tool" : "refused", path, answer.message);
  }

  async #nested({ workflow: name }: NestedStep, inputs: JsonObject, path: string): Promise<Json> {
    const workflow = this.#context.set.find(name)?.workflow;
    if (workflow === undefined) throw failure("workflow", path, `there is no workflow "${name}"`);
    const accepted = acceptInputs(workflow, inputs);
    if ("problem" in accepted) throw failure("workflow", path, `"${name}": ${accepted.problem}`);
    return await this.#play(workflow, accepted.inputs, `${path}/`);
  }
}

function failure(kind: FailureKind, path: string, message: string): StepFailure {
  return new StepFailure(message, { kind, path });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Aborted, it throws an error of its own; what ended the wait says the signal.
  await timer(ms, undefined, { signal }).catch(() => undefined);
}
