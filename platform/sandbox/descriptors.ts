import { closeSync } from "node:fs";
import { openPipe, openSealedFile } from "../libc.ts";

/** The open files of a child that is about to start, from number 0 on. Disposing closes all that is still ours. */
export class Descriptors implements Disposable {
  readonly #theirs: number[] = [];
  readonly #ours: number[] = [];

  /** Hands over an open descriptor and returns the number by which the child knows it. */
  add(fd: number): number {
    this.#theirs.push(fd);
    return this.#theirs.length - 1;
  }

  /** Hands over data that the child reads like a file. */
  addContent(content: string | Uint8Array): number {
    return this.add(openSealedFile(content));
  }

  /** Opens a pipe that the child writes and we read. */
  addPipe(): { readonly number: number; readonly read: number } {
    const pipe = openPipe();
    this.#ours.push(pipe.read);
    return { number: this.add(pipe.write), read: pipe.read };
  }

  /** Opens a pipe on which the child waits until we write. */
  addStartPipe(): { readonly number: number; readonly write: number } {
    const pipe = openPipe();
    this.#ours.push(pipe.write);
    return { number: this.add(pipe.read), write: pipe.write };
  }

  /** Takes one of our ends out of what disposing closes: the caller closes it. */
  release(fd: number): number {
    this.#ours.splice(this.#ours.indexOf(fd), 1);
    return fd;
  }

  /** For `stdio` of `Bun.spawn`. */
  get stdio(): [number, number, number, ...number[]] {
    const [stdin, stdout, stderr, ...more] = this.#theirs;
    if (stdin === undefined || stdout === undefined || stderr === undefined) {
      throw new Error("A child needs its three streams before it starts");
    }
    return [stdin, stdout, stderr, ...more];
  }

  /** Closes our copies of what the child now holds: a pipe ends only when its last writer is gone. */
  started(): void {
    for (const fd of this.#theirs.splice(0)) closeSync(fd);
  }

  [Symbol.dispose](): void {
    this.started();
    for (const fd of this.#ours.splice(0)) closeSync(fd);
  }
}
