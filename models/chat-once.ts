/** One completion of a model, as it streams. */
import { OrgError } from "#core/errors.ts";
import { Pauses } from "#core/pauses.ts";
import { AnswerReader } from "./answer-reader.ts";
import { planCalls } from "./call-plan.ts";
import type { ChatEnd, ChatEvent, ChatOptions } from "./chat-event.ts";
import type { ProviderEvent } from "./provider.ts";
import { asSent } from "./shaped-request.ts";

/**
 * Streams one completion: text and reasoning as they come, calls at the end. There is no limit on its
 * length in time; only silence, an abort or the server ends it.
 *
 * Does not throw for what goes wrong on the wire: the partial answer and the failure are both in
 * {@link ChatEnd}, so that no caller can lose one because of the other.
 */
export async function* chatOnce(options: ChatOptions): AsyncGenerator<ChatEvent, void> {
  const { provider, request, signal } = options;
  const reader = new AnswerReader(options);
  let broken: Pick<ChatEnd, "finish" | "failure" | "repeated"> | undefined;
  try {
    for await (const event of inPieces(provider.stream(asSent(request), signal))) {
      // Not `yield*`: over an array it costs an async generator four promises for each item.
      for (const visible of reader.take(event)) yield visible;
      // The rest would be another speaker's words, or the same ones: leaving the loop closes the connection.
      if (reader.isOver) break;
    }
  } catch (error) {
    broken = signal.aborted
      ? { finish: "aborted" }
      : { finish: "failed", failure: expectedFailure(error) };
  }
  const { repeated } = reader;
  if (repeated !== undefined) broken = { finish: "looped", repeated };
  yield* reader.end();
  const { finish, text, reasoning, usage, observation } = reader;
  const calls = planCalls(reader.declared, reader.embedded);
  const passed = reader.passed && calls.length === 0;
  yield { type: "end", finish, text, reasoning, calls, passed, usage, observation, ...broken };
}

/** What is read at once of what a server sends, in characters: it can send megabytes in one event. */
const PIECE = 2048;

/** A long event comes as several, between which everything else of this process has its turn. */
async function* inPieces(events: AsyncIterable<ProviderEvent>): AsyncGenerator<ProviderEvent> {
  const pauses = new Pauses();
  for await (const event of events) {
    if ((event.type !== "text" && event.type !== "reasoning") || event.text.length <= PIECE) {
      yield event;
      continue;
    }
    for (let from = 0, to = 0; from < event.text.length; from = to) {
      to = from + PIECE;
      // No character is cut in two.
      if (/[\udc00-\udfff]/.test(event.text.charAt(to))) to += 1;
      yield { ...event, text: event.text.slice(from, to) };
      await pauses.rest();
    }
  }
}

/** A failure that a person can act on; everything else is a bug and goes on up. */
function expectedFailure(error: unknown): OrgError {
  if (error instanceof OrgError) return error;
  throw error;
}
