/** What keeps a container alive: a pipe that this process holds open, and that the kernel closes when it ends. */
import { chmodSync, closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makePipe } from "../../libc.ts";

/** Where a container sees what is ours alone. */
export const OWN_FOLDER = "/run/.org";

/**
 * Shell words that wait until the life ends. They need neither the engine nor org, so that nothing outlives a `kill -9` of
 * either. As the first process of a container they cannot be ended from inside, and the kernel ends all others with them.
 */
export const UNTIL_END: string = `read -r _ <${OWN_FOLDER}/life`;
/** The same, and it ends with the exit code that {@link Life.endWith} was given. */
export const UNTIL_CODE: string = `read -r code <${OWN_FOLDER}/life; exit "\${code:-137}"`;

/** Disposing ends the container's processes. */
export class Life implements Disposable {
  #fd: number | undefined;

  /** @param folder on the host, which the container sees as {@link OWN_FOLDER}; made here. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    // Whatever our umask is: the container's user is another one, which may read and not write.
    chmodSync(folder, 0o755);
    const path = join(folder, "life");
    makePipe(path);
    chmodSync(path, 0o644);
    // To read and to write: it does not wait for the container to open it.
    this.#fd = openSync(path, "r+");
  }

  /**
   * Ends the container's processes, also where the first one does not wait yet; that one with this code, where it waits by
   * {@link UNTIL_CODE}.
   */
  endWith(code: number): void {
    if (this.#fd !== undefined) writeSync(this.#fd, `${code}\n`);
  }

  [Symbol.dispose](): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
