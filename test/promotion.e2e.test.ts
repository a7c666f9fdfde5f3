/** Promotions and rollbacks over real repositories, and what is left when they are killed. */
import { afterEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { fetchCommits } from "#fitness/gate/gate-repository.ts";
import { mergedTree } from "#fitness/gate/tree-diff.ts";
import type { Change } from "#ops/promotion/ledger.ts";
import { STEPS, type Step } from "#ops/promotion/ledger.ts";
import { openPromoter, type PromoterOptions } from "#ops/promotion/open-promoter.ts";
import { promotionPaths } from "#ops/promotion/paths.ts";
import { type Promoted, type Promotion, promote } from "#ops/promotion/promote.ts";
import { lockPromoter } from "#ops/promotion/promoter-lock.ts";
import { rollback } from "#ops/promotion/rollback.ts";
import type { Service } from "#ops/promotion/service.ts";
import { settleUnfinished } from "#ops/promotion/settle.ts";
import { CandidateRepository } from "./candidate-repository.ts";

const NOW = Date.UTC(2026, 10, 21, 8, 30);
const SHOUT = "tools/generated/shout/tool.ts";

const homes: CandidateRepository[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) home[Symbol.dispose]();
});

function newHome(): CandidateRepository {
  const home = new CandidateRepository();
  homes.push(home);
  return home;
}

/** A candidate that adds a tool; main stays checked out. */
function candidate(
  home: CandidateRepository,
  name = "shout",
  text = "export const input = 1;\n",
): string {
  const id = home.branch(name).commit(name, { [`tools/generated/${name}/tool.ts`]: text });
  home.git("checkout", "--quiet", "main");
  return id;
}

async function promoteIn(
  home: CandidateRepository,
  id: string,
  options: PromoterOptions = {},
): Promise<Promoted> {
  await using own = new AsyncDisposableStack();
  const promoter = await openPromoter(home.checkout, options, own);
  const main = home.id("main");
  await fetchCommits(promoter.gate, promoter.home, [main, id]);
  const tree = await mergedTree(promoter.gate, main, id);
  const judgement = { tree: typeof tree === "string" ? tree : undefined };
  const about = { title: "feat(tools): shout", record: '{"verdict":"promote"}\n', nowMs: NOW };
  return await promote(promoter, { candidate: id, judgement, metadata: new Map(), ...about });
}

async function rollbackIn(
  home: CandidateRepository,
  tag?: string,
  options: PromoterOptions = {},
): Promise<Change> {
  await using own = new AsyncDisposableStack();
  const promoter = await openPromoter(home.checkout, options, own);
  return await rollback(promoter, { tag, nowMs: NOW });
}

async function settleIn(home: CandidateRepository): Promise<readonly Change[]> {
  await using own = new AsyncDisposableStack();
  const promoter = await openPromoter(home.checkout, {}, own);
  using _ = lockPromoter(promoter.paths.lock);
  return await settleUnfinished(promoter, NOW);
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.catch((caught: unknown) => caught);
  return error instanceof Error && "code" in error ? String(error.code) : "none";
};

/** What must hold whenever nobody is at work. */
function expectSound(home: CandidateRepository): void {
  const { releases, current } = promotionPaths(home.checkout);
  const main = home.id("main");
  if (existsSync(current)) {
    const live = basename(readlinkSync(current));
    expect(live).toBe(main);
    const files = home.git("ls-tree", "-r", "--name-only", main).trim().split("\n");
    const written = readdirSync(join(releases, live), { recursive: true, withFileTypes: true });
    expect(written.filter((entry) => entry.isFile()).length).toBe(files.length);
    for (const file of files) {
      const text = home.git("show", `${main}:${file}`);
      expect(readFileSync(join(releases, live, file), "utf8")).toBe(text);
    }
  }
  const leftOver = existsSync(releases) ? readdirSync(releases) : [];
  expect(leftOver.filter((name) => name.startsWith("."))).toEqual([]);
  expect(home.git("status", "--porcelain")).toBe("");
  home.git("fsck", "--strict", "--no-dangling");
}

