/** Fixes that start, restart and end what serves. */
import { existsSync } from "node:fs";
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { type GenerationName, homePaths } from "#home/home-paths.ts";
import { describeOwner } from "#platform/owner.ts";
import { identityOf, processOf } from "#platform/process-record.ts";
import { askGeneration } from "../../processes/ask.ts";
import { endProcesses } from "../../processes/end.ts";
import { readGeneration, readGenerationRecord } from "../../processes/generation-record.ts";
import {
  type GenerationStart,
  restartGeneration,
  startGeneration,
  stopGeneration,
} from "../../processes/generations.ts";
import { stoppedRoles } from "../../processes/stop-marks.ts";
import { programIn } from "../../release/main-release.ts";
import { currentTree } from "../../release/served-tree.ts";
import { portHolder, residentBytes } from "../observe/machine.ts";
import type { OwnerPort } from "../owner-port.ts";
import type { Done, Finding, Fix } from "../pattern.ts";
import type { SupervisorStore } from "../supervisor-store.ts";

export interface ServingParts {
  readonly home: string;
  readonly owner: Pick<OwnerPort, "listens">;
  /** The main.ts of this process. */
  readonly program: string;
  readonly store: SupervisorStore;
  /** How a role was started that was observed alive. */
  readonly startOf: (role: string) => GenerationStart | undefined;
  /** On the clock of the looks. */
  readonly now: () => Promise<number>;
  /** Whether this very process has served the home. */
  readonly hasServed: (pid: number, startTime: number) => boolean;
}

const ANSWER_MS = 3000;
/** So often in a row it must answer before it counts as well. */
const GOOD_ANSWERS = 3;
const PAUSE_MS = 1000;
/** What leaked is gone when a generation has at most this part of the memory that it had. */
const SMALLER = 0.5;

function isGeneration(role: string): role is GenerationName {
  return role === "current" || role === "candidate";
}

export function servingFixes(parts: ServingParts): readonly Fix[] {
  const restarts = ({ subject }: Finding): string => subject;
  return [
    {
      ...{ name: "start-serving", restarts },
      apply: async ({ subject }) => await startAgain(parts, subject),
      verify: async ({ subject }) => await isServing(parts, subject),
    },
    {
      ...{ name: "free-port", restarts },
      apply: async ({ subject }) => {
        await endOldHolder(parts, subject);
        return await startAgain(parts, subject);
      },
      verify: async ({ subject }) => await isServing(parts, subject),
    },
    {
      ...{ name: "restart-generation", restarts, verifyMs: 60_000 },
      apply: async ({ subject }) => await restart(parts, subject),
      verify: async ({ subject }) => await answersWell(parts, subject),
    },
    {
      ...{ name: "restart-idle", restarts, verifyMs: 60_000 },
      apply: async ({ subject }) => {
        const before = (await memoryOf(parts, subject)) ?? 0;
        return { ...(await restart(parts, subject)), before };
      },
      verify: async ({ subject }, done) => {
        const now = (await memoryOf(parts, subject)) ?? Number.POSITIVE_INFINITY;
        const isSmall = now < Number(done?.["before"]) * SMALLER;
        return isSmall && (await answersWell(parts, subject));
      },
    },
  ];
}

/**
 * Removes what a dead process left in the way, and starts what it served, with the program, port, model and environment
 * that it had.
 *
 * @throws {OrgError} as `startGeneration`.
 */
export async function startAgain(parts: ServingParts, role: string): Promise<Done> {
  const { home, program } = parts;
  // Looked at once more in this moment: between the look and now a person may have stopped it.
  if ((await stoppedRoles(home)).includes(role)) throw new Error("a person has stopped it");
  await clearDead(parts);
  if (!isGeneration(role)) return { started: false };
  const record = await readGenerationRecord(home, role);
  if (record === undefined) throw new Error("no record says what it served");
  if ((await processOf(record)) !== undefined) return { started: false };
  const { port, branch } = record;
  const {
    program: before,
    args,
    environment,
  } = parts.startOf(role) ?? {
    ...{ program, args: [], environment: Bun.env },
  };
  const tree = await currentTree(home);
  const release = programIn(join(home, ".org", "releases", tree.commit), before);
  const options = { home, name: role, port, branch, args, environment };
  const started = await startGeneration({ ...options, program: release });
  await refuseStopped(home, role);
  return { started: true, pid: started.pid };
}

/** A person was faster by a moment: what was stopped meanwhile must not stay. @throws then. */
async function refuseStopped(home: string, role: GenerationName): Promise<void> {
  if (!(await stoppedRoles(home)).includes(role)) return;
  await stopGeneration(home, role);
  throw new Error("a person has stopped it");
}

/** Takes away the record and the socket of an owner that is gone; never anything else. */
async function clearDead({ home, owner }: ServingParts): Promise<void> {
  const { ownerRecord, socket } = homePaths(home);
  if ((await describeOwner(ownerRecord)) !== undefined || !existsSync(socket)) return;
  if (await owner.listens(AbortSignal.timeout(ANSWER_MS)).catch(() => true)) return;
  await unlink(socket).catch(() => undefined);
}

/** Whether it answers, and serves the commit that it should. */
export async function isServing({ home }: ServingParts, role: string): Promise<boolean> {
  if (!isGeneration(role)) return !existsSync(homePaths(home).ownerRecord);
  const record = await readGeneration(home, role);
  if (record === undefined) return false;
  const answer = await askGeneration(record, { path: "/health", withinMs: ANSWER_MS });
  if (answer.status !== 200) return false;
  return role === "candidate" || record.commit === (await currentTree(home)).commit;
}

async function restart({ home, store, now }: ServingParts, role: string): Promise<Done> {
  if (!isGeneration(role)) throw new Error(`${role} cannot be restarted`);
  const running = await readGeneration(home, role);
  if (running === undefined) return { restarted: false };
  // A restart counts as an end: what hangs again and again is a loop, too.
  store.addEnd(role, running, await now());
  const started = await restartGeneration(home, role);
  await refuseStopped(home, role);
  return { restarted: started !== undefined, pid: started?.pid ?? 0 };
}

/** In bytes, of the generation that runs. */
async function memoryOf({ home }: ServingParts, role: string): Promise<number | undefined> {
  const record = isGeneration(role) ? await readGeneration(home, role) : undefined;
  return record === undefined ? undefined : await residentBytes(record.pid);
}

async function answersWell({ home }: ServingParts, role: string): Promise<boolean> {
  if (!isGeneration(role)) return false;
  for (let count = 0; count < GOOD_ANSWERS; count += 1) {
    const record = await readGeneration(home, role);
    if (record === undefined) return false;
    const answer = await askGeneration(record, { path: "/health", withinMs: ANSWER_MS });
    if (answer.status !== 200) return false;
    if (count + 1 < GOOD_ANSWERS) await Bun.sleep(PAUSE_MS);
  }
  return true;
}

/** Ends a process of ours that still has the port; any other one is left alone. */
async function endOldHolder({ home, hasServed }: ServingParts, role: string): Promise<void> {
  if (!isGeneration(role)) return;
  const record = await readGenerationRecord(home, role);
  const holder = record === undefined ? undefined : await portHolder(record.port);
  if (holder === undefined) return;
  const identity = holder === "unknown" ? undefined : await identityOf(holder.pid);
  const info = identity && (await processOf(identity));
  if (info === undefined || !hasServed(info.pid, info.startTime)) {
    throw new Error("the process that listens there is not ours");
  }
  await endProcesses([info]);
}
