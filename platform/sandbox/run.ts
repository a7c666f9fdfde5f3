/** Runs an untrusted program. */
import { isOutOfFiles, OrgError } from "#core/errors.ts";
import { EGRESS_ENVIRONMENT, EgressLease } from "../net/egress/lease.ts";
import type { EgressOptions } from "../net/egress/proxy.ts";
import type { SandboxFile } from "./arguments.ts";
import { Beginning, say } from "./beginning.ts";
import { RunGroup } from "./cgroup.ts";
import { runInContainer } from "./container/run.ts";
import { Descriptors } from "./descriptors.ts";
import { diskBudget } from "./disk.ts";
import { killedByKernel, NEVER_STARTED, signalOf } from "./exit-status.ts";
import { setupFailed } from "./failure.ts";
import { Guard } from "./guard.ts";
import { findHost, type SandboxHost } from "./host.ts";
import { runUnderLandlock } from "./landlock/run.ts";
import { layersFor, startFolder } from "./layer.ts";
import { visiblePaths } from "./layout.ts";
import { endOrphans } from "./orphans.ts";
import { capture } from "./output.ts";
import { withoutPipes } from "./pipes.ts";
import type { SandboxPolicy } from "./policy.ts";
import { tooFewFiles } from "./process-limits.ts";
import type { SandboxResult } from "./result.ts";
import { leaseStage, NO_STAGE, type Stage, type StageLease } from "./stage/stage.ts";
import { type OutputStream, type SandboxInput, type Start, start } from "./start.ts";
import { readStatus, type Status } from "./status.ts";
import { notOwned, refuseUnsafe } from "./writable.ts";

export interface SandboxOptions {
  /** Ends the program and everything it started. */
  readonly signal: AbortSignal;
  /** What the program reads from its standard input; nothing when left out. */
  readonly stdin?: SandboxInput | undefined;
  /** Files that only this run has. */
  readonly files?: readonly SandboxFile[] | undefined;
  /** Called with output as it arrives, up to the cap of the policy. Must not throw. */
  readonly onOutput?: ((stream: OutputStream, text: string) => void) | undefined;
  /**
   * Whether the result holds the output. A program that runs for days would fill the memory with it: it is for
   * `onOutput` then. @default true
   */
  readonly keepsOutput?: boolean | undefined;
  /** What the sandbox is built with; by default what {@link findHost} finds. */
  readonly host?: SandboxHost | undefined;
  /**
   * The room whose call it is. Where programs run in containers, calls of one room share one; nothing else looks at it.
   *
   * @default the call shares nothing
   */
  readonly room?: string | undefined;
  /** How the hosts of `policy.network` are reached, and who is told of it. */
  readonly egress?: Omit<EgressOptions, "hosts"> | undefined;
}

/**
 * Runs a program under bubblewrap: no network but what the policy names, the host's `/usr` read-only and
 * nothing else of it, limits on everything. When this returns or throws, no process of it is left.
 *
 * How the program fares is data: a non-zero exit, a limit that was met and an abort are results.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when the sandbox cannot be set up, `PATH_REFUSED` when a folder to
 *   show is a link or one to write to is not ours, `CONFIG_INVALID` for a host that is not a domain; the program did not run then.
 */
export async function runSandboxed(
  command: readonly string[],
  policy: SandboxPolicy,
  options: SandboxOptions,
): Promise<SandboxResult> {
  try {
    return await runInTier(command, policy, options);
  } catch (error) {
    throw error instanceof Error && isOutOfFiles(error) ? tooFewFiles(error) : error;
  }
}

async function runInTier(
  command: readonly string[],
  policy: SandboxPolicy,
  options: SandboxOptions,
): Promise<SandboxResult> {
  const host = options.host ?? findHost();
  if (policy.nested === true) refuseNested(policy, host);
  if (host.landlockVersion !== undefined) {
    return await runUnderLandlock(command, withoutPipes(policy, hasNone), { ...options, host });
  }
  const { container } = host;
  const run =
    container === undefined
      ? runPrepared
      : (...[command, rules, prepared]: Parameters<typeof runPrepared>) =>
          runInContainer(command, withoutPipes(rules, hasNone), { ...prepared, container });
  if (policy.network === false) return await run(command, policy, { ...options, host });
  const { hosts } = policy.network;
  await using lease = await EgressLease.open({ ...options.egress, hosts });
  const environment = { ...EGRESS_ENVIRONMENT, ...policy.environment };
  return await run(
    command,
    { ...policy, environment },
    {
      ...{ ...options, host },
      prepare: (init) => lease.attach(init),
    },
  );
}

/** Neither Landlock nor a container makes a layer. */
const hasNone = (): boolean => false;

