/**
 * The only way of external text to a screen, a model, a log, a file or a commit: sanitise, then
 * redact, then cap. In this order, for an invisible character would split a secret, and a cut half of one.
 */
import { Pauses } from "../pauses.ts";
import { Sanitizer, sanitize } from "../sanitize.ts";
import { isNamedSecret } from "./assignment.ts";
import { Cap } from "./cap.ts";
import { cleanData, textsIn } from "./clean-data.ts";
import { Redactor } from "./redactor.ts";
import { SecretFinder } from "./secret-finder.ts";

export interface GateOptions {
  /** Longest result in characters, without the line that says how much is missing. @default no limit */
  readonly cap?: number | undefined;
}

/** One stream of text. Feeding it whole or in any pieces gives the same, joined. */
export interface TextGate {
  /** @returns what is certain by now: all but the last word, and a secret that is not finished. */
  push(text: string): string;
  /** What was still held back; the next text begins a new stream. */
  end(): string;
}

/** What is cleaned at once, in characters: takes up to 10 ms where every word begins a secret. */
const SLICE = 2048;

/** Longer texts are searched at once, in characters. */
const GLANCE = 512;

/** A long text without what may not be displayed, computed in slices. */
interface Worked {
  /** As `clean` gives it. */
  readonly clean: string;
  /** As `redactData` gives it. */
  readonly redacted: string;
  readonly kinds: readonly string[];
}

/** Cleans text of what one process knows to be secret, and of what looks like a secret. */
export class TextCleaner {
  readonly #finder: SecretFinder;
  readonly #worked: ReadonlyMap<string, Worked>;
  /** Of the data before: a request has all that the one before it had, and some lines more. */
  #before: ReadonlyMap<string, Worked> = new Map<string, Worked>();

  /** @param secrets exact values; those under eight characters would hide ordinary words. */
  constructor(
    secrets: readonly string[] | SecretFinder = [],
    worked: ReadonlyMap<string, Worked> = new Map<string, Worked>(),
  ) {
    this.#finder =
      secrets instanceof SecretFinder ? secrets : new SecretFinder(secrets.map(sanitize));
    this.#worked = worked;
  }

  /** Opens a gate for one stream of text. */
  createTextGate({ cap }: GateOptions = {}): TextGate {
    return new Gate(this.#finder, cap);
  }

  /** Cleans a whole text. */
  clean(text: string, { cap }: GateOptions = {}): string {
    const clean = this.#worked.get(text)?.clean ?? this.redact(sanitize(text));
    if (cap === undefined) return clean;
    const limit = new Cap(cap);
    return limit.push(clean) + limit.end();
  }

  /**
   * Cleans a whole text as `clean` does, in slices between which everything else of this process goes on: for what a
   * program printed, which can be megabytes of beginnings of secrets.
   *
   * @throws the reason of the signal once it aborts.
   */
  async cleanInSlices(text: string, signal?: AbortSignal): Promise<string> {
    if (text.length <= SLICE) return this.clean(text);
    return await inSlices(text, this.createTextGate(), new Pauses(signal));
  }

  /**
   * Works out in slices, between which everything else of this process goes on, what is to be done with the texts of
   * plain data.
   *
   * @returns a cleaner that gives it for these texts at once, and does everything else as this one does.
   * @throws the reason of the signal once it aborts.
   */
  async ahead(data: unknown, signal?: AbortSignal): Promise<TextCleaner> {
    const texts = textsIn(data);
    const length = texts.reduce((sum, text) => sum + text.length, 0);
    if (length <= SLICE) return this;
    const pauses = new Pauses(signal);
    const worked = new Map<string, Worked>();
    for (const text of texts) {
      if (worked.has(text)) continue;
      worked.set(text, this.#before.get(text) ?? (await this.#work(text, pauses)));
      await pauses.rest();
    }
    this.#before = worked;
    return new TextCleaner(this.#finder, worked);
  }

  /** Cleans every text within plain data, and says nothing of a field called "password" or the like. */
  cleanData<Data>(data: Data): Data {
    return this.#eachText(data, (text) => this.clean(text));
  }

  /**
   * Takes secrets out of plain data and leaves every other character: for calls, of which one must see
   * what runs. Invisible characters go only where a secret hides behind them.
   */
  redactData<Data>(data: Data): Data {
    return this.#eachText(data, (text) => {
      const redacted = this.#worked.get(text)?.redacted;
      if (redacted !== undefined) return redacted;
      const clean = this.redact(text);
      const visible = sanitize(clean);
      return visible === clean || this.secretsIn(visible).length === 0
        ? clean
        : this.redact(visible);
    });
  }

  /** Takes secrets out and leaves every other byte: for recordings, which are played back. */
  redact(text: string): string {
    // Names of fields and short prose, most of what is cleaned: a search takes three to twenty times as long.
    if (text.length <= GLANCE && this.#finder.isQuiet(text)) return text;
    return new Redactor(this.#finder).end(text);
  }

  /** Labels of the secrets in a text, such as "GitHub token", each once. */
  secretsIn(text: string): readonly string[] {
    const worked = this.#worked.get(text)?.kinds;
    if (worked !== undefined) return worked;
    const kinds = new Redactor(this.#finder).kindsIn(sanitize(text));
    return [...new Set(kinds)];
  }

  async #work(text: string, pauses: Pauses): Promise<Worked> {
    const visible = await inSlices(text, new Sanitizer(), pauses);
    const cleaned = new Redactor(this.#finder);
    const clean = await inSlices(visible, cleaned, pauses);
    const kinds = [...cleaned.kinds];
    if (visible === text) return { clean, redacted: clean, kinds };
    const redacted = await inSlices(text, new Redactor(this.#finder), pauses);
    const sanitised = await inSlices(redacted, new Sanitizer(), pauses);
    const again = await inSlices(sanitised, new Redactor(this.#finder), pauses);
    return { clean, redacted: again === sanitised ? redacted : again, kinds };
  }

  #eachText<Data>(data: Data, clean: (text: string) => string): Data {
    // The shape stays: texts become texts, and nothing else changes.
    return cleanData(data, { clean, isSecretField: isNamedSecret }) as Data;
  }
}

/** Something that text goes through piece by piece. */
interface Pieces {
  push(text: string): string;
  end?(): string;
}

/** Sends a text through in slices. */
async function inSlices(text: string, through: Pieces, pauses: Pauses): Promise<string> {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += SLICE) {
    parts.push(through.push(text.slice(at, at + SLICE)));
    await pauses.rest();
  }
  parts.push(through.end?.() ?? "");
  return parts.join("");
}

class Gate implements TextGate {
  readonly #finder: SecretFinder;
  readonly #cap: Cap | undefined;
  #sanitizer = new Sanitizer();
  #redactor: Redactor;

  constructor(finder: SecretFinder, cap: number | undefined) {
    this.#finder = finder;
    this.#redactor = new Redactor(finder);
    this.#cap = cap === undefined ? undefined : new Cap(cap);
  }

  push(text: string): string {
    return this.#capped(this.#redactor.push(this.#sanitizer.push(text)));
  }

  end(): string {
    const rest = this.#capped(this.#redactor.end()) + (this.#cap?.end() ?? "");
    this.#sanitizer = new Sanitizer();
    this.#redactor = new Redactor(this.#finder);
    return rest;
  }

  #capped(text: string): string {
    return this.#cap?.push(text) ?? text;
  }
}
