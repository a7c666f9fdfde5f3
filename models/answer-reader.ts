import type { ToolCall } from "#core/calls.ts";
import { unreachable } from "#core/errors.ts";
import type { Usage } from "#core/events.ts";
import { NameGuard } from "#core/name-guard.ts";
import { PassTokenFilter } from "#core/pass-token-filter.ts";
import { TextCleaner, type TextGate } from "#core/text/text-cleaner.ts";
import { createExtractor } from "./extract/create.ts";
import type { ExtractEvent, ExtractedCall, Extractor, ModelProfile } from "./extract/extractor.ts";
import type { Observation } from "./profile-book.ts";
import type { ChatRequest, FinishReason, ProviderEvent } from "./provider.ts";
import { RepetitionGuard } from "./repetition-guard.ts";
import { ShapeReader } from "./shape-reader.ts";

export interface ReaderOptions {
  readonly request: ChatRequest;
  readonly profile?: ModelProfile | undefined;
  readonly speaker?: Speaker | undefined;
  /** @default knows what secrets look like, and none by its value */
  readonly cleaner?: TextCleaner | undefined;
}

/** Who speaks, and whom it must not speak for. */
interface Speaker {
  readonly self: string;
  readonly others: readonly string[];
}

/** What a reader may show at once. */
export type ReadEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "reclassify" }
  | { readonly type: "notice"; readonly text: string };

/**
 * Reads one answer while it streams: splits calls and reasoning from the text, cleans both of control
 * characters and secrets, keeps the speaker from speaking for others, and remembers all of it. Arguments
 * of calls stay as they were written: what runs is what the model wrote.
 */
export class AnswerReader {
  /** Calls that the server parsed. */
  readonly declared: ToolCall[] = [];
  /** Calls found in the text. */
  readonly embedded: ExtractedCall[] = [];
  usage: Usage | undefined;
  readonly #extractor: Extractor;
  /** How many the model got. */
  readonly #tools: number;
  readonly #speaker: Speaker;
  #guard: NameGuard;
  #gate = new PassTokenFilter();
  readonly #cleaner: TextCleaner;
  readonly #textGate: TextGate;
  readonly #reasoningGate: TextGate;
  readonly #repetition = new RepetitionGuard();
  /** What came last; the other gate holds nothing back. */
  #channel: "text" | "reasoning" = "text";
  // Pieces, joined once at the end: strings grown piece by piece are flattened again and again.
  #text: string[] = [];
  /** Thinking came after text: there may be parts of either on both sides of the other. */
  #isInterleaved = false as boolean;
  #finish: FinishReason = "cut";
  #reasoning: string[] = [];

  constructor(options: ReaderOptions) {
    const { request, profile, speaker = { self: "", others: [] } } = options;
    this.#cleaner = options.cleaner ?? new TextCleaner();
    this.#textGate = this.#cleaner.createTextGate();
    this.#reasoningGate = this.#cleaner.createTextGate();
    this.#tools = request.tools.length;
    const reading = { tools: request.tools, profile };
    this.#extractor =
      request.calls === "shape" ? new ShapeReader(reading) : createExtractor(reading);
    this.#speaker = speaker;
    this.#guard = new NameGuard(speaker.self, speaker.others);
  }

  get text(): string {
    return this.#joined(this.#text);
  }

  get reasoning(): string {
    return this.#joined(this.#reasoning);
  }

  /** The answer was a lone pass; certain after {@link end}. */
  get passed(): boolean {
    return this.#gate.passed;
  }

  /** What the answer shows of its model, once it has ended; `undefined`: nothing. */
  get observation(): Observation | undefined {
    const wasWhole = this.#finish === "stop" && !this.isOver;
    if (this.#extractor instanceof ShapeReader) {
      const { hasShape } = this.#extractor;
      return wasWhole && hasShape !== undefined ? { type: "shape", hasShape } : undefined;
    }
    const written = this.embedded.map(({ dialect }) => dialect);
    const declared = this.declared.length;
    const calls = this.#tools > 0 && declared + written.length > 0;
    return calls ? { type: "calls", declared, written } : undefined;
  }

  /** The speaker began to write another speaker's lines; all that follows is dropped. */
  get spokeForOthers(): boolean {
    return this.#guard.cutAt !== undefined;
  }

  /** What it says over and over, in its text or in its thinking. */
  get repeated(): string | undefined {
    return this.#repetition.repeated;
  }

  /** The rest is dropped. */
  get isOver(): boolean {
    const isEndless = this.#extractor instanceof ShapeReader && this.#extractor.isOver;
    return this.spokeForOthers || this.repeated !== undefined || isEndless;
  }

  /** How the answer ended; `cut` as long as nothing says otherwise. */
  get finish(): FinishReason {
    return this.spokeForOthers ? "stop" : this.#finish;
  }

