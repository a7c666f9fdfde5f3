/**
 * Which process owns a home, written down for the error texts of others. The record only describes:
 * what keeps a second owner out is the lock on the journal file itself.
 */
import { readFile, unlink } from "node:fs/promises";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { writeFileAtomically } from "./files.ts";
import { readBootId, readProcessInfo } from "./process-info.ts";

export interface OwnerRecord {
  readonly pid: number;
  /** Clock ticks between boot and the start of the process; tells it from a later one with its id. */
  readonly startTime: number;
  /** Id of the boot that `startTime` counts from. */
  readonly boot: string;
  /** What the person typed, for example "org ask". */
  readonly command: string;
  /** When it took the home, as an ISO 8601 time. */
  readonly since: string;
}

/** An owner that is alive. */
export interface Owner extends OwnerRecord {
  /** True while the process is stopped (Ctrl-Z, SIGSTOP) and so cannot answer. */
  readonly stopped: boolean;
}

const ownerSchema = z.object({
  pid: z.int().min(1),
  startTime: z.int().min(0),
  boot: z.string(),
  command: z.string(),
  since: z.string(),
});

/**
 * Writes down that this process owns the home; call it only while holding the journal. Disposing
 * takes the record away.
 *
 * @throws {OrgError} `FILE_FAILED` when the record cannot be written.
 */
export async function recordOwner(path: string, command: string): Promise<AsyncDisposable> {
  const self = await readProcessInfo(process.pid);
  const record: OwnerRecord = {
    pid: process.pid,
    startTime: self?.startTime ?? 0,
    boot: await readBootId(),
    command,
    since: new Date().toISOString(),
  };
  const text = `${JSON.stringify(record)}\n`;
  await writeFileAtomically(path, text);
  return { [Symbol.asyncDispose]: () => removeRecord(path, text) };
}

/**
 * The process that owns a home, or `undefined` when there is none that still runs. A record that was
 * left by a process that is gone is removed.
 */
export async function describeOwner(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const record = parseRecord(text);
  const info = record === undefined ? undefined : await readProcessInfo(record.pid);
  const same = info?.startTime === record?.startTime && (await readBootId()) === record?.boot;
  if (record !== undefined && info !== undefined && same) {
    return { ...record, stopped: "Tt".includes(info.state) };
  }
  await removeRecord(path, text);
  return undefined;
}

/** Says who keeps a home busy and what to do about it; `message` says what could not be done. */
export function homeBusy(message: string, owner: Owner | undefined): OrgError {
  return new OrgError(message, {
    code: "HOME_BUSY",
    why: owner === undefined ? UNKNOWN_OWNER : describe(owner),
    remedies: remediesFor(owner),
    left: "Nothing was changed.",
  });
}

const UNKNOWN_OWNER = "Another process holds it and left no record of who it is.";

function describe(owner: Owner): string {
  const state = owner.stopped ? ", and is stopped" : "";
  return `Process ${owner.pid} (${owner.command}) has owned it since ${owner.since}${state}.`;
}

function remediesFor(owner: Owner | undefined): readonly string[] {
  if (owner === undefined) return ["pgrep -af org   # find it, then end it or wait for it"];
  if (owner.stopped) return [`kill -CONT ${owner.pid}   # let it go on`, `kill -KILL ${owner.pid}`];
  return ["wait until it has finished", `kill ${owner.pid}`];
}

function parseRecord(text: string): OwnerRecord | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined; // a record that nobody can read describes nobody
  }
}

/** Removes the record only while it is the one that was read: a new owner may have written since. */
async function removeRecord(path: string, text: string): Promise<void> {
  const now = await readFile(path, "utf8").catch(() => undefined);
  if (now === text) await unlink(path).catch(() => undefined);
}
