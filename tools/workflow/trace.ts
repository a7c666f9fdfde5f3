/** What happens in a run, step by step: shown while it runs, and kept. */
import { z } from "zod";
import type { Json } from "./workflow.ts";

type StepState = "done" | "skipped" | "failed";

/** A step that is finished and is never done again. */
export interface StepRecord {
  /** `failed`: it may, and the run went on. */
  readonly state: StepState;
  readonly output: Json;
  /** Why it failed. */
  readonly message?: string | undefined;
  /** All tries together, in milliseconds. */
  readonly ms: number;
  /** How often it was tried; 0 when it was skipped. */
  readonly attempts: number;
}

interface OfRun {
  readonly run: string;
}

interface OfStep extends OfRun {
  /** `list`, `each[3]`, or `sub/list` for a step of a nested workflow. */
  readonly path: string;
}

interface RunStarted extends OfRun {
  readonly type: "run-start";
  readonly workflow: string;
  /** How many steps are finished already; 0 in a new run. */
  readonly finished: number;
}

interface StepStarted extends OfStep {
  readonly type: "step-start";
  /** The tool, or the workflow. */
  readonly runs: string;
}

interface StepRetried extends OfStep {
  readonly type: "step-retry";
  /** The try that failed, counted from 1. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly message: string;
}

interface StepEnded extends OfStep, StepRecord {
  readonly type: "step-end";
  /** It was done before, in an earlier part of this run. */
  readonly recorded: boolean;
}

interface RunEnded extends OfRun {
  readonly type: "run-end";
  /** `stopped`: a user ended it. Only a run that is `done` cannot be resumed. */
  readonly state: "done" | "failed" | "stopped";
  /** Of this part of the run, in milliseconds. */
  readonly ms: number;
  readonly output?: Json | undefined;
  readonly message?: string | undefined;
}

export type WorkflowEvent = RunStarted | StepStarted | StepRetried | StepEnded | RunEnded;

const json: z.ZodType<Json> = z.json();

const record = {
  state: z.enum(["done", "skipped", "failed"]),
  output: json,
  message: z.string().optional(),
  ms: z.number(),
  attempts: z.int(),
};

/** As it is kept. */
export const stepRecordSchema: z.ZodType<StepRecord> = z.object(record);

const run = z.string();
const path = z.string();

/** One line of `org workflow run --json`. */
export const workflowEventSchema: z.ZodType<WorkflowEvent> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("run-start"), run, workflow: z.string(), finished: z.int() }),
  z.object({ type: z.literal("step-start"), run, path, runs: z.string() }),
  z.object({
    ...{ type: z.literal("step-retry"), run, path },
    ...{ attempt: z.int(), delayMs: z.number(), message: z.string() },
  }),
  z.object({ type: z.literal("step-end"), run, path, ...record, recorded: z.boolean() }),
  z.object({
    ...{ type: z.literal("run-end"), run, state: z.enum(["done", "failed", "stopped"]) },
    ...{ ms: z.number(), output: json.optional(), message: z.string().optional() },
  }),
]);
