/** Which repository of the user a room works on, and what the home keeps of it. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { OrgError } from "#core/errors.ts";
import { fieldsOf, parseJson } from "#core/json.ts";
import { shellWord } from "#core/text/shell-word.ts";
import type { ProjectMeasure } from "#fitness/project/measure.ts";
import type { CheckLimits } from "#fitness/project/run-checks.ts";
import { fileFailed, isThere, loadText, writeFileAtomically } from "#platform/files.ts";
import { locateCheckout } from "#platform/git/repository.ts";
import { type LockMessages, waitForPromoter } from "../release/promoter-lock.ts";

/** A work tree of the user, and where the home keeps what belongs to it. */
export interface ProjectLocation {
  /** The first 16 hexadecimal digits of the SHA-256 of `root`. */
  readonly id: string;
  /** The real path of the top folder of the user's work tree. */
  readonly root: string;
  /** Absolute path of the project's own folder in the home; it may not exist yet. */
  readonly folder: string;
}

/** What the user has settled for a project. */
export interface ProjectRecord {
  /** The real path of the top folder of the user's work tree. */
  readonly root: string;
  /** Commands that judge a change; absent: the user was not asked yet. */
  readonly checks: readonly string[] | undefined;
  /** What single checks may use. @default what every check may */
  readonly limits?: readonly CheckLimits[] | undefined;
  /** What is measured on base and candidate. @default nothing */
  readonly measure?: ProjectMeasure | undefined;
  /** A model reviews each change that the gate would let pass or hold. @default false */
  readonly critic?: boolean | undefined;
  /** The user's hooks look at each change in the sandbox, and may refuse it. Absent: the user did not say. */
  readonly hooks?: boolean | undefined;
  /** Ignored folders that a build needs, relative to `root`. */
  readonly dependencies: readonly string[];
  /** The user wants no room on it where they name none. @default false */
  readonly isDeclined?: boolean | undefined;
}

/**
 * The nearest work tree of Git at or above a folder.
 *
 * @param projects `HomePaths.projects`.
 * @returns `undefined` when there is none.
 * @throws {OrgError} `INPUT_INVALID` for a bare repository, `PROCESS_FAILED` for a `.git` that leads to a repository
 *   that does not know the folder.
 */
export async function findProject(
  start: string,
  projects: string,
): Promise<ProjectLocation | undefined> {
  const first = await realpath(start).catch(() => resolve(start));
  for (let folder = first; ; folder = dirname(folder)) {
    if (await isThere(join(folder, ".git"))) {
      await locateCheckout(folder);
      return projectAt(folder, projects);
    }
    // The folder `.git` of a work tree looks the same from within.
    if (isBare(folder) && !folder.endsWith("/.git")) throw bareRepository(folder);
    if (folder === dirname(folder)) return undefined;
  }
}

/** The project whose room this is, as the record on disk says; `undefined` when there is none. */
export async function projectOfRoom(
  room: string,
  projects: string,
): Promise<ProjectLocation | undefined> {
  const [, id] = ROOM.exec(room) ?? [];
  if (id === undefined) return undefined;
  const record = await readRecord({ folder: join(projects, id) });
  if (record === undefined) return undefined;
  const location = projectAt(record.root, projects);
  return location.id === id ? location : undefined;
}

/**
 * For a room that other machines know, too: the work on a repository stays on the machine that has it.
 *
 * @throws {OrgError} `ROOM_UNKNOWN` for a room of a repository that this machine does not know.
 */
export async function demandProject(
  room: string,
  { projects, node }: { readonly projects: string; readonly node: string },
): Promise<void> {
  if (!ROOM.test(room) || (await projectOfRoom(room, projects)) !== undefined) return;
  throw new OrgError(`The room "${room}" works on a repository that node "${node}" does not have`, {
    code: "ROOM_UNKNOWN",
    why: "the changes of a room stay on the machine where it began, and that machine does not answer now",
    remedies: ["start org on that machine", "org log ROOM   # what was said can be read here"],
    unchanged: "Nothing was sent.",
  });
}

/** The id of a room is the name of a folder, too. */
const ROOM = /^project-([0-9a-f]{16})(?:-[A-Za-z0-9][A-Za-z0-9._-]{0,63})?$/;

/** Whether `room` is the id of a room on some repository. */
export function isProjectRoom(room: string): boolean {
  return ROOM.test(room);
}

/** Whether `room` is the id of a room of this project: `project-<id>` or `project-<id>-<name>`. */
export function isRoomOf(room: string, location: Pick<ProjectLocation, "id">): boolean {
  return ROOM.exec(room)?.[1] === location.id;
}

/**
 * Id of a room of a repository.
 *
 * @param name the user's own, or the whole id. @default the room that plain `org` opens
 * @throws {OrgError} `USAGE` for a name that no folder can have.
 */
