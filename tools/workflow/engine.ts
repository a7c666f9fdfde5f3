/** Does the steps of a workflow in order, and never one that is finished. */
import { evaluate, evaluateCondition } from "./expression.ts";
import { inParallel } from "./in-parallel.ts";
import { bytesOf, requireSmall } from "./output-size.ts";
import type { RunContext, ScopedStep } from "./run-context.ts";
import { orFailure, StepFailure } from "./step-failure.ts";
import { StepRunner } from "./step-runner.ts";
import { bareExpression, fillIn } from "./template.ts";
import type { StepRecord } from "./trace.ts";
import { isList } from "./values.ts";
import { type Json, type JsonObject, MAX_ITEMS, type Workflow } from "./workflow.ts";

/**
 * @param inputs accepted by the workflow.
 * @returns its output.
 * @throws {StepFailure} when a step fails that must not; the reason of the signal when that aborts.
 */
export async function playWorkflow(
  workflow: Workflow,
  inputs: JsonObject,
  context: RunContext,
): Promise<Json> {
  return await new Engine(context).play(workflow, inputs, "");
}

class Engine {
  readonly #context: RunContext;
  readonly #runner: StepRunner;

  constructor(context: RunContext) {
    this.#context = context;
    this.#runner = new StepRunner(context, (...nested) => this.play(...nested));
  }

  /** @param prefix in front of the paths of its steps; empty, or ending with `/`. */
  async play(workflow: Workflow, inputs: JsonObject, prefix: string): Promise<Json> {
    const scope = new Map<string, Json>([["inputs", inputs]]);
    let last: Json = null;
    for (const step of workflow.steps) {
      this.#context.signal.throwIfAborted();
      const record = await this.#step({ step, path: `${prefix}${step.id}`, scope });
      scope.set(step.id, scopeValue(record));
      last = record.output;
    }
    const { output } = workflow;
    if (output === undefined) return last;
    return orFailure(`${prefix}output`, () => fillIn(output, scope));
  }

  async #step(scopedStep: ScopedStep): Promise<StepRecord> {
    const { step, path, scope } = scopedStep;
    const stored = this.#context.records.find(path);
    if (stored !== undefined) return this.#runner.recall(path, stored);
    const condition = step.if;
    const isMet =
      condition === undefined ||
      orFailure(`${path}.if`, () => evaluateCondition(bareExpression(condition), scope));
    if (!isMet) {
      return this.#runner.finish(path, { state: "skipped", output: null, ms: 0, attempts: 0 });
    }
    return step.foreach === undefined
      ? await this.#runner.run(scopedStep)
      : await this.#each(scopedStep);
  }

  async #each(scopedStep: ScopedStep): Promise<StepRecord> {
    const { step, path, scope } = scopedStep;
    const { records: stored, signal } = this.#context;
    const start = performance.now();
    this.#runner.begin(scopedStep);
    const items = [...itemsOf(scopedStep).entries()];
    let bytes = 0;
    const records = await inParallel(items, step.parallel, async ([index, item]) => {
      signal.throwIfAborted();
      const own = `${path}[${index}]`;
      const inner = new Map<string, Json>([...scope, ["item", item], ["index", index]]);
      const record =
        stored.find(own) ?? (await this.#runner.run({ step, path: own, scope: inner }));
      bytes += bytesOf(record.output);
      requireSmall(bytes, path);
      return record;
    });
    const failed = records.filter(({ state }) => state === "failed").length;
    return this.#runner.finish(path, {
      state: failed > 0 ? "failed" : "done",
      output: records.map(({ output }) => output),
      message: failed > 0 ? `${failed} of ${records.length} items failed` : undefined,
      ms: Math.round(performance.now() - start),
      attempts: Math.max(0, ...records.map(({ attempts }) => attempts)),
    });
  }
}

function itemsOf({ step, path, scope }: ScopedStep): readonly Json[] {
  const { foreach = [] } = step;
  const listPath = `${path}.foreach`;
  const items = orFailure(listPath, () =>
    typeof foreach === "string" ? evaluate(bareExpression(foreach), scope) : fillIn(foreach, scope),
  );
  if (!isList(items)) {
    const actual = JSON.stringify(items).slice(0, 80);
    throw new StepFailure(`foreach needs a list, not ${actual}`, {
      kind: "workflow",
      path: listPath,
    });
  }
  if (items.length <= MAX_ITEMS) return items;
  const message = `foreach got ${items.length} items; ${MAX_ITEMS} are allowed`;
  throw new StepFailure(message, { kind: "workflow", path: listPath });
}

/** What later expressions see of a step. */
function scopeValue({ state, output, message }: StepRecord): JsonObject {
  return {
    output,
    ok: state === "done",
    skipped: state === "skipped",
    error: message ?? null,
  };
}
