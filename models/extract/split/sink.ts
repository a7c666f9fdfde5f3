import type { ExtractEvent, ExtractedCall } from "../extractor.ts";
import { LIMITS } from "../limits.ts";

/** What waits for the end of the answer: prose if other text follows, else what it looks like. */
interface Tail {
  /** All of it, should it be prose. */
  raw: string;
  /** The calls and the white space between them, should it be markup. */
  readonly parts: (ExtractedCall | string)[];
}

/** Collects the events of one answer, and knows what has been shown of it so far. */
export class Sink {
  /** Something other than white space was emitted as text. */
  hasText: boolean = false;
  /** Nothing but white space was emitted since the start, the last call, or the last thinking. */
  isQuiet: boolean = true;
  /** The last character that was emitted, for what depends on the neighbour of a tag. */
  lastCharacter = "";
  /** The dialect of the last call. */
  lastDialect = "";
  #events: ExtractEvent[] = [];
  #calls = 0;
  #tail: Tail | undefined;
  #beginsMessage: boolean = false;

  /** The events since the last time. */
  take(): ExtractEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  get isHolding(): boolean {
    return this.#tail !== undefined;
  }

  get calls(): number {
    return this.#calls;
  }

  text(text: string): void {
    if (text === "") return;
    const isBlank = !/\S/.test(text);
    if (this.#tail !== undefined && isBlank) {
      this.#tail.raw += text;
      this.#tail.parts.push(text);
      return;
    }
    this.#releaseAsText();
    this.#show(text, isBlank);
  }

  /** A message of its own begins: its text is a paragraph of its own. */
  beginMessage(): void {
    this.#beginsMessage = this.hasText;
  }

  reasoning(text: string): void {
    if (text === "") return;
    this.#releaseAsCalls();
    const last = this.#events.at(-1);
    if (last?.type === "reasoning") {
      this.#events[this.#events.length - 1] = { type: "reasoning", text: last.text + text };
    } else this.#events.push({ type: "reasoning", text });
  }

  call(call: ExtractedCall): void {
    this.#releaseAsCalls();
    this.#emitCall(call);
  }

  /** Takes over an event of another splitter. */
  add(event: ExtractEvent): void {
    if (event.type === "call") this.call(event.call);
    else if (event.type === "dropped") this.dropped(event.why, event.raw);
    else if (event.type === "reclassify") this.reclassify();
    else this[event.type](event.text);
  }

  dropped(why: string, raw: string): void {
    if (raw === "") return;
    this.#releaseAsCalls();
    this.#events.push({ type: "dropped", why, raw });
  }

  /** All text so far was reasoning. */
  reclassify(): void {
    this.#releaseAsText();
    if (this.hasText) this.#events.push({ type: "reclassify" });
    this.hasText = false;
    this.isQuiet = true;
  }

  /** Holds markup back until it is known whether other text follows. */
  hold(raw: string, calls: readonly ExtractedCall[]): void {
    this.#tail ??= { raw: "", parts: [] };
    this.#tail.raw += raw;
    this.#tail.parts.push(...calls);
  }

  /** No more prose follows here: what was held is what it looked like. */
  settle(): void {
    this.#releaseAsCalls();
  }

  /**
   * The answer is over.
   *
   * @param stopped the model ended it by itself. Else prose might have followed what was held, and made an example of it.
   */
  end(stopped: boolean): void {
    this.#releaseAsCalls(stopped ? undefined : { truncated: true });
  }

  /** The fast way for text that cannot change any state but the last character. */
  plain(text: string): ExtractEvent {
    this.lastCharacter = text.charAt(text.length - 1);
    return { type: "text", text };
  }

  #show(text: string, isBlank: boolean): void {
    if (!isBlank) {
      this.hasText = true;
      this.isQuiet = false;
    }
    if (this.#beginsMessage && !isBlank) {
      this.#beginsMessage = false;
      if (!/\s/.test(this.lastCharacter) && !/^\s/.test(text)) this.#emitText("\n");
    }
    this.lastCharacter = text.charAt(text.length - 1);
    this.#emitText(text);
  }

  #emitText(text: string): void {
    const last = this.#events.at(-1);
    if (last?.type === "text") {
      this.#events[this.#events.length - 1] = { type: "text", text: last.text + text };
    } else this.#events.push({ type: "text", text });
  }

  #emitCall(call: ExtractedCall): void {
    this.isQuiet = true;
    this.lastDialect = call.dialect;
    if (this.#calls === LIMITS.callsPerTurn) {
      this.#events.push({
        type: "dropped",
        why: `more than ${LIMITS.callsPerTurn} calls in one answer`,
        raw: call.raw,
      });
      return;
    }
    this.#calls += 1;
    this.#events.push({ type: "call", call });
  }

  #releaseAsText(): void {
    const tail = this.#tail;
    this.#tail = undefined;
    if (tail !== undefined) this.#show(tail.raw, false);
  }

  #releaseAsCalls(flags?: { readonly truncated: true }): void {
    const tail = this.#tail;
    this.#tail = undefined;
    for (const part of tail?.parts ?? []) {
      if (typeof part === "string") this.#show(part, true);
      else this.#emitCall(flags === undefined ? part : { ...part, ...flags });
    }
  }
}
