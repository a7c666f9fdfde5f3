import { allMarkers, isMarkup, type Markers, type Spotted } from "../markers.ts";
import type { Tokens } from "../tokens.ts";
import { FenceMode } from "./fence.ts";
import type { Input, Mode } from "./input.ts";
import { endsInMarker, isCutOff, judge, switchMode } from "./mode-switch.ts";
import { ReasoningMode } from "./reasoning.ts";
import type { Prose, Turn } from "./turn.ts";

const BLANKS = /[ \t\u00a0\ufeff]*/y;
/** Longer runs are taken in parts of this length, so that none is looked at again and again. */
const TICKS = /`{1,64}/y;
const MOST_TICKS = 64;
// With back quotes behind it in its line, a run of them is code within the line.
const FENCE = /^(?:`{3,}[^`]*|~{3,}.*)$/;
/** An opening line is longer than that only in attacks. */
const FENCE_LINE = 160;
/** Columns from which on a line is code, after an empty line. */
const CODE_INDENT = 4;

/** Nothing was decided here: the character is text. */
const NOT_A_MARKER = "text";
type Outcome = Mode | null | typeof NOT_A_MARKER;

/**
 * Text outside of calls and reasoning. It knows just enough of Markdown to see what is quoted: code
 * in back quotes, fenced and indented code, and block quotes are shown and never run.
 *
 * @see https://spec.commonmark.org/0.31.2/
 */
export class ProseMode implements Prose {
  readonly #turn: () => Turn;
  readonly #markers: Markers = allMarkers();
  /** Nothing but blanks stands in the line so far. */
  #lineIsBlank: boolean = true;
  #indent = 0;
  /** An indented line here is code: the line before was empty, or code. */
  #mayBeCode: boolean = true;
  /** The rest of the line is shown as it is: a block quote, or indented code. */
  #lineIsInert: boolean = false;
  /** Length of the run of back quotes that opened code in this line. */
  #ticks = 0;
  /** The template opened a block of reasoning before the answer began. */
  #thinkIsOpen: boolean;

  constructor(turn: () => Turn, thinkIsOpen: boolean) {
    this.#turn = turn;
    this.#thinkIsOpen = thinkIsOpen;
  }

  /** Whether a text without special characters may be shown without a closer look. */
  get isPlain(): boolean {
    return !this.#lineIsBlank;
  }

  restartLine(): void {
    this.#beginLine(false);
  }

  resumeBehind(text: string): void {
    const line = text.slice(text.lastIndexOf("\n") + 1);
    this.#beginLine(false);
    this.#lineIsBlank = line.trim() === "" && line.length < text.length;
  }

  step(input: Input): Mode | null {
    while (!input.isEmpty) {
      const at = input.at;
      const next = this.#advance(input);
      if (next !== this) return next;
      if (input.at === at) return null;
    }
    return null;
  }

  #advance(input: Input): Mode | null {
    if (this.#lineIsInert) return this.#inertLine(input);
    return this.#lineIsBlank ? this.#lineStart(input) : this.#inLine(input);
  }

  #beginLine(mayBeCode: boolean): void {
    this.#lineIsBlank = true;
    this.#lineIsInert = false;
    this.#indent = 0;
    this.#ticks = 0;
    this.#mayBeCode = mayBeCode;
  }

  #show(text: string): this {
    this.#turn().sink.text(text);
    return this;
  }

  #inertLine(input: Input): this {
    const end = input.text.indexOf("\n", input.at);
    const isCode = this.#indent >= CODE_INDENT;
    this.#show(input.take(end < 0 ? input.text.length : end + 1));
    if (end >= 0) this.#beginLine(isCode);
    return this;
  }

  #lineStart(input: Input): Mode | null {
    BLANKS.lastIndex = input.at;
    const blanks = BLANKS.exec(input.text)?.[0] ?? "";
    this.#indent += blanks.length + 3 * (blanks.split("\t").length - 1);
    this.#show(input.take(input.at + blanks.length));
    if (input.isEmpty) return this;
    const char = input.text.charAt(input.at);
    if (char === "\n" || char === "\r") return this.#emptyLine(input);
    if (this.#thinkIsOpen) return this.#openThink(input);
    if (char === "`" || char === "~") return this.#fence(input);
    if (this.#mayBeCode && this.#indent >= CODE_INDENT) return this.#quote(input);
    const outcome = this.#headless(input);
    const marked =
      outcome === NOT_A_MARKER ? this.#marker(input, this.#markers.atLineStart) : outcome;
    if (marked !== NOT_A_MARKER) return marked;
    return char === ">" ? this.#quote(input) : this.#textBegins(input);
  }

  #emptyLine(input: Input): this {
    this.#show(input.take(input.at + 1));
    this.#beginLine(true);
    return this;
  }

  #quote(input: Input): this {
    this.#lineIsInert = true;
    return this.#inertLine(input);
  }

  #textBegins(input: Input): this {
    this.#lineIsBlank = false;
    return this.#show(input.take(input.at + 1));
  }

  #fence(input: Input): Mode | null {
    const line = /^[^\n]*/.exec(input.text.slice(input.at, input.at + FENCE_LINE))?.[0] ?? "";
    const isWhole = input.at + line.length < input.text.length;
    if (!isWhole && !input.final && (line.length < 3 || FENCE.test(line))) return null;
    if (FENCE.test(line)) return new FenceMode(this.#turn(), this.#indent);
    this.#lineIsBlank = false;
    return this.#inLine(input);
  }

  #inLine(input: Input): Mode | null {
    const { special } = this.#markers;
    special.lastIndex = input.at;
    const stop = special.exec(input.text)?.index ?? input.text.length;
    if (stop > input.at) this.#show(input.take(stop));
    if (input.isEmpty) return this;
    const char = input.text.charAt(stop);
    if (char === "`") return this.#inlineCode(input);
    if (char === "\n") {
      this.#show(input.take(stop + 1));
      this.#beginLine(false);
      return this;
    }
    const outcome = this.#ticks > 0 ? NOT_A_MARKER : this.#marker(input, this.#markers.inLine);
    return outcome === NOT_A_MARKER ? this.#show(input.take(stop + 1)) : outcome;
  }

  #inlineCode(input: Input): Mode | null {
    TICKS.lastIndex = input.at;
    const run = TICKS.exec(input.text)?.[0].length ?? 1;
    // More of them may come, and only a run of the same length closes the code.
    const mayGrow = run < MOST_TICKS && input.at + run === input.text.length;
    if (mayGrow && !input.final) return null;
    if (this.#ticks === 0) this.#ticks = run;
    else if (this.#ticks === run) this.#ticks = 0;
    return this.#show(input.take(input.at + run));
  }

  /** A call that begins with the name of a declared tool, because the server swallowed its marker. */
  #headless(input: Input): Outcome {
    const { tools, sink } = this.#turn();
    if (sink.hasText || sink.isHolding) return NOT_A_MARKER;
    if (!input.final && tools.names.isOpen(input.text, input.at)) return null;
    const token = tools.names.at(input.text, input.at);
    if (token === "") return NOT_A_MARKER;
    return this.#choose(
      input,
      this.#markers.headless.map((spotted) => ({ ...spotted, token })),
    );
  }

  #marker(input: Input, tokens: Tokens): Outcome {
    if (!input.final && tokens.isOpen(input.text, input.at)) return null;
    const token = tokens.at(input.text, input.at);
    const turn = this.#turn();
    const context = { input, lineIsBlank: this.#lineIsBlank, turn };
    // A bracket of prose may be a marker that was cut off, too.
    if (input.final && !isMarkup(token) && endsInMarker(context)) {
      turn.sink.dropped("a marker that was cut off", input.take(input.text.length));
      return this;
    }
    return token === ""
      ? NOT_A_MARKER
      : this.#choose(input, this.#markers.spotted.get(token) ?? []);
  }

  #choose(input: Input, candidates: readonly Spotted[]): Outcome {
    const turn = this.#turn();
    for (const spotted of candidates) {
      const context = { input, lineIsBlank: this.#lineIsBlank, turn };
      const verdict = judge(spotted, context);
      if (verdict === "yes") return switchMode(spotted, context);
      if (verdict === "no") continue;
      if (!input.final) return null;
      if (isCutOff(spotted, context)) {
        turn.sink.dropped("a call that was cut off", input.take(input.text.length));
        return this;
      }
    }
    return NOT_A_MARKER;
  }

  /** The template opened a block of reasoning; some models write its opener once more. */
  #openThink(input: Input): Mode | null {
    const tokens = this.#markers.atLineStart;
    if (!input.final && tokens.isOpen(input.text, input.at)) return null;
    this.#thinkIsOpen = false;
    const candidates = this.#markers.spotted.get(tokens.at(input.text, input.at)) ?? [];
    if (candidates[0]?.marker.kind === "think") return this.#lineStart(input);
    return new ReasoningMode(this.#turn(), this.#markers.thinkClose);
  }
}
