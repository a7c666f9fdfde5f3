/** Runs Python programs in the sandbox as root and as an ordinary user, as far as the tester may. */
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geteuid } from "node:process";
import { DEFAULT_POLICY, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import type { RunnerReply, RunnerRequest } from "./sandbox-runner.ts";

/** Stands in the environment of the process that starts the sandbox; must never be seen inside. */
export const SECRET = "org-test-secret-3141";
// Of this process alone: the kernel counts processes by user, and other test files make floods of them.
export const ORDINARY_ID: number = 200_000 + process.pid;
/** The words before a command that make an ordinary user of the user who runs the tests. */
export const ORDINARY_USER: readonly string[] =
  geteuid?.() === 0
    ? ["setpriv", `--reuid=${ORDINARY_ID}`, `--regid=${ORDINARY_ID}`, "--clear-groups", "--"]
    : [];

export type Run = (code: string, policy?: Partial<SandboxPolicy>) => Promise<SandboxResult>;

/** A folder that everybody may read, and in it the runner as one file: a checkout may be closed to others. */
export interface Bench {
  readonly folder: string;
  /** Starts the runner, `words` before it, and gives it a request. */
  start(words: readonly string[], request: RunnerRequest): Bun.Subprocess<Blob, "pipe", "pipe">;
  /** A new folder that belongs to the user that `words` make of us. */
  makeFolder(words: readonly string[]): string;
  /** The runner's reply. */
  ask(words: readonly string[], request: RunnerRequest): Promise<RunnerReply>;
  /** Runs a Python program after {@link ATTEMPT}; throws where the sandbox refuses. */
  attack(words: readonly string[]): Run;
  remove(): void;
}

export async function openBench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "org-sandbox-"));
  chmodSync(folder, 0o755);
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, "sandbox-runner.ts")],
    target: "bun",
  });
  await buildPrograms(folder);
  const runner = join(folder, "sandbox-runner.js");
  await Bun.write(runner, built.outputs[0] ?? "");

  const start: Bench["start"] = (words, request) =>
    Bun.spawn([...words, process.execPath, runner], {
      cwd: "/",
      env: { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", SECRET },
      stdin: new Blob([JSON.stringify(request)]),
      stdout: "pipe",
      stderr: "pipe",
    });
  const ask: Bench["ask"] = async (words, request) => {
    const child = start(words, request);
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    if (stdout === "") throw new Error(`The runner said nothing: ${stderr}`);
    return JSON.parse(stdout);
  };
  return {
    folder,
    start,
    makeFolder: (words) => {
      const path = mkdtempSync(join(folder, "made-"));
      if (words.length > 0) chownSync(path, ORDINARY_ID, ORDINARY_ID);
      return path;
    },
    ask,
    attack: (words) => async (code, policy) => {
      const reply = await ask(words, pythonRequest(ATTEMPT + code, policy));
      if ("refused" in reply) throw new Error(reply.refused);
      return reply.result;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** The programs that the runner starts, for Landlock's tier and for root; it looks for them beside itself. */
async function buildPrograms(folder: string): Promise<void> {
  const names = ["landlock/supervisor.ts", "landlock/enter.ts", "stage/helper.ts"];
  const { success } = await Bun.build({
    entrypoints: names.map((name) => join(import.meta.dir, "../platform/sandbox", name)),
    ...{ target: "bun", outdir: folder, naming: "[name].ts" },
  });
  if (!success) throw new Error("The programs of the sandbox could not be built");
}

/** Those that the tester can be: name, and the words before a command. */
export const ROLES: readonly (readonly [name: string, words: readonly string[]])[] =
  geteuid?.() === 0
    ? [
        ["root", []],
        ["an ordinary user", ORDINARY_USER],
      ]
    : [["an ordinary user", []]];

/** Only against what never ends: on a busy machine a program meets its other limits late. */
const WALL_MS = 120_000;

export function pythonRequest(code: string, policy: Partial<SandboxPolicy> = {}): RunnerRequest {
  return {
    command: ["/usr/bin/python3", "-I", "-u", "/run/attack.py"],
    policy: { ...DEFAULT_POLICY, wallMs: WALL_MS, ...policy },
    files: [{ path: "/run/attack.py", content: code }],
  };
}

/** Python that reports, one line each, what became of an attempt. */
export const ATTEMPT = `
import os, sys, socket, time, signal, errno, ctypes
def attempt(name, act):
    try: print(name, 'REACHED', act())
    except (OSError, ValueError) as e: print(name, 'refused')
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
def call(number, *words):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(word) for word in words])
    if result < 0: raise OSError(ctypes.get_errno(), 'refused')
    return result
def busy(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end: pass
`;
