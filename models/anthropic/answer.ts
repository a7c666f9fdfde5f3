/** The body of a streamed answer of the Messages interface: server-sent events that build up blocks. */
import type { ToolCall } from "#core/calls.ts";
import type { OrgError } from "#core/errors.ts";
import type { Usage } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import { type Fields, fieldsOf, isFields, parseJson, textOf } from "#core/json.ts";
import { SseReader } from "#core/sse.ts";
import { ANSWER_LIMITS, AnswerGuard, type AnswerLimits } from "../http/answer-guard.ts";
import { readErrorBody, readWireError } from "../http/error-body.ts";
import { joinTexts } from "../http/join-texts.ts";
import type { AnswerBody, ExplainError } from "../http/server.ts";
import type { FinishReason, ProviderEvent } from "../provider.ts";

export interface MessagesAnswerOptions {
  readonly explain: ExplainError;
  readonly limits?: AnswerLimits;
}

/** A call whose arguments are still coming. */
interface Draft {
  readonly id: string;
  readonly name: string;
  /** As the block began; it counts when no pieces follow. */
  readonly input: unknown;
  /** JSON in pieces, joined once at the end. */
  readonly pieces: string[];
  isWhole: boolean;
}

/**
 * Reads one answer. Calls, usage and the reason of the end come last.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export class MessagesAnswer implements AnswerBody {
  readonly #sse = new SseReader();
  readonly #guard: AnswerGuard;
  readonly #limits: AnswerLimits;
  /** By the index of their block. */
  readonly #calls = new Map<unknown, Draft>();
  #tooMany = 0;
  #usage: Usage | undefined;
  #stopReason: string | undefined;
  #isOver = false as boolean;

  constructor({ explain, limits = ANSWER_LIMITS }: MessagesAnswerOptions) {
    this.#guard = new AnswerGuard(explain, limits);
    this.#limits = limits;
  }

  get failure(): OrgError | undefined {
    return this.#guard.failure ?? this.#sse.failure;
  }

  get isOver(): boolean {
    return this.#isOver || this.failure !== undefined;
  }

  get isFinished(): boolean {
    return this.#isOver || this.#stopReason !== undefined;
  }

  push(bytes: Uint8Array): readonly ProviderEvent[] {
    return this.#readAll(this.#sse.push(bytes));
  }

  end(): readonly ProviderEvent[] {
    if (this.failure !== undefined) return NOTHING;
    const rest = this.#readAll(this.#sse.end());
    if (this.failure !== undefined) return rest;
    const { calls, dropped } = this.#finishedCalls();
    const events = [...rest, ...calls.map((call): ProviderEvent => ({ type: "call", call }))];
    events.push(...this.#guard.notices());
    for (const what of dropped) events.push({ type: "notice", text: `left out ${what}` });
    if (this.#usage !== undefined) events.push({ type: "usage", usage: this.#usage });
    // Whole calls are an answer, even where its end is missing.
    const isWhole = calls.length > 0 && dropped.length === 0;
    const reason = this.#reason();
    events.push({ type: "finish", reason: reason === "cut" && isWhole ? "stop" : reason });
    return events;
  }

  #readAll(events: ReturnType<SseReader["push"]>): readonly ProviderEvent[] {
    const [first] = events;
    if (first === undefined) return NOTHING;
    if (events.length === 1) return this.#read(first.data);
    return joinTexts(events.flatMap(({ data }) => this.#read(data)));
  }

  #read(data: string): readonly ProviderEvent[] {
    if (this.isOver) return NOTHING;
    const json = parseJson(data);
    if (!isFields(json)) return this.#guard.malformed(data);
    // The type stands in the data, too; some proxies leave out the line "event:".
    switch (textOf(json["type"])) {
      case "message_start":
        this.#count(fieldsOf(json["message"])["usage"]);
        return NOTHING;
      case "content_block_start":
        return this.#begin(json["index"], fieldsOf(json["content_block"]));
      case "content_block_delta":
        return this.#continue(json["index"], fieldsOf(json["delta"]));
      case "content_block_stop":
        this.#close(json["index"]);
        return NOTHING;
      case "message_delta":
        this.#count(json["usage"]);
        this.#stopReason = textOf(fieldsOf(json["delta"])["stop_reason"]) || this.#stopReason;
        return NOTHING;
      case "message_stop":
        this.#isOver = true;
        return NOTHING;
      case "error":
        return this.#guard.fail(readWireError(json) ?? readErrorBody(data));
      default: // "ping", and what is added next: unknown events are to be ignored.
        return NOTHING;
    }
  }

  #begin(index: unknown, block: Fields): readonly ProviderEvent[] {
    if (block["type"] !== "tool_use") return this.#events(block["thinking"], block["text"]);
    if (this.#calls.size >= this.#limits.maxCalls) {
      this.#tooMany += 1;
      return NOTHING;
    }
    const id = textOf(block["id"]) || newId("call");
    const draft = { id, name: textOf(block["name"]), input: block["input"], pieces: [] };
    this.#calls.set(index, { ...draft, isWhole: false });
    return NOTHING;
  }

  #continue(index: unknown, delta: Fields): readonly ProviderEvent[] {
    // Signatures prove thoughts to the server, in a mode that requests here do not use.
    const json = textOf(delta["partial_json"]);
    if (json === "") return this.#events(delta["thinking"], delta["text"]);
    if (this.#guard.admits(json.length)) this.#calls.get(index)?.pieces.push(json);
    return NOTHING;
  }

  #close(index: unknown): void {
    const draft = this.#calls.get(index);
    if (draft !== undefined) draft.isWhole = true;
  }

  #events(thinking: unknown, content: unknown): readonly ProviderEvent[] {
    const [thought, text] = [textOf(thinking), textOf(content)];
    if (thought === "" && text === "") return NOTHING;
    if (!this.#guard.admits(thought.length + text.length)) return NOTHING;
    return thought === "" ? [{ type: "text", text }] : [{ type: "reasoning", text: thought }];
  }

  /** Both ends of the stream tell; what the later one says is the sum. */
  #count(usage: unknown): void {
    if (!isFields(usage)) return;
    // What was read from the cache was read all the same, and the window holds it.
    const prompt = PROMPT_COUNTS.map((key) => usage[key]).filter((one) => typeof one === "number");
    const completion = usage["output_tokens"];
    const cached = usage["cache_read_input_tokens"] ?? this.#usage?.cachedTokens;
    this.#usage = {
      ...(typeof cached === "number" ? { cachedTokens: cached } : {}),
      promptTokens:
        usage["input_tokens"] === undefined
          ? (this.#usage?.promptTokens ?? 0)
          : prompt.reduce((sum, one) => sum + one, 0),
      completionTokens:
        typeof completion === "number" ? completion : (this.#usage?.completionTokens ?? 0),
    };
  }

  #finishedCalls(): { readonly calls: readonly ToolCall[]; readonly dropped: readonly string[] } {
    const calls: ToolCall[] = [];
    const dropped: string[] = [];
    if (this.#tooMany > 0) {
      dropped.push(`${this.#tooMany} calls beyond the first ${this.#limits.maxCalls}`);
    }
    for (const draft of this.#calls.values()) {
      const fault = this.#faultOf(draft);
      if (fault === undefined) calls.push(callOf(draft));
      else dropped.push(fault);
    }
    return { calls, dropped };
  }

  #faultOf({ name, pieces, isWhole }: Draft): string | undefined {
    if (name === "") return "a call without a name";
    if (!isWhole) return `the call of ${name}: it was cut off`;
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (size <= this.#limits.maxArguments) return undefined;
    const [is, limit] = [size, this.#limits.maxArguments].map((n) => n.toLocaleString("en"));
    return `the call of ${name}: its arguments have ${is} characters, the limit is ${limit}`;
  }

  #reason(): FinishReason {
    switch (this.#stopReason) {
      case undefined:
        return "cut";
      case "max_tokens":
      case "model_context_window_exceeded":
        return "length";
      case "refusal":
        return "filtered";
      default: // "end_turn", "tool_use", "stop_sequence", "pause_turn"
        return "stop";
    }
  }
}

const NOTHING: readonly ProviderEvent[] = [];
const PROMPT_COUNTS: readonly string[] = [
  "input_tokens",
  "cache_creation_input_tokens",
  "cache_read_input_tokens",
];

/** Text that is not JSON stays text: the check of the arguments tells the model. */
function callOf({ id, name, input, pieces }: Draft): ToolCall {
  const text = pieces.join("").trim();
  const args = text === "" ? (input ?? {}) : (parseJson(text) ?? text);
  return { id, name, arguments: args };
}
