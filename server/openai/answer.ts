/** The two ways to an answer: a conversation in a room, or one completion of a persona. */
import type { ToolCall } from "#core/calls.ts";
import type { ErrorCode } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import type { RoomEvent, TurnEnd, Usage } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import type { PersonaCompletions } from "#room/persona-completion.ts";
import type { AskRequest } from "../socket/home-service.ts";
import type { ChatCompletion } from "./chat-request.ts";
import type { Conversations } from "./conversations.ts";
import { RoomTranscript } from "./room-transcript.ts";

export type AnswerEvent =
  | { readonly type: "text"; readonly text: string }
  /** Comes once, and last. */
  | {
      readonly type: "end";
      readonly calls: readonly ToolCall[];
      readonly reason: "stop" | "length" | "tool_calls";
      readonly usage: Usage;
    };

export interface AnswerParts {
  /** Opened when it is needed: there may be no request. */
  readonly completions: () => Promise<PersonaCompletions>;
  readonly conversations: Conversations;
  readonly ask: (request: AskRequest, signal: AbortSignal) => AsyncIterable<RoomEvent>;
  /** Makes a new room. @returns its id. */
  readonly newRoom: () => Promise<string>;
  /** No caller needs a room for now. */
  readonly close: (room: string) => Promise<void>;
}

/** Streams an answer. Leaving the loop stops it. @throws {OrgError} for one that did not come to its end. */
export async function* answerTo(
  parts: AnswerParts,
  completion: ChatCompletion,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void> {
  const { to, tools, messages } = completion;
  const isOurs = tools.length > 0 || messages.some(({ role }) => role === "tool");
  if (to.kind === "persona") await requirePersona(parts, to.id);
  if (to.kind === "room" || !isOurs) return yield* inRoom(parts, completion, signal);
  const completions = await parts.completions();
  for await (const event of completions.answer({ ...completion, persona: to.id }, signal)) {
    if (event.type === "text") yield event;
    else {
      const { calls, isCut, usage } = event;
      const reason = calls.length > 0 ? "tool_calls" : isCut ? "length" : "stop";
      yield { type: "end", calls, reason, usage };
    }
  }
}

/** Before anything is written down. */
async function requirePersona({ completions }: AnswerParts, id: string): Promise<void> {
  const { personas } = await completions();
  if (personas.some((one) => one.id === id)) return;
  const ids = personas.map((one) => `persona:${one.id}`);
  throw new OrgError(`There is no persona "${id}"`, {
    code: "PERSONA_UNKNOWN",
    why: `there are ${ids.join(", ")}`,
    remedies: ids,
    unchanged: "Nothing was sent.",
  });
}

async function* inRoom(
  parts: AnswerParts,
  completion: ChatCompletion,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent, void> {
  const { to, isStreamed: isLive } = completion;
  const { text, room: existing } = await parts.conversations.take(completion);
  const room = existing ?? (await parts.newRoom());
  const mode = to.kind === "persona" ? `direct:${to.id}` : undefined;
  const transcript = new RoomTranscript({ namesSpeakers: to.kind === "room", isLive });
  // A program says it: what the user typed there is not known, so that nothing is learnt of it.
  const id = newId("client");
  const request = { text, room: { kind: "own", id: room }, mode, raw: false, id } as const;
  let answer = "";
  try {
    for await (const event of parts.ask(request, signal)) {
      const piece = transcript.take(event);
      answer += piece;
      if (piece !== "") yield { type: "text", text: piece };
    }
    const reason = reasonOf(transcript.ends);
    parts.conversations.keep(completion, answer, room);
    const { usage = (await parts.completions()).estimate(completion.messages, answer) } =
      transcript;
    yield { type: "end", calls: [], reason, usage };
  } finally {
    await parts.close(room);
  }
}

const WHOLE: ReadonlySet<TurnEnd["reason"]> = new Set([
  "complete",
  "passed",
  "length",
  "limit",
  "looped",
]);

/** Half an answer is none. @throws {OrgError} when a turn broke. */
export function reasonOf(ends: readonly TurnEnd[]): "stop" | "length" {
  const broken = ends.find(({ reason }) => !WHOLE.has(reason));
  if (broken !== undefined) throw brokenTurn(broken);
  return ends.some(({ reason }) => reason !== "complete" && reason !== "passed")
    ? "length"
    : "stop";
}

const PUBLIC_CODES: ReadonlySet<string> = new Set<ErrorCode>([
  "BUDGET_SPENT",
  "CONTEXT_OVERFLOW",
  "MODEL_MISSING",
  "PROVIDER_BUSY",
  "PROVIDER_REFUSED",
  "PROVIDER_UNREACHABLE",
  "PROVIDER_PAUSED",
  "STREAM_CUT",
  "STREAM_ERROR",
  "STREAM_SILENT",
]);

function brokenTurn({ persona, reason, code = "" }: TurnEnd): OrgError {
  const publicCode = isPublic(code) ? code : "STREAM_ERROR";
  return new OrgError(`${persona}'s answer was interrupted`, {
    code: publicCode,
    why: `the turn ended with ${reason} (${publicCode})`,
    remedies: ["ask again"],
    unchanged: "Its text so far is in the room.",
  });
}

function isPublic(code: string): code is ErrorCode {
  return PUBLIC_CODES.has(code);
}
