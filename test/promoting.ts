/** Promotions and rollbacks over real repositories, for the suites about them. */
import { expect } from "bun:test";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { fetchCommits } from "#fitness/gate/gate-repository.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { mergedTree } from "#fitness/gate/tree-diff.ts";
import type { Change, Step } from "#ops/release/ledger.ts";
import { openPromoter, type PromoterOptions } from "#ops/release/open-promoter.ts";
import { type Promoted, promote } from "#ops/release/promote.ts";
import { lockPromoter } from "#ops/release/promoter-lock.ts";
import { rollback } from "#ops/release/rollback.ts";
import { settleUnfinished } from "#ops/release/settle.ts";
import type { CandidateRepository } from "./candidate-repository.ts";

/** When everything happens, in milliseconds since the epoch. */
export const NOW: number = Date.UTC(2026, 10, 21, 8, 30);
/** The file of the tool that {@link candidate} adds. */
export const SHOUT: string = "tools/generated/shout/tool.ts";

/** A candidate that adds a tool; main stays checked out. */
export function candidate(
  home: CandidateRepository,
  name = "shout",
  text = "export const input = 1;\n",
): string {
  const id = home.branch(name).commit(name, { [`tools/generated/${name}/tool.ts`]: text });
  home.git("checkout", "--quiet", "main");
  return id;
}

/** As the gate promotes what has passed. @throws {OrgError} as `promote`. */
export async function promoteIn(
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

/** @param tag absent: the newest. @throws {OrgError} as `rollback`. */
export async function rollbackIn(
  home: CandidateRepository,
  tag?: string,
  options: PromoterOptions = {},
): Promise<Change> {
  await using own = new AsyncDisposableStack();
  const promoter = await openPromoter(home.checkout, options, own);
  return await rollback(promoter, { tag, nowMs: NOW });
}

/** What the next process does first. */
export async function settleIn(home: CandidateRepository): Promise<readonly Change[]> {
  await using own = new AsyncDisposableStack();
  const promoter = await openPromoter(home.checkout, {}, own);
  using _ = lockPromoter(promoter.paths.lock);
  return await settleUnfinished(promoter, NOW);
}

/** The code of the error that it ends with, else "none". */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((caught: unknown) => caught);
  return error instanceof Error && "code" in error ? String(error.code) : "none";
}

/** What must hold while no change is under way: release, checkout and repository are whole. */
export function expectSound(home: CandidateRepository): void {
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

/** Promotes or rolls back in a process of its own, which kills itself when it comes to a step. */
export async function killedAt(home: CandidateRepository, step: Step, work: string): Promise<void> {
  const script = join(import.meta.dir, "fixtures", "killed-promotion.ts");
  const child = Bun.spawn([process.execPath, script, home.checkout, work, step], {
    stderr: "pipe",
  });
  const said = await child.stderr.text();
  await child.exited;
  expect(`${child.signalCode} ${said}`).toBe("SIGKILL ");
}
