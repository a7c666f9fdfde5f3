/** The contract of a generated tool: what `spec.json` says. */
import { z } from "zod";

/** Lower case, for it is also the name of the tool's folder; a model calls it by this. */
export const TOOL_NAME: RegExp = /^[a-z](?:[a-z0-9]|[-_](?=[a-z0-9])){0,63}$/;

/** What a call may need beyond its arguments: `net:HOST` or `net:*.HOST`, and the fixed ones. */
const CAPABILITY =
  /^(?:net:(?:\*\.)?[a-z0-9.-]{1,253}|files:read|files:write|clock|random|memory)$/;

const FAILURE_CODE = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** A code that every tool may fail with: its arguments do not fit `input`. */
export const INVALID_INPUT = "INVALID_INPUT";

/** JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

interface DeclaredFailure {
  readonly code: string;
  readonly when: string;
}

export interface Contract {
  readonly name: string;
  /** What a model reads to decide whether to call it. */
  readonly description: string;
  readonly language: "ts" | "python";
  /** Of the arguments object. */
  readonly input: JsonSchema;
  /** Of the result. */
  readonly output: JsonSchema;
  /** The only errors that a call may end with, beside {@link INVALID_INPUT}. */
  readonly failures: readonly DeclaredFailure[];
  /** Equal arguments give an equal result. */
  readonly deterministic: boolean;
  /** `ctx` carries only what is named here. */
  readonly capabilities: readonly string[];
  /**
   * Laws that are checked: `idempotent`, `round-trip:<other tool>`, `bounded-output:<characters>`. Any
   * other sentence is documentation.
   */
  readonly properties: readonly string[];
  /** How a person would ask for it; read by the search. */
  readonly asks: readonly string[];
}

/** Reads `spec.json`; fields that it does not know are left out. */
export const contractSchema: z.ZodType<Contract> = z.object({
  name: z.string().regex(TOOL_NAME),
  description: z.string().min(1).max(1000),
  language: z.enum(["ts", "python"]).default("ts"),
  input: z.record(z.string(), z.json()),
  output: z.record(z.string(), z.json()),
  failures: z
    .array(z.object({ code: z.string().regex(FAILURE_CODE), when: z.string().max(300) }))
    .max(30)
    .default([]),
  deterministic: z.boolean().default(true),
  capabilities: z.array(z.string().regex(CAPABILITY)).max(10).default([]),
  properties: z.array(z.string().max(300)).max(20).default([]),
  asks: z.array(z.string().min(1).max(200)).max(20).default([]),
});
