/** Both versions of a tool with the same inputs: what was not declared must stay as it is. */
import { canonicalJson } from "#core/canonical-json.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { callTool } from "#tools/contract/call.ts";
import { INVALID_INPUT } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { STANDARD } from "../oracle/ask.ts";
import { sameJson, showJson } from "../oracle/compare.ts";
import { emptyEnvironment } from "../oracle/grants.ts";
import { sameOutcome, showOutcome } from "../oracle/judge-answer.ts";
import { fitting } from "../oracle/schema.ts";
import { kindsOfCharacters } from "../oracle/shaped-texts.ts";
import type { ToolUnderTest } from "../oracle/tool-under-test.ts";
import { furtherInputs, unforeseenInputs } from "../oracle/unforeseen-inputs.ts";
import { askMany, firstSkipped, type ManyAnswer, reportSkipped } from "../quality/ask-many.ts";
import type { Inside } from "../quality/run-inside.ts";

/** How many inputs both are asked, in one process each. */
const INPUT_COUNT = 600;
/** Texts with each kind of character, above all. */
const FURTHER = 300;
/** Further ones of what stands in one of both programs alone. */
const BESIDE_CHANGE = 120;
/** Of a busy machine: processor time is what ends a call. */
const PATIENT = { ...POLICIES.generatedTool, wallMs: 60_000 };
const CPU_MS = 4000;
/** As many differences are listed. */
const MAX_LISTED = 3;
/** As many are asked again in calls of their own: each takes two processes. */
const CONFIRMED = 10;
/** So many processes for each: one that ends is followed by one that goes on behind that input. */
const STARTS = 6;

/**
 * Both see the same clock, the same chance and an empty environment: what differs comes from the program.
 *
 * @returns one line for each input that main's tool answered well and that has another answer now.
 */
export async function otherAnswers(
  was: ToolUnderTest,
  is: ToolUnderTest,
  inside: Inside,
): Promise<readonly string[]> {
  const takes = fitting(was.contract.input);
  // What either of them names in its source is where they may differ.
  const both = { ...was, source: `${programOf(was)}\n${programOf(is)}` };
  // What a case of the new version declares is answered as that says, and not unannounced.
  const declared = new Set(is.cases.map(({ input }) => canonicalJson(input)));
  const characters = kindsOfCharacters();
  const apart = { ...was, source: linesApart(programOf(was), programOf(is)) };
  const made = [
    // Beside a case that says what it is to answer otherwise, its own patterns find what that case means.
    ...((await declaresChange(was, is, inside))
      ? []
      : [
          ...furtherInputs(apart, { count: BESIDE_CHANGE, seed: 1 }),
          ...furtherInputs(both, { count: FURTHER, seed: 1, characters }),
        ]),
    ...unforeseenInputs(both, { count: INPUT_COUNT, seed: 1 }),
  ].filter((input) => takes(input) && !declared.has(canonicalJson(input)));
  const inputs = [...new Map(made.map((input) => [canonicalJson(input), input])).values()];
  const batch = { inputs, cpuMs: CPU_MS, starts: STARTS };
  const before = await askMany(was, batch, inside);
  const after = await askMany(is, batch, inside);
  reportSkipped(before, "inputs that main's tool answers", inside.onSkipped);
  reportSkipped(after, "inputs that the new version answers", inside.onSkipped);
  const [old, now] = [before.answers, after.answers];
  const isOther = (index: number) => old[index] !== undefined && differ(old[index], now[index]);
  const all = [...inputs.keys()].filter(isOther);
  // An answer says more than that there is none: a busy machine may have ended the process.
  const answered = all.filter((index) => now[index] !== undefined);
  const asFar = firstSkipped(old);
  // What ended main's process may have an answer in a call of its own; what it never came to is reported.
  const ended = [...inputs.keys()].filter((index) => old[index] === undefined && index < asFar);
  const different = [...answered, ...all.filter((index) => now[index] === undefined), ...ended];
  const lines: string[] = [];
  for (const index of different.slice(0, CONFIRMED)) {
    const input = inputs[index];
    if (lines.length === MAX_LISTED) break;
    const [before, after] = [
      await outcomeOf(was.folder, input, inside.signal),
      await outcomeOf(is.folder, input, inside.signal),
    ];
    const isGood = before.kind === "result" || (before.kind === "failure" && before.declared);
    if (!isGood || sameOutcome(before, after)) continue;
    lines.push(
      `it answers otherwise where no case says so: input ${showJson(input)} · main ${showOutcome(before)} · now ${showOutcome(after)}; declare it as a case, or keep the answer`,
    );
  }
  if (lines.length > 0) return lines;
  if (answered.length <= CONFIRMED) {
    const remaining = different.length - CONFIRMED;
    if (remaining > 0)
      inside.onSkipped?.(`${remaining} inputs more ended a process of one of both versions`);
    return [];
  }
  return [
    `asked ${inputs.length} inputs in one process it gives ${answered.length} other answers than main, and asked in a process each the same: an answer must not depend on what was asked before`,
  ];
}

/** Whether main's tool answers a new case of its range otherwise than the case says. */
async function declaresChange(
  was: ToolUnderTest,
  is: ToolUnderTest,
  inside: Inside,
): Promise<boolean> {
  const takes = fitting(was.contract.input);
  const existing = new Set(was.cases.map(canonicalJson));
  const more = is.cases.filter((one) => !existing.has(canonicalJson(one)) && takes(one.input));
  if (more.length === 0) return false;
  const inputs = more.map(({ input }) => input);
  const { answers } = await askMany(was, { inputs, cpuMs: CPU_MS, starts: STARTS }, inside);
  return more.some((one, index) =>
    "error" in one
      ? answers[index]?.failure?.code !== one.error
      : !sameJson(answers[index]?.value, one.output),
  );
}

/** All that it runs, its helpers too. */
function programOf({ folder }: ToolUnderTest): string {
  const modules = [...folder.files].filter(
    ([file]) => /\.(?:ts|py)$/.test(file) && !/test/.test(file),
  );
  return modules.map(([, source]) => source).join("\n");
}

/** The lines that only one of both holds. */
function linesApart(was: string, is: string): string {
  const lines = (source: string) => new Set(source.split("\n").map((one) => one.trim()));
  return [...lines(was).symmetricDifference(lines(is))].join("\n");
}

function differ(old: NonNullable<ManyAnswer>, now: ManyAnswer): boolean {
  if (now === undefined) return true;
  if (old.failure !== undefined && now.failure !== undefined) {
    // Who throws inside may name it otherwise; the call of its own tells.
    return old.failure.code !== now.failure.code && old.failure.code !== INVALID_INPUT;
  }
  return (
    (old.failure === undefined) !== (now.failure === undefined) || !sameJson(old.value, now.value)
  );
}

async function outcomeOf(tool: ToolFolder, input: unknown, signal: AbortSignal) {
  const options = { ...STANDARD, capabilities: emptyEnvironment(), policy: PATIENT, signal };
  const outcome = await callTool(tool, input, options);
  signal.throwIfAborted();
  return outcome;
}
