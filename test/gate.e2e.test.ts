/** The gate against everything that we know to try: no attack is promoted, and nothing good is turned away. */
import { describe, expect, test } from "bun:test";
import { Gate } from "#fitness/gate/gate.ts";
import { openPromoter } from "#ops/release/open-promoter.ts";
import { promoteCandidate } from "#ops/release/promote-candidate.ts";
import { contractSchema } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { ValidateTool } from "#tools/contract/validation.ts";
import { CandidateRepository } from "./candidate-repository.ts";
import { tool } from "./candidates/candidate.ts";
import { isWrong, type Judged, judgeAll, tableOf } from "./candidates/judge-all.ts";
import { PROGRAM_ATTACKS } from "./candidates/program-attacks.ts";
import { PYTHON_ATTACKS } from "./candidates/python-attacks.ts";
import { CLASSES, partOf } from "./candidates/sample.ts";

const MINUTES = 60_000;

const idsOf = (judged: readonly Judged[]): readonly string[] =>
  judged.map(({ candidate, verdict, reason }) => `${candidate.id}: ${verdict}, ${reason}`);

// All of them take two hours: ORG_CANDIDATES=all bun test --path-ignore-patterns= ./test/gate.e2e.test.ts
const ASKED = Bun.env["ORG_CANDIDATES"] ?? "0";
const PART = ASKED === "all" ? 0 : Number(ASKED);
const NAMES = Object.keys(CLASSES);
const ALL = Object.values(CLASSES).flat();
const CHOSEN = ASKED === "all" ? ALL : NAMES.flatMap((name) => partOf(name, PART));

test("there are enough of them, each with a name of its own, and each is in some part", () => {
  expect(new Set(ALL.map(({ id }) => id)).size).toBe(ALL.length);
  expect(ALL.filter(({ kind }) => kind === "attack").length).toBeGreaterThanOrEqual(600);
  expect(ALL.filter(({ kind }) => kind !== "attack").length).toBeGreaterThanOrEqual(150);
  for (const name of NAMES) {
    expect(partOf(name, PART).length, name).toBeGreaterThan(0);
    const parts = Array.from({ length: CLASSES[name]?.length ?? 0 }, (_, at) => partOf(name, at));
    expect(new Set(parts.flat()), name).toEqual(new Set(CLASSES[name]));
  }
});

test(
  "no verdict is wrong",
  async () => {
    process.stdout.write(
      ASKED === "all" ? "all candidates\n" : `ORG_CANDIDATES=${PART}, a part of them\n`,
    );
    const judged = await judgeAll(CHOSEN);
    process.stdout.write(tableOf(judged));
    expect(idsOf(judged.filter(isWrong))).toEqual([]);
  },
  ASKED === "all" ? 300 * MINUTES : 20 * MINUTES,
);

/** The scan knows nothing, and believes the contract: what it finds today, a program hides from it tomorrow. */
async function blind(folder: ToolFolder) {
  const { capabilities } = contractSchema.parse(JSON.parse(folder.files.get("spec.json") ?? ""));
  return { stage: "static", ok: true, ms: 0, details: [], capabilities } as const;
}

test(
  "without the scan, the sandbox still notices what does harm when it is called",
  async () => {
    // A part of them: what waits for an input that no suite has runs through all the stages. Which stage notices which of
    // eleven is held by test/validate-tool-depth.e2e.test.ts, "without the scan, refuses a tool that %s".
    const some = [...PROGRAM_ATTACKS, ...PYTHON_ATTACKS].filter(
      ({ expectedStage }, index) => expectedStage === "S2" && index % 24 === 0,
    );
    const judged = await judgeAll(some, { checkStatic: blind });
    const caught = judged.filter(({ verdict }) => verdict !== "promote");
    process.stdout.write(tableOf(judged));
    process.stdout.write(`without the scan: ${caught.length} of ${judged.length} noticed\n`);
    expect(caught.length).toBeGreaterThanOrEqual(judged.length / 4);
  },
  20 * MINUTES,
);

/** In a whole run five other suites are busy, too; where this one runs alone: ORG_BUSY=6. */
const BUSY = Number(Bun.env["ORG_BUSY"] ?? 2);

test(
  "a busy machine changes no verdict",
  async () => {
    const wanted = ["plain", "plain-python", "endless-loop", "off-by-one", "memory-hog"];
    const some = ALL.filter(({ id }) => wanted.includes(id));
    expect(some).toHaveLength(wanted.length);
    await using busy = busyProcesses(BUSY);
    const judged = await judgeAll(some);
    expect(busy.alive()).toBe(BUSY);
    const stages = judged.map(({ candidate, stage }) => [candidate.expectedStage, stage]);
    expect(idsOf(judged.filter(isWrong))).toEqual([]);
    for (const [expected, stage] of stages) expect(stage).toBe(expected);
  },
  20 * MINUTES,
);

function busyProcesses(count: number): AsyncDisposable & { alive(): number } {
  const children = Array.from({ length: count }, () =>
    Bun.spawn([process.execPath, "-e", "for (;;) Math.sqrt(2);"], {
      stdio: ["ignore", "ignore", "ignore"],
    }),
  );
  return {
    alive: () => children.filter(({ exitCode }) => exitCode === null).length,
    [Symbol.asyncDispose]: async () => {
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(children.map(({ exited }) => exited));
    },
  };
}

describe("a branch that moves after its verdict", () => {
  const passing: ValidateTool = async () => ({ ok: true, stages: [], capabilities: [] });
  const about = { validatorOf: () => passing, signal: new AbortController().signal, nowMs: 0 };

  test("is judged anew: the commit counts, never the name", async () => {
    using home = new CandidateRepository();
    using gate = await Gate.open(home.checkout);
    const candidate = tool(home, {});
    const request = { ...about, candidate, intent: ["slug"] };
    const { record } = await gate.judge(home.checkout, request);
    expect(record.verdict).toBe("promote");
    home.commit("evil", { "fitness/gate.ts": "export const strict = false;\n" });
    home.git("checkout", "--quiet", "main");
    await using parts = new AsyncDisposableStack();
    const promoter = await openPromoter(home.checkout, {}, parts);
    const failure = await promoteCandidate(gate, promoter, request).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: "CANDIDATE_REFUSED" });
    expect(home.git("show", "main:fitness/gate.ts")).toContain("true");
  });
});
