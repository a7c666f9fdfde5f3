/** A candidate goes to main and back, by commands in this process. What the gate finds is in `test/gate.e2e.test.ts`. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { readLineage } from "#app/lineage.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { lockPromoter } from "#ops/release/promoter-lock.ts";

import { CandidateRepository } from "#test/candidate-repository.ts";
import { type CommandRan, runCommand, startCommand } from "#test/run-command.ts";

// Each line starts Git some dozen times.
class PromotingHome extends CandidateRepository {
  async org(...words: readonly string[]): Promise<CommandRan> {
    return await runCommand({ path: this.checkout }, ...words);
  }

  /** A candidate of one file, which is not a tool. */
  change(name: string, path: string, text: string): this {
    this.branch(name).commit(name, { [path]: text });
    this.git("checkout", "--quiet", "main");
    return this;
  }

  text(path: string): string {
    return this.git("show", `main:${path}`);
  }
}

const GUIDE = "docs/guide.md";

test("the newest candidate is promoted, with its steps, and reverted by a rollback", async () => {
  using home = new PromotingHome();
  const [before, was] = [home.id("main"), home.text(GUIDE)];
  home.change("guide", GUIDE, "Better.\n");
  const promoted = await home.org("promote");
  expect(promoted.code).toBe(0);
  const [from, to] = [before.slice(0, 12), home.id("main").slice(0, 12)];
  expect(promoted.stdout).toStartWith(`promoted: main moved from ${from} to ${to}, tag promotion/`);
  expect(promoted.stderr).toContain("✔ S1  which files it changes");
  expect(promoted.stderr).toContain("\n  health\n");
  expect(home.text(GUIDE)).toBe("Better.\n");

  const back = await home.org("rollback");
  expect(back).toMatchObject({ code: 0, stderr: expect.stringContaining("  refs\n") });
  expect(back.stdout).toStartWith(`rolled back: main moved from ${to} to `);
  expect(home.text(GUIDE)).toBe(was);

  const { main, total, entries } = await readLineage(home.checkout, { from: 0, most: 9 });
  expect([main, total]).toEqual([home.id("main"), 2]);
  expect(entries).toMatchObject([
    { kind: "rollback", undoes: entries[1]?.tag, isReverted: false, isSigned: true },
    { kind: "promotion", undoes: null, isReverted: true, isSigned: true },
  ]);
  const second = await readLineage(home.checkout, { from: 1, most: 1 });
  expect(second).toMatchObject({ total: 2, entries: [{ kind: "promotion" }] });
});

test("for a program there is one line, and what was taken already is refused", async () => {
  using home = new PromotingHome();
  home.change("guide", GUIDE, "Better.\n");
  const { code, stdout, stderr } = await home.org("promote", "cand/guide", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { change, undone } = JSON.parse(stdout);
  expect(change).toMatchObject({ kind: "promotion", state: "done", to: home.id("main") });
  expect(undone).toBeNull();
  await expect(home.org("promote", "cand/guide")).rejects.toMatchObject({
    code: "CANDIDATE_REFUSED",
  });

  const back = await home.org("rollback", change.tag, "--json");
  expect(back).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(back.stdout).change).toMatchObject({ kind: "rollback", from: change.to });
});

