/**
 * Shows that the gate still bites: tools that main has must pass as if they were new, and each fault that is
 * put into one of them must be stopped where it should be. Any other verdict is an alarm.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { GATE_IDENTITY } from "#fitness/gate/gate-repository.ts";
import { type JudgeOptions, judge } from "#fitness/gate/judge.ts";
import type { GateStage } from "#fitness/gate/stages.ts";
import { readTreeTools } from "#fitness/gate/tree-tools.ts";
import { treeWithFiles, writeBlob } from "#ops/promotion/tree-with-files.ts";
import { gitText } from "#platform/git/raw.ts";
import { createRepository, openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { FAULTS, type Files } from "./faults.ts";

export interface DrillResult {
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

export interface DrillOptions extends Pick<JudgeOptions, "validatorOf" | "signal"> {
  /** Most tools that are tried as they are. @default 3 */
  readonly most?: number | undefined;
  readonly onResult?: ((result: DrillResult) => void) | undefined;
}

/**
 * @param checkout the home whose main has tools.
 * @throws {OrgError} `INPUT_MISSING` when main has no tool to drill with.
 */
export async function drill(
  checkout: string,
  { validatorOf, signal, most = 3, onResult }: DrillOptions,
): Promise<readonly DrillResult[]> {
  const tools = await readTreeTools(await openCheckout(checkout), "refs/heads/main^{tree}");
  const known = [...tools.values()].filter(({ files }) => files.has("tool.ts"));
  const [subject] = known;
  if (subject === undefined) throw noTools(checkout);
  const folder = await mkdtemp(join(tmpdir(), "org-drill-"));
  try {
    const place = { gitDir: join(folder, "gate.git"), identity: GATE_IDENTITY };
    const range = await Range.make(await createRepository(place));
    const results: DrillResult[] = [];
    const plan = [
      ...known.slice(0, most).map((tool) => ({ name: tool.name, tool, expected: [] })),
      ...FAULTS.map(({ name, expected }) => ({
        name: `${subject.name}, ${name}`,
        tool: subject,
        expected,
      })),
    ];
    for (const { name, tool, expected } of plan) {
      const fault = FAULTS.find((one) => name.endsWith(`, ${one.name}`));
      const candidate = await range.commit(
        fault === undefined ? filesOf(tool) : fault.put(filesOf(tool), tool.name),
      );
      const start = performance.now();
      const options = { intent: [tool.name], validatorOf, signal };
      const {
        verdict,
        stage = null,
        reason,
      } = await judge(range.repository, { main: range.main, candidate }, options);
      const ok =
        stage === null ? expected.length === 0 && verdict === "promote" : expected.includes(stage);
      const ms = Math.round(performance.now() - start);
      const result = { name, expected, verdict, stage, reason, ok, ms };
      results.push(result);
      onResult?.(result);
    }
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A repository whose main is empty but for a file that says so. */
class Range {
  readonly repository: Repository;
  readonly main: string;

  private constructor(repository: Repository, main: string) {
    this.repository = repository;
    this.main = main;
  }

  static async make(repository: Repository): Promise<Range> {
    const empty = await gitText(repository, ["mktree"], { stdin: "" });
    const readme = new Map([["README.md", await writeBlob(repository, "A drill.\n")]]);
    const tree = await treeWithFiles(repository, empty, readme);
    return new Range(
      repository,
      await gitText(repository, ["commit-tree", tree], { stdin: "begin\n" }),
    );
  }

  /** @returns the id of a commit on main with these files. */
  async commit(files: Files): Promise<string> {
    const blobs = new Map<string, string>();
    for (const [path, text] of files) blobs.set(path, await writeBlob(this.repository, text));
    const tree = await treeWithFiles(this.repository, `${this.main}^{tree}`, blobs);
    // Whoever commits here is no candidate's maker, and the gate's own name is refused.
    const maker = { ...this.repository, identity: { name: "drill", email: "drill@org.invalid" } };
    return await gitText(maker, ["commit-tree", "-p", this.main, tree], { stdin: "drill\n" });
  }
}

function filesOf({ name, files }: ToolFolder): Files {
  return new Map([...files].map(([file, text]) => [`tools/generated/${name}/${file}`, text]));
}

function noTools(checkout: string): OrgError {
  return new OrgError("There is nothing to drill with", {
    code: "INPUT_MISSING",
    why: `Main of ${checkout} has no tool in TypeScript.`,
    remedies: ["org tools list"],
    left: "Nothing was judged.",
  });
}
