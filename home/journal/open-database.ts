/**
 * Opens the file of a journal or of a queue: creates it whole, checks it before anything is written, and takes it
 * for this process alone.
 */
import { Database } from "bun:sqlite";
import { chmod, link, open, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { OrgError } from "#core/errors.ts";
import { errnoOf, syncFolder } from "#platform/files.ts";
import { homeBusy, type Owner } from "#platform/owner.ts";
import {
  isBusy,
  isCorrupt,
  journalCorrupt,
  journalFailed,
  journalTooNew,
  type OwnedFile,
} from "./failures.ts";
import { AUTO_CHECKPOINT } from "./frozen-file.ts";

/** Asked who owns the home, for the error text, when the file turns out to be taken. */
export type FindOwner = () => Promise<Owner | undefined>;

/** Tells one sort of file from all others. */
export interface FileFormat {
  readonly noun: OwnedFile["noun"];
  /** SQLite's `application_id`. */
  readonly applicationId: number;
  readonly version: number;
  /** Sets both numbers and makes the tables. */
  readonly schema: string;
  /**
   * The tables that are checked at the start: without indexes for full text, whose check takes twice as long as all the
   * rest. What is damaged in one of those is found when it is read.
   *
   * @default all
   */
  readonly checked?: readonly string[];
}

/** A file and what it must be. */
interface ExpectedFile extends OwnedFile {
  readonly format: FileFormat;
}

/**
 * @throws {OrgError} `HOME_BUSY` at once while another process (or this one) has it open;
 *   `JOURNAL_CORRUPT` for a damaged or foreign file, which stays as it is; `JOURNAL_FAILED` when the
 *   system refuses.
 */
export async function openDatabase(
  path: string,
  format: FileFormat,
  findOwner: FindOwner,
): Promise<Database> {
  const { noun } = format;
  const file: ExpectedFile = { path, noun, format };
  try {
    await createIfMissing(file);
    check(file);
    return await takeForUs(path);
  } catch (error) {
    if (error instanceof OrgError) throw error;
    if (isBusy(error)) {
      throw homeBusy(`The ${noun} "${path}" is in use by another org`, await findOwner());
    }
    if (isCorrupt(error) && error instanceof Error) throw journalCorrupt(file, error.message);
    throw journalFailed(file, error);
  }
}

const SMALLEST_PAGE_BYTES = 512;

async function createIfMissing(file: ExpectedFile): Promise<void> {
  const { path } = file;
  // The log first: a process that opens it in this moment has made the file before its log.
  const log = await sizeOf(`${path}-wal`);
  const size = await sizeOf(path);
  // SQLite takes less than a page for an empty database, fills it, and throws away the log beside it.
  if (size !== undefined && size < SMALLEST_PAGE_BYTES) {
    throw journalCorrupt(file, `The file is truncated: it has ${size} bytes.`);
  }
  if (size !== undefined) return;
  // SQLite would replay what it finds there into a new file.
  if (log !== undefined) {
    throw journalCorrupt(file, `The file is gone, but its log "${path}-wal" is still there.`);
  }
  await create(file);
}

/** Under another name first: at no moment is there a file without its tables. */
async function create({ path, format }: ExpectedFile): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.new`;
  try {
    const database = new Database(temporary, { create: true });
    database.run("pragma journal_mode = wal");
    database.run(format.schema);
    database.close(true);
    await chmod(temporary, 0o600);
    await using file = await open(temporary, "r");
    await file.sync();
    // Not a rename: the process that was faster by a moment keeps the name.
    await link(temporary, path).catch((error: unknown) => {
      if (errnoOf(error) !== "EEXIST") throw error;
    });
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
  await syncFolder(dirname(path));
}

/**
 * Looks at the file through a connection that cannot write. A writing one would, on leaving, copy its
 * log into a file that it just found to be damaged.
 */
function check(file: ExpectedFile): void {
  const { path, noun, format } = file;
  using database = new Database(path, { readonly: true });
  database.run("pragma busy_timeout = 0");
  const id = numberOf(database, "application_id");
  if (id !== format.applicationId)
    throw journalCorrupt(file, `It is a database, but not a ${noun} of org.`);
  const version = numberOf(database, "user_version");
  if (version !== format.version) throw journalTooNew(file, version, format.version);
  for (const table of format.checked ?? [1]) {
    const verdict = database
      .query<{ quick_check: string }, []>(`pragma quick_check(${table})`)
      .get();
    if (verdict?.quick_check === "ok") continue;
    throw journalCorrupt(file, `SQLite's quick_check says: ${verdict?.quick_check ?? "nothing"}`);
  }
}

function numberOf(database: Database, pragma: "application_id" | "user_version"): number {
  const row = database.query<Record<string, number>, []>(`pragma ${pragma}`).get();
  return row?.[pragma] ?? 0;
}

/** Tries after the first that found the file taken. */
const RETRIES = 4;
/** Shortest pause between two tries, in milliseconds; the longest is twice that. */
const PAUSE_MS = 10;

/**
 * Takes the lock that keeps every other process out until the file is closed.
 *
 * Two that start in the same moment can both be refused, because each sees the other looking. One of
 * them gets it after a pause of random length; an owner never lets go, so the pauses are short.
 */
async function takeForUs(path: string): Promise<Database> {
  for (let retry = 0; ; retry += 1) {
    try {
      return lock(path);
    } catch (error) {
      if (!isBusy(error) || retry === RETRIES) throw error;
      await Bun.sleep(PAUSE_MS * (1 + Math.random()));
    }
  }
}

function lock(path: string): Database {
  const database = new Database(path, { readwrite: true, create: false });
  try {
    database.run("pragma busy_timeout = 0");
    database.run("pragma locking_mode = exclusive");
    database.run("pragma journal_mode = wal");
    // NORMAL would lose everything since the last checkpoint when the power goes.
    database.run("pragma synchronous = full");
    // 16 MB of log instead of 4: each checkpoint then carries more changes of the same page (measured:
    // 25 % more appends per second), and reading it after a crash still takes 10 ms.
    database.run(`pragma wal_autocheckpoint = ${AUTO_CHECKPOINT}`);
    // Only writing takes the lock for good, and shows that the file can be written at all.
    database.run("begin immediate");
    database.run("commit");
    return database;
  } catch (error) {
    database.close(true);
    throw error;
  }
}

/** @returns size in bytes, or `undefined` when there is no such file. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
