/** A log that several processes append to, and that any of them may rotate at any time. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { MAX_ROTATED_FILES, rotateFile, trimLog } from "./log-files.ts";

export interface RotatingOptions {
  /** A file of this size makes room for the next before a line is added. @default 10 MiB */
  readonly maxBytes?: number | undefined;
  /** How many rotated files stay. @default {@link MAX_ROTATED_FILES} */
  readonly keep?: number | undefined;
}

const MAX_BYTES = 10 * 1024 * 1024;
const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;

/**
 * Appends lines, each whole and at once: when `write` returns, the line is with the system. What cannot be written
 * is left out, for a log must not end what it tells of.
 */
export class RotatingFile implements Disposable {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #keep: number;
  #file: number | undefined;
  #trimming: Promise<void> = Promise.resolve();

  private constructor(
    path: string,
    { maxBytes = MAX_BYTES, keep = MAX_ROTATED_FILES }: RotatingOptions,
  ) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#keep = keep;
  }

  /** @param path of the file; its folder is made where it is missing. */
  static async open(path: string, options: RotatingOptions = {}): Promise<RotatingFile> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch(ignore);
    return new RotatingFile(path, options);
  }

  /**
   * @param line with its line end.
   * @returns false: it could not be written.
   */
  write(line: string): boolean {
    const bytes = Buffer.from(line);
    try {
      let file = this.#current(bytes.length);
      append(file, bytes);
      // Rotated and removed between our look and our write: then the line went with it.
      while (fstatSync(file).nlink === 0) {
        file = this.#current(bytes.length);
        append(file, bytes);
      }
      return true;
    } catch {
      this.#close();
      return false;
    }
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  /** The file that is at the path now, with room for so many bytes more. */
  #current(bytes: number): number {
    if (this.#file !== undefined && !isAt(this.#file, this.#path)) this.#close();
    this.#file ??= openLog(this.#path);
    const { size } = fstatSync(this.#file);
    if (size === 0 || size + bytes <= this.#maxBytes) return this.#file;
    // Another process may have been faster: then its new file is not ours to rotate.
    if (isAt(this.#file, this.#path)) {
      rotateFile(this.#path);
      this.#trimming = this.#trimming.then(() => trimLog(this.#path, this.#keep)).catch(ignore);
    }
    this.#close();
    this.#file = openLog(this.#path);
    return this.#file;
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function openLog(path: string): number {
  const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  // A process that was killed in the middle of a line must not spoil ours.
  const stats = fstatSync(file);
  if (!stats.isFile()) {
    // A FIFO that no process reads would hold us as soon as it is full.
    closeSync(file);
    throw new Error(`"${path}" is not a regular file`);
  }
  const { size } = stats;
  const last = Buffer.alloc(1);
  if (size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== "\n") {
    append(file, Buffer.from("\n"));
  }
  return file;
}

function append(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function isAt(file: number, path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  const ours = fstatSync(file);
  return there !== undefined && there.ino === ours.ino && there.dev === ours.dev;
}

function ignore(): void {
  // What cannot be written is counted by the writer; what is not removed now goes at the next rotation.
}
