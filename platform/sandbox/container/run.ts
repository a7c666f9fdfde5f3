/** Runs an untrusted program in a container of an engine that a person has chosen. */
import { lstatSync } from "node:fs";
import { ContainerEngine } from "../../net/container-engine.ts";
import { NEVER_STARTED } from "../exit-status.ts";
import type { SandboxPolicy } from "../policy.ts";
import type { SandboxResult } from "../result.ts";
import { refuseUnsafe } from "../writable.ts";
import { Box } from "./box.ts";
import { topFolders } from "./call-files.ts";
import { type ContainerHost, labelsOf } from "./container-host.ts";
import { sweepOnce } from "./containers.ts";
import { type BodyParts, createBody, refuseUnmapped, WRITABLE_FOLDERS } from "./create-body.ts";
import { UNTIL_END } from "./life.ts";
import {
  type ProgramCall,
  type ProgramOptions,
  type ProgramResult,
  runProgram,
} from "./run-program.ts";
import { WarmBoxes } from "./warm-boxes.ts";

export interface ContainerOptions extends ProgramOptions {
  readonly container: ContainerHost;
  /** Calls with the same one share a container, one after the other. @default each call has its own */
  readonly room?: string | undefined;
}

const warm = new WarmBoxes();

/**
 * As `runSandboxed`, with what `docs/container.md` says is another way. The clock on the wall begins with the program:
 * what an engine needs to make a container is not the program's time.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when the engine does not answer or refuses, or the policy has what no container
 *   is given; `PATH_REFUSED` for a path that is not shown.
 */
export async function runInContainer(
  command: readonly string[],
  policy: SandboxPolicy,
  options: ContainerOptions,
): Promise<SandboxResult> {
  const { container, signal } = options;
  refuseUnmapped(policy, container);
  refuseUnsafe(policy);
  const tops = topFolders(options.files ?? []);
  const startMs = performance.now();
  const engine = new ContainerEngine(container.socket);
  await sweepOnce(engine, container.home);
  const key = keyOf(policy, tops, options);
  for (;;) {
    if (signal.aborted) return NEVER_STARTED;
    const waiting = key === undefined ? undefined : warm.take(key);
    const box = waiting ?? (await open(engine, { policy, tops, container }));
    const result = await runIn({ command, policy, options, tops, box }, key);
    if (result !== undefined) return { ...result, wallMs: Math.round(performance.now() - startMs) };
  }
}

/** Which calls may share a container: those of a room, where nothing of it depends on the single call. */
function keyOf(
  policy: SandboxPolicy,
  tops: readonly string[],
  { room, container }: ContainerOptions,
): string | undefined {
  // The way to a network ends a moment after its call.
  if (room === undefined || policy.network !== false) return undefined;
  // What lies there is taken away between calls, and what is shown is not ours to take away.
  const emptied = [...tops, ...WRITABLE_FOLDERS];
  const isMixed = policy.readOnly.some(({ to }) =>
    emptied.some((folder) => to === folder || to.startsWith(`${folder}/`)),
  );
  if (isMixed) return undefined;
  const folders = tops.map((to) => ({ from: "", to }));
  const body = bodyOf(policy, container, { folders, labels: {}, ...SAME_FOR_ALL });
  return JSON.stringify([room, container.socket, container.home, body]);
}

const SAME_FOR_ALL = { seccomp: "", closed: "", hosts: "", isPodman: true };

function bodyOf(
  policy: SandboxPolicy,
  host: ContainerHost,
  own: Omit<BodyParts, "policy" | "host" | "first">,
): Readonly<Record<string, unknown>> {
  return createBody({ policy, host, ...own, first: UNTIL_END });
}

interface NewBox {
  readonly policy: SandboxPolicy;
  readonly tops: readonly string[];
  readonly container: ContainerHost;
}

async function open(engine: ContainerEngine, { policy, tops, container }: NewBox): Promise<Box> {
  const labels = await labelsOf(container.home, "call");
  return await Box.open({
    ...{ engine, tops },
    mountPoints: policy.readOnly.map(({ from, to }) => ({
      to,
      isFolder: lstatSync(from, { throwIfNoEntry: false })?.isDirectory() !== false,
    })),
    body: (own) => bodyOf(policy, container, { ...own, labels }),
  });
}

/** @returns `undefined` when a container that was used before cannot be used again: nothing was run. */
async function runIn(
  call: ProgramCall,
  key: string | undefined,
): Promise<ProgramResult | undefined> {
  const { box } = call;
  await using owned = new AsyncDisposableStack();
  owned.use(box);
  const ran = await runProgram(call);
  // The engine has counted: what runs inside is not believed.
  if (key === undefined || ran?.isClean !== true) return ran?.result;
  owned.move();
  await warm.give(key, box);
  return ran.result;
}
