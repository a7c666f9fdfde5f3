/** Random workflows, and what they must give: the plainest interpreter that says the same as the real one. */
import fc from "fast-check";

/** How often its tool fails before it succeeds. */
type Failures = number | "always";

interface ModelStep {
  readonly id: string;
  readonly condition: "none" | "true" | "false" | "inputs" | "before-ok" | "before-skipped";
  /** Number of items; undefined: no loop. */
  readonly items?: number | undefined;
  readonly parallel: number;
  readonly attempts: number;
  readonly allowFailure: boolean;
  readonly shaped: boolean;
  /** A tool step. */
  readonly failures?: Failures | undefined;
  /** A nested workflow. */
  readonly nested?: ModelWorkflow | undefined;
}

export interface ModelWorkflow {
  readonly name: string;
  readonly steps: readonly ModelStep[];
}

type Value =
  | number
  | string
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value };
export type ModelOutcome = { readonly output: Value } | { readonly failedAt: string };

/** The tool of the tests gives this for a path. */
export function workOf(path: string): { readonly path: string; readonly size: number } {
  return { path, size: path.length };
}

/** Random workflows, nested at most so deep. */
export function workflows(depth: number, name = "main"): fc.Arbitrary<ModelWorkflow> {
  const steps = Array.from({ length: 4 }, (_, at) => stepArbitrary(at, depth, name));
  return fc
    .tuple(fc.integer({ min: 1, max: 4 }), ...steps)
    .map(([count, ...made]) => ({ name, steps: made.slice(0, count) }));
}

function stepArbitrary(at: number, depth: number, name: string): fc.Arbitrary<ModelStep> {
  const conditions = ["none", "none", "true", "false", "inputs"] as const;
  const onBefore = at === 0 ? [] : (["before-ok", "before-skipped"] as const);
  const nested =
    depth === 0
      ? fc.constant(undefined)
      : fc.option(workflows(depth - 1, `${name}_${at}`), { nil: undefined, freq: 1 });
  return fc
    .record({
      condition: fc.constantFrom(...conditions, ...onBefore),
      items: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      parallel: fc.integer({ min: 1, max: 3 }),
      attempts: fc.integer({ min: 1, max: 3 }),
      allowFailure: fc.boolean(),
      shaped: fc.boolean(),
      nested,
      failing: fc.constantFrom(0, 0, 0, 0, 1, 2, "always" as const),
    })
    .map(({ failing, ...step }) => ({
      ...step,
      id: `s${at}`,
      // Whether it succeeds in the end must not depend on how often the run is interrupted.
      failures: step.nested
        ? undefined
        : failing === "always"
          ? failing
          : Math.min(failing, step.attempts - 1),
    }));
}

/** The files of a workflow and of those in it; JSON is YAML. */
export function filesOf(workflow: ModelWorkflow): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const add = ({ name, steps }: ModelWorkflow): void => {
    for (const { nested } of steps) if (nested !== undefined) add(nested);
    const output = Object.fromEntries(
      steps.map(({ id }) => [id, [`\${${id}.output}`, `\${${id}.ok}`, `$${id}.skipped`]]),
    );
    files.set(
      name,
      JSON.stringify({ inputs: { type: "object" }, steps: steps.map(stepText), output }),
    );
  };
  add(workflow);
  return files;
}

function stepText(step: ModelStep, at: number): object {
  const { id, condition, items, parallel, attempts, allowFailure, shaped, nested, failures } = step;
  const path = `\${inputs.prefix}${id}${items === undefined ? "" : `[\${index}]`}`;
  const asked =
    nested === undefined
      ? { tool: "work", args: { path, failures: failures ?? 0 } }
      : { workflow: nested.name, inputs: { prefix: `${path}/` } };
  const conditions = {
    none: {},
    true: { if: true },
    false: { if: "1 > 2" },
    inputs: { if: "size(inputs.prefix) > 3" },
    "before-ok": { if: `s${at - 1}.ok` },
    "before-skipped": { if: `\${s${at - 1}.skipped || $s${at - 1}.ok}` },
  };
  return {
    id,
    ...conditions[condition],
    ...(items === undefined
      ? {}
      : { foreach: Array.from({ length: items }, (_, index) => index), parallel }),
    retry: { attempts },
    allow_failure: allowFailure,
    ...(shaped ? { output: { kept: `\${result}` } } : {}),
    ...asked,
  };
}

interface Seen {
  readonly output: Value;
  readonly state: "done" | "skipped" | "failed";
}

/** What comes of it. */
export function outcomeOf(workflow: ModelWorkflow, prefix = ""): ModelOutcome {
  const seen: Seen[] = [];
  for (const step of workflow.steps) {
    const done = stepOutcome(step, `${prefix}${step.id}`, { prefix, before: seen.at(-1) });
    if ("failedAt" in done) return done;
    seen.push(done);
  }
  const output = workflow.steps.map(({ id }, at) => {
    const { output: own = null, state } = seen[at] ?? {};
    return [id, [own, state === "done", state === "skipped"]];
  });
  return { output: Object.fromEntries(output) };
}

function stepOutcome(
  step: ModelStep,
  path: string,
  { prefix, before }: { readonly prefix: string; readonly before: Seen | undefined },
): Seen | { readonly failedAt: string } {
  const wanted = {
    none: true,
    true: true,
    false: false,
    inputs: prefix.length > 3,
    "before-ok": before?.state === "done",
    "before-skipped": before?.state === "skipped" || before?.state === "done",
  }[step.condition];
  if (!wanted) return { state: "skipped", output: null };
  if (step.items === undefined) return once(step, path);
  const each = Array.from({ length: step.items }, (_, index) => once(step, `${path}[${index}]`));
  const failed = each.find((one) => "failedAt" in one);
  if (failed !== undefined && "failedAt" in failed) return failed;
  const items = each.flatMap((one) => ("failedAt" in one ? [] : [one]));
  const state = items.some((one) => one.state === "failed") ? "failed" : "done";
  return { state, output: items.map(({ output }) => output) };
}

function once(step: ModelStep, path: string): Seen | { readonly failedAt: string } {
  const result: ModelOutcome =
    step.nested !== undefined
      ? outcomeOf(step.nested, `${path}/`)
      : step.failures === "always"
        ? { failedAt: path }
        : { output: { ...workOf(path) } };
  if ("failedAt" in result) {
    return step.allowFailure ? { state: "failed", output: null } : result;
  }
  return { state: "done", output: step.shaped ? { kept: result.output } : result.output };
}
