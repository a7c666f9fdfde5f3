import { NameGuard } from "#core/name-guard.ts";
import { PassGate } from "#core/pass-gate.ts";
import { Sanitizer } from "#core/sanitize.ts";
import { createExtractor } from "#models/extract/create.ts";
import type {
  ExtractEvent,
  ExtractedCall,
  Extractor,
  ModelProfile,
} from "#models/extract/extractor.ts";
import type { ChatRequest } from "#models/provider.ts";

export interface ReaderOptions {
  readonly request: ChatRequest;
  readonly profile?: ModelProfile | undefined;
  /** Who speaks, and whom it must not speak for. */
  readonly speaker?: { readonly self: string; readonly others: readonly string[] } | undefined;
}

/** What a reader may show at once. */
export type ReadEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "reclassify" };

/**
 * Reads one answer while it streams: splits calls and reasoning from the text, cleans what is left of
 * control characters, keeps the speaker from speaking for others, and remembers all of it.
 */
export class AnswerReader {
  readonly calls: ExtractedCall[] = [];
  readonly #extractor: Extractor;
  readonly #guard: NameGuard;
  readonly #gate = new PassGate();
  readonly #cleanText = new Sanitizer();
  readonly #cleanReasoning = new Sanitizer();
  // Pieces, joined once at the end: strings grown piece by piece are flattened again and again.
  #text: string[] = [];
  #reasoning: string[] = [];

  constructor({ request, profile, speaker = { self: "", others: [] } }: ReaderOptions) {
    this.#extractor = createExtractor({ tools: request.tools, profile });
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

  push(delta: { readonly type: "text" | "reasoning"; readonly text: string }): ReadEvent[] {
    // Reasoning that the server has told apart is no text: calls in it are rehearsals.
    if (delta.type === "reasoning") return this.#think(delta.text);
    return this.#extractor.push(delta.text).flatMap((event) => this.#read(event));
  }

  end(): ReadEvent[] {
    const rest = this.#extractor.end().flatMap((event) => this.#read(event));
    const held = this.#gate.push(this.#guard.end()) + this.#gate.end();
    return [...rest, ...this.#shown(held)];
  }

  #read(event: ExtractEvent): ReadEvent[] {
    switch (event.type) {
      case "text":
        return this.#shown(this.#gate.push(this.#guard.push(this.#cleanText.push(event.text))));
      case "reasoning":
        return this.#think(event.text);
      case "call":
        if (!this.spokeForOthers) this.calls.push(event.call);
        return [];
      case "reclassify":
        this.#reasoning = [...this.#reasoning, ...this.#text];
        this.#text = [];
        return [{ type: "reclassify" }];
      default:
        // Dropped markup is neither prose nor a call; the answer is what is left.
        return [];
    }
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
