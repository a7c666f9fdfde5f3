/** Asks a tool many inputs in one process of the sandbox: what looks odd there is asked again in a call of its own. */
import { z } from "zod";
import { POLICIES, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { Contract } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { STANDARD } from "../oracle/ask.ts";
import type { Play, SceneAnswer } from "../oracle/play.ts";
import type { AskAllAnswer, Scene } from "./inside/protocol.ts";
import { insideFolder, toolFiles } from "./inside-files.ts";
import { type Inside, runInside } from "./run-inside.ts";

/** A mutant that never ends costs this much processor time; all cases of an honest tool take less. */
const CASES_CPU_MS = 1000;
/** Most answers together, in bytes. */
const MAX_ANSWERS = 16 * 1024 * 1024;

/** What one input brought; `undefined` when the process ended before, by a limit or a crash. */
export type ManyAnswer = Omit<AskAllAnswer, "nonce" | "index"> | undefined;

export interface ManyAnswers {
  /** In the order of the inputs. */
  readonly answers: readonly ManyAnswer[];
  /** What ended the process, where a limit did. */
  readonly killed: string | null;
}

export interface ManyInputs {
  readonly inputs: readonly unknown[];
  /** A file of the tool in another version. @default the tool as it is */
  readonly instead?: Readonly<Record<string, string>> | undefined;
  /** What each of them sees of the world. @default each an empty world of its own */
  readonly scenes?: readonly Scene[] | undefined;
  /** The files of each world that scenes name. */
  readonly worlds?: readonly Readonly<Record<string, string>>[] | undefined;
  /** Processor time for all of them in milliseconds. @default 1000 */
  readonly cpuMs?: number | undefined;
}

const answerSchema: z.ZodType<Omit<AskAllAnswer, "nonce">> = z.object({
  index: z.number(),
  value: z.json().exactOptional(),
  failure: z.object({ code: z.string(), message: z.string() }).exactOptional(),
  state: z
    .object({
      files: z.record(z.string(), z.string()),
      memory: z.record(z.string(), z.json()),
    })
    .exactOptional(),
});

/** @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox. */
export async function askMany(
  { folder, contract }: { readonly folder: ToolFolder; readonly contract: Contract },
  { inputs, scenes, worlds, instead = {}, cpuMs = CASES_CPU_MS }: ManyInputs,
  inside: Inside,
): Promise<ManyAnswers> {
  const [main, program] =
    contract.language === "ts" ? ["tool.ts", "ask-all.ts"] : ["tool.py", "ask_all.py"];
  const request = {
    path: `${insideFolder(folder.name)}/${main}`,
    inputs,
    nowMs: STANDARD.nowMs,
    ...(scenes === undefined ? {} : { scenes, worlds }),
  };
  const policy: SandboxPolicy = {
    ...POLICIES.generatedTool,
    cpuMs,
    wallMs: 60_000,
    outputBytes: { ...POLICIES.generatedTool.outputBytes, stdout: MAX_ANSWERS },
  };
  const run = { program, request, files: toolFiles(folder, instead), policy };
  const { lines, result } = await runInside(run, answerSchema, inside);
  const known = new Map(lines.map(({ index, ...answer }) => [index, answer]));
  return { answers: inputs.map((_input, index) => known.get(index)), killed: result.killed };
}

/** Calls with a world around them. */
export async function performPlay(
  tool: { readonly folder: ToolFolder; readonly contract: Contract },
  { play: { scenes, worlds }, cpuMs }: { readonly play: Play; readonly cpuMs: number },
  inside: Inside,
): Promise<readonly SceneAnswer[]> {
  const { answers } = await askMany(
    tool,
    {
      inputs: scenes.map(({ input }) => input),
      scenes: scenes.map(({ nowMs = STANDARD.nowMs, chance, world }) => ({
        nowMs,
        draws: chance?.draws,
        seed: chance?.numbers,
        world,
      })),
      worlds,
      cpuMs,
    },
    inside,
  );
  return answers;
}