describe("a promotion", () => {
  test("is the signed merge of main and the candidate, checked by Git alone", async () => {
    const home = newHome();
    const before = home.id("main");
    const id = candidate(home);
    const { change, undone } = await promoteIn(home, id);
    expect(undone).toBeUndefined();
    expect(change).toMatchObject({ state: "done", from: before, candidate: id });
    expect(home.id("main")).toBe(change.to);
    expect(home.git("show", "-s", "--format=%P", "main").trim()).toBe(`${before} ${id}`);
    expect(existsSync(join(home.checkout, SHOUT))).toBe(true);
    const signers = `gpg.ssh.allowedSignersFile=${promotionPaths(home.checkout).signers}`;
    home.git("-c", signers, "verify-commit", "main");
    home.git("-c", signers, "verify-tag", change.tag);
    expect(home.git("cat-file", "tag", change.tag)).toContain('{"verdict":"promote"}');
    expectSound(home);
  });

  test("leaves a checkout of another branch alone", async () => {
    const home = newHome();
    const id = candidate(home);
    home.git("checkout", "--quiet", "-b", "mine");
    await promoteIn(home, id);
    expect(existsSync(join(home.checkout, SHOUT))).toBe(false);
    expect(home.git("status", "--porcelain")).toBe("");
  });

  test("keeps what a human is working on, and refuses to write over it", async () => {
    const home = newHome();
    const id = candidate(home);
    writeFileSync(join(home.checkout, "README.md"), "mine\n");
    await promoteIn(home, id);
    expect(readFileSync(join(home.checkout, "README.md"), "utf8")).toBe("mine\n");
    const next = candidate(home, "whisper");
    mkdirSync(join(home.checkout, "tools/generated/whisper"), { recursive: true });
    writeFileSync(join(home.checkout, "tools/generated/whisper/tool.ts"), "mine too\n");
    const main = home.id("main");
    expect(await codeOf(promoteIn(home, next))).toBe("PATH_REFUSED");
    expect(home.id("main")).toBe(main);
  });

  test("does not happen when main moved after the verdict", async () => {
    const home = newHome();
    const id = candidate(home);
    await using own = new AsyncDisposableStack();
    const promoter = await openPromoter(home.checkout, {}, own);
    await fetchCommits(promoter.gate, promoter.home, [id]);
    const tree = await mergedTree(promoter.gate, id, id);
    const main = home.commit("a human's", { "docs/guide.md": "Better.\n" });
    const judgement: Promotion["judgement"] = { tree: String(tree) };
    const about = { title: "x", record: "{}", metadata: new Map(), nowMs: NOW };
    expect(await codeOf(promote(promoter, { candidate: id, judgement, ...about }))).toBe(
      "CANDIDATE_STALE",
    );
    expect(home.id("main")).toBe(main);
  });

  test("is taken back at once when what serves is not well", async () => {
    const home = newHome();
    const before = home.git("rev-parse", "main^{tree}");
    const asked: string[] = [];
    const service: Service = {
      restart: async (commit) => void asked.push(commit),
      isHealthy: async (commit) => home.git("rev-parse", `${commit}^{tree}`) === before,
    };
    const { change, undone } = await promoteIn(home, candidate(home), { service });
    expect(change.note).toContain("does not answer");
    expect(undone).toMatchObject({
      kind: "rollback",
      state: "done",
      note: null,
      undoes: change.id,
    });
    expect(home.git("rev-parse", "main^{tree}")).toBe(before);
    expect(asked).toEqual([change.to, undone?.to ?? ""]);
    expectSound(home);
  });

  test("is one at a time", async () => {
    const home = newHome();
    const { lock } = promotionPaths(home.checkout);
    const id = candidate(home);
    using _ = lockPromoter(lock);
    expect(await codeOf(promoteIn(home, id))).toBe("LOCK_HELD");
  });
});

describe("a rollback", () => {
  test("of the newest gives the tree before it, and of the rollback the tree with it", async () => {
    const home = newHome();
    const before = home.git("rev-parse", "main^{tree}");
    await promoteIn(home, candidate(home));
    const after = home.git("rev-parse", "main^{tree}");
    await rollbackIn(home);
    expect(home.git("rev-parse", "main^{tree}")).toBe(before);
    expect(existsSync(join(home.checkout, SHOUT))).toBe(false);
    expectSound(home);
    await rollbackIn(home);
    expect(home.git("rev-parse", "main^{tree}")).toBe(after);
    expect(existsSync(join(home.checkout, SHOUT))).toBe(true);
    expectSound(home);
  });

  test("of an older one takes just that one back", async () => {
    const home = newHome();
    const { change } = await promoteIn(home, candidate(home));
    await promoteIn(home, candidate(home, "whisper"));
    await rollbackIn(home, change.tag);
    const files = home.git("ls-tree", "-r", "--name-only", "main");
    expect(files).not.toContain("tools/generated/shout/");
    expect(files).toContain("tools/generated/whisper/");
    expectSound(home);
    expect(await codeOf(rollbackIn(home, change.tag))).toBe("INPUT_MISSING");
  });

  test("that later changes stand in the way of changes nothing", async () => {
    const home = newHome();
    const { change } = await promoteIn(home, candidate(home));
    const next = home.branch("next").commit("x", { [SHOUT]: "export const input = 2;\n" });
    home.git("checkout", "--quiet", "main");
    await promoteIn(home, next);
    const main = home.id("main");
    expect(await codeOf(rollbackIn(home, change.tag))).toBe("CANDIDATE_CONFLICT");
    expect(home.id("main")).toBe(main);
  });

  test("of nothing, or of what there is not, says so", async () => {
    const home = newHome();
    expect(await codeOf(rollbackIn(home))).toBe("INPUT_MISSING");
    await promoteIn(home, candidate(home));
    expect(await codeOf(rollbackIn(home, "promotion/none"))).toBe("INPUT_MISSING");
  });
});

