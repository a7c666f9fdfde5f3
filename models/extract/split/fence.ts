import { isFields } from "#core/json.ts";
import type { Body, RawCall } from "../dialect.ts";
import { bareJson, callHead, endsInName } from "../dialects/bare.ts";
import { CALL_LABELS, DATA_LABELS, PROGRAM_LABELS } from "../dialects/fences.ts";
import type { ExtractedCall } from "../extractor.ts";
import { finishCalls } from "../finish.ts";
import { LIMITS } from "../limits.ts";
import { allMarkers } from "../markers.ts";
import { exactJsonOrUndefined } from "../readers/exact-json.ts";
import { readJsonCalls } from "../readers/json-calls.ts";
import { TooDeep } from "../readers/literal.ts";
import { readPythonCalls } from "../readers/python-calls.ts";
import type { Verdict } from "../shape.ts";
import { ImpersonationMode } from "./impersonation.ts";
import type { Input, Mode } from "./input.ts";
import type { Turn } from "./turn.ts";

const OPENING = /^(`{3,}|~{3,})([^\n]*)\n/;
/** An opening line is longer than that only in attacks. */
const OPENING_LENGTH = 160;
/** So much of an answer, the opening line included, tells whether a block is a call. */
const HEAD_LENGTH = 200;
/** In so much of a block the name of a tool makes it a call rather than data. */
const CUT_LENGTH = 256;
/** A closing line is longer than that only in attacks. */
const CLOSING_LENGTH = 160;
// Leaked tokens of the template may stand right behind the fence.
const CLOSING = /^[ \t]*(`{3,}|~{3,})[ \t]*((?:<[^<>\s]{1,48}>)*)[ \t]*$/;
const MAYBE_CLOSING = /^[ \t]*(?:`+|~+)?(?:[ \t\r]|<[^<>\s]{0,48}>?)*$/;

/** `program`: no call is expected there, and so one that stands there is meant. */
type Kind = "call" | "data" | "program" | "code";

/** A fenced block: shown as it is, unless it is a call in a fence. */
export class FenceMode implements Mode {
  readonly #turn: Turn;
  readonly #indent: number;
  #fence = "";
  #kind: Kind = "code";
  /** The block so far, as long as it may be a call. */
  #held: { raw: string; body: string } | undefined;
  #atLineStart: boolean = true;
  #isCall: boolean = false;

  /** @param indent columns before the fence, which stands next in the input. */
  constructor(turn: Turn, indent: number) {
    this.#turn = turn;
    this.#indent = indent;
  }

  step(input: Input): Mode | null {
    if (this.#fence === "" && !this.#open(input)) return null;
    while (!input.isEmpty) {
      const line = this.#line(input);
      if (line === null) return null;
      const end = this.#closingEnd(line);
      if (end > 0) {
        input.unread(line.slice(end));
        return this.#close(line.slice(0, end));
      }
      this.#add(line);
    }
    if (!input.final) return null;
    if (this.#held === undefined) return null;
    // A model that ends with its call often leaves the fence open.
    return this.#close("");
  }

  /** Reads the opening line. @returns whether it is complete. */
  #open(input: Input): boolean {
    const window = input.text.slice(input.at, input.at + OPENING_LENGTH);
    const match = OPENING.exec(input.final ? `${window}\n` : window);
    if (match === null && window.length < OPENING_LENGTH && !input.final) return false;
    const [, fence = "", label = ""] = match ?? [];
    this.#fence = fence === "" ? (/^(?:`+|~+)/.exec(window)?.[0] ?? "```") : fence;
    const raw = input.take(
      Math.min(input.at + (match?.[0].length ?? this.#fence.length), input.text.length),
    );
    this.#atLineStart = match !== null;
    this.#kind = this.#kindOf(label, match !== null);
    if (this.#kind === "code") this.#turn.sink.text(raw);
    else this.#held = { raw, body: "" };
    return true;
  }

  #kindOf(label: string, isWhole: boolean): Kind {
    const word = label.trim().toLowerCase().replaceAll("-", "_");
    if (!isWhole || this.#indent >= 4) return "code";
    if (CALL_LABELS.has(word)) return "call";
    if (DATA_LABELS.has(word)) return "data";
    const isProgram = PROGRAM_LABELS.has(word) || this.#turn.tools.isDeclared(label.trim());
    return isProgram ? "program" : "code";
  }

  /** The next line, or a part of one that cannot be the closing fence; `null` to wait for more. */
  #line(input: Input): string | null {
    const { text, at } = input;
    const end = text.indexOf("\n", at);
    if (end >= 0) return input.take(end + 1);
    const rest = text.slice(at, at + CLOSING_LENGTH);
    const mayClose = this.#atLineStart && rest.length < CLOSING_LENGTH && MAYBE_CLOSING.test(rest);
    return mayClose && !input.final ? null : input.take(text.length);
  }

  /** Where the closing fence in a line ends; 0 when the line does not close the block. */
  #closingEnd(line: string): number {
    if (!this.#atLineStart || line.length > CLOSING_LENGTH) return 0;
    const [, fence = "", leaked = ""] = CLOSING.exec(line.trimEnd()) ?? [];
    if (!fence.startsWith(this.#fence)) return 0;
    if (leaked === "") return line.length;
    return isLeak(leaked) ? line.indexOf(leaked) : 0;
  }

  #add(line: string): void {
    this.#atLineStart = line.endsWith("\n");
    if (this.#held === undefined) {
      this.#turn.sink.text(line);
      return;
    }
    this.#held.raw += line;
    this.#held.body += line;
    const isTooLong = this.#held.raw.length > LIMITS.unitLength;
    if (isTooLong || (this.#kind !== "call" && this.#isOther())) this.#release();
  }

  /** Whether the block is something else than a call; once it looks like one, its end decides. */
  #isOther(): boolean {
    if (this.#isCall) return false;
    const verdict = this.#looksLikeCall();
    this.#isCall = verdict === "yes";
    return verdict === "no" || (verdict === "more" && (this.#held?.raw.length ?? 0) >= HEAD_LENGTH);
  }

  /** Only the beginning is looked at, so that a long block is not read again with every line. */
  #looksLikeCall(): Verdict {
    const { raw, body: whole } = this.#held ?? { raw: "", body: "" };
    const body = whole.slice(0, Math.max(HEAD_LENGTH - raw.length + whole.length, 0));
    const start = /^\s{0,64}/.exec(body)?.[0].length ?? 0;
    if (start === body.length) return "more";
    const marker = bareJson.markers.find(({ open }) => open.includes(body.charAt(start)));
    if (marker?.kind !== "unit") return "no";
    const { tools } = this.#turn;
    const declared = marker.after(body, start + 1, tools);
    const verdict = declared === "no" && tools.tools.length > 0 ? callHead(body, 0) : declared;
    return verdict === "more" && body.length < whole.length ? "no" : verdict;
  }

  #release(): void {
    this.#turn.sink.text(this.#held?.raw ?? "");
    this.#held = undefined;
  }

  #close(line: string): Mode {
    const { sink, prose } = this.#turn;
    const raw = (this.#held?.raw ?? "") + line;
    const calls = this.#held === undefined ? null : this.#calls(this.#held.body, raw, line === "");
    if (calls === null && line === "" && this.#isCutOff()) {
      sink.dropped("a call that was cut off", raw);
    } else if (calls === null) sink.text(raw);
    else if (this.#kind === "data" && sink.hasText) sink.hold(raw, calls);
    else for (const call of calls) sink.call(call);
    prose.restartLine();
    // What follows such a call builds on a result that the model made up.
    return calls !== null && this.#kind === "program"
      ? new ImpersonationMode(this.#turn, "", [])
      : prose;
  }

  /** Whether the answer ended inside a block that would have been a call. */
  #isCutOff(): boolean {
    if (this.#held === undefined || this.#kind === "call") return this.#held !== undefined;
    const { body } = this.#held;
    const isCall = this.#looksLikeCall() === "yes" || endsInName(body, this.#turn.tools);
    return body.length <= CUT_LENGTH && isCall;
  }

  #calls(text: string, raw: string, cut: boolean): readonly ExtractedCall[] | null {
    const { stopped, tools } = this.#turn;
    const unmarked = this.#kind !== "call";
    const body: Body = { opener: "", text, cut, stopped, tools };
    try {
      const read = readFenced(body, unmarked);
      const unit = { dialect: "fence", raw, unmarked };
      if (read === null || (this.#kind === "program" && !isOneCall(read, body))) return null;
      const calls = finishCalls(read, unit, tools) ?? this.#unknown(read, { body, raw });
      // More lines could have come, and made it something else than one call.
      const isOpen = unmarked && cut && !stopped;
      return isOpen ? (calls?.map((call) => ({ ...call, truncated: true })) ?? null) : calls;
    } catch (error) {
      if (error instanceof TooDeep) return null;
      throw error;
    }
  }

  /** A call that is well written but of no tool: the model must learn which ones there are. */
  #unknown(
    read: readonly RawCall[],
    { body, raw }: { readonly body: Body; readonly raw: string },
  ): readonly ExtractedCall[] | null {
    if (body.tools.tools.length === 0 || !isOneCall(read, body)) return null;
    if (callHead(body.text, 0) !== "yes") return null;
    return finishCalls(read, { dialect: "fence", raw, unmarked: false }, body.tools);
  }
}

/** One call and nothing else, in JSON without a fault. */
function isOneCall(read: readonly RawCall[], { text }: Body): boolean {
  return read.length === 1 && isFields(exactJsonOrUndefined(text.trim()));
}

function isLeak(text: string): boolean {
  const { inLine, spotted } = allMarkers();
  return spotted.get(inLine.at(text, 0))?.[0]?.marker.kind === "end";
}

function readFenced(body: Body, unmarked: boolean): readonly RawCall[] | null {
  const isJson = /^\s*[[{]/.test(body.text) && !/^\s*\[\s*[\p{L}_][\w.]*\s*\(/u.test(body.text);
  return isJson || unmarked ? readJsonCalls({ unmarked })(body) : readPythonCalls(body);
}
