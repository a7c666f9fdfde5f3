/** Runs a program that nobody vouches for. */
import { writeSync } from "node:fs";
import { constants } from "node:os";
import type { SandboxFile } from "./arguments.ts";
import { RunGroup } from "./cgroup.ts";
import { Descriptors } from "./descriptors.ts";
import { setupFailed } from "./failure.ts";
import { Guard } from "./guard.ts";
import { findHost, type SandboxHost } from "./host.ts";
import { shownPaths } from "./layout.ts";
import { capture } from "./output.ts";
import type { SandboxPolicy } from "./policy.ts";
import type { KillReason, SandboxResult } from "./result.ts";
import { NO_STAGE, stageFor } from "./stage/stage.ts";
import { type OutputStream, refuseLink, type SandboxInput, start } from "./start.ts";
import { readStatus } from "./status.ts";

export interface SandboxOptions {
  /** Ends the program and everything it started. */
  readonly signal: AbortSignal;
  /** What the program reads from its standard input; nothing when left out. */
  readonly stdin?: SandboxInput | undefined;
  /** Files that only this run has. */
  readonly files?: readonly SandboxFile[] | undefined;
  /** Called with output as it arrives, up to the cap of the policy. Must not throw. */
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
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when the sandbox cannot be set up, `PATH_REFUSED` when a folder to
 *   show is a link; the program did not run then.
 */
export async function runSandboxed(
  command: readonly string[],
  policy: SandboxPolicy,
  options: SandboxOptions,
): Promise<SandboxResult> {
  const host = options.host ?? findHost();
  for (const { from } of policy.readOnly) refuseLink(from);
  const startMs = performance.now();
  const stage = host.demotion.length === 0 ? NO_STAGE : await stageFor(shownPaths(policy));
  if (options.signal.aborted) return NEVER_STARTED;

  using group = host.group === undefined ? undefined : new RunGroup(host.group, policy);
  using descriptors = new Descriptors();
  const { stdin, files } = options;
  const { child, pipes, feed, statusFd, gateFd } = start(
    { command, policy, stdin, files, host, stage },
    descriptors,
  );
  using _feed = feed;
  using guard = new Guard({
    policy,
    group,
    signal: options.signal,
    killOuter: () => child.kill("SIGKILL"),
  });
  const read = (stream: OutputStream) =>
    capture(pipes[stream], {
      capBytes: policy.outputBytes[stream],
      onText: (text) => options.onOutput?.(stream, text),
      onFlood: () => guard.stop("output"),
    });
  const onInit = (pid: number): void => {
    // Both are in the group before the first line of the set-up runs: nothing can be born outside of it.
    for (const member of [child.pid, pid]) group?.add(member);
    if (gateFd !== undefined) writeSync(gateFd, "go");
    guard.setInit(pid);
  };
  const [stdout, stderr, status] = await Promise.all([
    read("stdout"),
    read("stderr"),
    readStatus(statusFd, onInit),
    child.exited,
  ]);
  await guard.settle();
  if (status.exitCode === undefined && guard.killed === null) throw setupFailed(stderr.text);

  const { cpuMs, peakBytes } = guard.usage;
  const killed =
    guard.killed ??
    (group?.ranOutOfMemory ? "memory" : killedByKernel(status.exitCode, cpuMs, policy));
  return {
    exit: killed === null ? (status.exitCode ?? null) : null,
    signal: signalOf(status.exitCode),
    killed,
    stdout: stdout.text,
    stderr: stderr.text,
    wallMs: Math.round(performance.now() - startMs),
    cpuMs,
    peakBytes,
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
