/** Lines of the human and turns of personas, as messages of a prompt. */
import type { ToolCall } from "#core/calls.ts";
import {
  type Answer,
  type Attached,
  type Summary,
  type TurnEndReason,
  VISIBLE_TO_OTHERS,
} from "#core/events.ts";
import { neutralise } from "#models/extract/neutralise.ts";
import type { ChatMessage } from "#models/provider.ts";

/** Who may see it; `undefined` means everybody. */
export type Audience = readonly string[] | undefined;

/** A line of the human. */
export interface HumanUnit {
  readonly kind: "human";
  /** Of the message. */
  readonly id: string;
  readonly text: string;
  readonly audience: Audience;
  readonly attached: readonly Attached[];
}

/** A turn of a persona. */
export interface TurnUnit {
  readonly kind: "turn";
  /** Of the turn. */
  readonly id: string;
  readonly persona: string;
  readonly message: string;
  readonly audience: Audience;
  readonly answers: Answer[];
  /** Ids of the calls that began to run. */
  readonly started: Set<string>;
  readonly results: Map<string, string>;
  /** The newest call that succeeded. */
  lastStep: ToolCall | undefined;
  /** A rule answered instead of the model. */
  readonly byRule: boolean;
  reason: TurnEndReason | undefined;
}

/** What a persona may see of one line of the human or of one turn. */
export interface Exchange {
  /** Of the message or the turn; of a summary: of the newest that it stands for. */
  readonly id: string;
  readonly messages: readonly ChatMessage[];
}

/** Renders text that no speaker of the prompt wrote. */
export type Render = (text: string) => string;

const NOT_RUN = "Not run: the turn ended before this call.";
const NOT_FINISHED =
  "Not run to its end: the turn was broken off meanwhile. What it did until then is not known.";

/** Says in a rendering for all who answers. */
export function addresseeOf(persona: string): string {
  return `(${persona} answers)`;
}

/** A line, a turn or a summary as every persona gets it that may see it. */
export function shared(
  unit: HumanUnit | TurnUnit | Summary,
  {
    first,
    follows,
    foreign,
  }: {
    readonly first: string;
    readonly follows: typeof unit | undefined;
    readonly foreign: Render;
  },
): readonly ChatMessage[] {
  if ("through" in unit) return asExchange(unit, foreign).messages;
  if (unit.kind === "human") return [humanLine(unit, foreign, "")];
  const followsTurn = follows !== undefined && "kind" in follows && follows.kind === "turn";
  const messages: readonly ChatMessage[] = isAnswered(unit)
    ? [...stepOf(unit), { role: "assistant", content: neutralise(answerOf(unit)) }]
    : [{ role: "assistant", content: NOT_ANSWERED }];
  if (unit.persona === first && !followsTurn) return messages;
  return [{ role: "user", content: addresseeOf(unit.persona) }, ...messages];
}

/** What stands for the answer of a turn that was stopped or failed: a small model answers a question without one later. */
const NOT_ANSWERED = "(I was stopped before I could answer.)";

/** Whether a turn has an answer for the others. */
export function isAnswered(unit: TurnUnit): boolean {
  return VISIBLE_TO_OTHERS.has(unit.reason) && answerOf(unit) !== "";
}

/** Ended without an answer, where one was expected. */
export function isBroken({ reason }: TurnUnit): boolean {
  return reason !== undefined && reason !== "passed" && !VISIBLE_TO_OTHERS.has(reason);
}

/** What stands for a result in a rendering for all: raw output is for the persona that asked for it. */
const NOT_REPEATED = "(not repeated here)";

/** How the answer was found: models that see answers alone begin to guess, too. */
function stepOf({ lastStep: call }: TurnUnit): readonly ChatMessage[] {
  if (call === undefined) return [];
  return [
    { role: "assistant", content: "", calls: [call] },
    { role: "tool", callId: call.id, name: call.name, content: NOT_REPEATED },
  ];
}

/** All answers of a turn. */
function answerOf({ answers }: TurnUnit): string {
  return answers
    .map((answer) => answer.text.trim())
    .filter((part) => part !== "")
    .join("\n\n");
}

/** A summary instead of the exchanges that it covers. */
export function asExchange({ text, through }: Summary, foreign: Render): Exchange {
  const content = `(what was said before, in short)\n${foreign(text)}`;
  return { id: through, messages: [{ role: "user", content }] };
}

/** What one persona sees of a line or a turn; nothing of turns that run or that brought no answer. */
export function project(
  unit: HumanUnit | TurnUnit,
  persona: string,
  foreign: Render,
): readonly ChatMessage[] {
  if (unit.kind === "human") return [humanLine(unit, foreign)];
  // A rule that found nothing leaves the line to the model as if there was none.
  if (unit.byRule && unit.reason !== "complete") return [];
  if (unit.persona === persona) return unit.reason === undefined ? [] : ownTurn(unit, foreign);
  if (!VISIBLE_TO_OTHERS.has(unit.reason)) return [];
  const text = answerOf(unit);
  // A call that another speaker quotes must not become one here, neither by the server nor by repetition.
  return text === "" ? [] : [{ role: "user", content: `${unit.persona}: ${foreign(text)}` }];
}

/** A line of the human, with the files that belong to it. */
function humanLine({ text, attached }: HumanUnit, foreign: Render, name = "user: "): ChatMessage {
  const files = attached.flatMap(({ path: written, bytes, text: content }) => {
    if (content === undefined) return [];
    const isWhole = Buffer.byteLength(content) >= bytes;
    const about = isWhole ? "" : `, its first ${Buffer.byteLength(content)} of ${bytes} bytes`;
    const path = foreign(written).replace(/\s+/g, " ");
    return [`(the file ${path}${about})\n${foreign(content)}\n(end of ${path})`];
  });
  const images = attached.flatMap(({ path, image }) =>
    image === undefined ? [] : [{ name: path, ...image }],
  );
  const content = [`${name}${text}`, ...files].join("\n\n");
  return { role: "user", content, ...(images.length === 0 ? {} : { images }) };
}

/** A persona's own turn: every completion, each call followed by its result. */
function ownTurn(unit: TurnUnit, foreign: Render): ChatMessage[] {
  const messages = unit.answers.flatMap((answer): ChatMessage[] => [
    // What it quotes is not its own: markup of foreign text would come back as markup.
    { role: "assistant", content: neutralise(answer.text), calls: answer.calls },
    ...answer.calls.map(
      ({ id, name }): ChatMessage => ({
        role: "tool",
        callId: id,
        name,
        // A call without a result makes most servers refuse the whole prompt.
        content: foreign(unit.results.get(id) ?? (unit.started.has(id) ? NOT_FINISHED : NOT_RUN)),
      }),
    ),
  ]);
  if (VISIBLE_TO_OTHERS.has(unit.reason) || unit.reason === "passed" || messages.length === 0) {
    return messages;
  }
  return [...messages, { role: "user", content: `(your last answer ended early: ${unit.reason})` }];
}
