/** Events of a chat-completions stream to events of a provider. */
import type { OrgError } from "#core/errors.ts";
import type { Usage } from "#core/events.ts";
import type { SseEvent } from "#core/sse.ts";
import { ANSWER_LIMITS, AnswerGuard, type AnswerLimits } from "../http/answer-guard.ts";
import { readErrorBody, type WireError } from "../http/error-body.ts";
import type { ExplainError } from "../http/server.ts";
import type { FinishReason, ProviderEvent } from "../provider.ts";
import { CallCollector } from "./calls.ts";
import { type Chunk, readChunk } from "./wire.ts";

export interface DeltaOptions {
  readonly explain: ExplainError;
  readonly limits?: AnswerLimits;
}

/** Reads one answer. Calls, usage and the reason of the end come from {@link end}, in that order. */
export class DeltaReader {
  readonly #guard: AnswerGuard;
  readonly #calls: CallCollector;
  #usage: Usage | undefined;
  #finish: string | undefined;
  #endMarker: string | undefined;

  constructor({ explain, limits = ANSWER_LIMITS }: DeltaOptions) {
    this.#guard = new AnswerGuard(explain, limits);
    this.#calls = new CallCollector(limits);
  }

  /** Set when the stream said that it failed, or went over a limit. */
  get failure(): OrgError | undefined {
    return this.#guard.failure;
  }

  /** Nothing more is to be read: the end marker came, or a failure. */
  get isOver(): boolean {
    return this.#endMarker !== undefined || this.#guard.failure !== undefined;
  }

  /** The model has ended; only the usage and the end marker may still come. */
  get isFinished(): boolean {
    return this.#endMarker !== undefined || this.#finish !== undefined;
  }

  push(event: SseEvent): readonly ProviderEvent[] {
    if (this.isOver) return NOTHING;
    if (event.event === "error") return this.#guard.fail(readErrorBody(event.data));
    const chunk = readChunk(event.data);
    if (chunk === undefined) return this.#unreadable(event.data);
    if (chunk.error !== undefined) return this.#guard.fail(chunk.error);
    return this.#read(chunk);
  }

  end(): readonly ProviderEvent[] {
    const reason = this.#reason();
    const { calls, dropped } = this.#calls.end(reason === "stop");
    const events: ProviderEvent[] = calls.map((call) => ({ type: "call", call }));
    events.push(...this.#guard.notices());
    for (const what of dropped) events.push(notice(`left out ${what}`));
    if (this.#usage !== undefined) events.push({ type: "usage", usage: this.#usage });
    // Whole calls are an answer, even where the server forgot to say that it ends.
    const isWhole = calls.length > 0 && dropped.length === 0;
    events.push({ type: "finish", reason: reason === "cut" && isWhole ? "stop" : reason });
    return events;
  }

  #read(chunk: Chunk): readonly ProviderEvent[] {
    const { text, reasoning, calls, finish, usage } = chunk;
    let size = text.length + reasoning.length;
    if (calls.length > 0) {
      this.#calls.push(calls);
      for (const call of calls) size += sizeOf(call);
    }
    if (!this.#guard.admits(size)) return NOTHING;
    if (usage !== undefined) this.#usage = usage;
    if (finish === "error") return this.#guard.fail(UNNAMED_ERROR);
    if (finish !== undefined) this.#finish = finish;
    if (reasoning === "") return text === "" ? NOTHING : [{ type: "text", text }];
    const thought: ProviderEvent = { type: "reasoning", text: reasoning };
    return text === "" ? [thought] : [thought, { type: "text", text }];
  }

  #unreadable(data: string): readonly ProviderEvent[] {
    if (data.trim() === "[DONE]") {
      this.#endMarker = data;
      return NOTHING;
    }
    return this.#guard.malformed(data);
  }

  #reason(): FinishReason {
    switch (this.#finish) {
      case undefined:
        return this.#endMarker === undefined ? "cut" : "stop";
      case "length":
      case "max_tokens":
      case "model_length": // Mistral
        return "length";
      case "content_filter":
        return "filtered";
      case "abort": // vLLM, when it gave the request up
        return "cut";
      default:
        // "stop", "tool_calls", "function_call", "eos" …: whether there are calls follows from the stream, not from this.
        return "stop";
    }
  }
}

const NOTHING: readonly ProviderEvent[] = [];
const UNNAMED_ERROR: WireError = {
  message: "no reason given",
  code: undefined,
  type: "",
  fields: {},
};

function notice(text: string): ProviderEvent {
  return { type: "notice", text };
}

function sizeOf(call: Chunk["calls"][number]): number {
  const { name = "", arguments: args = "" } = call;
  return name.length + (typeof args === "string" ? args.length : JSON.stringify(args).length);
}
