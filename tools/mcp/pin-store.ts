import { existsSync } from "node:fs";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { readTextFile, writeFileAtomically } from "#platform/files.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";
import { definitionSchema, type McpDefinition } from "./definition.ts";

/** What a person approved of a server. */
export interface ApprovedServer {
  readonly approvedAt: string;
  readonly isEnabled: boolean;
  readonly tools: readonly McpDefinition[];
}

const storeSchema = z.strictObject({
  version: z.literal(1),
  servers: z.record(
    z.string(),
    z.strictObject({
      approvedAt: z.string(),
      isEnabled: z.boolean(),
      tools: z.array(definitionSchema),
    }),
  ),
});

/** Longest wait for another command, and the pause between two looks, in milliseconds. */
const WAIT_MS = 10_000;
const LOOK_MS = 20;

/** Disposing gives it back, and so does the end of the process, however that comes. @throws {OrgError} `LOCK_HELD` */
async function lockFile(path: string): Promise<Disposable> {
  const database = openPrivateDatabase(path, "pragma busy_timeout = 0");
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    try {
      database.run("begin immediate");
      return { [Symbol.dispose]: () => database.close() };
    } catch (cause) {
      if (performance.now() < deadline) {
        await Bun.sleep(LOOK_MS);
        continue;
      }
      database.close();
      throw new OrgError("Another command changes your approvals of MCP servers", {
        code: "LOCK_HELD",
        why: `it holds ${path}`,
        remedies: ["wait for it to end, then run the same command again"],
        unchanged: "Nothing was changed.",
        cause,
      });
    }
  }
}

/** A file that only commands of a person write: what of each server was approved, word for word. */
export class PinStore {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {OrgError} `FILE_FAILED` for a file that is not one of ours: nothing counts as approved then. */
  of(server: string): ApprovedServer | undefined {
    const servers = this.#read();
    return Object.hasOwn(servers, server) ? servers[server] : undefined;
  }

  /** @throws {OrgError} `FILE_FAILED`, `LOCK_HELD` */
  async set(server: string, approved: ApprovedServer): Promise<void> {
    await this.#change(server, () => approved);
  }

  /** @returns false where nothing of the server is approved. @throws {OrgError} `FILE_FAILED`, `LOCK_HELD` */
  async enable(server: string, isEnabled: boolean): Promise<boolean> {
    // As it is at that moment: it may have been approved anew by another command.
    return await this.#change(server, (now) => now && { ...now, isEnabled });
  }

  /** One process at a time reads and writes: what another one approved meanwhile would be lost. */
  async #change(
    server: string,
    change: (now: ApprovedServer | undefined) => ApprovedServer | undefined,
  ): Promise<boolean> {
    using _lock = await lockFile(`${this.#path}.lock`);
    const approved = change(this.of(server));
    if (approved === undefined) return false;
    const servers = { ...this.#read(), [server]: approved };
    await writeFileAtomically(this.#path, `${JSON.stringify({ version: 1, servers }, null, 2)}\n`);
    return true;
  }

  #read(): Readonly<Record<string, ApprovedServer>> {
    if (!existsSync(this.#path)) return {};
    try {
      return storeSchema.parse(JSON.parse(readTextFile(this.#path))).servers;
    } catch (cause) {
      throw new OrgError(`${this.#path} cannot be read`, {
        code: "FILE_FAILED",
        why: "it records which tools of MCP servers you approved, and its format is wrong",
        remedies: [
          `mv ${this.#path} ${this.#path}.old`,
          "org mcp approve NAME   # each server again",
        ],
        unchanged: "No tool of an MCP server is offered.",
        cause,
      });
    }
  }
}