test("on a full disk main has not moved, and nothing is left of the attempt", async () => {
  const home = newHome();
  const before = home.id("main");
  const id = candidate(home);
  const { releases } = promotionPaths(home.checkout);
  mkdirSync(releases, { recursive: true });
  const full = ["bwrap", "--dev-bind", "/", "/", "--size", "8192", "--tmpfs", releases];
  const script = join(import.meta.dir, "fixtures", "killed-promotion.ts");
  const child = Bun.spawn([...full, process.execPath, script, home.checkout, id, "never"], {
    stderr: "pipe",
  });
  expect(await child.stderr.text()).toContain("ENOSPC");
  expect(await child.exited).toBe(1);
  expect(home.id("main")).toBe(before);
  expect(home.git("tag")).toBe("");
  expectSound(home);
  expect((await promoteIn(home, id)).change.state).toBe("done");
  expectSound(home);
});

describe("killed with SIGKILL", () => {
  /** Promotes or rolls back in a process of its own, which kills itself when it comes to a step. */
  async function killedAt(home: CandidateRepository, step: Step, work: string): Promise<void> {
    const script = join(import.meta.dir, "fixtures", "killed-promotion.ts");
    const child = Bun.spawn([process.execPath, script, home.checkout, work, step], {
      stderr: "pipe",
    });
    const said = await child.stderr.text();
    await child.exited;
    expect(`${child.signalCode} ${said}`).toBe("SIGKILL ");
  }

  test.each(STEPS)("before the step %s, a promotion is finished or never was", async (step) => {
    const home = newHome();
    const before = home.id("main");
    const id = candidate(home);
    await killedAt(home, step, id);
    const [settled] = await settleIn(home);
    const moved = STEPS.indexOf(step) > STEPS.indexOf("refs");
    expect(settled?.state).toBe(moved ? "done" : "abandoned");
    expect(home.id("main") !== before).toBe(moved);
    expectSound(home);
    if (!moved) await promoteIn(home, id);
    expect(existsSync(join(home.checkout, SHOUT))).toBe(true);
    expectSound(home);
  });

  test.each(STEPS)("before the step %s, a rollback is, too", async (step) => {
    const home = newHome();
    await promoteIn(home, candidate(home));
    await killedAt(home, step, "rollback");
    await settleIn(home);
    const moved = STEPS.indexOf(step) > STEPS.indexOf("refs");
    expect(existsSync(join(home.checkout, SHOUT))).toBe(!moved);
    expectSound(home);
  });

  test("at any step, and again at any step while the first is being settled", async () => {
    for (const first of STEPS) {
      for (const second of STEPS) {
        const home = newHome();
        const id = candidate(home);
        await killedAt(home, first, id);
        const open = STEPS.indexOf(first) > STEPS.indexOf("refs");
        // What is settled goes on behind the refs; what was abandoned begins anew.
        const reached = !open || STEPS.indexOf(second) > STEPS.indexOf("refs");
        if (reached) await killedAt(home, second, open ? "settle" : id);
        await settleIn(home);
        expectSound(home);
        home[Symbol.dispose]();
      }
    }
  });

  test("between the two refs, the tag comes later", async () => {
    const home = newHome();
    await killedAt(home, "link", candidate(home));
    const [tag = ""] = home.git("tag").trim().split("\n");
    home.git("tag", "--delete", tag);
    await settleIn(home);
    expect(home.git("tag").trim()).toBe(tag);
  });
});
