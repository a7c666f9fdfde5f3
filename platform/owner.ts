/**
 * Which process owns a home, written down for the error texts of others. The record only describes:
 * what keeps a second owner out is the lock on the journal file itself.
 */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { loadText } from "./files.ts";
import {
  identityOf,
  identityShape,
  type ProcessIdentity,
  parseRecord,
  processOf,
  removeRecord,
  writeRecord,
} from "./process-record.ts";

interface OwnerRecord extends ProcessIdentity {
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

const ownerSchema: z.ZodType<OwnerRecord> = z.object({
  ...identityShape,
  command: z.string(),
  since: z.string(),
});

/**
 * Writes down that this process owns something: the home, for which the journal has to be held, or what else the
 * path stands for. Disposing takes the record away.
 *
 * @throws {OrgError} `FILE_FAILED` when the record cannot be written.
 */
export async function recordOwner(path: string, command: string): Promise<AsyncDisposable> {
  const since = new Date().toISOString();
  const record: OwnerRecord = { ...(await identityOf()), command, since };
  return await writeRecord(path, record);
}

/**
 * The process that owns a home, or `undefined` when there is none that still runs. A record that was
 * left by a process that is gone is removed.
 */
export async function describeOwner(path: string): Promise<Owner | undefined> {
  const text = await loadText(path).catch(() => undefined);
  if (text === undefined) return undefined;
  const record = parseRecord(text, ownerSchema);
  const info = record && (await processOf(record));
  if (record !== undefined && info !== undefined) {
    return { ...record, stopped: "Tt".includes(info.state) };
  }
  await removeRecord(path, text);
  return undefined;
}

/** The record as it lies there, whether that process lives or not. */
export async function readOwnerRecord(path: string): Promise<ProcessIdentity | undefined> {
  return parseRecord(await loadText(path).catch(() => undefined), ownerSchema);
}

/** Says who keeps a home busy and what to do about it; `message` says what could not be done. */
export function homeBusy(message: string, owner: Owner | undefined): OrgError {
  return new OrgError(message, {
    code: "HOME_BUSY",
    why: owner === undefined ? UNKNOWN_OWNER : describe(owner),
    remedies: remediesFor(owner),
    unchanged: "Nothing was changed.",
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
