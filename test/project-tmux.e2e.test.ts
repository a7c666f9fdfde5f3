/** The room on a repository as its user sees it: a real terminal, from the question to the rollback. */
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { environmentOf, type TestHome, testHome } from "./org-process.ts";
import { PROGRAM } from "./program.ts";
import { ProjectRepository } from "./project-repository.ts";
import { call, say } from "./scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { PROMPT, TmuxRoom } from "./tmux-room.ts";

setDefaultTimeout(600_000);

const EDIT = call("edit_file", { path: "a.txt", search: "one", replace: "two" });

let user: ProjectRepository;
let home: TestHome;
let server: ScriptedServer;
let room: TmuxRoom;

beforeEach(async () => {
  user = new ProjectRepository();
  home = await testHome();
  room = new TmuxRoom();
  user.commit("first", { Makefile: "check:\n\tgrep -qx 'one\\|two' a.txt\n", "a.txt": "one\n" });
});
afterEach(async () => {
  await room.end();
  room.remove();
  await home[Symbol.asyncDispose]();
  user[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

/** Starts `org` in the work tree, as its user types it. */
async function start(): Promise<void> {
  const settings = Object.entries(environmentOf(home.path, { url: server.url }));
  const words = settings.map(([name, value]) => `${name}='${value}'`).join(" ");
  const script = `#!/bin/sh\nexec env ${words} ${process.execPath} ${PROGRAM} "$@"\n`;
  await Bun.write(join(room.folder, "org"), script);
  await room.open();
  await room.resize(100, 60);
  await room.keys(
    `cd ${user.root} && clear && sh ${room.folder}/org; echo "left with $?"`,
    "Enter",
  );
  await room.shows((text) => text.includes("Open a room on this repository? [Y/n]"));
}

const count = (text: string, part: string): number => text.split(part).length - 1;

/** Types a line, and waits until what it brings is there once more, and a prompt below it. */
async function typed(line: string, brings: string): Promise<void> {
  const before = count(await room.pane(), brings);
  await room.keys("-l", line);
  await room.keys("Enter");
  await room.shows(
    (text) => count(text, brings) > before && text.lastIndexOf(PROMPT) > text.lastIndexOf(brings),
  );
}

const log = (): string => user.git("log", "--all", "--topo-order", "--format=%s");

test("a room asks, changes a copy, shows it, judges it, merges it, reverts it, and leaves", async () => {
  server = scriptedServer([EDIT, say("It says two now.")]);
  const before = user.state();
  await start();
  const asked = await room.pane();
  expect(asked).toContain("Models see 2 files");
  expect(asked).toContain("    make check\n");
  expect(asked).toContain("Your files and your branch stay as they are");
  // Who writes at once what is to be done is asked again, and finds their line in the room.
  await room.keys("-l", "make it two");
  await room.keys("Enter");
  await room.shows((text) => count(text, "Open a room on this repository? [Y/n]") === 2);
  await room.keys("y", "Enter");
  await room.shows((text) => text.includes(`${PROMPT} make it two`));

  await typed("", "1 file +1 −1 · /diff");
  expect(await room.pane()).toContain("It says two now.");
  await typed("/diff", "\n-one\n+two\n");
  await typed("/checks", "✔ It passes the gate.\n");
  expect(user.state()).toEqual(before);

  await typed("/promote", "Merged cand/");
  expect(log()).toMatch(/^Merge branch 'cand\/\d{8}T\d{6}Z' into main\nmake it two\nfirst\n$/);
  expect(user.git("show", "HEAD:a.txt")).toBe("two\n");
  expect(user.git("status", "--porcelain")).toBe("");

  await typed("/rollback", "Reverted cand/");
  expect(log()).toStartWith('Revert "Merge branch');
  expect(log().trim().split("\n")).toHaveLength(4);
  expect(user.git("show", "HEAD:a.txt")).toBe("one\n");
  expect(user.git("status", "--porcelain")).toBe("");

  await room.keys("/quit", "Enter");
  await room.shows((text) => text.includes("left with 0"));
  expect(log().trim().split("\n")).toHaveLength(4);
});

test("checks that run end with Esc, and the room goes on", async () => {
  user.commit("slow", { Makefile: "check:\n\tsleep 500\n" });
  server = scriptedServer([EDIT, say("It says two now."), say("It was one before.")]);
  await start();
  await room.keys("y", "Enter");
  await room.shows((text) => text.includes(PROMPT));
  await typed("make it two", "1 file +1 −1 · /diff");
  await room.keys("-l", "/checks");
  await room.keys("Enter");
  await room.shows((text) => text.includes("P1: make check on the base"));
  await room.keys("Escape");
  await room.shows((text) => text.includes("Stopped: /checks"));
  await typed("what was it?", "It was one before.");
  await room.keys("/quit", "Enter");
  await room.shows((text) => text.includes("left with 0"));
});

test("a user who declines gets a room without the repository, and is not asked again", async () => {
  server = scriptedServer([EDIT, say("There is no such file.")]);
  const before = user.state();
  await start();
  await room.keys("n", "Enter");
  await room.shows((text) => text.includes(PROMPT));
  expect(await room.pane()).toContain("org --project . opens one on it");
  await typed("make it two", "There is no such file.");
  const [first] = server.requests;
  expect(first?.body.tools?.map(({ function: { name } }) => name)).not.toContain("edit_file");
  expect(JSON.stringify(first?.body.messages)).not.toContain("a.txt");
  await room.keys("/quit", "Enter");
  await room.shows((text) => text.includes("left with 0"));
  await room.keys(`clear; sh ${room.folder}/org; echo "left again with $?"`, "Enter");
  const again = await room.shows((text) => text.includes(PROMPT));
  expect(again).not.toContain("[Y/n]");
  await room.keys("/quit", "Enter");
  await room.shows((text) => text.includes("left again with 0"));
  expect(user.state()).toEqual(before);
});
