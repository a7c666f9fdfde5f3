/** What a workflow is, once it is read. */
import type { JsonSchema } from "../contract/spec.ts";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

export interface Workflow {
  /** A title; other workflows may call it by this, or by the name of its file. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the object that a run is given. */
  readonly inputs: JsonSchema;
  readonly steps: readonly Step[];
  /** Template of what a run gives. @default the output of the last step */
  readonly output?: Json | undefined;
}

interface StepCommon {
  /** How later steps refer to it. */
  readonly id: string;
  /** An expression; when it is false, the step is skipped. It is asked once, before `foreach`. */
  readonly if?: string | undefined;
  /** A list, or an expression that gives one: the step is done for each item, and its output is a list. */
  readonly foreach?: string | readonly Json[] | undefined;
  /** How many items at the same time. */
  readonly parallel: number;
  readonly retry: Retry;
  /** Template of the output, out of `result`, which is what the tool gave. @default `result` itself */
  readonly output?: Json | undefined;
  /** Goes on when it fails; then its `ok` is false and its `output` null. */
  readonly allowFailure: boolean;
}

interface Retry {
  /** How often it is tried, the first time included. */
  readonly attempts: number;
  /** Between two tries, in milliseconds. */
  readonly delayMs: number;
}

export interface ToolStep extends StepCommon {
  readonly tool: string;
  /** Template of its arguments. */
  readonly args: JsonObject;
}

export interface NestedStep extends StepCommon {
  /** Name of the workflow that is run as this step. */
  readonly workflow: string;
  /** Template of what it is given. */
  readonly inputs: JsonObject;
}

export type Step = ToolStep | NestedStep;

/** Something that is wrong with a workflow. */
export interface Problem {
  /** Name of its file without the ending. */
  readonly workflow: string;
  /** For example `steps.mail.args.to`; empty: the file as a whole. */
  readonly place: string;
  readonly message: string;
}

/** Workflows call each other at most this deep. */
export const MAX_DEPTH = 8;
/** Most items of a `foreach`. */
export const MAX_ITEMS = 1000;
/** Most steps that one run does, nested ones and items included. */
export const MAX_STEPS_OF_RUN = 10_000;
/** Largest output of a step, as JSON, in bytes. */
export const MAX_OUTPUT_BYTES: number = 1024 * 1024;
