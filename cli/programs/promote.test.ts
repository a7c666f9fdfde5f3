/** A candidate goes to main and back, by commands in this process. What the gate finds is in `test/gate.e2e.test.ts`. */
import { expect, test } from "bun:test";
import { readLineage } from "#app/lineage.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { type CommandRan, runCommand } from "#test/run-command.ts";

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
    { kind: "rollback", undoes: entries[1]?.tag, isUndone: false, isSigned: true },
    { kind: "promotion", undoes: null, isUndone: true, isSigned: true },
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

test("a drill needs a tool that it can put faults into", async () => {
  using home = new PromotingHome({ "README.md": "empty\n" });
  await expect(home.org("fitness", "drill")).rejects.toMatchObject({ code: "INPUT_MISSING" });
});
