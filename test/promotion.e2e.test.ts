/** What is left of promotions and rollbacks that are killed, or find the disk full. */
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { STEPS } from "#ops/release/ledger.ts";
import { CandidateRepository } from "./candidate-repository.ts";
import { candidate, expectSound, killedAt, promoteIn, SHOUT, settleIn } from "./promoting.ts";
import { sampled } from "./sample.ts";

const homes: CandidateRepository[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) home[Symbol.dispose]();
});

function newHome(): CandidateRepository {
  const home = new CandidateRepository();
  homes.push(home);
  return home;
}

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

  const pairs = STEPS.flatMap((first) => STEPS.map((second) => ({ first, second })));
  const classOf = ({ first }: (typeof pairs)[number]): string => first;
  test.each(sampled("a promotion killed twice", pairs, { percent: 33, classOf }))(
    "before $first, and again before $second while the first is being settled",
    async ({ first, second }) => {
      const home = newHome();
      const id = candidate(home);
      await killedAt(home, first, id);
      const open = STEPS.indexOf(first) > STEPS.indexOf("refs");
      // What is settled goes on behind the refs; what was abandoned begins anew.
      const reached = !open || STEPS.indexOf(second) > STEPS.indexOf("refs");
      if (reached) await killedAt(home, second, open ? "settle" : id);
      await settleIn(home);
      expectSound(home);
    },
  );
});