export function roomIdOf(location: Pick<ProjectLocation, "id">, name?: string): string {
  const own = `project-${location.id}`;
  if (name === undefined) return own;
  const id = name === own || name.startsWith(`${own}-`) ? name : `${own}-${name}`;
  if (isRoomOf(id, location)) return id;
  throw new OrgError(`"${name.slice(0, 80)}" cannot be the name of a room on a repository`, {
    code: "USAGE",
    why: "such a name has up to 64 letters, digits, dots, dashes and underscores, and begins with a letter or a digit",
    remedies: ["leave out --room for the repository's own room", "--room tests"],
    unchanged: "Nothing was changed.",
  });
}

/**
 * @returns what the user has settled; `undefined` for a project that is new, or whose record another program damaged.
 */
export async function readRecord(
  location: Pick<ProjectLocation, "folder">,
): Promise<ProjectRecord | undefined> {
  const text = await loadText(recordOf(location)).catch(() => "");
  const fields = fieldsOf(parseJson(text));
  const { root, checks, limits, measure, critic, hooks, dependencies, isDeclined } = fields;
  if (typeof root !== "string" || !root.startsWith("/")) return undefined;
  return {
    root,
    checks: Array.isArray(checks) ? textsOf(checks) : undefined,
    dependencies: Array.isArray(dependencies) ? textsOf(dependencies) : [],
    ...limitsIn(limits),
    ...measureIn(fieldsOf(measure)),
    ...(critic === true ? { critic } : {}),
    ...(typeof hooks === "boolean" ? { hooks } : {}),
    ...(isDeclined === true ? { isDeclined } : {}),
  };
}

/** Of a project whose user has settled nothing. */
export function newRecord({ root }: Pick<ProjectLocation, "root">): ProjectRecord {
  return { root, checks: undefined, dependencies: [] };
}

/**
 * Changes what the user has settled, durably, one caller at a time in whichever process: of two that change different parts
 * of the record at the same time, neither writes back what the other one replaced.
 *
 * @param change told the record as it is now, `undefined` where there is none; `undefined` of it leaves the record alone.
 * @throws {OrgError} `LOCK_HELD` when another process changes it for ten seconds; `FILE_FAILED` when the system refuses.
 * @throws what `change` throws; nothing is written then.
 */
export async function changeRecord(
  location: Pick<ProjectLocation, "folder">,
  change: (
    record: ProjectRecord | undefined,
  ) => ProjectRecord | undefined | Promise<ProjectRecord | undefined>,
): Promise<void> {
  try {
    await mkdir(location.folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileFailed(location.folder, error);
  }
  using _held = await waitForPromoter(lockOf(location), { waitMs: LOCK_WAIT_MS }, LOCK_MESSAGES);
  const changed = await change(await readRecord(location));
  if (changed === undefined) return;
  await writeFileAtomically(recordOf(location), `${JSON.stringify(changed, null, 2)}\n`);
}

const LOCK_WAIT_MS = 10_000;
const LOCK_MESSAGES: LockMessages = {
  message: "The settings of the project are being changed",
  doing: "changes the settings of the project",
  remedies: ["run the same command again"],
};

function lockOf({ folder }: Pick<ProjectLocation, "folder">): string {
  return join(folder, "locks", "record.lock");
}

function recordOf({ folder }: Pick<ProjectLocation, "folder">): string {
  return join(folder, "project.json");
}

function projectAt(root: string, projects: string): ProjectLocation {
  const id = createHash("sha256").update(root).digest("hex").slice(0, 16);
  return { id, root, folder: join(projects, id) };
}

function measureIn({
  command,
  better,
}: Readonly<Record<string, unknown>>): Pick<ProjectRecord, "measure"> {
  if (typeof command !== "string" || (better !== "smaller" && better !== "larger")) return {};
  return { measure: { command, better } };
}

function limitsIn(limits: unknown): Pick<ProjectRecord, "limits"> {
  if (!Array.isArray(limits)) return {};
  const read = limits.flatMap((one: unknown): readonly CheckLimits[] => {
    const { command, wallMs, memoryBytes } = fieldsOf(one);
    if (typeof command !== "string") return [];
    return [{ command, wallMs: amountOf(wallMs), memoryBytes: amountOf(memoryBytes) }];
  });
  return read.length === 0 ? {} : { limits: read };
}

function amountOf(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}

function textsOf(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === "string");
}

function isBare(folder: string): boolean {
  return ["HEAD", "objects", "refs"].every((name) => existsSync(join(folder, name)));
}

function bareRepository(folder: string): OrgError {
  return new OrgError(`"${folder}" is a bare repository`, {
    code: "INPUT_INVALID",
    why: "It has no work tree, so there are no files that a room could work on.",
    remedies: [`git clone ${shellWord(folder)} WORK_TREE   # then start org in the clone`],
    unchanged: "Nothing was changed.",
  });
}
