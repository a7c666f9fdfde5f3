import type { Check } from "#core/check.ts";
import { providerCheck } from "#models/provider-check.ts";
import type { Room } from "#room/room.ts";
import { ownHome } from "#serve/open-home.ts";
import { showRoom } from "#ui/show-room.ts";
import type { CommandContext } from "./context.ts";
import { inHome, roomChoice } from "./in-home.ts";
import { offerEngine } from "./offer-engine.ts";
import { runInRoom } from "./run-in-room.ts";

/** Opens the room on the screen. Its own screens deal with signals; this process must own the home. */
export async function chat(context: CommandContext): Promise<number> {
  const { line, screen, leave } = context;
  const { options } = line;
  await offerEngine(context);
  return await inHome(context, ownHome, async ({ service }) => {
    const room = await service.enter(roomChoice(line));
    const mode = options.get("mode");
    if (mode !== undefined) await room.setMode(mode, "user");
    const code = await showRoom({
      room,
      entries: () => service.entries({ kind: "open" }),
      process,
      plain: options.has("plain") || screen.accessible,
      term: screen.term,
      colour: screen.colour,
      desktop: screen.desktop,
      server: serverCheck(context, room),
      runCommand: (words) => runInRoom(words, context),
    });
    leave(new Error("whoever asked from elsewhere asked this room, and it is closed now"));
    return code;
  });
}

/** Whether the server of a room's first persona answers, and has the model that was asked for. */
function serverCheck({ settings }: CommandContext, room: Room): Check {
  const [first] = room.models;
  if (first === undefined) throw new Error("A room without a persona");
  return providerCheck(first.provider, settings.model);
}
