/** Which repository a room is opened on, and what its user is told and asked before. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { homePaths } from "#home/home-paths.ts";
import {
  changeRecord,
  findProject,
  newRecord,
  type ProjectLocation,
  readRecord,
} from "#ops/project/location.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { type ProjectRepository, repositoryOf } from "#test/project-repository.ts";
import { inContext } from "#test/run-command.ts";
import { projectOfScreen, projectRoom, type ScreenProject, unseenFiles } from "./choose-project.ts";

let home: TestHome;
let repository: ProjectRepository;
beforeEach(async () => {
  home = await testHome();
  repository = repositoryOf({ "a.txt": "a\n", "package.json": '{"scripts":{"test":"true"}}\n' });
});
afterEach(async () => {
  repository[Symbol.dispose]();
  await home[Symbol.asyncDispose]();
});

interface Chosen {
  readonly place: ProjectLocation | undefined;
  readonly said: string;
  readonly questions: readonly string[];
  readonly unsent: string | undefined;
}

/** @param answer what the user answers, and what before; absent: they sit at no terminal. */
async function chosen(
  words: readonly string[],
  answer?: { readonly text: string | undefined; readonly before?: readonly string[] },
  folder: string = repository.root,
): Promise<Chosen> {
  const output = capturedOutput();
  const questions: string[] = [];
  const before = [...(answer?.before ?? [])];
  const ask =
    answer &&
    (async (question: string) => {
      questions.push(question);
      return await Promise.resolve(before.shift() ?? answer.text);
    });
  const found: ScreenProject[] = [];
  const use = async (context: Parameters<typeof projectOfScreen>[0]): Promise<number> => {
    found.push(await projectOfScreen(context, { folder, ask }));
    return 0;
  };
  await inContext(home, ["chat", ...words], { output, use });
  const [{ project: place, unsent } = {}] = found;
  return { place, unsent, said: output.stderr, questions };
}

async function record() {
  const place = await findProject(repository.root, homePaths(home.path).projects);
  if (place === undefined) throw new Error("There is no repository");
  return await readRecord(place);
}

test.each(["", " ", "y", "yes", "Y"])(
  "an answer %j opens a room on the repository",
  async (text) => {
    const first = await chosen([], { text });
    expect(first.place?.root).toBe(repository.root);
    expect(first.questions).toEqual(["Open a room on this repository? [Y/n] "]);
    expect(first.said).toContain("user");
    expect(await record()).toMatchObject({ root: repository.root });
    // Once for each repository.
    const second = await chosen([], { text: "n" });
    expect(second).toMatchObject({ place: { root: repository.root }, said: "", questions: [] });
  },
);

test.each(["n", "no", undefined])("an answer %j opens it elsewhere, from then on", async (text) => {
  const { place, said } = await chosen([], { text });
  expect(place).toBeUndefined();
  expect(said).toEndWith("The room opens without it; org --project . opens one on it.\n");
  expect((await record())?.isDeclined).toBe(true);
  expect(await chosen([], { text: "y" })).toMatchObject({ place: undefined, questions: [] });
  // Who names it has changed their mind.
  const named = await chosen(["--project", repository.root], { text: "n" });
  expect(named).toMatchObject({ place: { root: repository.root }, questions: [] });
  expect(named.said).not.toBe("");
  expect((await record())?.isDeclined).toBeUndefined();
});

const MESSAGE = "Which files are here?";

test.each([
  ["y", true],
  ["", true],
  ["n", false],
  [undefined, false],
])(
  "a line that is neither yes nor no is asked about again, and waits in the room, then %j",
  async (text, isOpen) => {
    const { place, unsent, said, questions } = await chosen([], {
      text,
      before: [MESSAGE, " nope "],
    });
    expect(place !== undefined).toBe(isOpen);
    expect(questions).toHaveLength(3);
    expect(said).toContain("Answer y or n first. Your message was not sent");
    expect(unsent).toBe(`${MESSAGE}\nnope`);
    expect((await record())?.isDeclined === true).toBe(!isOpen);
  },
);

test("a repository that is named is introduced once, and nothing is asked", async () => {
  const words = ["--project", repository.root];
  const first = await chosen(words);
  expect(first).toMatchObject({ place: { root: repository.root }, questions: [] });
  expect(first.said).not.toBe("");
  expect(await chosen(words)).toMatchObject({ place: { root: repository.root }, said: "" });
});

test.each([
  ["is none", "Git cannot read it", (path: string) => writeFileSync(path, "no index at all\n")],
  [
    "is a pipe, for which nothing waits",
    "is not a file but a pipe",
    (path: string) => Bun.spawnSync(["mkfifo", path]),
  ],
])(
  "a repository whose index %s is refused the first time too, with what to do",
  async (...[, why, spoil]) => {
    const index = join(repository.root, ".git/index");
    rmSync(index);
    spoil(index);
    await expect(chosen(["--project", repository.root])).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: `A room cannot work on "${repository.root}" now`,
      why: expect.stringContaining(why),
      unchanged: "Nothing was changed.",
    });
    expect(await record()).toBeUndefined();
  },
);

const NOTHING = { place: undefined, unsent: "", said: "", questions: [] };

