/** Sums in an answer that code can do better: `150 + 450 + 1350 = 2050`. */
import type { TurnEndReason } from "#core/events.ts";
import type { ModelProfile } from "./extract/extractor.ts";

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
/** Larger numbers have no exact place here. */
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
    found.push({ written: written.trim(), result: shown(value) });
    if (found.length === MOST) break;
  }
  return found;
}

/** Small models write `150 + 450 = 700` of figures that are right: their answer is asked for anew, once in a turn. */
export class SumCheck {
  #mayAsk: boolean;

  constructor({ calls }: Pick<ModelProfile, "calls">) {
    this.#mayAsk = calls === "shape";
  }

  /** What the model reads before it answers again; `undefined`: nothing is wrong, or it was told already. */
  reproach(answer: string, ending: TurnEndReason): string | undefined {
    const sums = this.#mayAsk && ending === "complete" ? falseSums(answer) : [];
    if (sums.length === 0) return undefined;
    this.#mayAsk = false;
    const parts = sums.map(({ written, result }) => `${written} is wrong, it is ${result}`);
    return `In your answer ${parts.join("; ")}. Answer again with what is right.`;
  }
}

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

function shown(value: number): string {
  return `${Number(value.toFixed(4))}`;
}
