/** A run of the forge with a model and a judge of few words, in a folder of its own. */
import { afterEach, beforeEach } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ToolCase } from "#tools/contract/cases.ts";
import type { ToolTests } from "#tools/contract/metadata.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { StageReport, ToolReport } from "#tools/contract/validation.ts";
import type { PromptMessage } from "#tools/forge/ask.ts";
import { forgeTool } from "#tools/forge/build-and-deliver.ts";
import { type Deliver, deliverInto } from "#tools/forge/deliver.ts";
import type { ForgeEvent } from "#tools/forge/progress.ts";
import type { ForgeParts, ForgeResult, Wish } from "#tools/forge/run.ts";
import { openRunLog } from "#tools/forge/run-log.ts";
import { GOAL } from "./forge-answers.ts";

export const TESTS: ToolTests = {
  cases: 11,
  passed: 11,
  coverage: 1,
  mutationScore: 0.9,
  mutants: 20,
};

export const PASSED: ToolReport = {
  ok: true,
  stages: [{ stage: "oracle", ok: true, ms: 1, details: [] }],
  tests: TESTS,
  capabilities: [],
};

/** A report that refuses a tool; its reason is the first detail. */
export function failing(stage: StageReport["stage"], ...details: string[]): ToolReport {
  const report = { stage, ok: false, ms: 1, reason: details[0] ?? "no", details };
  return { ok: false, stages: [report], capabilities: [] };
}

export interface Ran {
  readonly result: ForgeResult;
  readonly prompts: readonly (readonly PromptMessage[])[];
  /** The shape that was wished for with each prompt. */
  readonly shapes: readonly (string | undefined)[];
  /** The most tokens of each answer. */
  readonly limits: readonly number[];
  readonly folders: readonly ToolFolder[];
  readonly events: readonly ForgeEvent[];
}

export interface Script extends Partial<ForgeParts> {
  /** In the order in which they are asked for. */
  readonly answers: readonly (string | Error)[];
  /** What the validations say, in order; the last one again and again. @default it passed */
  readonly reports?: readonly ToolReport[];
  /** @default the one of the answers */
  readonly wish?: Wish;
  /** @default "run_1" */
  readonly run?: string;
}

interface ForgeHome {
  readonly path: string;
  forge(script: Script): Promise<Ran>;
  /** What lies where tools are delivered. */
  delivered(): readonly string[];
  /** The records of a run. */
  log(run?: string): readonly Record<string, unknown>[];
}

function openHome(): ForgeHome & Disposable {
  const path = mkdtempSync(join(tmpdir(), "org-forge-"));
  const logPath = (run: string) => join(path, "log", `${run}.jsonl`);
  const root = join(path, "forge");
  return {
    path,
    forge: async ({ run = "run_1", ...script }) => {
      await using log = await openRunLog(logPath(run), run);
      return await forgeOnce({ log, ...script }, deliverInto(root, run));
    },
    delivered: () => (existsSync(root) ? readdirSync(root) : []),
    log: (run = "run_1") =>
      readFileSync(logPath(run), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}

async function forgeOnce(
  script: Omit<Script, "run"> & Pick<ForgeParts, "log">,
  deliver: Deliver,
): Promise<Ran> {
  const { answers, reports = [PASSED], wish = { goal: GOAL, language: "ts" }, ...parts } = script;
  const prompts: (readonly PromptMessage[])[] = [];
  const shapes: (string | undefined)[] = [];
  const limits: number[] = [];
  const folders: ToolFolder[] = [];
  const events: ForgeEvent[] = [];
  const forgeParts: ForgeParts = {
    ask: async ({ messages, shape, maxTokens }) => {
      prompts.push(messages);
      shapes.push(shape?.name);
      limits.push(maxTokens);
      const answer = answers[prompts.length - 1];
      if (answer instanceof Error) throw answer;
      const text = answer ?? "nothing";
      return { text, tokens: Math.ceil(text.length / 4), isCut: false };
    },
    validate: async (folder) => {
      folders.push(folder);
      return reports[folders.length - 1] ?? reports.at(-1) ?? PASSED;
    },
    cleaner: new TextCleaner(),
    signal: new AbortController().signal,
    model: "m",
    onEvent: (event) => events.push(event),
    ...parts,
  };
  const result = await forgeTool(wish, forgeParts, deliver);
  return { result, prompts, shapes, limits, folders, events };
}

/** All that a model reads in one prompt. */
export function promptText(messages: readonly PromptMessage[] | undefined): string {
  return (messages ?? []).map(({ content }) => content).join("\n");
}

/** Who was blamed, in order. */
export function blamed({ events }: Ran): readonly string[] {
  return events.flatMap((event) => (event.type === "blame" ? [event.blamed] : []));
}

/** A file of the tool as it was validated last. */
export function fileOf({ folders }: Ran, name: string): string {
  return folders.at(-1)?.files.get(name) ?? "";
}

export function casesOf(ran: Ran): readonly ToolCase[] {
  return JSON.parse(fileOf(ran, "cases.json")).cases;
}

/** A home for each test of the file that calls it; removed behind each. */
export function homeOfEachTest(): ForgeHome {
  let home: (ForgeHome & Disposable) | undefined;
  const opened = (): ForgeHome => {
    if (home === undefined) throw new Error("A home is open while a test runs");
    return home;
  };
  beforeEach(() => {
    home = openHome();
  });
  afterEach(() => home?.[Symbol.dispose]());
  return {
    get path(): string {
      return opened().path;
    },
    forge: async (script) => await opened().forge(script),
    delivered: () => opened().delivered(),
    log: (run) => opened().log(run),
  };
}