/** What may nest would reach further than others: it is shown nothing of the host but what the system brings along. */
function refuseNested({ readOnly, writable = [] }: SandboxPolicy, host: SandboxHost): void {
  if (writable.length > 0 || readOnly.some(({ layered }) => layered === true)) {
    throw new Error("A program that builds sandboxes of its own changes no folder of the host");
  }
  if (host.landlockVersion === undefined && host.container === undefined) return;
  throw new OrgError("This sandbox cannot hold a program that builds sandboxes of its own", {
    code: "SANDBOX_UNAVAILABLE",
    why: "A browser needs bubblewrap, and org runs programs under Landlock or in containers here.",
    remedies: ['sandbox = "bubblewrap"   # in org.config'],
    unchanged: "Nothing was run.",
  });
}

/** Once a process, beside its first program. */
let orphansEnded: Promise<void> | undefined;

interface PreparedOptions extends SandboxOptions {
  readonly host: SandboxHost;
  /** Called with the process id of the sandbox's init; the program starts once this is done. */
  readonly prepare?: ((init: number) => Promise<void>) | undefined;
}

async function runPrepared(
  command: readonly string[],
  policy: SandboxPolicy,
  options: PreparedOptions,
): Promise<SandboxResult> {
  const { host, stdin, files, prepare } = options;
  refuseUnsafe(policy);
  orphansEnded ??= endOrphans(host.bwrap);
  const startMs = performance.now();
  using lease = await stageOf(policy, host);
  const mounted = await mountFor(policy, host, lease.stage);
  if (options.signal.aborted) return NEVER_STARTED;

  using group = host.group === undefined ? undefined : new RunGroup(host.group, policy);
  using descriptors = new Descriptors();
  const { child, pipes, stdinPump, statusFd, startPipeFd, readyFd, startFd } = start(
    { ...mounted, command, stdin, files, host, waits: group !== undefined },
    descriptors,
  );
  using _stdinPump = stdinPump;
  using guard = new Guard({
    policy,
    // One memory is behind all of them.
    layer: mounted.layers?.from.keys().next().value,
    disks: (policy.writable ?? []).map(diskBudget),
    group,
    signal: options.signal,
    killOuter: () => child.kill("SIGKILL"),
  });
  const read = (stream: OutputStream) =>
    capture(pipes[stream], {
      ...{ capBytes: policy.outputBytes[stream], keeps: options.keepsOutput },
      onText: (text) => options.onOutput?.(stream, text),
      onFlood: () => guard.stop("output"),
    });
  const beginning = new Beginning({ readyFd, startFd });
  const onInit = (pid: number): void => {
    // Both are in the group before the first line of the set-up runs: nothing can be born outside of it.
    for (const member of [child.pid, pid]) group?.add(member);
    guard.setInit(pid);
    if (startPipeFd !== undefined) say(startPipeFd);
    Promise.resolve(prepare?.(pid)).then(
      () => beginning.allow(pid),
      (error: unknown) => guard.fail(error),
    );
  };
  const [stdout, stderr, status] = await Promise.all([
    read("stdout"),
    read("stderr"),
    readStatus(statusFd, onInit),
    child.exited,
    beginning.settled,
    orphansEnded,
  ]);
  await guard.settle();
  if (status.exitCode === undefined && guard.killed === null) throw setupFailed(stderr.text);
  return {
    ...fateOf(status, guard, { policy, group }),
    stdout: stdout.text,
    stderr: stderr.text,
    wallMs: Math.round(performance.now() - startMs),
    truncated: { stdout: stdout.truncated, stderr: stderr.truncated },
  };
}

/** Root's folders are shown by a stage, for programs run as another user. */
async function stageOf(policy: SandboxPolicy, host: SandboxHost): Promise<StageLease> {
  if (host.demotion.length === 0) return await leaseStage([]);
  return await leaseStage(
    visiblePaths(policy),
    (policy.writable ?? []).map(({ from }) => from),
  );
}

type Mounted = Pick<Start, "policy" | "stage" | "layers">;

/** What is mounted where a program runs, and the policy with the folder in which it begins. */
async function mountFor(policy: SandboxPolicy, host: SandboxHost, stage: Stage): Promise<Mounted> {
  const isRoot = host.demotion.length > 0;
  const closed = policy.writable?.find(({ from }) => isRoot && !stage.isWritable(from));
  if (closed !== undefined) throw notOwned(closed.from);
  const layers = await layersFor(policy, host, stage);
  const folder = startFolder(policy, layers, !isRoot || stage !== NO_STAGE);
  const visible = withoutPipes(policy, (to) => layers?.from.has(to) === true);
  return { policy: { ...visible, folder }, stage, layers };
}

type Fate = Pick<SandboxResult, "exit" | "signal" | "killed" | "cpuMs" | "peakBytes">;

/** How the program ended, and what it used up to then. */
function fateOf(
  { exitCode }: Status,
  guard: Guard,
  { policy, group }: { policy: SandboxPolicy; group: RunGroup | undefined },
): Fate {
  const { cpuMs, peakBytes } = guard.usage;
  const killed =
    guard.killed ?? (group?.ranOutOfMemory ? "memory" : killedByKernel(exitCode, cpuMs, policy));
  const exit = killed === null ? (exitCode ?? null) : null;
  return { exit, signal: signalOf(exitCode), killed, cpuMs, peakBytes };
}
