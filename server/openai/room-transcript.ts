/** What several personas say at once, as one text in which each speaks by itself. */
import type { RoomEvent, TurnEnd, Usage } from "#core/events.ts";

/** A speaker. */
interface Voice {
  readonly persona: string;
  /** Said, and not handed on yet. */
  text: string;
  /** The next piece begins a new paragraph. */
  breaks: boolean;
  hasText: boolean;
}

export interface TranscriptOptions {
  /** Says who speaks, before each one's words. */
  readonly namesSpeakers: boolean;
  /** Hands on pieces as they come; else only what is finished. */
  readonly isLive: boolean;
}

/** The form of {@link RoomTranscript}, for the reader: a name in bold at the beginning of a line. */
export function speakerLine(persona: string): string {
  return `**${persona}:** `;
}

/** The first speaker is heard until the end of the turn; the others follow, each as a whole. */
export class RoomTranscript {
  readonly #options: TranscriptOptions;
  /** By their turns, in the order in which they began. */
  readonly #voices = new Map<string, Voice>();
  readonly #over = new Set<string>();
  readonly ends: TurnEnd[] = [];
  #hasText = false;

  constructor(options: TranscriptOptions) {
    this.#options = options;
  }

  /** @returns what can be handed on now. */
  take(event: RoomEvent): string {
    switch (event.type) {
      case "turn-start":
        this.#voices.set(event.turn, { ...SILENT, persona: event.persona });
        return "";
      case "text-delta":
        return this.#options.isLive ? this.#say(event.turn, event.text) : "";
      case "answer": {
        const text = this.#options.isLive ? "" : this.#say(event.turn, event.text);
        const voice = this.#voices.get(event.turn);
        if (voice !== undefined) voice.breaks = true;
        return text;
      }
      case "turn-end":
        this.ends.push(event);
        this.#over.add(event.turn);
        return this.#next();
      default:
        return "";
    }
  }

  /** As the servers counted it; undefined where none has. */
  get usage(): Usage | undefined {
    if (this.ends.every(({ usage }) => usage === undefined)) return undefined;
    const sum = { promptTokens: 0, completionTokens: 0 };
    for (const { usage } of this.ends) {
      sum.promptTokens += usage?.promptTokens ?? 0;
      sum.completionTokens += usage?.completionTokens ?? 0;
    }
    return sum;
  }

  #say(turn: string, piece: string): string {
    const voice = this.#voices.get(turn);
    if (voice === undefined || piece === "") return "";
    const breaks = voice.breaks && voice.hasText ? "\n\n" : "";
    voice.breaks = false;
    voice.hasText = true;
    voice.text += `${breaks}${piece}`;
    const [foreground] = this.#voices.keys();
    return foreground === turn ? this.#hand(voice) : "";
  }

  /** The foreground goes on to the persona that began next. */
  #next(): string {
    const pieces: string[] = [];
    for (const [turn, voice] of this.#voices) {
      pieces.push(this.#hand(voice));
      if (!this.#over.has(turn)) break;
      this.#voices.delete(turn);
    }
    return pieces.join("");
  }

  #hand(voice: Voice): string {
    if (voice.text === "") return "";
    const begins = !this.#begun.has(voice);
    this.#begun.add(voice);
    const gap = begins && this.#hasText ? "\n\n" : "";
    const name = begins && this.#options.namesSpeakers ? speakerLine(voice.persona) : "";
    const text = `${gap}${name}${voice.text}`;
    voice.text = "";
    this.#hasText = true;
    return text;
  }

  readonly #begun = new WeakSet<Voice>();
}

const SILENT = { text: "", breaks: false, hasText: false };
