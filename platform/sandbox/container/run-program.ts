/** One program in one container, from its files to its result. */
import { OrgError, reasonOf } from "#core/errors.ts";
import type { EngineFrame } from "../../net/engine-frames.ts";
import type { SandboxFile } from "../arguments.ts";
import { killedByKernel, signalOf } from "../exit-status.ts";
import { OutputText } from "../output.ts";
import type { SandboxPolicy } from "../policy.ts";
import type { KillReason, SandboxResult } from "../result.ts";
import type { OutputStream, SandboxInput } from "../start.ts";
import type { Box, BoxUsage } from "./box.ts";
import { CallFiles } from "./call-files.ts";
import { callScript, StartMark } from "./call-script.ts";
import { CallWatch } from "./call-watch.ts";

export interface ProgramOptions {
  readonly signal: AbortSignal;
  readonly stdin?: SandboxInput | undefined;
  readonly files?: readonly SandboxFile[] | undefined;
  readonly keepsOutput?: boolean | undefined;
  readonly onOutput?: ((stream: OutputStream, text: string) => void) | undefined;
  /** Called with the id of the container's first process; the program starts once this is done. */
  readonly prepare?: ((init: number) => Promise<void>) | undefined;
}

export interface ProgramCall {
  readonly command: readonly string[];
  readonly policy: SandboxPolicy;
  readonly options: ProgramOptions;
  /** Of the box. */
  readonly tops: readonly string[];
  readonly box: Box;
}

export type ProgramResult = Omit<SandboxResult, "wallMs">;

export interface ProgramRan {
  readonly result: ProgramResult;
  /** Nothing of the program is left in the container. */
  readonly isClean: boolean;
}

/** A program that the kernel killed at this share of its memory was killed for it. */
const NEARLY_ALL = 0.98;
/** 128 + SIGKILL. */
const KILLED = 137;

/**
 * @returns `undefined` when a container that was used before cannot be used again: nothing was run.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when the container does not run programs, or the engine breaks off.
 */
export async function runProgram(call: ProgramCall): Promise<ProgramRan | undefined> {
  const { box, policy, options, tops } = call;
  using files = new CallFiles(box.folder, tops);
  const isReused = box.calls > 0;
  fill(files, call);
  if (options.prepare !== undefined) await options.prepare(await box.init());
  using watch = new CallWatch(box, policy, options.signal);
  const mark = new StartMark();
  const outputs = outputsOf(call, watch);
  const onFrame = ({ stream, bytes }: EngineFrame): void => {
    if (stream === "stdout" || mark.hasBegun) {
      outputs[stream].add(bytes);
      return;
    }
    const rest = mark.add(bytes);
    if (rest === undefined) return;
    files.begin(options.stdin);
    outputs.stderr.add(rest);
  };
  const end = await endOf(box, onFrame, watch);
  if (watch.killed === null && !mark.hasBegun) {
    if (isReused) return undefined;
    throw notBegun(end.error === undefined ? mark.text : reasonOf(end.error), end.error);
  }
  if (watch.killed === null && end.exit === undefined) throw brokenOff(end.error);
  const [stdout, stderr] = [outputs.stdout.end(), outputs.stderr.end()];
  const result = { ...resultOf(end, watch, call), stdout: stdout.text, stderr: stderr.text };
  const isClean = watch.killed === null && end.usage?.processes === 1;
  box.cpuMsBefore = end.usage?.cpuMs ?? box.cpuMsBefore;
  const truncated = { stdout: stdout.truncated, stderr: stderr.truncated };
  return { result: { ...result, truncated }, isClean };
}

function fill(files: CallFiles, { command, policy, options, box }: ProgramCall): void {
  const { stdin } = options;
  const put = files.put(options.files ?? []);
  if (stdin !== undefined) files.putInput(stdin);
  const [isReused, hasInput] = [box.calls > 0, stdin !== undefined];
  files.putScript(callScript({ command, policy, isReused, hasInput, put }));
}

function outputsOf(
  { policy, options }: ProgramCall,
  watch: CallWatch,
): Readonly<Record<OutputStream, OutputText>> {
  const output = (stream: OutputStream): OutputText =>
    new OutputText({
      ...{ capBytes: policy.outputBytes[stream], keeps: options.keepsOutput },
      onText: (text) => options.onOutput?.(stream, text),
      onFlood: () => watch.stop("output"),
    });
  return { stdout: output("stdout"), stderr: output("stderr") };
}

/** How a program ended, as far as the engine tells. */
interface End {
  readonly exit?: number | undefined;
  readonly usage?: BoxUsage | undefined;
  /** Why it does not tell. */
  readonly error?: unknown;
}

async function endOf(
  box: Box,
  onFrame: (frame: EngineFrame) => void,
  watch: CallWatch,
): Promise<End> {
  try {
    const exec = await box.run(onFrame, watch.letGo);
    watch.lookAtMemory();
    if (watch.killed !== null) return {};
    const [exit, usage] = await Promise.all([box.exitCode(exec, watch.letGo), box.usage()]);
    return { exit, usage };
  } catch (error) {
    // What was ended takes its output, and the engine's memory of it, along.
    return watch.killed === null ? { error } : {};
  }
}

function resultOf(
  { exit, usage }: End,
  watch: CallWatch,
  { policy, box }: ProgramCall,
): Pick<SandboxResult, "exit" | "signal" | "killed" | "cpuMs" | "peakBytes"> {
  const cpuMs =
    usage === undefined ? watch.cpuMsSeen : Math.ceil(Math.max(0, usage.cpuMs - box.cpuMsBefore));
  const killed =
    watch.killed ??
    killedByKernel(exit, cpuMs, policy) ??
    (box.group === undefined ? outOfMemory(exit, usage, policy) : null);
  return {
    ...{ exit: killed === null ? (exit ?? null) : null, signal: signalOf(exit), killed },
    ...{ cpuMs, peakBytes: Math.max(watch.peakBytes, usage?.peakBytes ?? 0) },
  };
}

/** Not every engine says why the kernel ended a program: where the peak is not known, it was probably that. */
function outOfMemory(
  exit: number | undefined,
  usage: BoxUsage | undefined,
  { memoryBytes }: SandboxPolicy,
): KillReason | null {
  const peakBytes = usage?.peakBytes ?? memoryBytes;
  return exit === KILLED && peakBytes >= memoryBytes * NEARLY_ALL ? "memory" : null;
}

function notBegun(why: string, cause: unknown): OrgError {
  if (cause instanceof OrgError) return cause;
  return new OrgError("The container was made, and runs no programs", {
    code: "SANDBOX_UNAVAILABLE",
    why: why === "" ? "It ended before the program began." : why,
    remedies: [
      "use an image with a POSIX shell, env, chmod, rm, ls and cp, as debian or alpine",
      "org doctor",
    ],
    unchanged: "Nothing was run.",
    cause,
  });
}

function brokenOff(cause: unknown): OrgError {
  return new OrgError("The container engine broke off while a program ran", {
    code: "SANDBOX_UNAVAILABLE",
    why: cause === undefined ? "It does not know how the program ended." : reasonOf(cause),
    remedies: ["run it again", "org doctor"],
    unchanged:
      "The program may have run in part. Its container has ended, and is removed with the next start at the latest.",
    cause,
  });
}
