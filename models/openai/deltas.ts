/** Events of a chat-completions stream to events of a provider. */
import { OrgError } from "#core/errors.ts";
import type { Usage } from "#core/events.ts";
import type { FinishReason, ProviderEvent } from "#models/provider.ts";
import type { SseEvent } from "#models/sse.ts";
import { CallCollector } from "./calls.ts";
import { readErrorBody, type WireError } from "./error-body.ts";
import { type Chunk, readChunk } from "./wire.ts";

/** What one answer may hold before it is taken for an attack or a fault. */
export interface AnswerLimits {
  /** Longest arguments of one call, in characters of JSON. */
  readonly maxArguments: number;
  readonly maxCalls: number;
  /** Events that are no JSON; more of them end the stream. */
  readonly maxMalformed: number;
  /** Everything together, in characters. */
  readonly maxCharacters: number;
}

export const ANSWER_LIMITS: AnswerLimits = {
  maxArguments: 1024 * 1024,
  maxCalls: 64,
  maxMalformed: 64,
  maxCharacters: 16 * 1024 * 1024,
};

export interface DeltaOptions {
  /** Makes the error of what the server said; `spoke` when a part of the answer came before it. */
  readonly explain: (error: WireError, spoke: boolean) => OrgError;
  readonly limits?: AnswerLimits;
}

/** Reads one answer. Calls, usage and the reason of the end come from {@link end}, in that order. */
export class DeltaReader {
  readonly #explain: DeltaOptions["explain"];
  readonly #limits: AnswerLimits;
  readonly #calls: CallCollector;
  #usage: Usage | undefined;
  #finish: string | undefined;
  #endMarker: string | undefined;
  #failure: OrgError | undefined;
  #malformed = 0;
  #characters = 0;

  constructor({ explain, limits = ANSWER_LIMITS }: DeltaOptions) {
    this.#explain = explain;
    this.#limits = limits;
    this.#calls = new CallCollector(limits);
  }

  /** Set when the stream said that it failed, or went over a limit. */
  get failure(): OrgError | undefined {
    return this.#failure;
  }

  /** Nothing more is to be read: the end marker came, or a failure. */
  get isOver(): boolean {
    return this.#endMarker !== undefined || this.#failure !== undefined;
  }

  /** The model has ended; only the usage and the end marker may still come. */
  get isFinished(): boolean {
    return this.#endMarker !== undefined || this.#finish !== undefined;
  }

  push(event: SseEvent): readonly ProviderEvent[] {
    if (this.isOver) return NOTHING;
    if (event.event === "error") return this.#fail(readErrorBody(event.data));
    const chunk = readChunk(event.data);
    if (chunk === undefined) return this.#unreadable(event.data);
    if (chunk.error !== undefined) return this.#fail(chunk.error);
    return this.#read(chunk);
  }

  end(): readonly ProviderEvent[] {
    const reason = this.#reason();
    const { calls, dropped } = this.#calls.end(reason === "stop");
    const events: ProviderEvent[] = calls.map((call) => ({ type: "call", call }));
    if (this.#malformed > 0) events.push(notice(`skipped malformed events: ${this.#malformed}`));
    for (const what of dropped) events.push(notice(`left out ${what}`));
    if (this.#usage !== undefined) events.push({ type: "usage", usage: this.#usage });
    // Whole calls are an answer, even where the server forgot to say that it ends.
    const isWhole = calls.length > 0 && dropped.length === 0;
    events.push({ type: "finish", reason: reason === "cut" && isWhole ? "stop" : reason });
    return events;
  }

  #read(chunk: Chunk): readonly ProviderEvent[] {
    const { text, reasoning, calls, finish, usage } = chunk;
    this.#characters += text.length + reasoning.length;
    if (calls.length > 0) {
      this.#calls.push(calls);
      for (const call of calls) this.#characters += sizeOf(call);
    }
    if (this.#characters > this.#limits.maxCharacters) return this.#overflow();
    if (usage !== undefined) this.#usage = usage;
    if (finish === "error") return this.#fail(UNNAMED_ERROR);
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
    this.#malformed += 1;
    if (this.#malformed > this.#limits.maxMalformed) {
      this.#failure = new OrgError("The server's stream cannot be read", {
        code: "STREAM_ERROR",
        why: `${this.#malformed} of its events are no JSON objects; the last one begins with ${JSON.stringify(data.slice(0, 80))}`,
        remedies: ["check that the address is that of an OpenAI-compatible server"],
        left: KEPT,
      });
    }
    return NOTHING;
  }

  #fail(error: WireError): readonly ProviderEvent[] {
    this.#failure = this.#explain(error, this.#characters > 0);
    return NOTHING;
  }

  #overflow(): readonly ProviderEvent[] {
    const limit = this.#limits.maxCharacters.toLocaleString("en");
    this.#failure = new OrgError("The answer is too long to be one", {
      code: "STREAM_ERROR",
      why: `it has more than ${limit} characters`,
      remedies: ["ask for less, or limit the length of an answer"],
      left: KEPT,
    });
    return NOTHING;
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
        // "stop", "tool_calls", "function_call", "eos" …: whether there are calls is seen, not told.
        return "stop";
    }
  }
}

const NOTHING: readonly ProviderEvent[] = [];
const KEPT = "What was said before is kept.";
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
