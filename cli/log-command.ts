import { EXIT } from "#core/error-codes.ts";
import type { Entry } from "#core/journal.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { cleanEntry } from "#room/clean-event.ts";
import { visibleEvent } from "#room/entries.ts";
import { toMarkdown } from "#room/export.ts";
import type { HomeService, RoomChoice } from "#server/socket/home-service.ts";
import type { Output } from "#ui/output.ts";

export interface LogOptions {
  readonly room: RoomChoice;
  readonly what: "list" | "text" | "json";
  /** Include the raw output of tools. */
  readonly raw: boolean;
  /** Knows the secrets of the process. */
  readonly cleaner: TextCleaner;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Prints the rooms of a home, or what was said in one. */
export async function runLog(home: HomeService, options: LogOptions): Promise<number> {
  const { room, what, raw, cleaner, output, signal } = options;
  if (what === "list") return await listRooms(home, options);
  const entries = home.entries(room, signal);
  if (what === "json") {
    for await (const entry of entries) {
      output.write(jsonLine(lineOf(cleanEntry(entry, cleaner), raw)));
    }
    return EXIT.done;
  }
  const title = room.kind === "named" ? `Room ${room.id}` : "The newest room";
  for await (const piece of toMarkdown(entries, { title, raw, cleaner })) output.write(piece);
  return EXIT.done;
}

async function listRooms(home: HomeService, { output, signal }: LogOptions): Promise<number> {
  const rooms = await home.rooms(signal);
  for (const { room, head, lastAt } of rooms) {
    output.write(`${room}\t${head} events\t${new Date(lastAt).toISOString()}\n`);
  }
  if (rooms.length === 0) output.say("There is no room yet. `org` opens one.\n");
  return EXIT.done;
}

function lineOf({ seq, at, event }: Entry, raw: boolean): unknown {
  return { seq, at: new Date(at).toISOString(), ...(raw ? event : visibleEvent(event)) };
}
