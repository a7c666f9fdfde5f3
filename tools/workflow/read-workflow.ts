/** Reads the file of a workflow. What is wrong with it is data: a person wants to see all of it at once. */
import { z } from "zod";
import { nearestNames } from "#core/nearest.ts";
import { parseYaml } from "#core/parse-yaml.ts";
import type { Json, JsonObject, Problem, Step, Workflow } from "./workflow.ts";

/** Largest file, in bytes. */
export const MAX_FILE_BYTES: number = 64 * 1024;

/** An identifier of CEL, so that expressions can name the step. */
const STEP_ID = /^[a-z][a-z0-9_]{0,39}$/;
/** Names of ours, and the words that CEL keeps for itself. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "inputs item index result as break cel const continue else false for function if import in let loop " +
    "package namespace null return true var void while"
  ).split(" "),
);

const json: z.ZodType<Json> = z.json();
const template: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const OBJECT = { type: "object" };

const stepSchema = z
  .strictObject({
    id: z
      .string()
      .regex(STEP_ID, "an id is lower-case letters, digits and _, and begins with a letter")
      .refine((id) => !RESERVED.has(id), "this name is taken; choose another id"),
    tool: z.string().min(1).optional(),
    args: template.optional(),
    workflow: z.string().min(1).optional(),
    inputs: template.optional(),
    if: z.union([z.string().min(1), z.boolean().transform(String)]).optional(),
    foreach: z.union([z.string().min(1), z.array(json)]).optional(),
    parallel: z.int().min(1).max(16).default(4),
    retry: z
      .strictObject({
        attempts: z.int().min(1).max(10),
        delay_ms: z.int().min(0).max(600_000).default(0),
      })
      .default({ attempts: 1, delay_ms: 0 }),
    output: json.optional(),
    allow_failure: z.boolean().default(false),
  })
  .transform(({ tool, args, workflow, inputs, retry, allow_failure, ...rest }, context): Step => {
    const common = {
      ...rest,
      retry: { attempts: retry.attempts, delayMs: retry.delay_ms },
      allowFailure: allow_failure,
    };
    const wrong = (message: string) => context.addIssue({ code: "custom", message });
    if (tool !== undefined && workflow === undefined) {
      if (inputs !== undefined) wrong('"inputs" is for workflows; a tool takes "args"');
      return { ...common, tool, args: args ?? {} };
    }
    if (workflow === undefined || tool !== undefined) {
      wrong('a step has either "tool" or "workflow"');
    }
    if (args !== undefined) wrong('"args" is for tools; a workflow takes "inputs"');
    return { ...common, workflow: workflow ?? "", inputs: inputs ?? {} };
  });

const workflowSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  description: z.string().max(1000).default(""),
  inputs: template.default(OBJECT),
  steps: z.array(stepSchema).min(1).max(100),
  output: json.optional(),
});

const WORKFLOW_KEYS = Object.keys(workflowSchema.shape);
const STEP_KEYS = Object.keys(stepSchema.in.shape);

/** What can be looked at of a workflow, whatever is wrong with the rest of it. */
export interface WorkflowDraft {
  readonly inputs: Workflow["inputs"];
  readonly output?: Json | undefined;
  /** As they are written, also where an id is none; in the order of the file. */
  readonly ids: readonly string[];
  /** By the index of its id; absent for a step that could not be read. */
  readonly steps: readonly (Step | undefined)[];
}

export interface ReadWorkflow {
  /** Present when there is no problem. */
  readonly workflow?: Workflow | undefined;
  /** Present when its parts are where they belong. */
  readonly draft?: WorkflowDraft | undefined;
  readonly problems: readonly Problem[];
}

/** @param key name of the file without its ending. */
export function readWorkflow(key: string, text: string): ReadWorkflow {
  const failed = (location: string, message: string): ReadWorkflow => ({
    problems: [{ workflow: key, place: location, message }],
  });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_FILE_BYTES) {
    return failed("", `the file has ${bytes} bytes; ${MAX_FILE_BYTES} are allowed`);
  }
  const { value, problem } = parseYaml(text);
  if (problem !== undefined) return failed("", problem);
  const parsed = workflowSchema.safeParse(value);
  if (parsed.success) {
    const { steps, inputs, output } = parsed.data;
    const draft = { inputs, output, steps, ids: steps.map(({ id }) => id) };
    return { workflow: { ...parsed.data, name: parsed.data.name ?? key }, draft, problems: [] };
  }
  const problems = parsed.error.issues.map((issue) => ({
    workflow: key,
    place: locationOf(issue.path, value),
    message: messageOf(issue),
  }));
  return { draft: draftOf(value), problems };
}

const draftSchema = z.looseObject({
  inputs: template.default(OBJECT),
  output: json.optional(),
  steps: z.array(z.record(z.string(), z.unknown())),
});

/** One bad step hides no mistake of the others: a person wants to see all of them at once. */
function draftOf(value: unknown): WorkflowDraft | undefined {
  const { data } = draftSchema.safeParse(value);
  if (data === undefined) return undefined;
  const ids = data.steps.map((_step, index) => idOf(value, index));
  const steps = data.steps.map((step, index): Step | undefined => {
    // That its id is none was reported already.
    const read = stepSchema.safeParse({ ...step, id: SOME_ID }).data;
    return read && { ...read, id: ids[index] ?? SOME_ID };
  });
  return { inputs: data.inputs, output: data.output, ids, steps };
}

/** Any that a step may have. */
const SOME_ID = "step";

/** The path of a problem with the ids of steps instead of their numbers. */
function locationOf(path: readonly PropertyKey[], root: unknown): string {
  const [first, index, ...rest] = path;
  if (first !== "steps" || typeof index !== "number") return path.map(String).join(".");
  return ["steps", idOf(root, index), ...rest.map(String)].join(".");
}

const stepsSchema = z.object({
  steps: z.array(z.looseObject({ id: z.string() }).catch({ id: "" })),
});

function idOf(root: unknown, index: number): string {
  const id = stepsSchema.safeParse(root).data?.steps[index]?.id ?? "";
  return id === "" ? String(index + 1) : id.slice(0, 60);
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== "unrecognized_keys") return issue.message;
  const keys = issue.path.includes("steps") ? STEP_KEYS : WORKFLOW_KEYS;
  const near = issue.keys.flatMap((key) => nearestNames(key, keys, 1));
  const hint =
    near.length === 0 ? `there are ${keys.join(", ")}` : `did you mean ${near.join(" or ")}?`;
  return `unknown key ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}; ${hint}`;
}
