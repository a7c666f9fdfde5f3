import { openSync } from "node:fs";
import { reasonOf } from "#core/errors.ts";
import { openSealedFile } from "../libc.ts";
import { type BwrapArguments, bwrapArguments, type SandboxFile, START_FDS } from "./arguments.ts";
import type { Descriptors } from "./descriptors.ts";
import { setupFailed } from "./failure.ts";
import { filterFor, type SandboxHost } from "./host.ts";
import type { Layers } from "./layer.ts";
import type { SandboxPolicy } from "./policy.ts";
import type { Stage } from "./stage/stage.ts";
import { StdinPump } from "./stdin-pump.ts";

export type OutputStream = "stdout" | "stderr";

/** What a program reads: a text, bytes, or what still comes in. */
export type SandboxInput = string | Uint8Array | ReadableStream<Uint8Array>;

/** What is to be started, and with what. */
export interface Start {
  readonly command: readonly string[];
  readonly policy: SandboxPolicy;
  readonly stdin: SandboxInput | undefined;
  readonly files: readonly SandboxFile[] | undefined;
  readonly host: SandboxHost;
  readonly stage: Stage;
  readonly layers: Layers | undefined;
  /** Makes bubblewrap wait until a byte is written to {@link Started.startPipeFd}. */
  readonly waits: boolean;
}

export interface Started extends Pick<BwrapArguments, "statusFd" | "startPipeFd"> {
  readonly child: Bun.Subprocess;
  /** Says one line when the program is ready to begin. */
  readonly readyFd: number;
  /** The program begins once a line is written here, and never when this is closed before. */
  readonly startFd: number;
  /** Our ends of the program's output. */
  readonly pipes: Readonly<Record<OutputStream, number>>;
  /** Passes the program's input on, where that is a stream. To be disposed when the program has ended. */
  readonly stdinPump: StdinPump | undefined;
}

/**
 * Starts bubblewrap with the command inside.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when not even its first program can be started.
 */
export function start(
  { command, policy, stdin, files, host, stage, layers, waits }: Start,
  descriptors: Descriptors,
): Started {
  const input = addStdin(stdin, descriptors);
  const pipes = { stdout: descriptors.addPipe().read, stderr: descriptors.addPipe().read };
  const [ready, gate] = [descriptors.addPipe(), descriptors.addStartPipe()];
  if (ready.number !== START_FDS.ready || gate.number !== START_FDS.start) {
    throw new Error("The start of a program waits at other descriptors");
  }
  const bwrap = bwrapArguments(
    {
      command,
      policy,
      files: files ?? [],
      filter: policy.nested === true ? filterFor(process.arch, "nested") : host.filter,
      locate: stage.locate,
      layers,
      waits,
    },
    descriptors,
  );
  const before = [...stage.enter, ...host.demotion, ...(layers?.enter ?? [])];
  const argv = [...before, host.bwrap, ...bwrap.command];
  const child = spawn(argv, layers, descriptors);
  return {
    child,
    readyFd: ready.read,
    startFd: gate.write,
    pipes,
    stdinPump:
      input === undefined ? undefined : new StdinPump(input.source, descriptors.release(input.fd)),
    statusFd: bwrap.statusFd,
    startPipeFd: bwrap.startPipeFd,
  };
}

export interface StreamedInput {
  readonly source: ReadableStream<Uint8Array>;
  /** Our end of the pipe. */
  readonly fd: number;
}

/** Hands over what a program reads; a stream is to be passed on by a `StdinPump`. */
export function addStdin(
  content: SandboxInput | undefined,
  descriptors: Descriptors,
): StreamedInput | undefined {
  if (content instanceof ReadableStream) {
    return { source: content, fd: descriptors.addStartPipe().write };
  }
  // Not an empty file: programs such as ripgrep search their standard input when it is one.
  descriptors.add(content === undefined ? openSync("/dev/null", "r") : openSealedFile(content));
  return undefined;
}

function spawn(
  command: readonly string[],
  layers: Layers | undefined,
  descriptors: Descriptors,
): Bun.Subprocess {
  try {
    const child = Bun.spawn([...command], {
      // Not `--clearenv`: what bubblewrap itself started with stays readable in /proc/1/environ.
      // The shell that makes a layer looks for its programs; bubblewrap gives its own program another one.
      env: { ...layers?.environment },
      cwd: "/",
      stdio: descriptors.stdio,
    });
    descriptors.started();
    return child;
  } catch (error) {
    throw setupFailed(reasonOf(error));
  }
}
