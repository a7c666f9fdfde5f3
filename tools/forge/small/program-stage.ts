/** A program as one plain function, which is what a small model writes best; the rest of the file is made here. */
import { PYTHON_MODULES } from "../../contract/python-modules.ts";
import type { PromptMessage } from "../ask.ts";
import { takeFile, takeLines } from "../repairs/answer.ts";
import { PYTHON_REPAIRS } from "../repairs/python.ts";
import { type Block, blocksOf } from "../repairs/python-blocks.ts";
import { applyRepairs, type Repair } from "../repairs/repair.ts";
import { linesShape } from "../shapes.ts";
import type { Reading, Stage } from "../stage.ts";
import { OTHER_FAILURE, type SmallContract } from "./fields.ts";
import { mendPrompt, type Phrasing, programPrompt } from "./prompts.ts";

/** What a model wrote, and the file that it became. */
export interface Program {
  /** Its function, without what was added. */
  readonly lines: readonly string[];
  /** Text of tool.py. */
  readonly source: string;
}

const MOST_LINES = 60;
/** Longest program in tokens; those that were measured have 40 to 250. */
const LONGEST_PROGRAM = 500;
/** The likely program first; a second one is to find another way. */
const TEMPERATURES: readonly [number, number] = [0.2, 0.7];

/** A program that is written from the contract alone. */
export function programStage(small: SmallContract, phrasing: Phrasing): Stage<Program> {
  return stageOf(small, programPrompt(small, phrasing), TEMPERATURES[phrasing]);
}

/** The same program again, by what was wrong with it. */
export function mendStage(small: SmallContract, program: Program, failure: string): Stage<Program> {
  const messages = mendPrompt(programPrompt(small, 0), program.lines, failure);
  return stageOf(small, messages, TEMPERATURES[0]);
}

function stageOf(
  small: SmallContract,
  messages: readonly PromptMessage[],
  temperature: number,
): Stage<Program> {
  return {
    name: "code",
    messages,
    shape: linesShape(MOST_LINES),
    maxTokens: LONGEST_PROGRAM,
    temperature,
    read: (answer) => readProgram(answer, small),
  };
}

function readProgram(answer: string, small: SmallContract): Reading<Program> {
  const file =
    takeLines(answer) ?? takeFile(answer, { name: "tool.py", labels: ["python", "py", "python3"] });
  const own = applyRepairs(file.text, OWN_REPAIRS);
  const names = [...file.names, ...own.names];
  const lines = own.text.trimEnd().split("\n");
  const called = calledFunction(own.text, small);
  if (called === undefined) {
    const complaint = `There is no function ${small.contract.name} in it.`;
    return { ok: false, complaint, names };
  }
  const failing = withFailures(own.text, small);
  const whole = applyRepairs(
    `${failing.text}\n\n${runOf(called, own.text, small)}`,
    PYTHON_REPAIRS,
  );
  const all = [...names, ...failing.names, ...whole.names];
  const missing = foreignModule(whole.text);
  if (missing !== undefined) {
    const complaint = `It may not import ${missing}. Leave that out, with every line that needs it: the result depends on the arguments alone.`;
    return { ok: false, complaint, names: all };
  }
  return { ok: true, made: { lines, source: whole.text }, names: all };
}

const OWN_REPAIRS: readonly Repair[] = [
  { name: "dedented", apply: dedented },
  { name: "trial-cut", apply: withoutTrials },
  { name: "import-unused", apply: withoutUnusedImports },
  { name: "none-fails", apply: withoutNone },
];

/** Takes away what all lines are indented by. */
function dedented(code: string): string {
  const indents = code
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const least = Math.min(...indents);
  if (least === 0 || !Number.isFinite(least)) return code;
  return code
    .split("\n")
    .map((line) => line.slice(least))
    .join("\n");
}

/** Definitions stay; calls that try them out below, and prints, go. */
function withoutTrials(code: string): string {
  const blocks = blocksOf(code);
  const isDefined = (block: Block, index: number) =>
    block.kind === "import" ||
    block.kind === "definition" ||
    (block.kind === "constant" && isUsedLater(block, blocks.slice(index + 1)));
  const retained = blocks.filter(isDefined);
  if (retained.length === blocks.length) return code;
  return `${retained.map(({ text }) => text).join("\n\n")}\n`;
}