test("going back two promotions means the newest, then the tag of the one before; each can be brought back", async () => {
  using home = new PromotingHome();
  const first = home.text(GUIDE);
  const tags: string[] = [];
  for (const text of ["Better.\n", "Best.\n"]) {
    home.change(`guide-${tags.length}`, GUIDE, text);
    const { stdout } = await home.org("promote", `cand/guide-${tags.length}`, "--json");
    tags.push(JSON.parse(stdout).change.tag);
  }
  const [older = "", newest = ""] = tags;

  // Both changed the same line: the older one alone cannot be reverted, and nothing happens.
  const before = home.id("main");
  await expect(home.org("rollback", older)).rejects.toMatchObject({ code: "CANDIDATE_CONFLICT" });
  expect(home.id("main")).toBe(before);

  expect((await home.org("rollback")).code).toBe(0);
  expect(home.text(GUIDE)).toBe("Better.\n");
  const back = JSON.parse((await home.org("rollback", older, "--json")).stdout).change;
  expect(home.text(GUIDE)).toBe(first);
  for (const tag of tags) {
    await expect(home.org("rollback", tag)).rejects.toMatchObject({
      code: "INPUT_MISSING",
      message: `${tag} is already reverted`,
    });
  }

  const { entries } = await readLineage(home.checkout, { from: 0, most: 9 });
  expect(entries).toMatchObject([
    { kind: "rollback", undoes: older, isReverted: false, isSigned: true },
    { kind: "rollback", undoes: newest, isReverted: false, isSigned: true },
    { kind: "promotion", tag: newest, isReverted: true },
    { kind: "promotion", tag: older, isReverted: true },
  ]);
  expect((await home.org("rollback", back.tag)).code).toBe(0);
  expect(home.text(GUIDE)).toBe("Better.\n");
  expect((await home.org("rollback", entries[1]?.tag ?? "")).code).toBe(0);
  expect(home.text(GUIDE)).toBe("Best.\n");
});

test("Git verifies what was promoted and rolled back, by the lines of README.md and of org scoreboard, with no configuration of the user", async () => {
  using home = new PromotingHome();
  const readme = await Bun.file("README.md").text();
  const [lines = ""] = /^ {4}git -c gpg.*\n {4}git -c gpg.*$/m.exec(readme) ?? [];
  home.change("guide", GUIDE, "Better.\n");
  const { change } = JSON.parse((await home.org("promote", "--json")).stdout);
  expect(verify(home, lines.replace("promotion/TAG", change.tag))).toBe(0);
  const { tag } = JSON.parse((await home.org("rollback", "--json")).stdout).change;
  expect(verify(home, lines.replace("promotion/TAG", tag))).toBe(0);

  const board = await home.org("scoreboard");
  const printed = /→ (git .+)$/m.exec(board.stdout + board.stderr)?.[1] ?? "";
  expect(printed).toContain(tag);
  expect(verify(home, printed)).toBe(0);

  // A commit that is not the gate's, and a signature of a key that does not count.
  home.branch("mine").commit("mine", { [GUIDE]: "Mine.\n" });
  expect(
    verify(
      home,
      lines.replace("verify-commit main", "verify-commit cand/mine").replace("promotion/TAG", tag),
    ),
  ).not.toBe(0);
  await Bun.write(join(home.checkout, ".org/gate/allowed_signers"), "");
  expect(verify(home, lines.replace("promotion/TAG", tag))).not.toBe(0);
});

/** The exit code of a line that a person types in the home, whose Git has no configuration but the repository's. */
function verify(home: PromotingHome, line: string): number {
  const env = { PATH: Bun.env["PATH"] ?? "", HOME: join(home.checkout, "no-home") };
  const git = { GIT_CONFIG_NOSYSTEM: "1" };
  return Bun.spawnSync(["sh", "-e", "-c", line], { cwd: home.checkout, env: { ...env, ...git } })
    .exitCode;
}

test.each(["promote", "rollback"])(
  "org %s waits for another promotion and says so, or leaves",
  async (word) => {
    using home = new PromotingHome();
    home.change("guide", GUIDE, "Better.\n");
    if (word === "rollback") await home.org("promote");
    const before = home.id("main");
    using held = lockPromoter(promotionPaths(home.checkout).lock);
    {
      await using left = startCommand({ path: home.checkout }, word);
      await left.said("waits for process");
      await expect(left.leave()).rejects.toThrow();
    }
    expect(home.id("main")).toBe(before);
    await using command = startCommand({ path: home.checkout }, word);
    expect(await command.said("waits for process")).toContain(`${process.pid}`);
    held[Symbol.dispose]();
    await command.said("health");
    expect(home.id("main")).not.toBe(before);
  },
);

test("a drill needs a tool that it can put faults into", async () => {
  using home = new PromotingHome({ "README.md": "empty\n" });
  await expect(home.org("fitness", "drill")).rejects.toMatchObject({ code: "INPUT_MISSING" });
});
