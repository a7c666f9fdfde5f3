/** Processor time of each test file, with the processes that it starts and waits for. */
import { dlopen, ptr } from "bun:ffi";
import { appendFileSync } from "node:fs";
import { dirname, relative } from "node:path";

const ROOT = dirname(import.meta.dir);

/** Writes down what each file has taken once the next one of this process is loaded, or none is left. */
export class SpentTimes {
  readonly #record: string;
  #running: string | undefined;
  #before = 0;

  /** @param record a file to append lines to: path from the root of the checkout, blank, whole milliseconds. */
  constructor(record: string) {
    this.#record = record;
  }

  /** @param path absolute; `undefined` after the last file. */
  turnTo(path: string | undefined): void {
    const now = spentMs();
    if (this.#running !== undefined) {
      // One short line: those of processes that write at once do not mix.
      appendFileSync(this.#record, `${this.#running} ${Math.round(now - this.#before)}\n`);
    }
    this.#running = path === undefined ? undefined : relative(ROOT, path);
    this.#before = now;
  }
}

/** Of this process, and of those that it has started and that have ended, in milliseconds. */
function spentMs(): number {
  // `process.resourceUsage` does not tell of processes that have ended.
  const { symbols, close } = dlopen("libc.so.6", {
    getrusage: { args: ["int", "ptr"], returns: "int" },
  } as const);
  const [itself, children] = [0, -1];
  const ms = [itself, children].map((whose) => {
    // Begins with two times, each in seconds and microseconds.
    const usage = new BigInt64Array(18);
    symbols.getrusage(whose, ptr(usage));
    const [userS = 0n, userUs = 0n, systemS = 0n, systemUs = 0n] = usage;
    return Number(userS + systemS) * 1000 + Number(userUs + systemUs) / 1000;
  });
  close();
  return ms.reduce((sum, part) => sum + part, 0);
}
