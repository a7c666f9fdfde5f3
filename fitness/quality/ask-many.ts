/** Asks a tool many inputs in one process of the sandbox: what looks odd there is asked again in a call of its own. */
import { z } from "zod";
import { POLICIES, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { KillReason } from "#platform/sandbox/result.ts";
import type { Contract } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { STANDARD } from "../oracle/ask.ts";
import type { ProgramPattern } from "../oracle/pattern-pumps.ts";
import type { Play } from "../oracle/play.ts";
import type { OnSkipped } from "../oracle/skipped.ts";
import type { AskAllAnswer, PatternAnswer, Scene } from "./inside/protocol.ts";
import { insideFolder, toolFiles } from "./inside-files.ts";
import { type Inside, runInside } from "./run-inside.ts";

/** Some inputs of an ordinary tool take a fifth of it. */
const USUAL_CPU_MS = 1000;
/** Of a play: as many inputs may end its process, and what is left is still called. */
const MOST_STARTS = 5;
/** On a busy machine a process gets a small part of a processor; the clock is for what waits, not for what works. */
const WALL_PER_CPU = 20;
const LEAST_WALL_MS = 60_000;
/** Most answers together, in bytes. */
const MAX_ANSWERS = 16 * 1024 * 1024;

/** What one input brought; `undefined` where a limit or a crash ended the process at it, or no process came so far. */
export type ManyAnswer = Omit<AskAllAnswer, "nonce" | "index"> | undefined;

export interface ManyAnswers {
  /** In the order of the inputs. */
  readonly answers: readonly ManyAnswer[];
  /** What ended the first of the processes, where a limit did. */
  readonly killed: KillReason | null;
  /** Processor time of all processes in milliseconds. */
  readonly cpuMs: number;
  /** Whether inputs are left at which no process arrived. */
  readonly isCutShort: boolean;
  /** Regular expressions that it made or used, where they are requested. */
  readonly patterns: readonly ProgramPattern[];
}

export interface ManyInputs {
  readonly inputs: readonly unknown[];
  /** A file of the tool in another version. @default the tool as it is */
  readonly instead?: Readonly<Record<string, string>> | undefined;
  /** What each of them sees of its environment. @default each an empty environment of its own */
  readonly scenes?: readonly Scene[] | undefined;
  /** The files of each environment that scenes name. */
  readonly environments?: readonly Readonly<Record<string, string>>[] | undefined;
  /** What the memory of each of them begins with. @default nothing */
  readonly memories?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** Processor time of a process in milliseconds. @default 1000 */
  readonly cpuMs?: number | undefined;
  /**
   * So many processes at the most: where one ends, the next one begins behind the input at which it ended, and behind
   * all other scenes of that environment. @default 1
   */
  readonly starts?: number | undefined;
  /** Processor time of each input; the process ends behind the first one that takes more. @default as long as all may */
  readonly mostMs?: readonly number[] | undefined;
  /** @default no regular expressions are reported */
  readonly tellsPatterns?: boolean | undefined;
  /** The name that a watched program gives to what it reports its ways to. @default no ways are reported */
  readonly reporter?: string | undefined;
}

const lineSchema: z.ZodType<Omit<AskAllAnswer, "nonce"> | Omit<PatternAnswer, "nonce">> = z.union([
  z.object({ pattern: z.object({ source: z.string(), flags: z.string() }) }),
  z.object({
    index: z.number(),
    value: z.json().exactOptional(),
    failure: z.object({ code: z.string(), message: z.string() }).exactOptional(),
    state: z
      .object({
        files: z.record(z.string(), z.string()),
        memory: z.record(z.string(), z.json()),
      })
      .exactOptional(),
    slowMs: z.number().exactOptional(),
    ways: z.array(z.string()).exactOptional(),
  }),
]);

type ToolProgram = { readonly folder: ToolFolder; readonly contract: Contract };

/** @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox. */
export async function askMany(
  tool: ToolProgram,
  { inputs, scenes, starts = 1, ...same }: ManyInputs,
  inside: Inside,
): Promise<ManyAnswers> {
  const answers: ManyAnswer[] = inputs.map(() => undefined);
  let [killed, cpuMs]: [KillReason | null, number] = [null, 0];
  const patterns: ProgramPattern[] = [];
  let pending: readonly number[] = [...inputs.keys()];
  for (let start = 0; start < starts && pending.length > 0; start += 1) {
    const part = await askOnce(
      tool,
      {
        ...same,
        inputs: pending.map((index) => inputs[index]),
        scenes: scenes && pending.flatMap((index) => scenes[index] ?? []),
      },
      inside,
    );
    for (const [at, index] of pending.entries()) answers[index] = part.answers[at];
    cpuMs += part.cpuMs;
    killed ??= part.killed;
    patterns.push(...part.patterns);
    const ended = part.answers.findLastIndex((answer) => answer !== undefined) + 1;
    const environment = scenes?.[pending[ended] ?? -1]?.world;
    // What an environment was like is gone with the process.
    pending = pending
      .slice(ended + 1)
      .filter((index) => !scenes || scenes[index]?.world !== environment);
  }
  return { answers, killed, cpuMs, isCutShort: pending.length > 0, patterns };
}

async function askOnce(
  { folder, contract }: ToolProgram,
  {
    inputs,
    scenes,
    environments: worlds,
    instead = {},
    cpuMs = USUAL_CPU_MS,
    ...more
  }: Omit<ManyInputs, "starts">,
  inside: Inside,
): Promise<Omit<ManyAnswers, "isCutShort">> {
  const [main, program] =
    contract.language === "ts" ? ["tool.ts", "ask-all.ts"] : ["tool.py", "ask_all.py"];
  const request = {
    path: `${insideFolder(folder.name)}/${main}`,
    inputs,
    nowMs: STANDARD.nowMs,
    ...more,
    ...(scenes === undefined ? {} : { scenes, worlds }),
  };
  const policy: SandboxPolicy = {
    ...POLICIES.generatedTool,
    cpuMs,
    wallMs: Math.max(LEAST_WALL_MS, cpuMs * WALL_PER_CPU),
    outputBytes: { ...POLICIES.generatedTool.outputBytes, stdout: MAX_ANSWERS },
  };
  const run = { program, request, files: toolFiles(folder, instead), policy };
  const { lines, result } = await runInside(run, lineSchema, inside);
  const byIndex = new Map(
    lines.flatMap((line) => {
      if ("pattern" in line) return [];
      const { index, ...answer } = line;
      return [[index, answer] as const];
    }),
  );
  const answers = inputs.map((_input, index) => byIndex.get(index));
  const patterns = lines.flatMap((line) => ("pattern" in line ? [line.pattern] : []));
  return { answers, killed: result.killed, cpuMs: result.cpuMs, patterns };
}

/** Tells of inputs that were to be asked and were not. @param what they are, such as "inputs of its range". */
export function reportSkipped(
  { answers, isCutShort, killed }: Pick<ManyAnswers, "answers" | "isCutShort" | "killed">,
  what: string,
  onSkipped: OnSkipped | undefined,
): void {
  if (!isCutShort) return;
  const why = killed === null ? "its processes ended" : `limits ended its processes (${killed})`;
  const remaining = answers.length - firstSkipped(answers);
  onSkipped?.(`${remaining} of ${answers.length} ${what} were not asked, for ${why}`);
}

/** Where no process arrived any more: behind the input at which the last one ended. */
export function firstSkipped(answers: readonly ManyAnswer[]): number {
  return answers.findLastIndex((answer) => answer !== undefined) + 2;
}

/** A play to perform. */
export interface Performance extends Pick<ManyInputs, "instead" | "starts" | "cpuMs"> {
  readonly play: Play;
}

/** Calls with an environment around them. */
export async function performPlay(
  tool: ToolProgram,
  { play: { scenes, environments, memories }, starts = MOST_STARTS, ...limits }: Performance,
  inside: Inside,
): Promise<ManyAnswers> {
  return await askMany(
    tool,
    {
      inputs: scenes.map(({ input }) => input),
      scenes: scenes.map(({ nowMs = STANDARD.nowMs, chance, environment }) => ({
        nowMs,
        draws: chance?.draws,
        seed: chance?.numbers,
        world: environment,
      })),
      environments,
      memories,
      starts,
      ...limits,
    },
    inside,
  );
}
