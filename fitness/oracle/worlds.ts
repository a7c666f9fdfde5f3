/** Worlds with a state: tools that see a clock, chance, memory or files are asked in more than one. */
import type { Grants } from "#tools/contract/call-options.ts";
import { type Answer, type AskTool, type Circumstances, STANDARD } from "./ask.ts";
import { showJson } from "./compare.ts";
import { complaintAbout, showOutcome } from "./judge-answer.ts";
import type { JudgedTool } from "./judged-tool.ts";
import type { Finding } from "./load.ts";
import { leavesOf } from "./near-inputs.ts";
import { fitting } from "./schema.ts";

/** Moments around which programs are wrong: the years to come, a leap day, the end of a year, summer. */
const MOMENTS = [
  Date.UTC(2027, 2, 14, 9, 26),
  Date.UTC(2028, 1, 29, 12),
  Date.UTC(2031, 11, 31, 23, 59, 59),
];
const SEEDS = ["2", "blue", "4711"];
const CALLS_IN_ONE_WORLD = 3;
const ASKED = 3;

/** Files that were there before the tool came. */
const KEPT: ReadonlyMap<string, string> = new Map([
  ["notes.txt", "Remember the milk.\n"],
  ["data/list.csv", "a,b\n1,2\n"],
  ["README.md", "# Files of a person\n"],
]);

export interface WorldContext {
  /** Makes calls that all see the same world. */
  readonly askerIn: (world: Grants) => AskTool;
}

/** @returns what is wrong, if anything is. */
export async function worldFinding(
  tool: JudgedTool,
  { askerIn }: WorldContext,
): Promise<Finding | undefined> {
  const { capabilities, input } = tool.contract;
  const has = (name: string): boolean => capabilities.some((one) => one.startsWith(name));
  const asked = tool.cases.filter((known) => !("error" in known) && fitting(input)(known.input));
  const inputs = asked.slice(0, ASKED).map((known) => known.input);
  const details = [
    ...(has("clock") || has("random") ? await elsewhere(tool, inputs, askerIn) : []),
    ...(has("memory") || has("files:") ? await again(tool, inputs, askerIn) : []),
    ...(has("files:write") ? await touched(inputs, askerIn) : []),
  ];
  const [first] = details;
  return first === undefined
    ? undefined
    : { reason: `Wrong in another world: ${first.split(" · ")[0]}`, details };
}

/** The same calls at other times, with other chance. */
async function elsewhere(
  { contract }: JudgedTool,
  inputs: readonly unknown[],
  askerIn: WorldContext["askerIn"],
): Promise<readonly string[]> {
  const ask = askerIn(openWorld(new Map()).grants);
  const lines: string[] = [];
  let failed = 0;
  for (const input of inputs) {
    for (const [index, nowMs] of MOMENTS.entries()) {
      const circumstances = { seed: SEEDS[index] ?? "", nowMs };
      const what = `on ${new Date(nowMs).toISOString()} with another seed`;
      const answer = await answerTo(ask, { what, input, circumstances });
      const complaint = complaintAbout(answer, contract);
      if (complaint !== undefined) lines.push(complaint);
      failed += Number(answer.outcome.kind !== "result");
    }
  }
  const isAlways = inputs.length > 1 && failed === inputs.length * MOMENTS.length;
  if (lines.length > 0 || !isAlways) return lines;
  return [
    "its cases have results only at the moment and with the seed of the gate: everywhere else it fails",
  ];
}

/** Calls one after the other in one world: a counter may count, and nothing may break. */
async function again(
  { contract }: JudgedTool,
  inputs: readonly unknown[],
  askerIn: WorldContext["askerIn"],
): Promise<readonly string[]> {
  const ask = askerIn(openWorld(new Map()).grants);
  const lines: string[] = [];
  for (let call = 1; call <= CALLS_IN_ONE_WORLD; call += 1) {
    for (const input of inputs) {
      const what = `call ${call} in one world`;
      const complaint = complaintAbout(
        await answerTo(ask, { what, input, circumstances: STANDARD }),
        contract,
      );
      if (complaint !== undefined) lines.push(complaint);
    }
  }
  return lines;
}

/** Files that no argument names stay as they were. */
async function touched(
  inputs: readonly unknown[],
  askerIn: WorldContext["askerIn"],
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const input of inputs) {
    const world = openWorld(KEPT);
    const outcome = await askerIn(world.grants)(input, STANDARD);
    const names = leavesOf(input).flatMap(({ value }) =>
      typeof value === "string" ? [value] : [],
    );
    const isNamed = (path: string): boolean =>
      names.some(
        (name) => path === name || name === "" || name === "." || path.startsWith(`${name}/`),
      );
    const changed = [...KEPT].filter(
      ([path, text]) => world.files.get(path) !== text && !isNamed(path),
    );
    lines.push(
      ...changed.map(
        ([path]) =>
          `input ${showJson(input)} · expected ${path}, which no argument names, as it was · got another text (the call gave ${showOutcome(outcome)})`,
      ),
    );
  }
  return lines;
}

interface Question {
  readonly what: string;
  readonly input: unknown;
  readonly circumstances: Circumstances;
}

async function answerTo(ask: AskTool, { what, input, circumstances }: Question): Promise<Answer> {
  const outcome = await ask(input, circumstances);
  return { ask: { what, input, circumstances, expected: { kind: "orderly" } }, outcome };
}

function openWorld(before: ReadonlyMap<string, string>): {
  readonly grants: Grants;
  readonly files: ReadonlyMap<string, string>;
} {
  const files = new Map(before);
  const memory = new Map<string, unknown>();
  const grants: Grants = {
    fetch: () => Promise.reject(new Error("There is no network while a tool is judged")),
    files: {
      read: (path) => {
        const text = files.get(path);
        return text === undefined
          ? Promise.reject(new Error(`There is no file "${path}"`))
          : Promise.resolve(text);
      },
      list: (path) => {
        const folder = path === "" ? "" : `${path}/`;
        const below = [...files.keys()].filter((name) => name.startsWith(folder));
        return Promise.resolve(below.map((name) => name.slice(folder.length)).sort());
      },
      write: (path, text) => {
        files.set(path, text);
        return Promise.resolve();
      },
    },
    memory: {
      get: (key) => Promise.resolve(memory.get(key) ?? null),
      set: (key, value) => {
        memory.set(key, value);
        return Promise.resolve();
      },
    },
  };
  return { grants, files };
}
