/**
 * What personas want to have sent over Telegram: a file for each message, written by the process of the room and taken by
 * the bridge, which alone has the token.
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import { errnoOf, loadText, writeFileAtomically } from "#platform/files.ts";

export interface DroppedMessage {
  readonly chat: number;
  /** Clean. */
  readonly text: string;
  /** Relative to the workspace. */
  readonly file?: string | undefined;
}

export interface WaitingMessage extends DroppedMessage {
  /** Unique, and in the order of what was dropped. */
  readonly id: string;
}

/** More wait only where no bridge runs. */
const MOST_WAITING = 100;

const schema: z.ZodType<DroppedMessage> = z.strictObject({
  chat: z.int(),
  text: z.string(),
  file: z.string().optional(),
});

export class TelegramDrops {
  readonly #folder: string;

  /** @param folder made at its first use. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Durable when it resolves. @throws {OrgError} `FILE_FAILED`, also where 100 wait already. */
  async put(message: DroppedMessage): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const waiting = await this.#names();
    if (waiting.length >= MOST_WAITING) throw noBridge(waiting.length);
    const time = String(Date.now()).padStart(15, "0");
    const name = `${time}-${crypto.randomUUID()}.json`;
    await writeFileAtomically(join(this.#folder, name), JSON.stringify(message));
  }

  /** What waits, the oldest first. */
  async waiting(): Promise<readonly WaitingMessage[]> {
    const names = await this.#names();
    const read = names.map(async (name): Promise<readonly WaitingMessage[]> => {
      const text = await loadText(join(this.#folder, name)).catch((error: unknown) => {
        // The bridge has taken it since the folder was listed.
        if (errnoOf(error) === "ENOENT") return undefined;
        throw error;
      });
      if (text === undefined) return [];
      const parsed = schema.safeParse(parseJson(text));
      // No one else writes here: what cannot be read would be there for ever.
      if (!parsed.success) await this.done(name);
      return parsed.success ? [{ id: name, ...parsed.data }] : [];
    });
    return (await Promise.all(read)).flat();
  }

  /** Says that a message is on its way. */
  async done(id: string): Promise<void> {
    await rm(join(this.#folder, id), { force: true });
  }

  async #names(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (errnoOf(error) === "ENOENT") return [];
      throw error;
    });
    return names.filter((name) => name.endsWith(".json") && !name.startsWith(".")).sort();
  }
}

function noBridge(count: number): OrgError {
  return new OrgError("The message was not delivered", {
    code: "FILE_FAILED",
    why: `${count} messages wait already; org telegram does not seem to run`,
    remedies: ["org telegram"],
    unchanged: "Nothing was sent.",
  });
}