/** A constant that no definition reads is a trial: `result = f("x")`. */
function isUsedLater({ name = "" }: Block, later: readonly Block[]): boolean {
  return later.some(({ kind, text }) => kind !== "other" && new RegExp(`\\b${name}\\b`).test(text));
}

function withoutUnusedImports(code: string): string {
  const blocks = blocksOf(code);
  const rest = blocks.filter(({ kind }) => kind !== "import").map(({ text }) => text);
  const isUsed = ({ kind, text }: Block): boolean => {
    const module = /^import (\w+)$/.exec(text)?.[1];
    return kind !== "import" || module === undefined || PYTHON_MODULES.includes(module)
      ? true
      : rest.some((one) => new RegExp(`\\b${module}\\b`).test(one));
  };
  if (blocks.every(isUsed)) return code;
  return `${blocks
    .filter(isUsed)
    .map(({ text }) => text)
    .join("\n\n")}\n`;
}

/** The first module that a tool cannot import. */
function foreignModule(code: string): string | undefined {
  const modules = [...code.matchAll(/^\s*(?:import|from)\s+([\w.]+)/gm)].map(
    ([, name = ""]) => name,
  );
  return modules.find((name) => !PYTHON_MODULES.includes(name));
}

/** The function of the contract's name; one that is called otherwise is about something else. */
function calledFunction(code: string, { contract }: SmallContract): string | undefined {
  const defined = [...code.matchAll(/^def\s+(\w+)\s*\(/gm)].map(([, name = ""]) => name);
  const plain = (name: string) => name.replaceAll("_", "").toLowerCase();
  return defined.findLast((name) => plain(name) === plain(contract.name));
}

/** `run`, which calls the function with the arguments in their order. */
function runOf(called: string, code: string, { input, output }: SmallContract): string {
  const args = input.map(({ name }) => `args["${name}"]`).join(", ");
  const [first, second] = output;
  const call = `${called}(${args})`;
  const isWhole = second !== undefined || first === undefined || givesDict(code, first.name);
  return `def run(args, ctx):\n    return ${isWhole ? call : `{"${first.name}": ${call}}`}\n`;
}

/** Whether every result of a program is already the object with that property. */
function givesDict(code: string, name: string): boolean {
  const returned = [...code.matchAll(/^\s+return\b(.*)$/gm)].map(([, value = ""]) => value.trim());
  const property = new RegExp(`^\\{\\s*["']${name}["']\\s*:`);
  return returned.length > 0 && returned.every((value) => property.test(value));
}

/**
 * An error that a program raises itself becomes a failure of the contract: the only one, or the one whose words it
 * uses. Those of a code that the contract does not name become one it does.
 */
function withFailures(
  code: string,
  { contract }: SmallContract,
): {
  readonly text: string;
  readonly names: readonly string[];
} {
  const text = code.replace(
    /\braise\s+(?:Failure|[A-Z]\w*(?:Error|Exception)|Exception)[ \t]*(?:\(((?:[^()\n]|\([^()\n]*\))*)\))?/g,
    (whole: string, args = "") => {
      const written = /^\s*["']([A-Z][A-Z0-9_]*)["']/.exec(args)?.[1];
      const codes = contract.failures.map((failure) => failure.code);
      if (written !== undefined && codes.includes(written)) {
        return whole.replace(/^raise\s+\w+/, "raise Failure");
      }
      return `raise Failure("${closest(args, contract.failures) ?? OTHER_FAILURE}")`;
    },
  );
  return { text, names: text === code ? [] : ["failure-code"] };
}

/** No result of a contract is None: where a program gives it, there is none for these arguments. */
function withoutNone(code: string): string {
  return code.replace(
    /^([ \t]+|.*:[ \t]+)return(?:[ \t]+None)?[ \t]*$/gm,
    (_whole, before: string) => `${before}raise Failure("${OTHER_FAILURE}")`,
  );
}

function closest(
  message: string,
  failures: SmallContract["contract"]["failures"],
): string | undefined {
  const words = wordsOf(message);
  const scored = failures.map(({ code, when }) => {
    const own = wordsOf(`${code} ${when}`);
    return { code, score: words.filter((word) => own.includes(word)).length };
  });
  return scored.toSorted((a, b) => b.score - a.score).at(0)?.code;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z]{3,}/g) ?? [];
}
