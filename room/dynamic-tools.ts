import { explain, OrgError } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import type { DynamicTools } from "#tools/dynamic-tools.ts";
import type { RoomRegistry } from "./room-options.ts";

interface ToolSearch {
  /** What is being talked about. */
  readonly about: string;
  readonly signal: AbortSignal;
  readonly emit: (event: RoomEvent) => Promise<void>;
}

/** The generated tools that there are now. Without them a turn can still answer. */
export async function openDynamicTools(
  registry: RoomRegistry | undefined,
  { about, signal, emit }: ToolSearch,
): Promise<DynamicTools | undefined> {
  try {
    const dynamic = await registry?.dynamic(about, signal);
    const text = dynamic?.notice;
    if (text !== undefined) await emit({ type: "notice", level: "info", text });
    return dynamic;
  } catch (error) {
    // The turn then ends by itself, and says why.
    if (signal.aborted) return undefined;
    if (!(error instanceof OrgError)) throw error;
    const text = explain(error);
    await emit({ type: "notice", level: "warning", text, code: error.code });
    return undefined;
  }
}
