/** The body of a streamed answer of Ollama's own interface: lines of JSON. */
import type { ToolCall } from "#core/calls.ts";
import type { OrgError } from "#core/errors.ts";
import type { Usage } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import { type Fields, fieldsOf, isFields, parseJson, textOf } from "#core/json.ts";
import { ANSWER_LIMITS, AnswerGuard, type AnswerLimits } from "../http/answer-guard.ts";
import { readWireError } from "../http/error-body.ts";
import { joinTexts } from "../http/join-texts.ts";
import type { AnswerBody, ExplainError } from "../http/server.ts";
import { LineReader } from "../ndjson.ts";
import type { FinishReason, ProviderEvent } from "../provider.ts";

export interface OllamaAnswerOptions {
  readonly explain: ExplainError;
  readonly limits?: AnswerLimits;
}

/** Reads one answer. Usage and the reason of the end come last. */
export class OllamaAnswer implements AnswerBody {
  readonly #lines = new LineReader();
  readonly #guard: AnswerGuard;
  readonly #limits: AnswerLimits;
  readonly #calls: ToolCall[] = [];
  #tooMany = 0;
  #last: Fields | undefined;

  constructor({ explain, limits = ANSWER_LIMITS }: OllamaAnswerOptions) {
    this.#guard = new AnswerGuard(explain, limits);
    this.#limits = limits;
  }

  get failure(): OrgError | undefined {
    return this.#guard.failure ?? this.#lines.failure;
  }

  get isOver(): boolean {
    return this.isFinished || this.failure !== undefined;
  }

  get isFinished(): boolean {
    return this.#last !== undefined;
  }

  push(bytes: Uint8Array): readonly ProviderEvent[] {
    return this.#readAll(this.#lines.push(bytes));
  }

  end(): readonly ProviderEvent[] {
    if (this.failure !== undefined) return NOTHING;
    const rest = this.#readAll(this.#lines.end());
    if (this.failure !== undefined) return rest;
    const events = [...rest, ...this.#calls.map((call): ProviderEvent => ({ type: "call", call }))];
    events.push(...this.#guard.notices());
    if (this.#tooMany > 0) {
      const text = `left out ${this.#tooMany} calls beyond the first ${this.#limits.maxCalls}`;
      events.push({ type: "notice", text });
    }
    const usage = usageIn(this.#last ?? {});
    if (usage !== undefined) events.push({ type: "usage", usage });
    events.push({ type: "finish", reason: this.#reason() });
    return events;
  }

  #readAll(lines: readonly string[]): readonly ProviderEvent[] {
    const [first] = lines;
    if (first === undefined) return NOTHING;
    if (lines.length === 1) return this.#read(first);
    return joinTexts(lines.flatMap((line) => this.#read(line)));
  }

  #read(line: string): readonly ProviderEvent[] {
    if (this.isOver) return NOTHING;
    const json = parseJson(line);
    if (!isFields(json)) return this.#guard.malformed(line);
    // Under status 200, in the middle of an answer too.
    const error = readWireError(json);
    if (error !== undefined) return this.#guard.fail(error);
    const message = fieldsOf(json["message"]);
    const [text, thinking] = [textOf(message["content"]), textOf(message["thinking"])];
    const calls = this.#take(message["tool_calls"]);
    if (!this.#guard.admits(text.length + thinking.length + calls)) return NOTHING;
    if (json["done"] === true) this.#last = json;
    const thought: ProviderEvent = { type: "reasoning", text: thinking };
    const answer: ProviderEvent = { type: "text", text };
    return [...(thinking === "" ? [] : [thought]), ...(text === "" ? [] : [answer])];
  }

  /** Calls come whole, each in one line. @returns their size in characters. */
  #take(calls: unknown): number {
    if (!Array.isArray(calls)) return 0;
    let size = 0;
    for (const { id, function: called } of calls.map(fieldsOf)) {
      const { name, arguments: args } = fieldsOf(called);
      size += JSON.stringify(args ?? {}).length;
      if (this.#calls.length >= this.#limits.maxCalls) {
        this.#tooMany += 1;
        continue;
      }
      const isFree = textOf(id) !== "" && this.#calls.every((call) => call.id !== id);
      // Older versions send no id; a result is matched by its order and name there.
      const own = isFree ? textOf(id) : newId("call");
      this.#calls.push({ id: own, name: textOf(name), arguments: args ?? {} });
    }
    return size;
  }

  #reason(): FinishReason {
    const reason = this.#last?.["done_reason"];
    if (reason === "length") return "length";
    if (this.#last !== undefined) return "stop";
    // Calls come whole: with them it is an answer, even where its end is missing.
    return this.#calls.length > 0 ? "stop" : "cut";
  }
}

const NOTHING: readonly ProviderEvent[] = [];

function usageIn({ prompt_eval_count: prompt, eval_count: completion }: Fields): Usage | undefined {
  if (typeof prompt !== "number" && typeof completion !== "number") return undefined;
  // A prompt that was read before already is not counted, and omitted.
  return { promptTokens: count(prompt), completionTokens: count(completion) };
}

function count(value: unknown): number {
  return typeof value === "number" && value > 0 ? Math.floor(value) : 0;
}
