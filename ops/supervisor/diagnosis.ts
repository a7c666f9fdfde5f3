/** What no pattern knows is put to a model: rarely, and its answer is never more than a proposal. */
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import type { ObservedLine } from "./observation.ts";
import { FIX_NAMES, type Finding, type FixName } from "./pattern.ts";
import { HANDLED_CODES } from "./patterns/storage.ts";
import type { SupervisorStore } from "./supervisor-store.ts";

/** Asks a model. @param lines cleaned lines of logs, to be framed as data. @returns its answer, of any shape. */
export type AskModel = (lines: readonly string[], signal: AbortSignal) => Promise<string>;

/** So many unknown failures within ten minutes are worth a question. */
const MOST_UNKNOWN = 3;
const MOST_A_DAY = 5;
const DAY_MS = 24 * 60 * 60_000;
/** After a question the same is not asked again for so long, in milliseconds. */
const PAUSE_MS = 10 * 60_000;
const MOST_LINES = 30;

/** The pattern of a model's diagnosis. */
const UNKNOWN = "unknown";

const answerSchema = z.object({
  cause: z.string().min(1),
  // A small model says "none" in many ways.
  fix: z.enum(FIX_NAMES).nullish().catch(undefined),
});

/** The shape of the answer, for servers that can hold a model to it. */
export const DIAGNOSIS_SHAPE: { readonly name: string; readonly schema: object } = {
  name: "diagnosis",
  schema: {
    type: "object",
    properties: {
      cause: { type: "string", maxLength: 300 },
      fix: { enum: [...FIX_NAMES, null] },
    },
    required: ["cause", "fix"],
    additionalProperties: false,
  },
};

export interface Diagnosis extends Finding {
  readonly fix: FixName | undefined;
}

/** Failures of our own processes whose code no pattern knows. */
export function unknownLines(lines: readonly ObservedLine[]): readonly ObservedLine[] {
  return lines.filter(({ level, event = "", code = "" }) => {
    return level === "error" && OWN.has(event) && !HANDLED_CODES.has(code);
  });
}

/** Written by our own processes about themselves. */
const OWN: ReadonlySet<string> = new Set(["fault", "start-failed"]);

interface DiagnosisInput {
  readonly store: Pick<SupervisorStore, "consult" | "consultedSince">;
  readonly ask: AskModel;
  /** Milliseconds since the epoch. */
  readonly wall: number;
  readonly signal: AbortSignal;
}

/** @returns the model's opinion; nothing where no model is asked, or its answer is not of the shape. */
export async function diagnose(
  lines: readonly ObservedLine[],
  { store, ask, wall, signal }: DiagnosisInput,
): Promise<Diagnosis | undefined> {
  const unknown = unknownLines(lines);
  if (unknown.length < MOST_UNKNOWN) return undefined;
  if (store.consultedSince(wall - PAUSE_MS) > 0) return undefined;
  if (store.consultedSince(wall - DAY_MS) >= MOST_A_DAY) return undefined;
  // Before it is asked: a supervisor that is killed meanwhile has asked all the same.
  store.consult(wall);
  const logLines = unknown.slice(-MOST_LINES).map(({ source, event, code = "-", text = "" }) => {
    return `${source} ${event} ${code} ${text}`.trimEnd();
  });
  const answer = answerSchema.safeParse(parseJson(await ask(logLines, signal))).data;
  if (answer === undefined) return undefined;
  const source = unknown.at(-1)?.source ?? "current";
  const why = `a model says: ${answer.cause.slice(0, 300)}`;
  return { pattern: UNKNOWN, subject: source, why, fix: answer.fix ?? undefined };
}