test.each([
  ["who wants none", ["--no-project"]],
  ["who names a room", ["--room", "x"]],
  ["who goes on with the newest", ["--resume"]],
  ["a plain screen", ["--plain"]],
])("%s is not asked", async (_who, words) => {
  expect(await chosen(words, { text: "y" })).toEqual(NOTHING);
});

test("where nothing was named, no terminal means no repository", async () => {
  expect((await chosen([])).place).toBeUndefined();
});

test.each([
  ["a folder in no repository", () => home.path],
  ["the checkout of org itself", () => join(import.meta.dir, "../..")],
])("%s is not a project", async (_what, folder) => {
  const found = await chosen([], { text: "y" }, folder());
  expect(found).toEqual(NOTHING);
});

test("a user who stands among files that no model sees is told how to show them", async () => {
  await using folder = await temporaryFolder("files");
  expect(await chosen([], { text: "y" }, folder.path)).toEqual(NOTHING);
  writeFileSync(join(folder.path, ".hidden"), "");
  expect(await chosen([], { text: "y" }, folder.path)).toEqual(NOTHING);
  writeFileSync(join(folder.path, "orders.csv"), "");
  const { said, ...rest } = await chosen([], { text: "y" }, folder.path);
  expect(rest).toEqual({ place: undefined, unsent: "", questions: [] });
  expect(said).toContain('ORG_WORKSPACE="$PWD" org shows them to models');
  expect(await chosen(["--no-project"], { text: "y" }, folder.path)).toEqual(NOTHING);
  writeFileSync(join(home.path, "org.config"), `workspace = "${folder.path}"\n`);
  expect(await chosen([], { text: "y" }, folder.path)).toEqual(NOTHING);
});

test("a user in the usual workspace, or around org's own folder, is not told of files that no model sees", async () => {
  const { workspace } = homePaths(home.path);
  mkdirSync(join(workspace, "notes"), { recursive: true });
  writeFileSync(join(workspace, "notes/a.md"), "");
  for (const folder of [workspace, join(workspace, "notes"), dirname(home.path), "/"]) {
    expect(await chosen([], { text: "y" }, folder)).toEqual(NOTHING);
  }
});

/** What a user is told who asks in a folder. */
async function told(folder: string, ...words: readonly string[]): Promise<string | undefined> {
  let hint: string | undefined;
  const use = async (context: Parameters<typeof unseenFiles>[0]): Promise<number> => {
    hint = await unseenFiles(context, folder);
    return 0;
  };
  await inContext(home, ["ask", ...words], { output: capturedOutput(), use });
  return hint;
}

test("a user who asks among files that no model sees is told how to show them", async () => {
  await using folder = await temporaryFolder("files");
  expect(await told(folder.path, "hi")).toBeUndefined();
  writeFileSync(join(folder.path, "orders.csv"), "");
  expect(await told(folder.path, "hi")).toContain('ORG_WORKSPACE="$PWD" org ask "…" shows them');
  expect(await told(repository.root, "hi")).toContain('org ask --project . "…" lets it work');
});

test.each([
  ["chose a room", ["--room", "side", "hi"]],
  ["asks in the newest room", ["--resume", "hi"]],
  ["reads the answer with a program", ["--json", "hi"]],
  ["pipes in what the question is about", ["hi", "-"]],
  ["pipes in the question", []],
])("a user who %s is not told of files that no model sees", async (_what, words) => {
  await using folder = await temporaryFolder("files");
  writeFileSync(join(folder.path, "orders.csv"), "");
  for (const path of [folder.path, repository.root])
    expect(await told(path, ...words)).toBeUndefined();
});

test("a user who shows a folder to models, or wants no room on a repository, is not told when asking", async () => {
  const ours = join(import.meta.dir, "../..");
  for (const path of [home.path, ours]) expect(await told(path, "hi")).toBeUndefined();
  const place = await findProject(repository.root, homePaths(home.path).projects);
  if (place === undefined) throw new Error("There is no repository");
  await changeRecord(place, () => ({ ...newRecord(place), isDeclined: true }));
  expect(await told(repository.root, "hi")).toBeUndefined();
  await changeRecord(place, () => newRecord(place));
  expect(await told(repository.root, "hi")).toContain("--project .");
  writeFileSync(join(home.path, "org.config"), `workspace = "${repository.root}"\n`);
  expect(await told(repository.root, "hi")).toBeUndefined();
});

test("the room of a repository is its own, or the one that is named within it", async () => {
  const ids: string[] = [];
  for (const more of [[], ["--room", "side"]]) {
    const use = async (context: Parameters<typeof projectOfScreen>[0]): Promise<number> => {
      const { project: place } = await projectOfScreen(context, {
        folder: home.path,
        ask: undefined,
      });
      if (place === undefined) throw new Error("It is named");
      const choice = projectRoom(context, place);
      ids.push("id" in choice ? choice.id.replace(place.id, "ID") : choice.kind);
      return 0;
    };
    const words = ["--project", repository.root, ...more];
    await inContext(home, ["chat", ...words], { output: capturedOutput(), use });
  }
  expect(ids).toEqual(["project-ID", "project-ID-side"]);
});
