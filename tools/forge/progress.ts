/** What happens while a tool is forged, as plain data: lines of `--json`, of the log and of the screen. */
import { z } from "zod";
import type { ToolTests } from "../contract/metadata.ts";

/** What a model is asked for, one after the other. */
export type ForgeStage = "spec" | "cases" | "tests" | "code" | "validation";

/** Who has to change something after a failed validation. */
export type Blamed = "spec" | "cases" | "tests" | "code";

/** `refused`: it never got right. `declined`: the human said no. */
export type ForgeOutcome = "delivered" | "refused" | "declined" | "stopped";

export type ForgeEvent =
  | {
      readonly type: "forge-start";
      readonly run: string;
      readonly goal: string;
      readonly model: string;
      readonly language: "ts" | "python";
      /** Repair rounds of each stage. */
      readonly rounds: number;
    }
  | {
      readonly type: "stage-start";
      readonly run: string;
      readonly stage: ForgeStage;
      /** From 0, which is the first attempt. */
      readonly round: number;
    }
  | {
      readonly type: "repair";
      readonly run: string;
      readonly stage: ForgeStage;
      /** Its name; see `tools/forge/repairs/`. */
      readonly repair: string;
    }
  | {
      readonly type: "stage-end";
      readonly run: string;
      readonly stage: ForgeStage;
      readonly round: number;
      readonly ok: boolean;
      readonly ms: number;
      /** Tokens that the model wrote for it; absent where no model was asked. */
      readonly tokens?: number | undefined;
      readonly reason?: string | undefined;
    }
  /** One stage of the validation, or of what comes before it. */
  | {
      readonly type: "check";
      readonly run: string;
      readonly check: string;
      readonly ok: boolean;
      readonly ms: number;
      readonly reason?: string | undefined;
      readonly details: readonly string[];
    }
  | { readonly type: "blame"; readonly run: string; readonly blamed: Blamed; readonly why: string }
  | {
      readonly type: "forge-end";
      readonly run: string;
      readonly outcome: ForgeOutcome;
      readonly name?: string | undefined;
      /** Where the tool lies, once it is delivered. */
      readonly path?: string | undefined;
      readonly next?: string | undefined;
      readonly reasons: readonly string[];
      readonly tests?: ToolTests | undefined;
      /** How often each repair was applied, by name. */
      readonly repairs: Readonly<Record<string, number>>;
      /** How often the model was asked, and the tokens that it wrote. */
      readonly requests: number;
      readonly tokens: number;
    };

const run = { run: z.string() };
const stage = z.enum(["spec", "cases", "tests", "code", "validation"]);
const count = z.int().min(0);
const ratio = z.number().min(0).max(1);

/** One line that `org forge --json` prints. */
export const forgeEventSchema: z.ZodType<ForgeEvent> = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("forge-start"),
    ...run,
    goal: z.string(),
    model: z.string(),
    language: z.enum(["ts", "python"]),
    rounds: count,
  }),
  z.strictObject({ type: z.literal("stage-start"), ...run, stage, round: count }),
  z.strictObject({ type: z.literal("repair"), ...run, stage, repair: z.string() }),
  z.strictObject({
    type: z.literal("stage-end"),
    ...run,
    stage,
    round: count,
    ok: z.boolean(),
    ms: count,
    tokens: count.optional(),
    reason: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("check"),
    ...run,
    check: z.string(),
    ok: z.boolean(),
    ms: z.number().min(0),
    reason: z.string().optional(),
    details: z.array(z.string()),
  }),
  z.strictObject({
    type: z.literal("blame"),
    ...run,
    blamed: z.enum(["spec", "cases", "tests", "code"]),
    why: z.string(),
  }),
  z.strictObject({
    type: z.literal("forge-end"),
    ...run,
    outcome: z.enum(["delivered", "refused", "declined", "stopped"]),
    name: z.string().optional(),
    path: z.string().optional(),
    next: z.string().optional(),
    reasons: z.array(z.string()),
    tests: z
      .strictObject({
        cases: count,
        passed: count,
        coverage: ratio,
        mutationScore: ratio,
        mutants: count,
      })
      .optional(),
    repairs: z.record(z.string(), count),
    requests: count,
    tokens: count,
  }),
]);
