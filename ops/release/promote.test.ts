import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { fetchCommits } from "#fitness/gate/gate-repository.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { mergedTree } from "#fitness/gate/tree-diff.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import {
  candidate,
  codeOf,
  expectSound,
  killedAt,
  NOW,
  promoteIn,
  rollbackIn,
  SHOUT,
  settleIn,
} from "#test/promoting.ts";
import { openPromoter } from "./open-promoter.ts";
import { type Promotion, promote } from "./promote.ts";
import { lockPromoter } from "./promoter-lock.ts";
import type { Service } from "./service.ts";

const homes: CandidateRepository[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) home[Symbol.dispose]();
});

function newHome(): CandidateRepository {
  const home = new CandidateRepository();
  homes.push(home);
  return home;
}

describe("a promotion", () => {
  test("is the signed merge of main and the candidate, checked by Git alone", async () => {
    const home = newHome();
    const before = home.id("main");
    const id = candidate(home);
    const { change, reverted } = await promoteIn(home, id);
    expect(reverted).toBeUndefined();
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

  test("is reverted at once when what serves is not well", async () => {
    const home = newHome();
    const before = home.git("rev-parse", "main^{tree}");
    const asked: string[] = [];
    const service: Service = {
      restart: async (commit) => void asked.push(commit),
      isHealthy: async (commit) => home.git("rev-parse", `${commit}^{tree}`) === before,
    };
    const { change, reverted } = await promoteIn(home, candidate(home), { service });
    expect(change.note).toContain("does not answer");
    expect(reverted).toMatchObject({
      kind: "rollback",
      state: "done",
      note: null,
      undoes: change.id,
    });
    expect(home.git("rev-parse", "main^{tree}")).toBe(before);
    expect(asked).toEqual([change.to, reverted?.to ?? ""]);
    expectSound(home);
  });

  test("notes why what serves did not start", async () => {
    const home = newHome();
    const why = "It did not listen within 60 s.\nIt wrote:\nnothing";
    const restart = () =>
      Promise.reject(new OrgError("No start", { code: "PROCESS_FAILED", why, remedies: [] }));
    const service: Service = { restart, isHealthy: async () => true };
    const { change } = await promoteIn(home, candidate(home), { service });
    expect(change.note).toBe("No start: It did not listen within 60 s.");
  });

  test("is one at a time", async () => {
    const home = newHome();
    const { lock } = promotionPaths(home.checkout);
    const id = candidate(home);
    using _ = lockPromoter(lock);
    expect(await codeOf(promoteIn(home, id, { wait: { waitMs: 0 } }))).toBe("LOCK_HELD");
  });

  test("waits in line for another one, says for whom, and then goes on", async () => {
    const home = newHome();
    const { lock } = promotionPaths(home.checkout);
    const id = candidate(home);
    const told: string[] = [];
    using held = lockPromoter(lock);
    const onWait = (text: string): void => {
      told.push(text);
      held[Symbol.dispose]();
    };
    const { change } = await promoteIn(home, id, { wait: { onWait } });
    expect(told).toEqual([`waits for process ${process.pid}, which promotes or rolls back`]);
    expect(change.state).toBe("done");
    expectSound(home);
  });

  test("ends its wait when it is aborted, and nothing was changed", async () => {
    const home = newHome();
    using _ = lockPromoter(promotionPaths(home.checkout).lock);
    const before = home.id("main");
    const id = candidate(home);
    const abort = new AbortController();
    const wait = { signal: abort.signal, onWait: (): void => abort.abort() };
    await expect(promoteIn(home, id, { wait })).rejects.toThrow();
    expect(home.id("main")).toBe(before);
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

describe("a promotion that was killed", () => {
  test("before main moved is abandoned by the next process, and nothing is left of it", async () => {
    const home = newHome();
    const main = home.id("main");
    const id = candidate(home);
    await killedAt(home, "refs", id);
    const [settled] = await settleIn(home);
    expect(settled).toMatchObject({ state: "abandoned", note: expect.stringContaining("cut off") });
    expect([home.id("main"), home.git("tag")]).toEqual([main, ""]);
    expectSound(home);
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
