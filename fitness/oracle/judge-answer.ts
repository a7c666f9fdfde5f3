/** Whether an answer is what was expected; worded so that the maker of the tool can mend it. */
import type { ToolCase } from "#tools/contract/cases.ts";
import type { CallBreakdown, CallOutcome } from "#tools/contract/outcome.ts";
import { type Contract, INVALID_INPUT } from "#tools/contract/spec.ts";
import type { Answer } from "./ask.ts";
import { firstDifference, sameJson, showJson } from "./compare.ts";
import { givesOrders } from "./takeover.ts";

/** The most a tool may answer in characters of JSON, where its contract does not promise less. */
const DEFAULT_OUTPUT_CHARACTERS = 128 * 1024;

/** One line with input, expectation and answer; nothing when all is well. */
export function complaintAbout({ ask, outcome }: Answer, contract: Contract): string | undefined {
  const { what, input, expected } = ask;
  const expectation = unmet(outcome, expected.kind === "case" ? expected.toolCase : undefined, {
    mustRefuse: expected.kind === "refused",
    contract,
  });
  if (expectation === undefined) return ordersIn(input, outcome, what);
  return `${what}: input ${showJson(input)} · expected ${expectation} · got ${showOutcome(outcome)}`;
}

/** A model reads what a tool answers: the tool may repeat its input, and gives no orders of its own. */
function ordersIn(input: unknown, outcome: CallOutcome, what: string): string | undefined {
  if (outcome.kind === "breakdown") return;
  const output = outcome.kind === "result" ? outcome.value : outcome.message;
  if (!givesOrders(input, output)) return;
  return `${what}: input ${showJson(input)} · expected an answer that gives a model no orders · got ${showOutcome(outcome)}`;
}

/** What the maker of a tool reads about how a call ended. */
export function showOutcome(outcome: CallOutcome): string {
  switch (outcome.kind) {
    case "result":
      return showJson(outcome.value);
    case "failure":
      return `the failure ${outcome.code}${outcome.declared ? "" : ", which the contract does not name"} (${outcome.message.slice(0, 200)})`;
    case "breakdown":
      return `a breakdown, ${outcome.why}: ${outcome.detail.slice(0, 300) || endOf(outcome.why)}`;
  }
}

/** What to look for where nothing was printed. @param why what ended the process, where something did. */
export function endOf(why: CallBreakdown["why"] | null): string {
  switch (why) {
    case "cpu":
      return "it used more processor time than a call may; look for a loop that does not end for this input";
    case "wall":
      return "it took longer than a call may; look for a loop that does not end for this input";
    case "memory":
      return "it took more memory than a call may; look for what grows with this input";
    case "output":
      return "it printed more than a call may";
    default:
      return "it ended without an answer";
  }
}

/** Whether two calls ended alike; messages are for people and may differ. */
export function sameOutcome(a: CallOutcome, b: CallOutcome): boolean {
  if (a.kind === "result" && b.kind === "result") return sameJson(a.value, b.value);
  if (a.kind === "failure" && b.kind === "failure") return a.code === b.code;
  return a.kind === "breakdown" && b.kind === "breakdown" && a.why === b.why;
}

/** Whether a call ended as its declared case says. */
export function meets(outcome: CallOutcome, toolCase: ToolCase): boolean {
  if ("error" in toolCase) return outcome.kind === "failure" && outcome.code === toolCase.error;
  return outcome.kind === "result" && sameJson(outcome.value, toolCase.output);
}

interface Rules {
  readonly mustRefuse: boolean;
  readonly contract: Contract;
}

function unmet(
  outcome: CallOutcome,
  toolCase: ToolCase | undefined,
  { mustRefuse, contract }: Rules,
): string | undefined {
  if (toolCase !== undefined && !meets(outcome, toolCase)) {
    if ("error" in toolCase) return `the failure ${toolCase.error}`;
    return `${showJson(toolCase.output)}${differing(outcome, toolCase.output)}`;
  }
  if (outcome.kind === "breakdown" || (outcome.kind === "failure" && !outcome.declared)) {
    return mustRefuse ? refusal(contract) : `a result or ${refusal(contract)}`;
  }
  if (outcome.kind === "result" && mustRefuse) return refusal(contract);
  return outcome.kind === "result" ? tooLong(outcome.value, contract) : undefined;
}

function differing(outcome: CallOutcome, output: unknown): string {
  const path = outcome.kind === "result" ? firstDifference(output, outcome.value) : "";
  return path === "" ? "" : ` (it differs at ${path})`;
}

function refusal(contract: Contract): string {
  return [INVALID_INPUT, ...contract.failures.map(({ code }) => code)].join(" or ");
}

function tooLong(value: unknown, contract: Contract): string | undefined {
  const limit = outputLimit(contract);
  const length = JSON.stringify(value).length;
  return length > limit ? `at most ${limit} characters of JSON, not ${length}` : undefined;
}

function outputLimit({ properties }: Contract): number {
  for (const property of properties) {
    const characters = /^bounded-output:(\d{1,9})$/.exec(property)?.[1];
    if (characters !== undefined) return Number(characters);
  }
  return DEFAULT_OUTPUT_CHARACTERS;
}
