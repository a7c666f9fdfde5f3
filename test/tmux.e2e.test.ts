/** The README's way into the room, for real: run.sh, a line, an answer, stop.sh. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Ran, runProgram } from "./checkout.ts";
import { gate, say, several } from "./scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

const ROOT = dirname(import.meta.dir);

let folder: string;
let server: ScriptedServer;
let environment: Record<string, string>;

async function open(script: Script): Promise<void> {
  server = scriptedServer(script);
  environment = {
    PATH: `${dirname(process.execPath)}:${Bun.env["PATH"]}`,
    HOME: folder,
    TERM: "xterm-256color",
    // A server and a handover of its own, so that no other session is met.
    TMUX_TMPDIR: folder,
    XDG_RUNTIME_DIR: folder,
    ORG_HOME: join(folder, "home"),
    OLLAMA_BASE: server.url,
    OLLAMA_MODEL: "m",
  };
  const started = await run("./ops/run.sh");
  expect(started.stderr).toContain('the room is open in tmux session "org"');
}

const run = (...command: readonly string[]): Promise<Ran> =>
  runProgram(command, { cwd: ROOT, environment });

async function type(line: string): Promise<void> {
  await run("tmux", "send-keys", "-t", "org", "-l", line);
  await run("tmux", "send-keys", "-t", "org", "Enter");
}

/** Waits until the screen shows a text. */
function shows(text: string): Promise<string> {
  return until(`"${text}" on the screen`, async () => {
    const { stdout } = await run("tmux", "capture-pane", "-p", "-t", "org");
    return stdout.includes(text) && stdout;
  });
}

/** Every process of this machine that was started with the environment of this test. */
async function processes(): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const own: string[] = [];
  for (const pid of pids) {
    const text = await Bun.file(`/proc/${pid}/environ`)
      .text()
      .catch(() => "");
    if (text.includes(folder)) own.push(pid);
  }
  return own;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-tmux-"));
});

afterEach(async () => {
  await run("tmux", "kill-server");
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test("a line that is typed gets a streamed answer under its speaker's name, and stop.sh ends it all", async () => {
  await open([say("The sandbox is ready.")]);
  await type("are you there?");
  const screen = await shows("The sandbox is ready.");
  expect(screen).toMatch(/agent[\s\S]*The sandbox is ready\./);

  const stopped = await run("./ops/stop.sh");
  expect(stopped.stderr).toBe("stop: the room has left\n");
  expect(await processes()).toEqual([]);

  const { stdout } = await run("./ops/org.sh", "log");
  expect(stdout).toContain("are you there?");
  expect(stdout).toContain("The sandbox is ready.");
});

test("stop.sh in the middle of an answer keeps what was said, and marks it", async () => {
  const middle = gate();
  await open([several(say("The first half,"), middle, say(" and the second."))]);
  await type("tell me everything");
  await middle.reached;
  await shows("The first half,");

  const stopped = await run("./ops/stop.sh");
  expect(stopped.stderr).toBe("stop: the room has left\n");
  expect(await processes()).toEqual([]);

  const { stdout } = await run("./ops/org.sh", "log");
  expect(stdout).toContain("The first half,");
  expect(stdout).not.toContain("and the second.");
  expect(stdout).toContain("aborted");
});
