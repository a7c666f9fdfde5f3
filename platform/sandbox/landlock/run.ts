/** Runs a program under Landlock, a filter of system calls and limits, where there are no namespaces. */
import { constants } from "node:os";
import { geteuid } from "node:process";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { SandboxFile } from "../arguments.ts";
import { Descriptors } from "../descriptors.ts";
import { diskBudget } from "../disk.ts";
import { killedByKernel, NEVER_STARTED, signalOf } from "../exit-status.ts";
import type { SandboxHost } from "../host.ts";
import { capture } from "../output.ts";
import type { SandboxPolicy } from "../policy.ts";
import type { SandboxResult } from "../result.ts";
import { addStdin, type OutputStream, type SandboxInput } from "../start.ts";
import { StdinPump } from "../stdin-pump.ts";
import { notOwned, refuseUnsafe } from "../writable.ts";
import { entrySpec, userOfRun } from "./entry-spec.ts";
import { LandlockGuard } from "./guard.ts";
import { type LinkedFolder, Scratch } from "./scratch.ts";

export interface LandlockOptions {
  readonly host: SandboxHost;
  readonly signal: AbortSignal;
  readonly stdin?: SandboxInput | undefined;
  readonly files?: readonly SandboxFile[] | undefined;
  readonly keepsOutput?: boolean | undefined;
  readonly onOutput?: ((stream: OutputStream, text: string) => void) | undefined;
}

/**
 * As `runSandboxed`, with what `landlockGaps` says is missing.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when the kernel refuses, or the policy names hosts of a network.
 */
export async function runUnderLandlock(
  command: readonly string[],
  policy: SandboxPolicy,
  options: LandlockOptions,
): Promise<SandboxResult> {
  if (policy.network !== false) throw noNetwork();
  refuseUnsafe(policy);
  if (options.signal.aborted) return NEVER_STARTED;
  const startMs = performance.now();
  const owner = geteuid?.() === 0 ? userOfRun() : undefined;
  const [written] = policy.writable ?? [];
  if (owner !== undefined && written !== undefined) throw notOwned(written.from);
  const disks = (policy.writable ?? []).map(diskBudget);
  await using scratch = await Scratch.open(owner);
  scratch.fill(options.files ?? [], linkedFolders(policy));
  using descriptors = new Descriptors();
  const input = addStdin(options.stdin, descriptors);
  const pipes = { stdout: descriptors.addPipe().read, stderr: descriptors.addPipe().read };
  const spec = entrySpec({ command, policy, scratch, owner, host: options.host });
  descriptors.addContent(JSON.stringify(spec));
  const control = descriptors.release(descriptors.addStartPipe().write);
  const statusFd = descriptors.addPipe().read;
  const child = startSupervisor(descriptors, scratch.root);
  using _feed =
    input === undefined ? undefined : new StdinPump(input.source, descriptors.release(input.fd));
  using guard = new LandlockGuard(child, {
    policy,
    scratch,
    disks,
    control,
    signal: options.signal,
  });
  const read = (stream: OutputStream) =>
    capture(pipes[stream], {
      capBytes: policy.outputBytes[stream],
      keeps: options.keepsOutput,
      onText: (text) => options.onOutput?.(stream, text),
      onFlood: () => guard.stop("output"),
    });
  const [stdout, stderr, status] = await Promise.all([
    read("stdout"),
    read("stderr"),
    Bun.file(statusFd).text(),
    child.exited,
  ]);
  await guard.settle();
  const exitCode = exitCodeOf(status, stderr.text, guard.killed !== null);
  const { cpuMs, peakBytes } = guard.usage;
  const killed = guard.killed ?? killedByKernel(exitCode, cpuMs, policy);
  return {
    ...{ exit: killed === null ? (exitCode ?? null) : null, signal: signalOf(exitCode), killed },
    ...{ stdout: stdout.text, stderr: stderr.text, cpuMs, peakBytes },
    wallMs: Math.round(performance.now() - startMs),
    truncated: { stdout: stdout.truncated, stderr: stderr.truncated },
  };
}

// A link in a folder that programs change for good would stay there.
function linkedFolders({ writable = [], readOnly }: SandboxPolicy): LinkedFolder[] {
  const isInsideWritable = ({ to }: LinkedFolder) =>
    writable.some((bound) => to.startsWith(`${bound.to}/`));
  return [...writable, ...readOnly.filter((bind) => !isInsideWritable(bind))];
}

function startSupervisor(descriptors: Descriptors, folder: string): Bun.Subprocess {
  const program = Bun.fileURLToPath(import.meta.resolve("./supervisor.ts"));
  const child = Bun.spawn([process.execPath, "--no-env-file", "--no-install", program, folder], {
    env: {},
    cwd: "/",
    stdio: descriptors.stdio,
  });
  descriptors.started();
  return child;
}

const statusSchema = z.object({
  refused: z.string().optional(),
  exitCode: z.number().nullish(),
  signalCode: z.string().nullish(),
});

/** @throws {OrgError} `SANDBOX_UNAVAILABLE` when the program never began. */
function exitCodeOf(status: string, stderr: string, isKilled: boolean): number | undefined {
  const documents = status
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => statusSchema.parse(JSON.parse(line)));
  const refused = documents.find((document) => document.refused !== undefined)?.refused;
  if (refused !== undefined) throw refusedByKernel(refused);
  const end = documents.at(-1);
  if (end === undefined && !isKilled) throw refusedByKernel(stderr.trim().slice(0, 200));
  const signals: Readonly<Record<string, number>> = constants.signals;
  const signal = signals[end?.signalCode ?? ""];
  return signal === undefined ? (end?.exitCode ?? undefined) : 128 + signal;
}

function refusedByKernel(why: string): OrgError {
  return new OrgError("The sandbox of Landlock could not be set up", {
    code: "SANDBOX_UNAVAILABLE",
    why: why === "" ? "It ended before the program began." : why,
    remedies: ["use bubblewrap, the usual sandbox: leave --sandbox=landlock out"],
    unchanged: "Nothing was run.",
  });
}

function noNetwork(): OrgError {
  return new OrgError("The sandbox of Landlock has no way to a network", {
    code: "SANDBOX_UNAVAILABLE",
    why: "The only way out leads through a network that is the sandbox's own, and this one has none.",
    remedies: [
      "use bubblewrap, the usual sandbox: leave --sandbox=landlock out",
      "leave --net out",
    ],
    unchanged: "Nothing was run.",
  });
}
