/** Runs a program that nobody vouches for. */
import { openSync } from "node:fs";
import { constants } from "node:os";
import { reasonOf } from "#core/errors.ts";
import { bwrapArguments, type SandboxFile } from "./arguments.ts";
import { Descriptors } from "./descriptors.ts";
import { setupFailed } from "./failure.ts";
import { Guard } from "./guard.ts";
import { findHost, type SandboxHost } from "./host.ts";
import { openSealedFile } from "./libc.ts";
import { capture } from "./output.ts";
import type { SandboxPolicy } from "./policy.ts";
import type { KillReason, SandboxResult } from "./result.ts";
import { readStatus } from "./status.ts";

export type OutputStream = "stdout" | "stderr";

export interface SandboxOptions {
  /** Ends the program and everything it started. */
  readonly signal: AbortSignal;
  /** What the program reads from its standard input; nothing when left out. */
  readonly stdin?: string | Uint8Array | undefined;
  /** Files that only this run has. */
  readonly files?: readonly SandboxFile[] | undefined;
  /** Called with output as it arrives, up to the cap of the policy. */
  readonly onOutput?: ((stream: OutputStream, text: string) => void) | undefined;
  /** What the sandbox is built with; by default what {@link findHost} finds. */
  readonly host?: SandboxHost | undefined;
}

/**
 * Runs a program under bubblewrap: no network, the host's `/usr` read-only and nothing else of it, limits
 * on everything. When this returns or throws, no process of it is left.
 *
 * How the program fares is data: a non-zero exit, a limit that was met and an abort are results.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when the sandbox cannot be set up; the program did not run then.
 */
export async function runSandboxed(
  command: readonly string[],
  policy: SandboxPolicy,
  options: SandboxOptions,
): Promise<SandboxResult> {
  const host = options.host ?? findHost();
  if (options.signal.aborted) return NEVER_STARTED;
  const startMs = performance.now();

  using descriptors = new Descriptors();
  descriptors.add(openStdin(options.stdin));
  const pipes = { stdout: descriptors.addPipe(), stderr: descriptors.addPipe() };
  const request = { command, policy, files: options.files ?? [], filter: host.filter };
  const bwrap = bwrapArguments(request, descriptors);
  const child = spawn([...host.demotion, host.bwrap, ...bwrap.command], descriptors);
  using guard = new Guard({
    wallMs: policy.wallMs,
    signal: options.signal,
    killOuter: () => child.kill("SIGKILL"),
  });

  const read = (stream: OutputStream) =>
    capture(pipes[stream].read, {
      capBytes: policy.outputBytes[stream],
      onText: (text) => options.onOutput?.(stream, text),
      onFlood: () => guard.stop("output"),
    });
  const [stdout, stderr, status] = await Promise.all([
    read("stdout"),
    read("stderr"),
    readStatus(bwrap.statusFd, (pid) => guard.setInit(pid)),
    child.exited,
  ]);
  if (status.exitCode === undefined && guard.killed === null) throw setupFailed(stderr.text);

  const cpuMs = Math.round(Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000);
  const killed = guard.killed ?? killedByKernel(status.exitCode, cpuMs, policy);
  return {
    exit: killed === null ? (status.exitCode ?? null) : null,
    signal: signalOf(status.exitCode),
    killed,
    stdout: stdout.text,
    stderr: stderr.text,
    wallMs: Math.round(performance.now() - startMs),
    cpuMs,
    peakBytes: 0,
    truncated: { stdout: stdout.truncated, stderr: stderr.truncated },
  };
}

const NEVER_STARTED: SandboxResult = {
  exit: null,
  signal: null,
  stdout: "",
  stderr: "",
  killed: "aborted",
  wallMs: 0,
  cpuMs: 0,
  peakBytes: 0,
  truncated: { stdout: false, stderr: false },
};

function openStdin(content: string | Uint8Array | undefined): number {
  // Not an empty file: programs such as ripgrep search their standard input when it is one.
  return content === undefined ? openSync("/dev/null", "r") : openSealedFile(content);
}

function spawn(command: readonly string[], descriptors: Descriptors): Bun.Subprocess {
  try {
    const child = Bun.spawn([...command], {
      // Not `--clearenv`: what bubblewrap itself started with stays readable in /proc/1/environ.
      env: {},
      cwd: "/",
      stdio: descriptors.stdio,
    });
    descriptors.started();
    return child;
  } catch (error) {
    throw setupFailed(reasonOf(error));
  }
}

/** The kernel's own CPU limit, which holds where the watchdog looked too late, kills without saying so. */
function killedByKernel(
  exitCode: number | undefined,
  cpuMs: number,
  policy: SandboxPolicy,
): KillReason | null {
  const signal = signalOf(exitCode);
  return (signal === "SIGKILL" || signal === "SIGXCPU") && cpuMs >= policy.cpuMs ? "cpu" : null;
}

function signalOf(exitCode: number | undefined): string | null {
  const number = (exitCode ?? 0) - 128;
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
}
