/** A large file that is fetched in pieces, and there only once all of its bytes are the right ones. */
import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { OrgError } from "#core/errors.ts";
import { errnoOf, fileFailed, filePieces, syncFolder } from "./files.ts";

/** What a file has to be. */
export interface ExpectedFile {
  /** Size in bytes; absent: only the sum is checked. */
  readonly bytes?: number | undefined;
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256: string;
}

const PIECE_BYTES = 1024 * 1024;

/**
 * What is there so far lies in `PATH.part` and outlives the process: the process that opens it again goes on behind it.
 * What is whole and wrong ends as `PATH.bad`, where a person can look at it and nothing ever loads it.
 */
export class VerifiedFile implements AsyncDisposable {
  readonly #path: string;
  readonly #expected: ExpectedFile;
  readonly #part: FileHandle;
  #hasher: Bun.CryptoHasher;
  #size: number;

  private constructor(path: string, expected: ExpectedFile, { handle, hasher, size }: Part) {
    this.#path = path;
    this.#expected = expected;
    this.#part = handle;
    this.#hasher = hasher;
    this.#size = size;
  }

  /**
   * Opens what was left of an earlier try, or nothing; creates the folder.
   *
   * @param path where the whole file will be.
   * @throws {OrgError} `FILE_FAILED` when the system refuses.
   */
  static async open(path: string, expected: ExpectedFile): Promise<VerifiedFile> {
    try {
      await mkdir(dirname(path), { recursive: true });
      return new VerifiedFile(path, expected, await openPart(`${path}.part`, expected));
    } catch (error) {
      throw fileFailed(`${path}.part`, error);
    }
  }

  /** How many bytes are there. */
  get size(): number {
    return this.#size;
  }

  /** No byte is missing, as far as there is a size. */
  get isFull(): boolean {
    return this.#size === this.#expected.bytes;
  }

  /** @throws {OrgError} `FILE_FAILED`: what was written before stays; `DOWNLOAD_FAILED` when it is too much. */
  async append(bytes: Uint8Array): Promise<void> {
    const { bytes: most = Number.POSITIVE_INFINITY } = this.#expected;
    if (this.#size + bytes.length > most) {
      const whole = this.#size + bytes.length;
      await this.restart();
      throw wrongFile(this.#path, `it has more than ${whole - 1} bytes, and should have ${most}`);
    }
    try {
      // One call may write less than it was given, for example where the disk is full.
      for (let written = 0; written < bytes.length; ) {
        const rest = bytes.subarray(written);
        const { bytesWritten } = await this.#part.write(rest);
        this.#hasher.update(rest.subarray(0, bytesWritten));
        this.#size += bytesWritten;
        written += bytesWritten;
      }
    } catch (error) {
      throw fileFailed(`${this.#path}.part`, error);
    }
  }

  /** Forgets what is there. */
  async restart(): Promise<void> {
    await this.#part.truncate(0);
    this.#hasher = new Bun.CryptoHasher("sha256");
    this.#size = 0;
  }

  /**
   * Gives the file its name, durably, if it is the right one.
   *
   * @throws {OrgError} `DOWNLOAD_FAILED` when it is not, `FILE_FAILED` when the system refuses.
   */
  async finish(): Promise<void> {
    const { bytes = this.#size, sha256 } = this.#expected;
    const found = this.#hasher.digest("hex");
    const isRight = found === sha256 && this.#size === bytes;
    try {
      await this.#part.sync();
      await rename(`${this.#path}.part`, isRight ? this.#path : `${this.#path}.bad`);
      await syncFolder(dirname(this.#path));
    } catch (error) {
      throw fileFailed(this.#path, error);
    }
    if (isRight) return;
    const size = this.#size === bytes ? "" : `, and ${this.#size} bytes instead of ${bytes}`;
    throw wrongFile(this.#path, `its SHA-256 is ${found} and should be ${sha256}${size}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#part.close();
  }
}

interface Part {
  readonly handle: FileHandle;
  readonly hasher: Bun.CryptoHasher;
  readonly size: number;
}

async function openPart(path: string, { bytes: most }: ExpectedFile): Promise<Part> {
  const handle = await open(path, "a+", 0o644);
  try {
    const hasher = new Bun.CryptoHasher("sha256");
    let size = 0;
    for await (const bytes of filePieces(path, PIECE_BYTES)) {
      hasher.update(bytes);
      size += bytes.length;
    }
    if (size <= (most ?? size)) return { handle, hasher, size };
    await handle.truncate(0);
    return { handle, hasher: new Bun.CryptoHasher("sha256"), size: 0 };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The SHA-256 of a file in hexadecimal; `undefined` when there is none. */
export async function fileSum(path: string): Promise<string | undefined> {
  const hasher = new Bun.CryptoHasher("sha256");
  try {
    for await (const bytes of filePieces(path, PIECE_BYTES)) {
      hasher.update(bytes);
    }
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
  return hasher.digest("hex");
}

function wrongFile(path: string, why: string): OrgError {
  return new OrgError("What was fetched is not the file that was asked for", {
    code: "DOWNLOAD_FAILED",
    why,
    remedies: ["try again, or another place: a proxy on the way may answer with a page of its own"],
    unchanged: `Nothing was installed. A whole file that is wrong is kept as ${path}.bad and never loaded.`,
  });
}
