/** Which attempts at one task a room has, and how each ended; a file beside them. */
import { join } from "node:path";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { errnoOf, loadText, writeFileAtomically } from "#platform/files.ts";

/** Who makes a second attempt writes at least at this temperature, and from another seed. */
export const OTHER_TEMPERATURE = 0.7;

/** `unchanged`: the persona changed no file. `failed`: there is nothing that could be judged. */
export type AttemptOutcome = "passes" | "held" | "refused" | "unchanged" | "failed";

/** How an attempt ended. */
export interface AttemptResult {
  readonly outcome: AttemptOutcome;
  /** For a person: why the turn ended early, and what the gate finds worst; clean, in one line, empty for neither. */
  readonly why: string;
  /** Commands that pass, and all that ran. */
  readonly checks: { readonly passed: number; readonly all: number };
  /** Tests that fail without the room's changes and pass with them; a check that names no tests counts as one. */
  readonly fixed: number;
  /** What the attempt changed, in files and lines; what the room had changed before does not count. */
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  /** Milliseconds from the task to the answer, without the wait for the model's endpoint. */
  readonly ms: number;
  /** Tokens. */
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface Attempt {
  /** From 1. */
  readonly number: number;
  readonly persona: string;
  /** Name of its language model. */
  readonly model: string;
  /** Null while it runs. */
  readonly result: AttemptResult | null;
}

/** Attempts that began in the same state of a room. */
export interface AttemptsRecord {
  readonly task: string;
  /** The room's newest turn when they began. */
  readonly start: string;
  /** By number. */
  readonly attempts: readonly Attempt[];
  /** The turn that the room gets of one of them, while it is being taken. */
  readonly taking: string | null;
}

/** What the user can take: its changes were judged. */
export function isTakeable({ result }: Attempt): boolean {
  return result !== null && !["unchanged", "failed"].includes(result.outcome);
}

const ORDER: readonly (AttemptOutcome | undefined)[] = [
  ...(["passes", "held", "refused", "unchanged", "failed"] as const),
  undefined,
];

/**
 * The best first: by what the gate says, then more tests fixed, fewer changed lines, less time. What still runs is last.
 */
export function ranked(attempts: readonly Attempt[]): readonly Attempt[] {
  const keysOf = ({ number, result }: Attempt): readonly number[] => [
    ORDER.indexOf(result?.outcome),
    -(result?.fixed ?? 0),
    (result?.added ?? 0) + (result?.removed ?? 0),
    result?.ms ?? 0,
    number,
  ];
  return attempts.toSorted((one, other) => {
    const theirs = keysOf(other);
    const differences = keysOf(one).map((key, index) => key - (theirs[index] ?? 0));
    return differences.find((difference) => difference !== 0) ?? 0;
  });
}

const count = z.number().nonnegative();
const outcome = z.enum(["passes", "held", "refused", "unchanged", "failed"]);
const commit = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const recordSchema = z.object({
  task: z.string(),
  start: commit,
  attempts: z.array(
    z.object({
      number: z.int().min(1),
      persona: z.string(),
      model: z.string(),
      result: z
        .object({
          ...{ outcome, why: z.string() },
          checks: z.object({ passed: count, all: count }),
          ...{ fixed: count, files: count, added: count, removed: count },
          ...{ ms: count, promptTokens: count, completionTokens: count },
        })
        .nullable(),
    }),
  ),
  taking: commit.nullable(),
});

/**
 * @param folder the one that has the attempts.
 * @returns `undefined` where there are none.
 * @throws {OrgError} `JOURNAL_CORRUPT` when another program has changed the file.
 */
export async function readAttempts(folder: string): Promise<AttemptsRecord | undefined> {
  const text = await loadText(join(folder, NAME)).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const read = recordSchema.safeParse(parseJson(text));
  if (read.success) return read.data;
  throw new OrgError(`The list of attempts in "${folder}" cannot be read`, {
    code: "JOURNAL_CORRUPT",
    why: z.prettifyError(read.error),
    remedies: [`rm -r ${shellWord(folder)}   # removes the attempts`],
    unchanged: "The room and your repository were not changed.",
  });
}

/** Durable when it resolves. */
export async function writeAttempts(folder: string, record: AttemptsRecord): Promise<void> {
  await writeFileAtomically(join(folder, NAME), `${JSON.stringify(record)}\n`);
}

const NAME = "attempts.json";
