/** Two rooms on one project, of one home and of two, that work, judge and promote in the same time. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { type OrgRan, type TestHome, testHome } from "./org-process.ts";
import { type Attack, attack, EDIT, settle, unchanged } from "./project-attack.ts";
import { call, say } from "./scripted-answers.ts";
import type { RecordedRequest } from "./scripted-server.ts";

// Two cases run at once; the others wait for their turn.
setDefaultTimeout(600_000);

/** Changes `a.txt` or `dir/b.txt`, as the line of the user asks. */
function byLine({ body: { messages } }: RecordedRequest) {
  if (messages.at(-1)?.role === "tool") return say("Done.");
  const isFirst = messages.findLast(({ role }) => role === "user")?.content?.includes("first");
  return isFirst === true
    ? EDIT
    : call("edit_file", { path: "dir/b.txt", search: "b", replace: "c" });
}

/** Promotes from both sides at once; where one is told to try again, once more. */
async function promoteBoth(
  { user }: Attack,
  promote: readonly (() => Promise<OrgRan>)[],
): Promise<void> {
  const merged = await Promise.all(promote.map((run) => run()));
  expect(merged.some(({ exitCode }) => exitCode === 0)).toBe(true);
  for (const [index, { exitCode, stderr }] of merged.entries()) {
    if (exitCode === 0) continue;
    expect(stderr).toMatch(
      /→ .*(?:run the same command again|org project cand {3}# makes the candidate)/,
    );
    expect(await promote[index]?.()).toMatchObject({ exitCode: 0 });
  }
  expect(user.git("log", "--merges", "--format=%s").trim().split("\n")).toHaveLength(2);
  expect(user.git("show", "HEAD:a.txt", "HEAD:dir/b.txt")).toBe("two\nc\n");
  expect(user.git("status", "--porcelain")).toBe("");
}

const NAMES = ["first", "second"];

/** Both answer, are judged and merged in the same time; one that met the other is merged by itself. */
async function askBoth(
  { user }: Attack,
  run: readonly ((...args: readonly string[]) => Promise<OrgRan>)[],
  lines: readonly string[],
): Promise<readonly OrgRan[]> {
  const asked = await Promise.all(
    run.map((org, index) => org("ask", "--project", user.root, lines[index] ?? "", "--promote")),
  );
  expect(user.git("status", "--porcelain")).toBe("");
  expect(asked.some(({ exitCode }) => exitCode === 0)).toBe(true);
  return asked;
}

/** Two of them: rooms of one home, or homes. */
async function sides(it: Attack, other: TestHome | undefined) {
  const options = { url: it.server.url };
  for (const home of [it.home, other])
    if (home !== undefined) await settle(home, it.user.root, ["true"]);
  return NAMES.map(
    (name, index) =>
      (...args: readonly string[]) =>
        other === undefined
          ? it.org(...args, "--room", name)
          : (index === 0 ? it.home : other).run(args, options),
  );
}

const THIRD = call("edit_file", { path: "a.txt", search: "one", replace: "three" });

/** The first and the third change are of the same line. */
function byOneLine({ body }: RecordedRequest) {
  if (body.messages.at(-1)?.role === "tool") return say("Done.");
  const line = body.messages.findLast(({ role }) => role === "user")?.content;
  return line?.includes("first") === true ? EDIT : THIRD;
}

describe.concurrent.each(["rooms of one home", "homes"])(
  "two %s that answer, judge and promote at once",
  (of) => {
    test("merge both changes", async () => {
      await using it = await attack(byLine);
      await using other = await testHome();
      const { user } = it;
      const run = await sides(it, of === "homes" ? other : undefined);
      const asked = await askBoth(it, run, ["The first change.", "The second change."]);
      for (const [index, { exitCode }] of asked.entries()) {
        if (exitCode === 0) continue;
        const again = await run[index]?.("project", "promote", "--project", user.root);
        expect(again).toMatchObject({ exitCode: 0 });
      }
      expect(user.git("show", "HEAD:a.txt", "HEAD:dir/b.txt")).toBe("two\nc\n");
      expect(user.git("log", "--merges", "--format=%s").trim().split("\n")).toHaveLength(2);
    });

    test("merge one of two changes of the same line, and keep the other in its room", async () => {
      await using it = await attack(byOneLine);
      await using other = await testHome();
      const { user } = it;
      const run = await sides(it, of === "homes" ? other : undefined);
      const asked = await askBoth(it, run, ["The first change.", "The third change."]);
      expect(asked.map(({ exitCode }) => exitCode === 0).sort()).toEqual([false, true]);
      const isFirst = asked[0]?.exitCode === 0;
      expect(user.git("show", "HEAD:a.txt")).toBe(isFirst ? "two\n" : "three\n");
      const kept = await run[isFirst ? 1 : 0]?.("project", "diff", "--project", user.root);
      expect(kept?.stdout).toContain(isFirst ? "+three" : "+two");
    });
  },
);

describe.concurrent("both changes are merged", () => {
  test("of two rooms that are asked at once, and promoted at once", async () => {
    await using it = await attack(byLine);
    const { user } = it;
    await settle(it.home, user.root);
    const options = (name: string) => ["--project", user.root, "--room", name];
    await unchanged(it, async () => {
      const ask = (name: string) => it.org("ask", ...options(name), `The ${name} change.`);
      const asked = await Promise.all(NAMES.map(ask));
      expect(asked.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    });
    await promoteBoth(
      it,
      NAMES.map((name) => () => it.org("project", "promote", ...options(name))),
    );
  });

  test("of two homes that promote at once", async () => {
    await using it = await attack(byLine);
    await using other = await testHome();
    const options = { url: it.server.url };
    const { root } = it.user;
    for (const [index, home] of [it.home, other].entries()) {
      await settle(home, root);
      const args = ["ask", "--project", root, `The ${NAMES[index]} change.`];
      expect(await home.run(args, options)).toMatchObject({ exitCode: 0 });
    }
    const args = ["project", "promote", "--project", root];
    await promoteBoth(
      it,
      [it.home, other].map((home) => () => home.run(args, options)),
    );
  });
});
