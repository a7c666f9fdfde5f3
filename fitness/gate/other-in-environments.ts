/** Both versions of a tool in the same environments: what they answer there, and leave there, must stay as it is. */
import { sameJson, showJson } from "../oracle/compare.ts";
import { orderly, type Scene, type SceneAnswer } from "../oracle/play.ts";
import type { ToolUnderTest } from "../oracle/tool-under-test.ts";
import { longPlay, type WholePlay, wholePlay } from "../oracle/whole-play.ts";
import { performPlay } from "../quality/ask-many.ts";
import { reportEnds } from "../quality/environment-holds.ts";
import type { Inside } from "../quality/run-inside.ts";

/** Processor time of all scenes of one version in milliseconds; an ordinary tool takes a tenth. */
const CPU_MS = 6000;
/** Where a call ends a process, the other environments are tried in the next one. */
const STARTS = 4;
const MAX_LISTED = 3;
const READS_ENVIRONMENT = /^(?:clock|random|memory|files:)/;
const SEED = 1;

/**
 * Both see the same moments, the same chance, and the same memory and files before the first call of an environment.
 *
 * @returns one line for each environment in which main's tool answered well and the other one answers otherwise.
 */
export async function otherInEnvironments(
  was: ToolUnderTest,
  is: ToolUnderTest,
  inside: Inside,
): Promise<readonly string[]> {
  const names = [...was.contract.capabilities, ...is.contract.capabilities];
  if (!names.some((name) => READS_ENVIRONMENT.test(name))) return [];
  // What either of them names, and either of them may see, is where they may differ.
  const files = new Map([...was.folder.files].map(([name, text]) => [`main ${name}`, text]));
  const both = {
    ...was,
    contract: { ...was.contract, capabilities: names },
    folder: { ...was.folder, files: new Map([...files, ...is.folder.files]) },
  };
  const long = { play: longPlay(was, SEED), cpuMs: CPU_MS, starts: 1 };
  const before = await performPlay(was, long, inside);
  const play = wholePlay(both, SEED, before.answers.at(-1)?.state);
  const whole = { play, cpuMs: CPU_MS, starts: STARTS };
  const { answers: old } = await performPlay(was, whole, inside);
  const { answers: now } = await performPlay(is, whole, inside);
  for (const answers of [before.answers, old, now]) reportEnds(answers, inside.onSkipped);
  return differences(was, play, [old, now]);
}

function differences(
  was: ToolUnderTest,
  { scenes, cases }: WholePlay,
  [old, now]: readonly [readonly SceneAnswer[], readonly SceneAnswer[]],
): readonly string[] {
  const isGood = orderly(was);
  const environments = new Set<number>();
  const lines: string[] = [];
  for (const [index, scene] of scenes.entries()) {
    const [before, after] = [old[index], now[index]];
    if (index < cases || environments.has(scene.environment) || lines.length === MAX_LISTED)
      continue;
    if (before === undefined || after === undefined || !isGood(before)) continue;
    if (sameJson(outcomeOf(before), outcomeOf(after))) continue;
    environments.add(scene.environment);
    lines.push(
      `it answers or leaves something else ${whereOf(scene, scenes.slice(0, index))}: input ${showJson(scene.input)} · main ${showJson(outcomeOf(before))} · now ${showJson(outcomeOf(after))}`,
    );
  }
  return lines;
}

function outcomeOf(answer: NonNullable<SceneAnswer>): unknown {
  const { value, failure, state } = answer;
  return {
    ...(failure === undefined ? { result: value ?? null } : { failure: failure.code }),
    ...(state === undefined ? {} : { leaves: state }),
  };
}

function whereOf({ nowMs, chance, environment }: Scene, before: readonly Scene[]): string {
  const calls = before.filter((one) => one.environment === environment).length;
  return [
    nowMs === undefined ? "" : `on ${new Date(nowMs).toISOString()}`,
    chance === undefined ? "" : `where chance gives ${chance.draws.slice(0, 3).join(", ")} …`,
    calls === 0 ? "in another world" : `behind ${calls} calls in one world`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}
