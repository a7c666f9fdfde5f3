/** The MCP servers of a home: connected when one of their tools is called, and ended with the process. */

import type { McpServerSettings } from "#core/mcp-server.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { HttpRules } from "#platform/net/http-client.ts";
import type { Workspace } from "#platform/workspace.ts";
import type { RoomRegistry } from "#room/room-options.ts";
import type { DynamicTools } from "#tools/dynamic-tools.ts";
import { imagesIn } from "#tools/images-in.ts";
import type { SaveImage } from "#tools/mcp/call-result.ts";
import { McpConnection } from "#tools/mcp/mcp-connection.ts";
import { type McpToolsParts, withMcpTools } from "#tools/mcp/mcp-tools.ts";
import { PinStore } from "#tools/mcp/pin-store.ts";

export interface McpServersOptions {
  readonly settings: readonly McpServerSettings[];
  /** Absolute path of the file that says what a person approved. */
  readonly pins: string;
  readonly cleaner: TextCleaner;
  readonly rules?: HttpRules | undefined;
  /** Opened for the first picture of a result, which is kept there. @default pictures are left out */
  readonly workspace?: (() => Promise<Pick<Workspace, "writeBytes">>) | undefined;
  /** Told of each line that a server writes to standard error, as it came. */
  readonly onLine?: ((server: string, line: string) => void) | undefined;
}

export class McpServers implements AsyncDisposable {
  readonly servers: readonly {
    readonly name: string;
    readonly patterns: readonly string[];
    readonly connection: McpConnection;
  }[];
  readonly pins: PinStore;
  readonly #cleaner: TextCleaner;
  readonly #saveImage: SaveImage | undefined;

  constructor({ settings, pins, cleaner, rules, workspace, onLine }: McpServersOptions) {
    this.#cleaner = cleaner;
    this.#saveImage =
      workspace &&
      (async (data, mediaType) => await imagesIn(await workspace(), "pictures")(data, mediaType));
    this.pins = new PinStore(pins);
    this.servers = settings.map((one) => ({
      ...{ name: one.name, patterns: one.tools },
      connection: new McpConnection({
        ...{ settings: one, rules },
        clean: (text) => cleaner.clean(text),
        onLine: (line) => onLine?.(one.name, line),
      }),
    }));
  }

  /** The same registry, with the tools that a person approved. */
  beside(registry: RoomRegistry): RoomRegistry {
    return {
      list: () => registry.list(),
      dynamic: async (about, signal) =>
        withMcpTools(await registry.dynamic(about, signal), this.#parts, about),
    };
  }

  /** The tools that a person approved. @param about those with words of it are declared first. */
  dynamic(about: string): DynamicTools | undefined {
    return withMcpTools(undefined, this.#parts, about);
  }

  get #parts(): McpToolsParts {
    const { servers, pins } = this;
    return { servers, pins, cleaner: this.#cleaner, saveImage: this.#saveImage };
  }

  /**
   * Ends servers, and forgets how often they ended: their next call starts them.
   *
   * @param server all of them without it.
   * @returns the names of those that were ended.
   */
  async reload(server?: string): Promise<readonly string[]> {
    const all = this.servers.filter(({ name }) => server === undefined || name === server);
    await Promise.all(all.map(({ connection }) => connection.restart()));
    return all.map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map(({ connection }) => connection[Symbol.asyncDispose]()));
  }
}
