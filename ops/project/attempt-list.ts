/** The attempts of a room that runs some, as they are on disk. */
import { mkdir } from "node:fs/promises";
import { ChannelLock } from "#core/channel-lock.ts";
import { attemptsFolder } from "./attempt.ts";
import {
  type Attempt,
  type AttemptResult,
  type AttemptsRecord,
  writeAttempts,
} from "./attempts-record.ts";
import type { ProjectWork } from "./work.ts";

/** The list on disk, in step with what happens. */
export class AttemptList {
  readonly #folder: string;
  readonly #writing = new ChannelLock();
  record: AttemptsRecord;

  private constructor(folder: string, record: AttemptsRecord) {
    this.#folder = folder;
    this.record = record;
  }

  static async begin(main: ProjectWork, record: AttemptsRecord): Promise<AttemptList> {
    const folder = attemptsFolder(main);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeAttempts(folder, record);
    return new AttemptList(folder, record);
  }

  async add(attempts: readonly Attempt[]): Promise<void> {
    await this.#write(() => attempts);
  }

  async end(number: number, result: AttemptResult): Promise<void> {
    await this.#write((attempts) =>
      attempts.map((one) => (one.number === number ? { ...one, result } : one)),
    );
  }

  async #write(change: (attempts: readonly Attempt[]) => readonly Attempt[]): Promise<void> {
    using _held = await this.#writing.waitForLock(Number.POSITIVE_INFINITY);
    const record = { ...this.record, attempts: change(this.record.attempts) };
    await writeAttempts(this.#folder, record);
    this.record = record;
  }
}
