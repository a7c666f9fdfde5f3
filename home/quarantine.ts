/**
 * Files that pages gave to a browser. They are bytes of strangers: no tool and no sandbox is shown the folder, nothing
 * here opens them, and none can be executed. The user lets one out into the workspace, or drops it.
 */
import { createHash } from "node:crypto";
import { constants, lstat, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import { errnoOf, fileFailed, writeFileAtomically } from "#platform/files.ts";

/** Largest of them, in bytes. */
const MOST_DOWNLOAD = 20_000_000;
const MOST_FILES = 50;
const MOST_BYTES = 200_000_000;
/** Of a name, in characters. */
const MOST_NAME = 80;
const MOST_URL = 500;

export interface Download {
  /** As the page called it. */
  readonly name: string;
  /** Where it came from, and the page that gave it. */
  readonly url: string;
  readonly page: string;
  readonly data: Uint8Array;
}

/** Description of a file in quarantine. */
export interface StoredDownload {
  /** The first twelve digits of its hash: the same bytes are kept once. */
  readonly id: string;
  /** Made safe: no folder, no leading dot, nothing that cannot be seen. */
  readonly name: string;
  readonly url: string;
  readonly page: string;
  readonly bytes: number;
  readonly sha256: string;
  /** ISO 8601. */
  readonly at: string;
}

const ID = /^[0-9a-f]{12}$/;
const aboutSchema: z.ZodType<StoredDownload> = z.object({
  id: z.string().regex(ID),
  name: z.string(),
  url: z.string(),
  page: z.string(),
  bytes: z.int().nonnegative(),
  sha256: z.hash("sha256"),
  at: z.string(),
});

export class Quarantine {
  readonly #folder: string;

  /** @param folder made at its first use. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Keeps a file, durably when it resolves.
   *
   * @throws {OrgError} `FILE_FAILED` for one that is too large, where there is no room for it, and when the system
   *   refuses.
   */
  async keep({ name, url, page, data }: Download, now: Date = new Date()): Promise<StoredDownload> {
    if (data.length > MOST_DOWNLOAD) throw noRoom(`it has ${data.length} bytes, of 20 MB at most`);
    await this.#open();
    const sha256 = createHash("sha256").update(data).digest("hex");
    const id = sha256.slice(0, 12);
    const others = (await this.list()).filter((one) => one.id !== id);
    if (others.length >= MOST_FILES) throw noRoom(`${others.length} files are kept already`);
    const bytes = others.reduce((sum, one) => sum + one.bytes, data.length);
    if (bytes > MOST_BYTES) throw noRoom("200 MB are kept already");
    const about: StoredDownload = {
      ...{ id, name: safeFileName(name), url: oneRow(url), page: oneRow(page) },
      ...{ bytes: data.length, sha256, at: now.toISOString() },
    };
    // What a person reads comes last: a file without it is not listed, and is written anew.
    await writeFileAtomically(this.#place(id, "bin"), data, { mode: 0o400 });
    await writeFileAtomically(this.#place(id, "json"), JSON.stringify(about), { mode: 0o600 });
    return about;
  }

  /** All of them, the oldest first. */
  async list(): Promise<readonly StoredDownload[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (errnoOf(error) === "ENOENT") return [];
      throw fileFailed(this.#folder, error);
    });
    const ids = names.flatMap((name) => /^([0-9a-f]{12})\.json$/.exec(name)?.[1] ?? []);
    const all = await Promise.all(ids.map((id) => this.#about(id)));
    return all
      .filter((one) => one !== undefined)
      .sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
  }

  /** @throws {OrgError} `INPUT_MISSING`; `FILE_FAILED` for one whose bytes have changed since. */
  async read(id: string): Promise<{ readonly about: StoredDownload; readonly data: Uint8Array }> {
    const about = ID.test(id) ? await this.#about(id) : undefined;
    if (about === undefined) throw unknown(id);
    const data = await readPlain(this.#place(id, "bin"));
    if (createHash("sha256").update(data).digest("hex") !== about.sha256) throw changed(about);
    return { about, data };
  }

  /** @throws {OrgError} `INPUT_MISSING` */
  async drop(id: string): Promise<void> {
    const isThere = ID.test(id) && (await this.list()).some((one) => one.id === id);
    if (!isThere) throw unknown(id);
    await rm(this.#place(id, "json"), { force: true });
    await rm(this.#place(id, "bin"), { force: true });
  }

  /** A link instead of the folder would lead what strangers wrote to anywhere. */
  async #open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw fileFailed(this.#folder, error);
    });
    if (!(await lstat(this.#folder)).isDirectory()) throw noRoom("its place is not a folder");
  }

  async #about(id: string): Promise<StoredDownload | undefined> {
    const text = await readPlain(this.#place(id, "json")).catch(() => undefined);
    if (text === undefined) return undefined;
    const parsed = aboutSchema.safeParse(parseJson(new TextDecoder().decode(text)));
    return parsed.success && parsed.data.id === id ? parsed.data : undefined;
  }

  #place(id: string, kind: "bin" | "json"): string {
    return join(this.#folder, `${id}.${kind}`);
  }
}

/** A safe name for the file, whatever a page called it. */
export function safeFileName(name: string): string {
  const last = name.toWellFormed().normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  // Whatever is neither a letter nor a digit of some script, marks of direction first of all, could make it look like another.
  const plain = last.replace(/[^\p{L}\p{N}._-]+/gu, "_").replace(/^[._-]+/, "");
  if (plain === "") return "download";
  if (plain.length <= MOST_NAME) return plain;
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(plain)?.[0] ?? "";
  return `${plain.slice(0, MOST_NAME - ending.length).toWellFormed()}${ending}`;
}

function oneRow(url: string): string {
  return url
    .slice(0, MOST_URL)
    .toWellFormed()
    .replace(/[^\x21-\x7e]+/g, "_");
}

/** A file of ours, never through a link. */
async function readPlain(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(
      path,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    return await file.readFile();
  } catch (error) {
    throw fileFailed(path, error);
  }
}

function noRoom(why: string): OrgError {
  return new OrgError("The file was not put into quarantine", {
    code: "FILE_FAILED",
    why,
    remedies: ["org browser files", "org browser drop ID"],
    unchanged: "It was deleted.",
  });
}

function changed({ id, name }: StoredDownload): OrgError {
  return new OrgError(`${id} (${name}) is not the file that was put into quarantine`, {
    code: "FILE_FAILED",
    why: "its hash has changed",
    remedies: [`org browser drop ${id}`],
    unchanged: "It stays in quarantine.",
  });
}

function unknown(id: string): OrgError {
  return new OrgError(`There is no file ${JSON.stringify(id.slice(0, 40))} in quarantine`, {
    code: "INPUT_MISSING",
    remedies: ["org browser files"],
    unchanged: "Nothing was changed.",
  });
}
