/** Sums in an answer that code can do better: `150 + 450 + 1350 = 2050`. */
import type { TurnEndReason } from "#core/events.ts";
import type { ModelProfile } from "./extract/extractor.ts";
import type { ChatMessage } from "./provider.ts";

const NUMBER = String.raw`[$€£]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[$€£]?\d+(?:\.\d+)?`;
/** A minus and a slash stand apart: without blanks they are parts of dates, paths and names. */
const OPERATOR = String.raw`\s*[+*×·÷]\s*|\s+[-−–/x]\s+`;
/** Nothing of a term may stand before it or behind its result, else this is a part of another sum. */
const EQUATION = new RegExp(
  String.raw`(?<![\w.,:/^)\]%]|[-+*×·÷/−–]\s*)((?:${NUMBER})(?:(?:${OPERATOR})(?:${NUMBER}))+)\s*=\s*(-?(?:${NUMBER}))(?![\w%:^(]|[.,]\d|\s*[-+*×·÷/−–=]\s*[\d(])`,
  "g",
);
/** Programs and their output are not what the model counts itself. */
const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g;
/** More of them teach a small model nothing. */
const MOST = 3;
/** Larger numbers are not exact here. */
const LARGEST = 2 ** 53;

/** An equation as it was written, and what really comes out, as text. */
export interface FalseSum {
  readonly written: string;
  readonly result: string;
}

/** The equations of plain numbers in a text that do not hold, rounded as they are written. */
export function falseSums(text: string): readonly FalseSum[] {
  const found: FalseSum[] = [];
  for (const [written, terms = "", stated = ""] of text.replace(CODE, "").matchAll(EQUATION)) {
    const value = evaluated(terms);
    if (value === undefined || isClose(value, stated)) continue;
    found.push({ written: written.trim(), result: formatted(value) });
    if (found.length === MOST) break;
  }
  return found;
}

/**
 * Small models write `150 + 450 = 700` of figures that are right, tell of the program in place of the number that it
 * printed, and end an answer at a quotation mark: it is requested anew, once in a turn.
 */
export class SumCheck {
  readonly #asksNumber: boolean;
  #mayAsk: boolean;

  /** @param question the message of the user. */
  constructor({ calls }: Pick<ModelProfile, "calls">, question = "") {
    this.#mayAsk = calls === "shape";
    this.#asksNumber = ASKS_NUMBER.test(question);
  }

  /**
   * @param current the turn so far.
   * @returns what the model reads before it answers again; `undefined`: nothing is wrong, or the model has read it already.
   */
  reproach(
    { text: answer }: { readonly text: string },
    { reason }: { readonly reason: TurnEndReason },
    current: readonly ChatMessage[] = [],
  ): string | undefined {
    if (!this.#mayAsk || reason !== "complete") return undefined;
    if (CUT.test(answer)) {
      this.#mayAsk = false;
      return AT_QUOTE;
    }
    const sums = falseSums(answer);
    const done = current.findLast((one) => one.role === "tool" && one.failed !== true);
    const result = done?.content ?? "";
    const isRun = done?.role === "tool" && done.name === RUN;
    const isExpected = this.#asksNumber || isRun;
    const isMissing = isExpected && /\d/.test(result) && !NUMBERS.test(answer);
    if (sums.length === 0 && !isMissing) return undefined;
    this.#mayAsk = false;
    if (sums.length === 0) return isRun && !this.#asksNumber ? NO_OUTPUT : NO_NUMBER;
    const parts = sums.map(({ written, result: right }) => `${written} is wrong, it is ${right}`);
    return `In your answer ${parts.join("; ")}. Answer again with what is right.`;
  }
}

/** In a shape a quotation mark ends the text that it was to stand in: `In English, ` is left of `In English, "spoon"`. */
const CUT = /[\p{L}\p{N},:;(] +$|[,:(]$/u;
const AT_QUOTE =
  "Your answer is cut off where you wrote a quotation mark. Answer again with the words alone that were asked for.";
/** A turn begins with it that asks what a program prints. */
const RUN = "run_program";
const NO_NUMBER =
  "A number was asked for, and your answer has none. Answer again with the number that the result above has.";
/** Asked for a number, a model gave the first one of three lines. */
const NO_OUTPUT =
  "Your answer has nothing of what the program printed. Answer again with all of it, line by line.";
/** In English, German, French and Spanish. */
const ASKS_NUMBER =
  /(?<!\p{L})(?:how (?:many|much|often)|(?:what|which) number|wie ?viele?|wie oft|combien|cu[aá]nt[oa]s?)(?!\p{L})/iu;
/** As digits and as words, and that there is none. */
const NUMBERS =
  /\d|(?<!\p{L})(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|once|twice|zero|no|none|never|nothing|not|nie|kein\p{L}*|null|eine?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|aucune?|une?|deux|trois|quatre|cinq|sept|huit|neuf|dix|ning[uú]n\p{L}*|uno?|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez)(?!\p{L})/iu;

/** Multiplications and divisions first, each from the left. */
function evaluated(terms: string): number | undefined {
  const parts = terms.match(new RegExp(`${NUMBER}|[-+*×·÷/−–x]`, "g")) ?? [];
  const sums: number[] = [];
  let operator = "+";
  for (const part of parts) {
    if (/^[-+*×·÷/−–x]$/.test(part)) {
      operator = part;
      continue;
    }
    const number = numberOf(part);
    const last = sums.pop() ?? 0;
    if (operator === "+") sums.push(last, number);
    else if (/[-−–]/.test(operator)) sums.push(last, -number);
    else sums.push(/[*×·x]/.test(operator) ? last * number : last / number);
  }
  const value = sums.reduce((sum, one) => sum + one, 0);
  return Number.isFinite(value) && Math.abs(value) < LARGEST ? value : undefined;
}

function numberOf(text: string): number {
  return Number(text.replace(/[$€£,]/g, ""));
}

/** Rounded or cut off at the digits that are written. */
function isClose(value: number, stated: string): boolean {
  const decimals = /\.(\d+)$/.exec(stated)?.[1]?.length ?? 0;
  const step = 10 ** -decimals;
  const isWhole = Number.isInteger(value) && decimals === 0;
  return Math.abs(value - numberOf(stated)) < (isWhole ? 0.5 : step * (1 + 1e-9));
}

function formatted(value: number): string {
  return `${Number(value.toFixed(4))}`;
}
