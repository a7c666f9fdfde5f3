import { existsSync } from "node:fs";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { readTextFile, writeFileAtomically } from "#platform/files.ts";
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

  async set(server: string, approved: ApprovedServer): Promise<void> {
    const servers = { ...this.#read(), [server]: approved };
    await writeFileAtomically(this.#path, `${JSON.stringify({ version: 1, servers }, null, 2)}\n`);
  }

  #read(): Readonly<Record<string, ApprovedServer>> {
    if (!existsSync(this.#path)) return {};
    try {
      return storeSchema.parse(JSON.parse(readTextFile(this.#path))).servers;
    } catch (cause) {
      throw new OrgError(`${this.#path} cannot be read`, {
        code: "FILE_FAILED",
        why: "it says which tools of MCP servers you approved, and it is not in its form",
        remedies: [
          `mv ${this.#path} ${this.#path}.old`,
          "org mcp approve NAME   # each server again",
        ],
        left: "No tool of an MCP server is offered.",
        cause,
      });
    }
  }
}
