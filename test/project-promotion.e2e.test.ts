import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { LandStep } from "#ops/project/land-change.ts";
import { promoteCandidate } from "#ops/project/promotion.ts";
import { rollbackPromotion } from "#ops/project/rollback.ts";
import { settleProject } from "#ops/project/settle.ts";
import { killedAt, prepare } from "./killed-project.ts";
import { NOW, UserProject } from "./user-project.ts";

setDefaultTimeout(600_000);

/** Every step, and each of the four files. */
const KILLS: readonly (readonly [LandStep, number, "abandoned" | "finished" | undefined])[] = [
  ["intent", 1, undefined],
  ["lock", 1, "abandoned"],
  ["look", 1, "abandoned"],
  ["objects", 1, "abandoned"],
  ["index", 1, "abandoned"],
  ["mark", 1, "abandoned"],
  ["branch", 1, "abandoned"],
  ["file", 1, "finished"],
  ["file", 2, "finished"],
  ["file", 3, "finished"],
  ["file", 4, "finished"],
  ["install", 1, "finished"],
  ["unlock", 1, "finished"],
  ["close", 1, "finished"],
];

const signed = ({ signing }: UserProject) => ({ nowMs: NOW, signing });

/** What the same change leaves when it is not cut off: same commits, because the time is the same. */
async function whole(user: UserProject, change: () => Promise<unknown>): Promise<string> {
  const head = user.git("rev-parse", "HEAD").trim();
  const refs = user.git("for-each-ref", "--format=%(refname)");
  await change();
  const after = user.state();
  user.git("reset", "--quiet", "--hard", head);
  for (const ref of user.git("for-each-ref", "--format=%(refname)").split("\n")) {
    if (ref !== "" && !refs.includes(ref)) user.git("update-ref", "-d", ref);
  }
  return after;
}

describe("a promotion that is killed", () => {
  test.each(KILLS)(
    "before %s %p leaves all as before or all as after",
    async (step, count, result) => {
      using user = new UserProject();
      const [room, { name }] = await prepare(user);
      const before = user.state();
      const after = await whole(user, () => promoteCandidate(room, { name }, signed(user)));
      rmSync(join(user.folder, "promotions.json"));
      expect(user.state()).toBe(before);
      await killedAt(user, { room, name, step, count });
      expect((await settleProject(user))?.result).toBe(result);
      expect(user.state()).toBe(result === "finished" ? after : before);
      expect(await settleProject(user)).toBeUndefined();
      expect(user.git("status", "--porcelain")).toBe("?? notes.txt\n");
      expect(
        readdirSync(join(user.root, ".git")).filter((entry) => /lock|org-/.test(entry)),
      ).toEqual([]);
    },
  );
});

describe("a rollback that is killed", () => {
  test.each(KILLS)(
    "before %s %p leaves all as before or all as after",
    async (step, count, result) => {
      using user = new UserProject();
      const [room, { name }] = await prepare(user);
      await promoteCandidate(room, { name }, signed(user));
      const before = user.state();
      const ledger = join(user.folder, "promotions.json");
      const known = await Bun.file(ledger).text();
      const after = await whole(user, () => rollbackPromotion(user, signed(user)));
      await Bun.write(ledger, known);
      expect(user.state()).toBe(before);
      await killedAt(user, { room, name: "rollback", step, count });
      expect((await settleProject(user))?.result).toBe(result);
      expect(user.state()).toBe(result === "finished" ? after : before);
      expect(user.git("status", "--porcelain")).toBe("?? notes.txt\n");
    },
  );
});
