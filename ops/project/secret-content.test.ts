import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { ProjectRepository } from "#test/project-repository.ts";
import { HOLDS_SECRET } from "#test/secret-samples.ts";
import { workTreeFacts } from "./notice.ts";
import { recapture } from "./recapture.ts";
import { readRefs } from "./refs.ts";
import { openSource } from "./source.ts";
import { keepFiles, type TurnChange } from "./turns.ts";
import { changesOf, hiddenFiles, keepTurn, type ProjectWork, undoTurn } from "./work.ts";

const AGENT = { persona: "agent", title: "change it" };
const { signal } = new AbortController();

async function keepLocked(work: ProjectWork): Promise<TurnChange | undefined> {
  using _held = await work.lock.take({ owner: "test" });
  return await keepFiles(work, AGENT);
}

async function namesIn({ repository }: ProjectWork): Promise<string> {
  return await gitText(repository, ["ls-tree", "-r", "--name-only", "refs/org/work"]);
}

test("files that hold a secret are not in the copy, whatever their names; programs, samples and made-up keys are", async () => {
  using user = new ProjectRepository();
  const held = { "conf/deploy.json": HOLDS_SECRET, "ä.yaml": HOLDS_SECRET, notes: HOLDS_SECRET };
  const seen = {
    "client.ts": HOLDS_SECRET,
    "deploy.json.example": HOLDS_SECRET,
    "docs.md": `key: ${"AKIA"}IOSFODNN7EXAMPLE\n`,
    "large.txt": `${HOLDS_SECRET}${"line\n".repeat(60_000)}`,
    "data.txt": `\0${HOLDS_SECRET}`,
    "a.txt": "one\n",
  };
  user.commit("first", { ...held, ...seen });
  user.write("new.toml", HOLDS_SECRET);
  const work = await user.open();
  for (const name of Object.keys(seen))
    expect([name, existsSync(join(work.copy, name))]).toEqual([name, true]);
  const hidden = ["conf/deploy.json", "new.toml", "notes", "ä.yaml"];
  for (const name of hidden)
    expect([name, existsSync(join(work.copy, name))]).toEqual([name, false]);
  expect(await hiddenFiles(work)).toEqual({ hidden, left: [] });
  expect(await keepTurn(work, AGENT)).toBeUndefined();
  const { base, work: newest } = await readRefs(work.repository);
  expect(newest).toBe(base);
  expect(await gitText(work.repository, ["show", "refs/org/base:notes"])).toBe(HOLDS_SECRET.trim());
});

test.each([false, true])(
  "what is written in the place of a file that is hidden for its content is refused (known by name: %p)",
  async (isNamed) => {
    using user = new ProjectRepository();
    user.commit("first", { "deploy.json": HOLDS_SECRET, "a.txt": "one\n" });
    const work = await user.open();
    const before = await namesIn(work);
    if (isNamed) {
      using _held = await work.lock.take({ owner: "test" });
      work.touched.add("deploy.json");
      expect(await keepFiles(work, AGENT)).toBeUndefined();
    }
    writeFileSync(join(work.copy, "deploy.json"), "{}\n");
    if (isNamed) work.touched.add("deploy.json");
    expect(await (isNamed ? keepLocked(work) : keepTurn(work, AGENT))).toMatchObject({
      files: 0,
      refused: [
        {
          path: "deploy.json",
          why: "the project has a file of this name that is hidden from models",
        },
      ],
    });
    expect(await namesIn(work)).toEqual(before);
    expect(await gitText(work.repository, ["show", "refs/org/work:deploy.json"])).toBe(
      HOLDS_SECRET.trim(),
    );
  },
);

test("what a room writes itself stays in its copy, whatever it holds", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const work = await user.open();
  writeFileSync(join(work.copy, "fixture.json"), HOLDS_SECRET);
  await keepTurn(work, AGENT);
  writeFileSync(join(work.copy, "fixture.json"), "{}\n");
  await keepTurn(work, AGENT);
  await undoTurn(work);
  expect(readFileSync(join(work.copy, "fixture.json"), "utf8")).toBe(HOLDS_SECRET);
});

test("a file is hidden from when it holds a secret until it holds none", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "deploy.json": "{}\n" });
  const work = await user.open();
  const shown = () => existsSync(join(work.copy, "deploy.json"));
  expect(shown()).toBe(true);
  user.write("deploy.json", HOLDS_SECRET);
  await recapture(work, { signal });
  expect([shown(), (await hiddenFiles(work)).hidden]).toEqual([false, ["deploy.json"]]);
  user.write("deploy.json", "[]\n");
  await recapture(work, { signal });
  expect([shown(), (await hiddenFiles(work)).hidden]).toEqual([true, []]);
  expect(await changesOf(work)).toBeUndefined();
});

test("a file that holds a secret is hidden, whether it is committed or not", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "12345", "conf/a.json": HOLDS_SECRET, "a.ts": HOLDS_SECRET });
  user.write("b.yaml", HOLDS_SECRET);
  expect(await workTreeFacts(await openSource(user.root), signal)).toEqual({
    ...{ files: 2, bytes: 5 + HOLDS_SECRET.length },
    ...{ hidden: ["conf/a.json", "b.yaml"], uncommitted: 0 },
  });
});
