/** One contestant at one task, and what is written down of it. */
import { join } from "node:path";
import type { Contestant, Edits, Gate, Outcome } from "./contestant.ts";
import { showsMarkup } from "./find-calls.ts";
import type { RecordingProxy } from "./recording-proxy.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import type { Judged, Trial } from "./trial.ts";

/** How a turn ended; with all but `answered` the person has no answer. */
export const ENDINGS = ["answered", "approval", "silence", "markup", "error", "time"] as const;

type Ending = (typeof ENDINGS)[number];

/** One line of the raw results. */
export interface Attempt {
  readonly task: string;
  readonly kind: string;
  readonly heldout: boolean;
  readonly contestant: string;
  /** From 1. */
  readonly run: number;
  readonly right: boolean;
  /** Whether the files pass the hidden checks, whatever became of the turn; absent where the task has none. */
  readonly passed?: boolean | undefined;
  readonly gate?: Gate | undefined;
  readonly edits?: Edits | undefined;
  readonly ended: Ending;
  readonly why?: string | undefined;
  readonly calls: number;
  readonly ran: number;
  readonly succeeded: number;
  readonly requests: number;
  /** Prompt tokens that the server computed. */
  readonly evaluated: number;
  /** Prompt tokens that it had computed before; absent where it does not tell. */
  readonly reused?: number | undefined;
  readonly written: number;
  readonly ms: number;
  readonly text: string;
  /** What the model wrote, answer by answer, each cut to {@link LONGEST_ANSWER}. */
  readonly answers: readonly string[];
}

const LONGEST_ANSWER = 4000;

export interface AttemptOptions {
  readonly proxy: RecordingProxy;
  readonly model: string;
  /** From 1. */
  readonly run: number;
  /** Longest time in milliseconds. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

const LATE: Judged = { right: false };

/** @throws the signal's reason when it is aborted; everything else that happens is an outcome. */
export async function attempt(
  trial: Trial,
  contestant: Contestant,
  options: AttemptOptions,
): Promise<Attempt> {
  await using place = await temporaryFolder();
  const folder = join(place.path, "files");
  await trial.prepare(folder);
  await options.proxy.take();
  options.signal.throwIfAborted();
  const limit = AbortSignal.timeout(options.limitMs);
  const startedAt = performance.now();
  const { question, isRepository } = trial;
  const posed = { question, folder, isRepository, base: options.proxy.url, model: options.model };
  const outcome = await outcomeOf(
    contestant.answer(posed, AbortSignal.any([limit, options.signal])),
  );
  options.signal.throwIfAborted();
  const ms = Math.round(performance.now() - startedAt);
  const traffic = await options.proxy.take();
  const ended = limit.aborted ? "time" : endingOf(outcome);
  const finished = { outcome, isAnswered: ended === "answered", folder };
  const judged = ended === "time" ? LATE : await trial.judge(finished, options.signal);
  return {
    ...{ task: trial.name, kind: trial.kind, heldout: trial.heldout },
    ...{ contestant: contestant.name, run: options.run, ...judged },
    ...{ ended, why: outcome.why, gate: outcome.gate, edits: outcome.edits },
    calls: Math.max(outcome.calls, traffic.calls),
    ...{ ran: outcome.ran, succeeded: outcome.succeeded, requests: traffic.requests },
    ...{ evaluated: traffic.evaluated, reused: traffic.reused, written: traffic.written },
    ms,
    text: outcome.text,
    answers: traffic.answers.map((answer) => answer.slice(0, LONGEST_ANSWER)),
  };
}

async function outcomeOf(work: Promise<Outcome>): Promise<Outcome> {
  try {
    return await work;
  } catch (error) {
    return { text: "", calls: 0, ran: 0, succeeded: 0, ended: "error", why: String(error) };
  }
}

function endingOf({ ended, text }: Outcome): Ending {
  if (ended !== undefined) return ended;
  if (text.trim() === "") return "silence";
  return showsMarkup(text) ? "markup" : "answered";
}
