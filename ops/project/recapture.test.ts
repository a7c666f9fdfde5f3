import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { ProjectRepository, stateOf } from "#test/project-repository.ts";
import { recapture } from "./recapture.ts";
import { readRefs } from "./refs.ts";
import { MODEL, PROMPT_HASH } from "./turns.ts";
import { changesOf, keepTurn, undoTurn } from "./work.ts";

const { signal } = new AbortController();

test("a room keeps its turns, one by one, when the user's work tree moves on", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "b.txt": "b\n", "old.txt": "old\n" });
  const work = await user.open();
  expect(await recapture(work, { signal })).toEqual({ kind: "unchanged" });
  for (const [name, persona] of [
    ["b.txt", "agent"],
    ["c.txt", "critic"],
  ] as const) {
    writeFileSync(join(work.copy, name), `${persona}\n`);
    const made = { model: `m-${persona}`, promptHash: `0123${persona}` };
    await keepTurn(work, { persona, title: `write ${name}`, ...made });
  }
  user.git("rm", "--quiet", "old.txt");
  const head = user.commit("second", { "a.txt": "two\n" });
  user.write("uncommitted.txt", "u\n");
  const before = user.state();
  expect(await recapture(work, { signal })).toMatchObject({ kind: "moved", change: { files: 2 } });
  expect(user.state()).toEqual(before);
  expect((await readRefs(work.repository)).source).toBe(head);
  expect(readFileSync(join(work.copy, "a.txt"), "utf8")).toBe("two\n");
  expect(readFileSync(join(work.copy, "b.txt"), "utf8")).toBe("agent\n");
  expect(readFileSync(join(work.copy, "uncommitted.txt"), "utf8")).toBe("u\n");
  expect(existsSync(join(work.copy, "old.txt"))).toBe(false);
  const format = `--format=%an %s ${MODEL} ${PROMPT_HASH}`;
  const turns = await gitText(work.repository, ["log", "-2", format, "refs/org/work"]);
  expect(turns).toBe("critic write c.txt m-critic 0123critic\nagent write b.txt m-agent 0123agent");
  await undoTurn(work);
  expect(existsSync(join(work.copy, "c.txt"))).toBe(false);
  expect(await changesOf(work)).toMatchObject({ files: 1 });
});

test("a turn that conflicts with the user's change leaves the room as it was, and names the file", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const work = await user.open();
  writeFileSync(join(work.copy, "a.txt"), "by the room\n");
  await keepTurn(work, { persona: "agent", title: "change it" });
  user.write("a.txt", "by the user\n");
  const before = [stateOf(work.copy), await readRefs(work.repository)];
  expect(await recapture(work, { signal })).toEqual({ kind: "conflicts", paths: ["a.txt"] });
  expect([stateOf(work.copy), await readRefs(work.repository)]).toEqual(before);
});

test("a turn that the user has taken over by hand is not a turn any more", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const work = await user.open();
  writeFileSync(join(work.copy, "a.txt"), "two\n");
  await keepTurn(work, { persona: "agent", title: "change it" });
  user.write("a.txt", "two\n");
  expect(await recapture(work, { signal })).toEqual({ kind: "moved", change: undefined });
  expect(await changesOf(work)).toBeUndefined();
});
