/** Hooks of a user at the gate: which are found, and when they run. */
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ProjectApp, projectApp } from "#test/project-app.ts";
import { mergeNotices } from "./judge-hooks.ts";
import { changeRecord, readRecord } from "./location.ts";
import { type Review, reviewChanges } from "./review.ts";
import { findHooks } from "./user-hooks.ts";
import { keepTurn } from "./work.ts";

const { signal } = new AbortController();

async function changed(script: string, hooks: boolean | undefined): Promise<ProjectApp> {
  const there = await projectApp([], { files: { "a.txt": "one\n" }, checks: ["true"] });
  const folder = join(there.repository.root, ".git/hooks");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "commit-msg"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "commit-msg"), 0o755);
  // Git runs neither.
  writeFileSync(join(folder, "pre-commit"), "exit 1\n", { mode: 0o644 });
  writeFileSync(join(folder, "pre-push"), "exit 1\n", { mode: 0o755 });
  const record = await readRecord(there.place);
  if (record === undefined) throw new Error("There is no record");
  await changeRecord(there.place, () => ({ ...record, hooks }));
  writeFileSync(join(there.work.copy, "a.txt"), "two\n");
  await keepTurn(there.work, { persona: "agent", title: "make it two" });
  return there;
}

async function judged({ app, work }: ProjectApp, title?: string): Promise<Review> {
  const { cleaner, searchPath } = app;
  const askCritic = () => Promise.reject(new Error("No critic is asked"));
  const note = () => undefined;
  return await reviewChanges(work, { searchPath, askCritic, cleaner, signal, note, title });
}

test("a hook that is allowed reads the message of the candidate, and refuses it", async () => {
  await using there = await changed('cat "$1"; exit 1', true);
  const review = await judged(there);
  expect(review).toMatchObject({ outcome: "refused", judgement: { outcome: "passes" } });
  const [said] = review.hooks ?? [];
  expect(said?.text).toContain("exit 1 after");
  expect(said?.text).toContain(': "make it two"; --title "TEXT" gives');
  expect((await judged(there, "fix: two")).hooks?.[0]?.text).toContain(': "fix: two"; --title');
});

test("one that passes is told, and decides nothing", async () => {
  await using there = await changed("exit 0", true);
  const review = await judged(there);
  expect(review.outcome).toBe("passes");
  expect(review.hooks).toMatchObject([{ stage: "hooks", severity: "note" }]);
});

test.each([undefined, false])("where the user answered %p, none runs", async (hooks) => {
  await using there = await changed("exit 1", hooks);
  expect(await judged(there)).toMatchObject({ outcome: "passes", hooks: undefined });
  const notices = await mergeNotices(there.place, signal);
  expect(notices.map((one) => one.slice(0, 35))).toEqual(
    hooks === undefined ? ["Your hooks did not run: commit-msg."] : [],
  );
});

test("a user whose Git signs commits is told that the merge is not", async () => {
  await using there = await changed("exit 0", false);
  there.repository.git("config", "commit.gpgSign", "on");
  const [notice = ""] = await mergeNotices(there.place, signal);
  expect(notice).toStartWith("Your Git signs commits (commit.gpgSign)");
  there.repository.git("config", "commit.gpgSign", "no");
  expect(await mergeNotices(there.place, signal)).toEqual([]);
});

test("hooks are looked for where the user's Git looks", async () => {
  await using there = await changed("exit 0", undefined);
  const { repository, place } = there;
  expect(await findHooks(place.root, signal)).toMatchObject({ names: ["commit-msg"], files: [] });
  mkdirSync(join(repository.root, "tools"));
  repository.git("config", "core.hooksPath", "tools");
  expect(await findHooks(place.root, signal)).toBeUndefined();
  writeFileSync(join(repository.root, "tools/pre-commit"), "exit 0\n", { mode: 0o755 });
  const names = ["pre-commit"];
  const found = { names, inTree: "tools", files: ["tools/pre-commit"], branch: "refs/heads/main" };
  expect(await findHooks(place.root, signal)).toMatchObject(found);
  repository.git("config", "core.hooksPath", "nowhere");
  expect(await findHooks(place.root, signal)).toBeUndefined();
});
