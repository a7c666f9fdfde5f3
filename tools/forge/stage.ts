import type { AnswerShape, PromptMessage } from "./ask.ts";
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
  /** What the first answer is to look like. @default one fenced block */
  readonly shape?: AnswerShape;
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
  let messages = stage.messages;
  for (let round = 0; ; round += 1) {
    const start = performance.now();
    await run.tell({ type: "stage-start", stage: stage.name, round });
    // Who was held to a shape and did not get it right may do better without.
    const shape = round === 0 ? stage.shape : undefined;
    const answer = await run.ask(stage.name, messages, shape);
    const reading = stage.read(answer);
    await run.repaired(stage.name, reading.names);
    const ms = Math.round(performance.now() - start);
    const reason = reading.ok ? undefined : reading.complaint;
    await run.tell({ type: "stage-end", stage: stage.name, round, ok: reading.ok, ms, reason });
    if (reading.ok) return reading.made;
    if (round >= run.rounds) throw new StageFailed(stage.name, [reading.complaint]);
    // Only the newest attempt: the window of a small model is better spent on the contract.
    messages = [...stage.messages, ...again(answer, reading.complaint)];
  }
}

function again(answer: string, complaint: string): readonly PromptMessage[] {
  return [
    // Some chat templates refuse an empty message.
    { role: "assistant", content: answer.trim() === "" ? "(nothing)" : answer },
    {
      role: "user",
      content: `That cannot be used:\n${complaint}\n\nAnswer again with the whole file in one fenced block.`,
    },
  ];
}
