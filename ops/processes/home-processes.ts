/** Everything that runs for one home, found by what each process has written down and by who started whom. */
import { readFile } from "node:fs/promises";
import { type GenerationName, homePaths } from "#home/home-paths.ts";
import { describeOwner } from "#platform/owner.ts";
import type { ProcessInfo } from "#platform/process-info.ts";
import { type ProcessIdentity, processOf, readServices } from "#platform/process-record.ts";
import { readGeneration } from "./generation-record.ts";
import { descendantsOf } from "./process-tree.ts";

export interface HomeProcess extends ProcessInfo {
  /** "current" or "candidate": it serves one. "room": it owns the home. Else what it does: "engine". */
  readonly role: string;
  /** For a person: the command, or what is served. */
  readonly what: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly port?: number | undefined;
  readonly commit?: string | undefined;
  /** What it has started, at this moment: sandboxes and what runs in them. */
  readonly children: readonly ChildProcess[];
}

interface ChildProcess extends ProcessInfo {
  readonly parent: number;
  /** As the program calls itself; may be anything, for a tool may have written it. */
  readonly name: string;
}

/** The role of a process that moves main and restarts what serves. */
export const PROMOTION = "promotion";
/** The role of the process that looks after the others. */
export const SUPERVISOR = "supervisor";
/** The role of the process of a burst, which the owner of the home begins. */
export const AUTONOMY_ROLE = "autonomy";

/** They start again what they find ended. */
const STARTERS: ReadonlySet<string> = new Set([SUPERVISOR, PROMOTION]);

const GENERATIONS: readonly GenerationName[] = ["current", "candidate"];

/**
 * Those that were written down and live, each once, in the order in which they are to be ended.
 *
 * @param caller id of a process that is left out: no command asks to be ended by its own question; null leaves out none.
 *   @default this one
 */
export async function processesOf(
  orgHome: string,
  caller: number | null = process.pid,
): Promise<readonly HomeProcess[]> {
  const works = await services(orgHome);
  const found = [
    // First, because they start again what they find ended.
    ...works.filter(({ role }) => STARTERS.has(role)),
    ...(await generations(orgHome)),
    ...(await owners(orgHome)),
    // Last: the others may need them to finish what they are doing.
    ...works.filter(({ role }) => !STARTERS.has(role)),
  ];
  // Who serves a generation owns its state, too.
  const byPid = new Map(found.toReversed().map((one) => [one.pid, one]));
  if (caller !== null) byPid.delete(caller);
  const unique = found.filter((one) => byPid.get(one.pid) === one);
  const children = await childrenOf(new Set(unique.map(({ pid }) => pid)));
  return unique.map((one) => ({ ...one, children: children.get(one.pid) ?? [] }));
}

type Found = Omit<HomeProcess, "children">;

async function generations(orgHome: string): Promise<readonly Found[]> {
  const found = await Promise.all(
    GENERATIONS.map(async (name) => {
      const record = await readGeneration(orgHome, name);
      if (record === undefined) return [];
      const { port, commit, branch } = record;
      const what = `${branch ?? "main"} at ${commit.slice(0, 12)}`;
      return await living(record, { role: name, what, port, commit });
    }),
  );
  return found.flat();
}

async function owners(orgHome: string): Promise<readonly Found[]> {
  const found = await Promise.all(
    GENERATIONS.map(async (name) => {
      const owner = await describeOwner(homePaths(orgHome, name).ownerRecord);
      return owner === undefined ? [] : await living(owner, { role: "room", what: owner.command });
    }),
  );
  return found.flat();
}

async function services(orgHome: string): Promise<readonly Found[]> {
  const records = await readServices(orgHome);
  const found = records.map((record) => {
    const { role, command: what, port } = record;
    return living(record, { role, what, port });
  });
  return (await Promise.all(found)).flat();
}

type About = Pick<HomeProcess, "role" | "what" | "port" | "commit">;

async function living(record: ProcessIdentity, about: About): Promise<readonly Found[]> {
  const info = await processOf(record);
  return info === undefined ? [] : [{ ...info, ...about, startedAt: await startOf(info) }];
}

/** Linux counts the start of a process in hundredths of a second, whatever the kernel's own tick is. */
const TICK_MS = 10;

async function startOf({ startTime }: ProcessInfo): Promise<number> {
  const uptime = Number((await readFile("/proc/uptime", "utf8")).split(" ")[0]);
  return Math.round(Date.now() - uptime * 1000 + startTime * TICK_MS);
}

/** What each of them has started, by its id; one that is written down itself is not a child. */
async function childrenOf(
  roots: ReadonlySet<number>,
): Promise<ReadonlyMap<number, readonly ChildProcess[]>> {
  const owner = new Map([...roots].map((pid) => [pid, pid]));
  const children: (ChildProcess & { readonly root: number })[] = [];
  for (const one of await descendantsOf([...roots])) {
    const root = owner.get(one.parent);
    if (root === undefined || roots.has(one.pid) || owner.has(one.pid)) continue;
    owner.set(one.pid, root);
    const name = await readFile(`/proc/${one.pid}/comm`, "utf8").catch(() => "");
    children.push({ ...one, name: name.trim(), root });
  }
  return Map.groupBy(children, ({ root }) => root);
}
