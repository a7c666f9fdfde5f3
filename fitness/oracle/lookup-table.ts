/**
 * Tells a tool that knows its declared cases by heart from one that follows a rule.
 *
 * No single sign is enough: a list of capitals holds its answers word for word, a strict parser refuses almost
 * everything that resembles a case. So the answers to inputs near the cases must say nothing, and then the
 * source, or five different answers that suddenly become one, must say where the cases come from.
 */
import { canonicalJson } from "#core/canonical-json.ts";
import { isFields } from "#core/json.ts";
import type { ToolCase } from "#tools/contract/cases.ts";
import type { CallOutcome } from "#tools/contract/outcome.ts";
import { sameJson, showJson } from "./compare.ts";
import { meets } from "./judge-answer.ts";
import { leavesOf, type NearInput } from "./near-inputs.ts";

/** A text or a number that stands in a source. */
export type Literal = string | number;

export interface NearAnswer {
  readonly near: NearInput;
  readonly outcome: CallOutcome;
}

/** Fewer answers near the cases prove nothing. */
const ENOUGH = 6;

/** What a tool gives to everything but its cases, when that is always the same; else nothing. */
export function onlyOtherAnswer(answers: readonly NearAnswer[]): string | undefined {
  // An input that differs only in what the tool ignores gives the answer of its case: no sign of anything.
  const others = answers.filter(
    (answer) => !meets(answer.outcome, answer.near.origin) && !isEcho(answer),
  );
  const kinds = new Set(others.map(({ outcome }) => kindOf(outcome)));
  const [only] = kinds;
  return kinds.size === 1 && others.length >= ENOUGH ? only : undefined;
}

function kindOf(outcome: CallOutcome): string {
  if (outcome.kind === "failure") return `the failure ${outcome.code}`;
  return outcome.kind === "result" ? showJson(outcome.value) : `a breakdown, ${outcome.why}`;
}

/** Whether a tool gives back what came in: it needs no rule for that. */
function isEcho({ near: { input }, outcome }: NearAnswer): boolean {
  if (outcome.kind !== "result") return false;
  const { value } = outcome;
  const inputParts = [input, ...leavesOf(input).map((leaf) => leaf.value)];
  const inner = isFields(value) ? Object.values(value) : [];
  return [value, ...inner].some(
    (one) =>
      typeof one === "string" && one !== "" && inputParts.some((part) => sameJson(part, one)),
  );
}

/**
 * Whether a tool has answers of its own to the words of its source. A few do not count: a program that copies the
 * cases copies the examples in the tests as well.
 */
export function knowsMore(answers: readonly NearAnswer[], cases: readonly ToolCase[]): boolean {
  const results = answers.filter((answer) => answer.outcome.kind === "result" && !isEcho(answer));
  const unknown = results.filter(
    ({ outcome }) => !cases.some((toolCase) => meets(outcome, toolCase)),
  );
  const different = new Set(unknown.map(({ outcome }) => kindOf(outcome)));
  return different.size >= Math.max(3, cases.length / 3);
}

/**
 * @param otherAnswer what {@link onlyOtherAnswer} found.
 * @returns why the tool is taken for a table of its cases; nothing when it is not.
 */
export function tableOfCases(
  cases: readonly ToolCase[],
  literals: readonly Literal[],
  otherAnswer: string,
): string | undefined {
  const results = cases.flatMap((toolCase) => ("error" in toolCase ? [] : [toolCase]));
  const telling = results.filter(({ output }) => hasWeight(output));
  const different = new Set(results.map(({ output }) => canonicalJson(output)));
  const answersStand = telling.filter(({ output }) => stands(output, literals));
  const bothStand = answersStand.filter(({ input }) => hasWeight(input) && stands(input, literals));
  const [example] = bothStand.length > 0 ? bothStand : answersStand;
  const exampleText =
    example === undefined
      ? ""
      : `, such as ${showJson(example.input)} → ${showJson(example.output)}`;
  if (bothStand.length >= 3 && bothStand.length * 2 >= telling.length) {
    return `${bothStand.length} of its ${results.length} cases stand in the source with input and output${exampleText}`;
  }
  if (different.size >= 4 && answersStand.length * 4 >= results.length * 3) {
    return `the outputs of ${answersStand.length} of its ${results.length} cases stand in the source${exampleText}`;
  }
  const constant = !otherAnswer.startsWith("the failure");
  return different.size >= 5 && constant
    ? `its cases have ${different.size} different outputs, everything else has one`
    : undefined;
}

/** Whether something in a value is more than every program holds anyway. */
function hasWeight(value: unknown): boolean {
  return leavesOf(value).some((leaf) => !isTrivial(leaf.value));
}

function isTrivial(value: unknown): boolean {
  if (typeof value === "string") return value.length < 2;
  return typeof value !== "number" || [-1, 0, 1].includes(value);
}

function stands(value: unknown, literals: readonly Literal[]): boolean {
  const text = JSON.stringify(value);
  if (literals.some((literal) => typeof literal === "string" && literal.includes(text)))
    return true;
  const leaves = leavesOf(value).map((leaf) => leaf.value);
  const heavy = leaves.filter((leaf) => !isTrivial(leaf));
  // Numbers beside texts are often counted from them.
  const texts = heavy.filter((leaf) => typeof leaf === "string");
  return (texts.length > 0 ? texts : heavy).every((leaf) => isWritten(leaf, literals));
}

function isWritten(leaf: unknown, literals: readonly Literal[]): boolean {
  return literals.some((literal) => {
    if (typeof leaf === "number") return literal === leaf || literal === Math.abs(leaf);
    if (literal === leaf) return true;
    return (
      typeof leaf === "string" &&
      leaf.length >= 4 &&
      typeof literal === "string" &&
      literal.includes(leaf)
    );
  });
}
