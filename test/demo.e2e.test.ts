/** `org demo` as people and scripts see it: the real program, sandbox, Git and gate; recorded words. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DemoReport, playDemo } from "#cli/programs/demo.ts";
import { COLUMNS, pictureOf, steady } from "../demo/excerpt.ts";
import { SILENT_DEMO } from "../demo/make-session.ts";
import { PICTURE } from "../demo/picture.ts";
import { wordsOf } from "../demo/svg.ts";
import { type Ran, runProgram } from "./checkout.ts";
import { PROGRAM } from "./program.ts";
import { Pty } from "./pty.ts";
import { say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

/** A human with a home, and a folder in which the demo makes its own. */
class Human implements Disposable {
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), "org-demo-test-")));
  readonly home: string = join(this.#folder, "home");
  readonly temporary: string = join(this.#folder, "tmp");
  readonly environment: Record<string, string> = {
    PATH: Bun.env["PATH"] ?? "/usr/bin",
    ...{ HOME: this.home, ORG_HOME: this.home, TMPDIR: this.temporary, TERM: "xterm-256color" },
  };

  constructor() {
    for (const path of [this.home, this.temporary]) mkdirSync(path);
  }

  async run(...command: readonly string[]): Promise<Ran> {
    return await runProgram(command, { cwd: this.home, environment: this.environment });
  }

  async demo(...options: readonly string[]): Promise<Ran> {
    return await this.run(process.execPath, PROGRAM, "demo", ...options);
  }

  onTerminal(...options: readonly string[]): Pty {
    const where = { cwd: this.home, environment: this.environment };
    return new Pty([process.execPath, PROGRAM, "demo", ...options], { columns: COLUMNS, ...where });
  }

  /** Homes of demos that are still there. */
  get demos(): readonly string[] {
    return readdirSync(this.temporary).filter((name) => name.startsWith("org-demo-"));
  }

  /** What lies in the home; Bun keeps a cache there. */
  get files(): readonly string[] {
    return readdirSync(this.home).filter((name) => name !== ".bun");
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

// The same demo twice, at the same time: most of it is waiting for the sandbox.
let piped: Human;
let viewer: Human;
let ran: Ran;
let pty: Pty;

beforeAll(async () => {
  piped = new Human();
  viewer = new Human();
  pty = viewer.onTerminal("--fast");
  const seen = pty.ended;
  ran = await piped.demo("--fast", "--keep", "--json");
  await seen;
});
afterAll(async () => {
  await pty.end();
  piped[Symbol.dispose]();
  viewer[Symbol.dispose]();
});

test("without a terminal: three personas, real tools, a candidate, the gate, and what became of main", () => {
  const { exitCode, stdout, stderr } = ran;
  expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
  const report: DemoReport = JSON.parse(stdout);
  expect(report).toMatchObject({ ok: true, ran: ["sh", "python_run", "forge", "median"] });
  expect(stderr).toStartWith("org demo: the models' replies are recorded, and written by hand.");
  for (const line of [
    "● agent · recorded-words",
    "● python · recorded-words",
    "● toolsmith · recorded-words",
    "✘ oracle",
    "gate S6",
    "> /cand",
    "PROMOTE",
    "promoted: main moved from",
    "The median is **12**.",
    "rolled back: main moved from",
  ]) {
    expect(stderr).toContain(line);
  }
  expect(piped.files).toEqual([]);
  expect(piped.demos.map((name) => join(piped.temporary, name))).toEqual([report.home]);
});

test("what the demo says of itself, Git says, too", async () => {
  const { home, moves }: DemoReport = JSON.parse(ran.stdout);
  const signers = `gpg.ssh.allowedSignersFile=${join(home, ".org/gate/allowed_signers")}`;
  const git = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await piped.run("git", "-C", home, "-c", signers, ...args);
    return exitCode === 0 ? stdout.trim() : `failed: ${stderr}`;
  };
  const [promotion, rollback] = moves;
  for (const { tag, commit } of moves) {
    expect(await git("rev-parse", `${tag}^{commit}`)).toBe(commit);
    expect(await git("verify-commit", commit)).toBe("");
    expect(await git("verify-tag", tag)).toBe("");
  }
  const median = "tools/generated/median/tool.ts";
  expect(await git("show", `${promotion?.commit}:${median}`)).toContain("toSorted");
  expect(await git("rev-parse", "main")).toBe(rollback?.commit ?? "");
  expect(await git("ls-tree", "-r", "--name-only", "main")).not.toContain(median);
  expect(await git("branch", "--list", "cand/*")).toContain("cand/");
});

test("on a terminal it types as a human does, and gives it back; its home is gone", async () => {
  await pty.shows("your own was not touched");
  expect(await pty.ended).toBe(0);
  await pty.isRestored();
  expect(pty.text).toContain("● user → toolsmith\n@@toolsmith We need that often.");
  expect(pty.text).toContain("What is next: it passed the gate");
  expect(pty.text).toMatch(/> \/promote\n(?: {2}.+\n)*promoted: main moved/);
  expect(pty.text).toContain('{"median":12}\nThe median is 12.');
  expect(pty.text).toMatch(/> \/rollback\n(?: {2}.+\n)*rolled back: main moved/);
  expect([viewer.demos, viewer.files]).toEqual([[], []]);
});

test("the picture of the README shows what the demo shows; else `bun demo/picture.ts`", async () => {
  const shipped = wordsOf(await Bun.file(PICTURE).text());
  expect(shipped.length).toBeGreaterThan(40);
  expect(shipped.map(steady)).toEqual(wordsOf(pictureOf(pty.screen.spans)).map(steady));
});

test("Ctrl-C ends it, and its home goes", async () => {
  using human = new Human();
  const stopped = human.onTerminal();
  try {
    await stopped.shows("[group → agent] >");
    // A long path of the temporary folder wraps the line, in the middle of a word as well.
    expect(stopped.text.replace(/\s/g, "")).toContain("Ctrl-Cstopsit.");
    expect(stopped.text).toContain("recorded-words · window 32.8k");
    expect(human.demos).toHaveLength(1);
    stopped.type("\u0003");
    expect(await stopped.ended).toBe(130);
    await stopped.shows("The demo was stopped.");
    expect(human.demos).toEqual([]);
  } finally {
    await stopped.end();
  }
});

test("without a sandbox nothing is played", async () => {
  using human = new Human();
  const git = (await human.run("which", "git")).stdout.trim();
  symlinkSync(git, join(human.home, "git"));
  human.environment["PATH"] = human.home;
  const { exitCode, stdout, stderr } = await human.demo("--fast");
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toStartWith("The demo did not go as it was recorded [DEMO_FAILED]\n");
  expect(stderr).toContain("→ sudo apt-get install bubblewrap\n");
  expect(human.demos).toEqual([]);
});

test("a home with another sandbox than that of the recording is told so, and nothing is played", async () => {
  using human = new Human();
  await Bun.write(join(human.home, "org.config"), 'sandbox = "landlock"\n');
  const { exitCode, stdout, stderr } = await human.demo("--fast");
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("it was recorded with bubblewrap");
  expect(human.demos).toEqual([]);
});
test("what did not happen is not claimed", async () => {
  await using server = scriptedServer(() => say("Done."));
  const error = await playDemo(SILENT_DEMO, server.url).catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: "DEMO_FAILED", why: expect.stringContaining('"none"') });
});
