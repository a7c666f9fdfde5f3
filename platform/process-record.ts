/**
 * Who a process is, written down in a file, and believed only while that very process lives: a process id is given
 * out again, a process id with the time of its start is not.
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { loadText, writeFileAtomically } from "./files.ts";
import { type ProcessInfo, readBootId, readProcessInfo } from "./process-info.ts";

/** What tells a process from every other one of this machine, past and future. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between boot and the start of the process; tells it from a later one with its id. */
  readonly startTime: number;
  /** Id of the boot that `startTime` counts from. */
  readonly boot: string;
}

/** For the schemas of records. */
export const identityShape: {
  readonly pid: z.ZodInt;
  readonly startTime: z.ZodInt;
  readonly boot: z.ZodString;
} = { pid: z.int().min(1), startTime: z.int().min(0), boot: z.string() };

/** Of a process that runs now, this one unless another is named; one that is gone has none. */
export async function identityOf(pid: number = process.pid): Promise<ProcessIdentity> {
  const info = await readProcessInfo(pid);
  return { pid, startTime: info?.startTime ?? 0, boot: await readBootId() };
}

/** The process that was meant, or `undefined` when it is gone, regardless of which process has its id now. */
export async function processOf(identity: ProcessIdentity): Promise<ProcessInfo | undefined> {
  const info = await readProcessInfo(identity.pid);
  if (info === undefined || info.startTime !== identity.startTime) return undefined;
  return (await readBootId()) === identity.boot ? info : undefined;
}

/**
 * Writes a record, whole or not at all. Disposing takes it away, unless another process has written there since.
 *
 * @throws {OrgError} `FILE_FAILED`
 */
export async function writeRecord(path: string, record: ProcessIdentity): Promise<AsyncDisposable> {
  const text = `${JSON.stringify(record)}\n`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileAtomically(path, text);
  return { [Symbol.asyncDispose]: () => removeRecord(path, text) };
}

/** Removes a record only while it is the one that was read: a new one may have been written since. */
export async function removeRecord(path: string, text: string): Promise<void> {
  const now = await readText(path);
  if (now === text) await rm(path, { force: true });
}

/** The record in a text; one that cannot be read describes no process. */
export function parseRecord<Record>(
  text: string | undefined,
  schema: z.ZodType<Record>,
): Record | undefined {
  try {
    return schema.parse(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}

/** A process that works for a home and neither owns nor serves it, such as its model server. */
export interface ServiceRecord extends ProcessIdentity {
  /** What it does: "engine". Two generations may have one each. */
  readonly role: string;
  /** For a person: what was started. */
  readonly command: string;
  /** Where it listens on this machine. */
  readonly port?: number | undefined;
}

const ROLE = /^[a-z][a-z0-9-]{0,31}$/;

const serviceSchema: z.ZodType<ServiceRecord> = z.object({
  ...identityShape,
  role: z.string().regex(ROLE),
  command: z.string(),
  port: z.int().min(0).max(65_535).optional(),
});

/**
 * Writes down that a process works for a home, so that `org ps` and `org stop` know it. Disposing takes the record
 * away; that of a process which has died counts no more.
 *
 * @param about `pid` is that of a child, or of this process when it is left out.
 * @throws {OrgError} `FILE_FAILED`
 */
export async function recordService(
  orgHome: string,
  { pid, ...about }: Omit<ServiceRecord, "startTime" | "boot" | "pid"> & { readonly pid?: number },
): Promise<AsyncDisposable> {
  if (!ROLE.test(about.role)) throw new Error(`"${about.role}" is not a role`);
  const record: ServiceRecord = { ...about, ...(await identityOf(pid)) };
  return await writeRecord(await freePath(runFolder(orgHome), record), record);
}

/** Its role's own file, or one beside it where another process that lives has that; those of dead ones go. */
async function freePath(folder: string, { role, pid }: ServiceRecord): Promise<string> {
  const path = join(folder, `${PREFIX}${role}.json`);
  const besides = new RegExp(`^${PREFIX}${role}-\\d+\\.json$`);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!besides.test(name)) continue;
    const other = await readText(join(folder, name));
    const record = parseRecord(other, serviceSchema);
    const isDead = record === undefined || (await processOf(record)) === undefined;
    if (other !== undefined && isDead) await removeRecord(join(folder, name), other);
  }
  const there = parseRecord(await readText(path), serviceSchema);
  const isTaken = there !== undefined && there.pid !== pid && (await processOf(there));
  return isTaken ? join(folder, `${PREFIX}${role}-${pid}.json`) : path;
}

function readText(path: string): Promise<string | undefined> {
  return loadText(path).catch(() => undefined);
}

const PREFIX = "service-";

/** All that live. */
export async function readServices(orgHome: string): Promise<readonly ServiceRecord[]> {
  const records = await readServiceRecords(orgHome);
  const found = await Promise.all(
    records.map(async (record) => ((await processOf(record)) === undefined ? [] : [record])),
  );
  return found.flat();
}

/** All that were written down and not taken away, those of processes that have died among them. */
export async function readServiceRecords(orgHome: string): Promise<readonly ServiceRecord[]> {
  const folder = runFolder(orgHome);
  const names = await readdir(folder).catch(() => []);
  const records = await Promise.all(
    names
      .filter((name) => name.startsWith(PREFIX) && name.endsWith(".json"))
      .sort()
      .map(async (name) => {
        return parseRecord(await readText(join(folder, name)), serviceSchema) ?? [];
      }),
  );
  return records.flat();
}

function runFolder(orgHome: string): string {
  return join(orgHome, ".org", "run");
}
