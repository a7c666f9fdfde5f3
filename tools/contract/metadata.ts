/** What the gate knows of a promoted tool: `metadata.json`, never written by a candidate. */
import { z } from "zod";
import { type Contract, contractSchema } from "./spec.ts";

export interface ToolTests {
  readonly cases: number;
  readonly passed: number;
  /** Part of the lines of the tool that its cases reach, from 0 to 1. */
  readonly coverage: number;
  /** Part of the mutants that its cases notice, from 0 to 1. */
  readonly mutationScore: number;
  readonly mutants: number;
}

export interface Provenance {
  readonly origin: "model" | "human" | "example";
  readonly model?: string | undefined;
  readonly goal?: string | undefined;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface ToolMetadata {
  readonly version: 1;
  readonly spec: Contract;
  /** SHA-256 over all files, see `contentHash`; a tool whose bytes differ is not loaded. */
  readonly contentHash: string;
  /** SHA-256 of each file by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly tests: ToolTests;
  readonly dependencies: readonly string[];
  /** What its code was seen to use; never more than its contract names. */
  readonly capabilities: readonly string[];
  /** Name of the sandbox policy that every call runs under. */
  readonly policy: "generatedTool";
  readonly provenance: Provenance;
}

const ratio = z.number().min(0).max(1);
const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const metadataSchema: z.ZodType<ToolMetadata> = z.object({
  version: z.literal(1),
  spec: contractSchema,
  contentHash: sha256,
  files: z.record(z.string(), sha256),
  tests: z.object({
    cases: count,
    passed: count,
    coverage: ratio,
    mutationScore: ratio,
    mutants: count,
  }),
  dependencies: z.array(z.string()),
  capabilities: z.array(z.string()),
  policy: z.literal("generatedTool"),
  provenance: z.object({
    origin: z.enum(["model", "human", "example"]),
    model: z.string().optional(),
    goal: z.string().optional(),
    createdAt: z.iso.datetime(),
  }),
});
