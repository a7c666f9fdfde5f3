import type { AnswerShape, ModelAnswer, PromptMessage } from "./ask.ts";
import type { ForgeStage } from "./progress.ts";
import type { ForgeRun } from "./run.ts";

/** What became of an answer; `names` are the repairs that it took. */
export type Reading<Made> =
  | { readonly ok: true; readonly made: Made; readonly names: readonly string[] }
  | { readonly ok: false; readonly complaint: string; readonly names: readonly string[] };

/** Something that a model makes. */
export interface Stage<Made> {
  readonly name: ForgeStage;
  readonly messages: readonly PromptMessage[];
  /** What each answer is to look like. A reader takes one fenced block as well: not every server knows shapes. */
  readonly shape: AnswerShape;
  /** Longest answer in tokens. */
  readonly maxTokens: number;
  /** @default 0.2 */
  readonly temperature?: number;
  /** Says what is wrong with an answer so precisely that it can be mended. */
  readonly read: (answer: string) => Reading<Made>;
}

/** A stage had its rounds and never got right. */
export class StageFailed extends Error {
  readonly stage: ForgeStage;
  readonly reasons: readonly string[];

  constructor(stage: ForgeStage, reasons: readonly string[]) {
    super(`The stage ${stage} failed: ${reasons.join("; ")}`);
    this.stage = stage;
    this.reasons = reasons;
  }
}

/**
 * Lets the model make something, and tells it what is wrong with it, for a bounded number of rounds.
 *
 * @throws {StageFailed} with the last complaint.
 */
export async function make<Made>(run: ForgeRun, stage: Stage<Made>): Promise<Made> {
  const { name, shape, maxTokens, temperature } = stage;
  let messages = stage.messages;
  for (let round = 0; ; round += 1) {
    const start = performance.now();
    await run.tell({ type: "stage-start", stage: name, round });
    const answer = await run.ask(name, { messages, shape, maxTokens, temperature });
    const reading = readingOf(answer, stage);
    await run.repaired(name, reading.names);
    const ms = Math.round(performance.now() - start);
    const reason = reading.ok ? undefined : reading.complaint;
    const { tokens } = answer;
    await run.tell({ type: "stage-end", stage: name, round, ok: reading.ok, ms, tokens, reason });
    if (reading.ok) return reading.made;
    if (round >= run.rounds) throw new StageFailed(name, [reading.complaint]);
    // Only the newest attempt: the window of a small model is better spent on the contract.
    messages = [...stage.messages, ...again(answer.text, reading.complaint)];
  }
}

function readingOf<Made>({ text, isCut }: ModelAnswer, stage: Stage<Made>): Reading<Made> {
  const reading = stage.read(text);
  if (reading.ok || !isCut) return reading;
  const complaint = `The answer is longer than ${stage.maxTokens} tokens and was cut. Write a shorter one.`;
  return { ...reading, complaint };
}

/** Longest attempt that is shown again, in characters: one that runs on teaches nothing. */
const LONGEST_ATTEMPT = 6000;

function again(answer: string, complaint: string): readonly PromptMessage[] {
  return [
    // Some chat templates refuse an empty message.
    {
      role: "assistant",
      content: answer.trim() === "" ? "(nothing)" : answer.slice(0, LONGEST_ATTEMPT),
    },
    {
      role: "user",
      content: `That cannot be used:\n${complaint}\n\nAnswer again with the whole file.`,
    },
  ];
}
