/**
 * The self-test of the gate: tools that main has must pass as if they were new, and each fault that is
 * put into one of them must be stopped where it should be. Any other verdict is an alarm.
 */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import { GATE_IDENTITY } from "#fitness/gate/gate-repository.ts";
import { type JudgeOptions, judge } from "#fitness/gate/judge.ts";
import { readTreeTools } from "#fitness/gate/tree-tools.ts";
import type { GateStage } from "#fitness/stages.ts";
import { gitText } from "#platform/git/raw.ts";
import { createRepository, openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { contractSchema } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { FAULTS, type Files, NEIGHBOUR_FAULTS, requestsOf } from "./faults.ts";
import { treeWithFiles, writeBlob } from "./tree-with-files.ts";

export interface SelfTestResult {
  /** The tool, and the fault that was put into it. */
  readonly name: string;
  /** The stages that may stop it; none: it has to pass. */
  readonly expected: readonly GateStage[];
  readonly verdict: "promote" | "reject" | "hold";
  readonly stage: GateStage | null;
  readonly reason: string;
  readonly ok: boolean;
  readonly ms: number;
}

export interface SelfTestOptions extends Pick<JudgeOptions, "validatorOf" | "firstHit" | "signal"> {
  /** Most tools that are tried as they are. @default 3 */
  readonly most?: number | undefined;
  readonly onResult?: ((result: SelfTestResult) => void) | undefined;
}

/**
 * @param checkout the home whose main has tools.
 * @throws {OrgError} `INPUT_MISSING` when main has no tool to test the gate with.
 */
export async function testGate(
  checkout: string,
  { most = 3, onResult, ...judging }: SelfTestOptions,
): Promise<readonly SelfTestResult[]> {
  const tools = await readTreeTools(await openCheckout(checkout), "refs/heads/main^{tree}");
  const toolFolders = [...tools.values()].filter(({ files }) => files.has("tool.ts"));
  const [subject] = toolFolders;
  if (subject === undefined) throw noTools(checkout);
  const neighbour = [...tools.values()].find(
    ({ name, files }) => name !== subject.name && requestsOf(files).length > 0,
  );
  await using folder = await temporaryFolder("drill");
  const gateOptions = { gitDir: join(folder.path, "gate.git"), identity: GATE_IDENTITY };
  const range = new Range(await createRepository(gateOptions));
  const plan = [
    ...toolFolders.slice(0, most).map((tool) => asIs(tool)),
    ...FAULTS.map((fault) => withFault(fault, subject)),
    ...(neighbour === undefined
      ? []
      : NEIGHBOUR_FAULTS.map((fault) => besides(fault, subject, neighbour))),
  ];
  const results: SelfTestResult[] = [];
  for (const trial of plan) {
    const result = await range.judge(trial, judging);
    results.push(result);
    onResult?.(result);
  }
  return results;
}

interface Trial extends Pick<SelfTestResult, "name" | "expected"> {
  /** The tool that the candidate changes. */
  readonly tool: string;
  readonly main: Files;
  readonly candidate: Files;
}

/** Main is empty but for a file that says so. */
const EMPTY: Files = new Map([["README.md", "A drill.\n"]]);

function asIs(tool: ToolFolder): Trial {
  const { name } = tool;
  return { name, tool: name, expected: [], main: EMPTY, candidate: filesOf(tool) };
}

function withFault({ name, expected, put }: (typeof FAULTS)[number], tool: ToolFolder): Trial {
  const about = { name: `${tool.name}, ${name}`, tool: tool.name, expected };
  return { ...about, main: EMPTY, candidate: put(filesOf(tool), tool.name) };
}

function besides(
  { name, expected, put }: (typeof NEIGHBOUR_FAULTS)[number],
  tool: ToolFolder,
  neighbour: ToolFolder,
): Trial {
  const about = { name: `${tool.name}, ${name}`, tool: tool.name, expected };
  const candidate = put(filesOf(tool), tool.name, neighbour);
  return { ...about, main: new Map([...EMPTY, ...filesOf(neighbour)]), candidate };
}

function reachOf(files: Files): readonly string[] {
  return [...files].flatMap(([path, content]) => {
    if (!path.endsWith("/spec.json")) return [];
    const { data } = contractSchema.safeParse(parseJson(content));
    return data?.capabilities ?? [];
  });
}

/** A repository of its own, in which each trial begins a history. */
class Range {
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  async judge(
    { name, expected, tool, main: before, candidate: after }: Trial,
    judging: Omit<SelfTestOptions, "most" | "onResult">,
  ): Promise<SelfTestResult> {
    const start = performance.now();
    const main = await this.#commit(before);
    const candidate = await this.#commit(after, main);
    // A human let main's tools in, with what they reach.
    const options = { ...judging, intent: [tool], approvedCapabilities: reachOf(after) };
    const found = await judge(this.#repository, { main, candidate }, options);
    const { verdict, stage = null, reason } = found;
    const ok =
      stage === null ? expected.length === 0 && verdict === "promote" : expected.includes(stage);
    const ms = Math.round(performance.now() - start);
    return { name, expected, verdict, stage, reason, ok, ms };
  }

  /** @returns the id of a commit with these files, and those of its parent. */
  async #commit(files: Files, parent?: string): Promise<string> {
    const blobs = new Map<string, string>();
    for (const [path, text] of files) blobs.set(path, await writeBlob(this.#repository, text));
    const base =
      parent === undefined
        ? await gitText(this.#repository, ["mktree"], { stdin: "" })
        : `${parent}^{tree}`;
    const tree = await treeWithFiles(this.#repository, base, blobs);
    // The committer here is not a candidate's maker, and the gate's own name is refused.
    const maker = { ...this.#repository, identity: { name: "drill", email: "drill@org.invalid" } };
    const parents = parent === undefined ? [] : ["-p", parent];
    return await gitText(maker, ["commit-tree", ...parents, tree], { stdin: "drill\n" });
  }
}

function filesOf({ name, files }: ToolFolder): Files {
  return new Map([...files].map(([file, text]) => [`tools/generated/${name}/${file}`, text]));
}

function noTools(checkout: string): OrgError {
  return new OrgError("No promoted tool to test the gate with", {
    code: "INPUT_MISSING",
    why: `Main of ${checkout} has no tool in TypeScript.`,
    remedies: ["org tools list"],
    unchanged: "Nothing was judged.",
  });
}
