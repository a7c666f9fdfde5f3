/** What a finished completion means for its turn. */
import { explain } from "#core/errors.ts";
import type { RoomEvent, TurnEndReason } from "#core/events.ts";
import type { ChatEnd } from "./chat-event.ts";
import { cutMiddle } from "./context.ts";
import type { Model } from "./model.ts";
import type { ChatMessage, ChatRequest, FinishReason } from "./provider.ts";
import { ProviderError } from "./provider-error.ts";

/** What a silent model reads before its next completion; small ones fall silent behind a result. */
export function retryText(hasResults: boolean): string {
  return hasResults
    ? "Answer the user now, from the results above, in a sentence."
    : "Your reply was empty. Answer the user.";
}

/** Why a turn is over. */
export interface Ending {
  readonly reason: TurnEndReason;
  readonly why?: string | undefined;
  readonly code?: string | undefined;
}

/** How a completion ends the turn; `undefined` when its calls have to be run. */
export function endingOf(answer: ChatEnd): Ending | undefined {
  const { finish, text, failure, repeated } = answer;
  // Its calls are not run: nothing that it writes by then counts.
  if (finish === "looped") return { reason: "looped", why: `it said "${repeated}" over and over` };
  if (finish === "aborted") return { reason: "aborted" };
  if (finish === "failed") {
    // Emitted text stays; a listener that gets half an answer must know that it is half.
    const unfinished = text === "" ? "error" : "cut";
    const reason = failure?.code === "BUDGET_SPENT" ? "limit" : unfinished;
    return { reason, why: failure && explain(failure), code: failure?.code };
  }
  // Whether there are calls decides, not the finish reason: servers disagree on "stop" and "tool_calls".
  if (answer.calls.length > 0) return undefined;
  return answer.passed ? { reason: "passed" } : endingWithoutCalls(finish, text);
}

function endingWithoutCalls(finish: FinishReason, text: string): Ending {
  if (finish === "cut") {
    return { reason: "cut", why: "the stream ended without an end marker", code: "STREAM_CUT" };
  }
  if (finish === "length") return { reason: "length", why: "the model's limit for one answer" };
  if (finish === "filtered") return { reason: "cut", why: "the server withheld the rest" };
  if (text.trim() === "") return { reason: "error", why: "the model answered nothing" };
  return { reason: "complete" };
}

/** The model ended without text that a user could read, and without a call. */
export function isSilent({ finish, text, calls, passed }: ChatEnd, mayPass: boolean): boolean {
  return finish === "stop" && calls.length === 0 && (passed ? !mayPass : text.trim() === "");
}

/** The server took nothing of the prompt: the request can be sent again with a shorter one. */
export function hasOverflown({ failure, text, calls }: ChatEnd): boolean {
  return failure?.code === "CONTEXT_OVERFLOW" && text === "" && calls.length === 0;
}

/** Has the model take note of what a completion showed of it, and of a prompt that its window did not hold. */
export function learnFrom(
  { failure, observation }: ChatEnd,
  model: Model,
  request: ChatRequest,
): void {
  const overflow = failure instanceof ProviderError ? failure.overflow : undefined;
  if (overflow !== undefined) model.narrow(request, overflow);
  if (observation !== undefined) model.observe?.(observation);
}

/** Longest result that stands in for an answer, in characters. */
const LONGEST_QUOTED = 2000;

/**
 * A result that stands in for an answer: shortened, and in a fence that nothing within can close, so that tags in what a
 * tool brought address no persona and write no file.
 */
export function quoted(result: string): string {
  const text = cutMiddle(result, LONGEST_QUOTED);
  const longest = Math.max(2, ...[...text.matchAll(/`+|~+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

interface Silent {
  readonly turn: string;
  readonly persona: string;
  readonly hop: number;
}

/** A model that wrote nothing twice: the user gets the last result, or an error that says so. */
export function* silence(
  current: readonly ChatMessage[],
  { hop, ...who }: Silent,
): Generator<RoomEvent, Ending> {
  const result = current.findLast((message) => message.role === "tool" && message.failed !== true);
  if (result?.role !== "tool") return { reason: "error", why: "the model answered nothing" };
  const notice = `${who.persona} said nothing about the result of ${result.name}; this is it.`;
  yield { type: "notice", level: "warning", text: notice, persona: who.persona };
  const text = quoted(result.content);
  yield { type: "text-delta", ...who, text };
  yield { type: "answer", ...who, hop, calls: [], text };
  return { reason: "complete" };
}
