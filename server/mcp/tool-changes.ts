import type { ServerEvent, ServerEventBus } from "@modelcontextprotocol/server";
import type { McpParts } from "./mcp-tools.ts";

/** How often the tools are looked at while a client wants to hear of changes, in milliseconds. */
const LOOK_MS = 2000;

/**
 * Tells clients that listen when other tools can be called: after a promotion, a rollback, or when a person has
 * disabled one. Nothing is looked at while no client listens.
 */
export class ToolChanges implements ServerEventBus {
  readonly #tools: McpParts["tools"];
  readonly #report: (error: unknown) => void;
  readonly #listeners = new Set<(event: ServerEvent) => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #previous: string | undefined;

  /** @param report told of what keeps the tools from being read; the next look tries again. */
  constructor(tools: McpParts["tools"], report: (error: unknown) => void) {
    this.#tools = tools;
    this.#report = report;
  }

  publish(event: ServerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  subscribe(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) void this.look();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      this.#previous = undefined;
    };
  }

  /** Looks now, tells of a change, and looks again later. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const now = JSON.stringify(await this.#tools());
      const isChanged = this.#previous !== undefined && this.#previous !== now;
      if (this.#listeners.size > 0) this.#previous = now;
      if (isChanged) this.publish({ kind: "tools_list_changed" });
    } catch (error) {
      this.#report(error);
    }
    if (this.#listeners.size === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.look(), LOOK_MS);
    // It keeps no process from ending.
    this.#timer.unref();
  }
}