  /** Takes the next event of the stream. @returns what of it may be emitted. */
  take(event: ProviderEvent): ReadEvent[] {
    switch (event.type) {
      case "text":
        return this.#extractor.push(event.text).flatMap((found) => this.#read(found));
      case "reasoning":
        // Reasoning that the server has separated is not text: calls in it are rehearsals.
        return this.#think(event.text);
      case "call":
        this.declared.push(this.#named(event.call));
        return [];
      case "usage":
        this.usage = event.usage;
        return [];
      case "notice":
        return [{ type: "notice", text: this.#cleaner.clean(event.text) }];
      case "finish":
        this.#finish = event.reason;
        return [];
      default:
        return unreachable(event);
    }
  }

  /** Takes the end of the stream, however it came about. */
  end(): ReadEvent[] {
    // "stop" is the model's own end; what a call lacks behind it was forgotten, not cut off.
    const cut = this.#finish !== "stop";
    const rest = this.#extractor.end({ cut }).flatMap((event) => this.#read(event));
    const thought = this.#reasoningEvents(this.#reasoningGate.end());
    return [...rest, ...thought, ...this.#textEvents(this.#held()), ...this.#cutNotice()];
  }

  /** A cut must be visible: what looked like a name may have been the beginning of an ordinary line. */
  #cutNotice(): ReadEvent[] {
    const { cutAt } = this.#guard;
    if (cutAt === undefined) return [];
    return [
      {
        type: "notice",
        text: `${this.#speaker.self} began to write as "${cutAt}:" and was cut there.`,
      },
    ];
  }

  #read(event: ExtractEvent): ReadEvent[] {
    if (this.spokeForOthers) return [];
    switch (event.type) {
      case "text":
        return this.#say(event.text);
      case "reasoning":
        return this.#think(event.text);
      case "call":
        this.embedded.push(this.#named(event.call));
        return [];
      case "reclassify":
        return this.#reclassify();
      default:
        // Dropped markup is neither prose nor a call; the answer is the rest.
        return [];
    }
  }

  #reclassify(): ReadEvent[] {
    const held = this.#held();
    this.#reasoning = [...this.#reasoning, ...this.#text];
    this.#text = [];
    // Calls among it were rehearsals.
    this.embedded.length = 0;
    // The answer begins only now: its name and its pass are looked for anew.
    this.#guard = new NameGuard(this.#speaker.self, this.#speaker.others);
    this.#gate = new PassTokenFilter();
    return [{ type: "reclassify" }, ...this.#reasoningEvents(held)];
  }

  /** What was not emitted so far because it could have become a secret, a name or a pass. */
  #held(): string {
    const text = this.#guard.push(this.#textGate.end()) + this.#guard.end();
    return this.#gate.push(text) + this.#gate.end();
  }

  #say(text: string): ReadEvent[] {
    const earlier =
      this.#channel === "text" ? [] : this.#reasoningEvents(this.#reasoningGate.end());
    this.#channel = "text";
    const events = this.#textEvents(this.#guarded(this.#textGate.push(text)));
    return earlier.length === 0 ? events : [...earlier, ...events];
  }

  #think(text: string): ReadEvent[] {
    const earlier = this.#channel === "reasoning" ? "" : this.#guarded(this.#textGate.end());
    this.#isInterleaved ||= earlier !== "" || this.#text.length > 0;
    this.#channel = "reasoning";
    const thought = this.#reasoningEvents(this.#reasoningGate.push(text));
    return earlier === "" ? thought : [...this.#textEvents(earlier), ...thought];
  }

  /** Parts that were cleaned apart may be a secret together. */
  #joined(parts: readonly string[]): string {
    const text = parts.join("");
    return this.#isInterleaved ? this.#cleaner.clean(text) : text;
  }

  #guarded(text: string): string {
    return this.#gate.push(this.#guard.push(text));
  }

  #reasoningEvents(text: string): ReadEvent[] {
    if (text === "") return [];
    this.#reasoning.push(text);
    this.#repetition.push(text);
    return [{ type: "reasoning", text }];
  }

  #textEvents(text: string): ReadEvent[] {
    if (text === "") return [];
    this.#text.push(text);
    this.#repetition.push(text);
    return [{ type: "text", text }];
  }

  /** A model writes the names and ids of its calls, too, and they are shown in lines of ours. */
  #named<Call extends { readonly name: string; readonly id?: string | undefined }>(
    call: Call,
  ): Call {
    const name = this.#cleaner.clean(call.name).replace(/\s+/g, " ");
    const id = call.id === undefined ? {} : { id: this.#cleaner.clean(call.id) };
    return { ...call, name, ...id };
  }
}
