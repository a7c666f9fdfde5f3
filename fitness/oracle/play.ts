/** Calls with an environment around them, many of them in one process; what looks wrong there is called again by itself. */
import type { Grants } from "#tools/contract/call-options.ts";
import { INVALID_INPUT } from "#tools/contract/spec.ts";
import { type Answer, type AskTool, type Circumstances, STANDARD } from "./ask.ts";
import type { Chance } from "./chance.ts";
import { type InitialEnvironment, openEnvironment } from "./grants.ts";
import { complaintAbout } from "./judge-answer.ts";
import { fitting } from "./schema.ts";
import type { OnSkipped } from "./skipped.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";

/** One call of a play. */
export interface Scene {
  readonly input: unknown;
  /** @default the moment of the gate */
  readonly nowMs?: number | undefined;
  /** @default numbers that are spread evenly, and the seed of the gate where it is called again */
  readonly chance?: Chance | undefined;
  /** Which of the environments it sees. */
  readonly environment: number;
}

export interface Play {
  readonly scenes: readonly Scene[];
  /** The files that each environment begins with. */
  readonly environments: readonly Readonly<Record<string, string>>[];
  /** What the memory of each environment begins with. @default nothing */
  readonly memories?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

/** What one scene brought; `undefined` where it ended its process, and for what was to come in that environment. */
export type SceneAnswer =
  | {
      readonly value?: unknown;
      readonly failure?: { readonly code: string; readonly message: string };
      /** What was new or changed in its environment: what the first failure found, or what the last scene left. */
      readonly state?: {
        readonly files: Readonly<Record<string, string>>;
        readonly memory: Readonly<Record<string, unknown>>;
      };
    }
  | undefined;

export interface EnvironmentContext {
  /** Makes calls that all see the same environment. */
  readonly askerIn: (environment: Grants) => AskTool;
  /** Makes all calls of a play in one process. @default only a few calls are made */
  readonly perform?: ((play: Play) => Promise<readonly SceneAnswer[]>) | undefined;
  /** Of the bytes that are judged. @default 1 */
  readonly seed?: number | undefined;
  /** Receives what a limit kept us from looking at. */
  readonly onSkipped?: OnSkipped | undefined;
}

/** As many odd scenes are called again. */
const MOST_AGAIN = 4;

/** @returns what tells whether an answer is a result that fits, or a failure that the contract names. */
export function orderly({ contract }: ToolUnderTest): (answer: SceneAnswer) => boolean {
  const fits = fitting(contract.output);
  const codes = [INVALID_INPUT, ...contract.failures.map(({ code }) => code)];
  return (answer) => {
    if (answer?.failure === undefined) return answer !== undefined && fits(answer.value);
    const { code, message } = answer.failure;
    return codes.some((one) => code === one || message.startsWith(`${one}:`));
  };
}

interface Odd {
  /** For the maker of the tool. */
  readonly what: (scene: Scene, index: number) => string;
}

/** Calls the odd scenes of a play again, each in its environment as it was then. @returns what is wrong with them. */
export async function complaintsIn(
  tool: ToolUnderTest,
  play: Play,
  { askerIn, perform, what, onSkipped }: EnvironmentContext & Odd,
): Promise<readonly string[]> {
  if (perform === undefined) return [];
  const answers = await perform(play);
  const isOrderly = orderly(tool);
  const environments = new Set<number>();
  const lines: string[] = [];
  for (const [index, scene] of play.scenes.entries()) {
    // Behind a failure, and behind what ended the process, an environment is not as it was.
    if (isOrderly(answers[index]) || environments.has(scene.environment)) continue;
    environments.add(scene.environment);
    if (environments.size > MOST_AGAIN) continue;
    const found = answers[index] ?? (await stateBefore(play, index, perform));
    const before = environmentBefore(play, scene, found);
    const repeated = {
      what: what(scene, index),
      input: scene.input,
      circumstances: circumstancesOf(scene),
    };
    const answer = await answerTo(askerIn(openEnvironment(before).grants), repeated);
    const complaint = complaintAbout(answer, tool.contract);
    if (complaint !== undefined) lines.push(complaint);
  }
  const remaining = environments.size - MOST_AGAIN;
  if (remaining > 0 && lines.length === 0) {
    onSkipped?.(
      `${remaining} worlds beside the ${MOST_AGAIN} that were tried again looked wrong or ended a process`,
    );
  }
  return lines;
}

/** What the scenes before one left in its environment: one that ends the process tells nothing of it. */
async function stateBefore(
  { scenes, environments }: Play,
  index: number,
  perform: (play: Play) => Promise<readonly SceneAnswer[]>,
): Promise<SceneAnswer> {
  const before = scenes
    .slice(0, index)
    .filter(({ environment }) => environment === scenes[index]?.environment);
  return before.length === 0 ? undefined : (await perform({ scenes: before, environments })).at(-1);
}

function environmentBefore(
  { environments }: Play,
  { environment }: Scene,
  answer: SceneAnswer,
): InitialEnvironment {
  const { files = {}, memory = {} } = answer?.state ?? {};
  return { files: { ...environments[environment], ...files }, memory };
}

function circumstancesOf({ nowMs, chance }: Scene): Circumstances {
  return { nowMs: nowMs ?? STANDARD.nowMs, seed: chance?.seed ?? STANDARD.seed };
}

export interface Question {
  readonly what: string;
  readonly input: unknown;
  readonly circumstances: Circumstances;
}

export async function answerTo(ask: AskTool, question: Question): Promise<Answer> {
  const { what, input, circumstances } = question;
  const outcome = await ask(input, circumstances);
  return { ask: { what, input, circumstances, expected: { kind: "orderly" } }, outcome };
}
