import type { ToolCall } from "#core/calls.ts";
import { unreachable } from "#core/errors.ts";
import type { Usage } from "#core/events.ts";
import { NameGuard } from "#core/name-guard.ts";
import { PassGate } from "#core/pass-gate.ts";
import { Sanitizer, sanitize } from "#core/sanitize.ts";
import { createExtractor } from "#models/extract/create.ts";
import type {
  ExtractEvent,
  ExtractedCall,
  Extractor,
  ModelProfile,
} from "#models/extract/extractor.ts";
import type { ChatRequest, FinishReason, ProviderEvent } from "#models/provider.ts";

export interface ReaderOptions {
  readonly request: ChatRequest;
  readonly profile?: ModelProfile | undefined;
  readonly speaker?: Speaker | undefined;
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
 * Reads one answer while it streams: splits calls and reasoning from the text, cleans what is left of
 * control characters, keeps the speaker from speaking for others, and remembers all of it.
 */
export class AnswerReader {
  /** Calls that the server parsed. */
  readonly declared: ToolCall[] = [];
  /** Calls found in the text. */
  readonly embedded: ExtractedCall[] = [];
  usage: Usage | undefined;
  readonly #extractor: Extractor;
  readonly #speaker: Speaker;
  #guard: NameGuard;
  #gate = new PassGate();
  readonly #cleanText = new Sanitizer();
  readonly #cleanReasoning = new Sanitizer();
  // Pieces, joined once at the end: strings grown piece by piece are flattened again and again.
  #text: string[] = [];
  #finish: FinishReason = "cut";
  #reasoning: string[] = [];

  constructor({ request, profile, speaker = { self: "", others: [] } }: ReaderOptions) {
    this.#extractor = createExtractor({ tools: request.tools, profile });
    this.#speaker = speaker;
    this.#guard = new NameGuard(speaker.self, speaker.others);
  }

  get text(): string {
    return this.#text.join("");
  }

  get reasoning(): string {
    return this.#reasoning.join("");
  }

  /** The answer was a lone pass; certain after {@link end}. */
  get passed(): boolean {
    return this.#gate.passed;
  }

  /** The speaker began to write somebody else's lines; all that follows is dropped. */
  get spokeForOthers(): boolean {
    return this.#guard.cutAt !== undefined;
  }

  /** How the answer ended; `cut` as long as nothing says otherwise. */
  get finish(): FinishReason {
    return this.spokeForOthers ? "stop" : this.#finish;
  }

  /** Takes the next event of the stream. @returns what of it may be shown. */
  take(event: ProviderEvent): ReadEvent[] {
    switch (event.type) {
      case "text":
        return this.#extractor.push(event.text).flatMap((found) => this.#read(found));
      case "reasoning":
        // Reasoning that the server has told apart is no text: calls in it are rehearsals.
        return this.#think(event.text);
      case "call":
        this.declared.push(named(event.call));
        return [];
      case "usage":
        this.usage = event.usage;
        return [];
      case "notice":
        return [{ type: "notice", text: sanitize(event.text) }];
      case "finish":
        this.#finish = event.reason;
        return [];
      default:
        return unreachable(event);
    }
  }

  /** Takes the end of the stream, however it came about. */
  end(): ReadEvent[] {
    const rest = this.#extractor.end().flatMap((event) => this.#read(event));
    return [...rest, ...this.#shown(this.#held()), ...this.#cutNotice()];
  }

  /** A cut must be seen: what looked like a name may have been the beginning of an ordinary line. */
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
        return this.#shown(this.#gate.push(this.#guard.push(this.#cleanText.push(event.text))));
      case "reasoning":
        return this.#think(event.text);
      case "call":
        this.embedded.push(named(event.call));
        return [];
      case "reclassify":
        return this.#reclassify();
      default:
        // Dropped markup is neither prose nor a call; the answer is what is left.
        return [];
    }
  }

  #reclassify(): ReadEvent[] {
    this.#reasoning = [...this.#reasoning, ...this.#text, this.#held()];
    this.#text = [];
    // Calls among it were rehearsals.
    this.embedded.length = 0;
    // The answer begins only now: its name and its pass are looked for anew.
    this.#guard = new NameGuard(this.#speaker.self, this.#speaker.others);
    this.#gate = new PassGate();
    return [{ type: "reclassify" }];
  }

  /** What was not shown so far because it could have become a name or a pass. */
  #held(): string {
    return this.#gate.push(this.#guard.end()) + this.#gate.end();
  }

  #think(text: string): ReadEvent[] {
    const clean = this.#cleanReasoning.push(text);
    if (clean === "") return [];
    this.#reasoning.push(clean);
    return [{ type: "reasoning", text: clean }];
  }

  #shown(text: string): ReadEvent[] {
    if (text === "") return [];
    this.#text.push(text);
    return [{ type: "text", text }];
  }
}

/** A model writes the names of its calls, too, and they are shown in lines of ours. */
function named<Call extends { readonly name: string }>(call: Call): Call {
  const name = sanitize(call.name).replace(/\s+/g, " ");
  return { ...call, name };
}
