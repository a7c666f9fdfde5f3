/** `org demo` as people and scripts see it: the real program, sandbox, Git and gate; recorded words. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DemoReport, playDemo } from "../commands/demo.ts";
import { SILENT_DEMO } from "../demo/make-session.ts";
import { runProgram } from "./checkout.ts";
import { Pty } from "./pty.ts";
import { say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

const MAIN = join(import.meta.dir, "../main.ts");

/** Where the demo makes its home, and where whoever starts it has theirs. */
let folder: string;
let home: string;
let environment: Record<string, string>;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "org-demo-test-")));
  home = realpathSync(mkdtempSync(join(tmpdir(), "org-demo-human-")));
  environment = {
    PATH: Bun.env["PATH"] ?? "/usr/bin",
    ...{ HOME: home, ORG_HOME: home, TMPDIR: folder, TERM: "xterm-256color" },
  };
});
afterEach(() => {
  for (const path of [folder, home]) rmSync(path, { recursive: true, force: true });
});

const demo = (...options: readonly string[]) =>
  runProgram([process.execPath, MAIN, "demo", ...options], { cwd: home, environment });

async function git(repository: string, ...args: readonly string[]): Promise<string> {
  const signers = join(repository, ".org/gate/allowed_signers");
  const config = ["-c", `gpg.ssh.allowedSignersFile=${signers}`];
  const ran = await runProgram(["git", ...config, ...args], { cwd: repository, environment });
  return ran.exitCode === 0 ? ran.stdout.trim() : `failed: ${ran.stderr}`;
}

/** What lies in the human's home; Bun keeps a cache there. */
const ofHuman = () => readdirSync(home).filter((name) => name !== ".bun");
const demos = () => readdirSync(folder).filter((name) => name.startsWith("org-demo-"));

test("without a terminal: three personas, real tools, a promotion and a rollback that git verifies", async () => {
  const { exitCode, stdout, stderr } = await demo("--fast", "--keep", "--json");
  expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
  const report: DemoReport = JSON.parse(stdout);
  expect(report).toMatchObject({ ok: true, ran: ["sh", "python_run", "forge", "median"] });
  expect(stderr).toStartWith("org demo: the models' words are recorded, written by hand.");
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
  // What the demo says of itself, Git says, too.
  const [promotion, rollback] = report.moves;
  const median = "tools/generated/median/tool.ts";
  for (const { tag, commit } of [promotion, rollback].flatMap((move) => move ?? [])) {
    expect(await git(report.home, "rev-parse", `${tag}^{commit}`)).toBe(commit);
    expect(await git(report.home, "verify-commit", commit)).toBe("");
    expect(await git(report.home, "verify-tag", tag)).not.toStartWith("failed");
  }
  expect(await git(report.home, "show", `${promotion?.commit}:${median}`)).toContain("toSorted");
  expect(await git(report.home, "rev-parse", "main")).toBe(rollback?.commit ?? "");
  expect(await git(report.home, "ls-tree", "-r", "--name-only", "main")).not.toContain(median);
  expect(await git(report.home, "branch", "--list", "cand/*")).toContain("cand/");
  // The human's own home was not touched, and that of the demo was to be kept.
  expect(ofHuman()).toEqual([]);
  expect(demos().map((name) => join(folder, name))).toEqual([report.home]);
}, 60_000);

describe("on a terminal", () => {
  const open = (...options: readonly string[]) =>
    new Pty([process.execPath, MAIN, "demo", ...options], {
      ...{ columns: 100, cwd: home, environment },
    });

  test("it types as a human does, and gives the terminal back", async () => {
    const pty = open("--fast");
    try {
      const code = await pty.ended;
      await pty.shows("your own was not touched");
      expect(code).toBe(0);
      await pty.isRestored();
      expect(pty.text).toContain("● user → toolsmith\n@@toolsmith We need that often.");
      expect(pty.text).toContain("— toolsmith:   ✔ gate S6");
      expect(pty.text).toMatch(/> \/promote\n(?: {2}.+\n)*promoted: main moved/);
      expect(pty.text).toContain('{"median":12}\nThe median is 12.');
      expect(pty.text).toMatch(/> \/rollback\n(?: {2}.+\n)*rolled back: main moved/);
      expect([demos(), ofHuman()]).toEqual([[], []]);
    } finally {
      await pty.end();
    }
  }, 60_000);

  test("Ctrl-C ends it, and its home goes", async () => {
    const pty = open();
    try {
      await pty.shows("[group → agent] >");
      expect(pty.text).toContain("Ctrl-C stops it.");
      expect(pty.text).toContain("recorded-words · window 32.8k");
      expect(demos()).toHaveLength(1);
      pty.type("\u0003");
      expect(await pty.ended).toBe(130);
      await pty.shows("The demo was stopped.");
      expect(demos()).toEqual([]);
    } finally {
      await pty.end();
    }
  });
});

test("without a sandbox nothing is played", async () => {
  const programs = join(folder, "programs");
  const { stdout } = await runProgram(["which", "git"], { cwd: home, environment });
  await Bun.write(join(programs, ".keep"), "");
  symlinkSync(stdout.trim(), join(programs, "git"));
  environment["PATH"] = programs;
  const ran = await demo("--fast");
  expect([ran.exitCode, ran.stdout]).toEqual([1, ""]);
  expect(ran.stderr).toStartWith("The demo did not go as it was recorded [DEMO_FAILED]\n");
  expect(ran.stderr).toContain("→ sudo apt-get install bubblewrap\n");
  expect(demos()).toEqual([]);
});

test("what did not happen is not claimed", async () => {
  await using server = scriptedServer(() => say("Done."));
  const error = await playDemo(SILENT_DEMO, server.url).catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: "DEMO_FAILED", why: expect.stringContaining('"none"') });
});
