/** Environments with a state: tools that see a clock, chance, memory or files are asked in more than one. */
import { STANDARD } from "./ask.ts";
import { againPlay, elsewherePlay, inputsOf } from "./environment-plays.ts";
import { filesFound } from "./files-found.ts";
import { openEnvironment } from "./grants.ts";
import { complaintAbout } from "./judge-answer.ts";
import type { Finding } from "./load.ts";
import { answerTo, complaintsIn, type EnvironmentContext } from "./play.ts";
import { sharedKeys } from "./shared-keys.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";

/** Moments around which programs are wrong: the years to come, a leap day, the end of a year, summer. */
const MOMENTS = [
  Date.UTC(2027, 2, 14, 9, 26),
  Date.UTC(2028, 1, 29, 12),
  Date.UTC(2031, 11, 31, 23, 59, 59),
];
const SEEDS = ["2", "blue", "4711"];
const CALLS_PER_ENVIRONMENT = 3;
const INPUT_COUNT = 2;
const MAX_LISTED = 10;

/** @returns what is wrong, if anything is. */
export async function environmentFinding(
  tool: ToolUnderTest,
  context: EnvironmentContext,
): Promise<Finding | undefined> {
  const { capabilities } = tool.contract;
  const has = (name: string): boolean => capabilities.some((one) => one.startsWith(name));
  const { declared } = inputsOf(tool, context.seed ?? 1);
  const inputs = declared.slice(0, INPUT_COUNT);
  const checks: readonly (() => Promise<readonly string[]>)[] = [
    ...(has("clock") || has("random")
      ? [() => elsewhere(tool, inputs, context.askerIn), () => everywhere(tool, context)]
      : []),
    ...(has("memory") || has("files:")
      ? [() => again(tool, inputs, context.askerIn), () => forLong(tool, context)]
      : []),
    ...(has("memory") ? [() => sharedKeys(tool, context)] : []),
    ...(has("files:write") ? [() => filesFound(tool, context)] : []),
  ];
  for (const check of checks) {
    const details = (await check()).slice(0, MAX_LISTED);
    const [first] = details;
    if (first !== undefined) {
      return { reason: `Wrong in another world: ${first.split(" · ")[0]}`, details };
    }
  }
  return undefined;
}

async function everywhere(
  tool: ToolUnderTest,
  context: EnvironmentContext,
): Promise<readonly string[]> {
  const play = elsewherePlay(tool, context.seed ?? 1);
  return await complaintsIn(tool, play, {
    ...context,
    what: ({ nowMs, chance }) =>
      [
        nowMs === undefined ? "" : `on ${new Date(nowMs).toISOString()}`,
        chance === undefined ? "" : `where chance gives ${chance.draws.slice(0, 3).join(", ")} …`,
      ]
        .filter((part) => part !== "")
        .join(", "),
  });
}

async function forLong(
  tool: ToolUnderTest,
  context: EnvironmentContext,
): Promise<readonly string[]> {
  const play = againPlay(tool, context.seed ?? 1);
  const first = play.scenes.findIndex(({ environment }) => environment === 1);
  const what = ({ environment }: { readonly environment: number }, index: number) =>
    `call ${environment === 0 ? index + 1 : index - first + 1} in one world`;
  return await complaintsIn(tool, play, { ...context, what });
}

/** The same calls at other times, with other chance. */
async function elsewhere(
  { contract }: ToolUnderTest,
  inputs: readonly unknown[],
  askerIn: EnvironmentContext["askerIn"],
): Promise<readonly string[]> {
  const ask = askerIn(openEnvironment().grants);
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

/** Calls one after the other in one environment: a counter may count, and nothing may break. */
async function again(
  { contract }: ToolUnderTest,
  inputs: readonly unknown[],
  askerIn: EnvironmentContext["askerIn"],
): Promise<readonly string[]> {
  const ask = askerIn(openEnvironment().grants);
  const lines: string[] = [];
  for (let call = 1; call <= CALLS_PER_ENVIRONMENT; call += 1) {
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
