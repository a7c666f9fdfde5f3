import { explain, OrgError } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import type { ToolShelf } from "#tools/tool-shelf.ts";
import type { RoomRegistry } from "./room-options.ts";

interface Wanted {
  /** What is being talked about. */
  readonly about: string;
  readonly signal: AbortSignal;
  readonly emit: (event: RoomEvent) => Promise<void>;
}

/** The generated tools that there are now. Without them a turn can still answer. */
export async function openShelf(
  registry: RoomRegistry | undefined,
  { about, signal, emit }: Wanted,
): Promise<ToolShelf | undefined> {
  try {
    const shelf = await registry?.shelf(about, signal);
    const text = shelf?.notice;
    if (text !== undefined) await emit({ type: "notice", level: "info", text });
    return shelf;
  } catch (error) {
    // The turn then ends by itself, and says why.
    if (signal.aborted) return undefined;
    if (!(error instanceof OrgError)) throw error;
    const text = explain(error);
    await emit({ type: "notice", level: "warning", text, code: error.code });
    return undefined;
  }
}
