/** Our own screen. */

import { ANSI } from "#room/style.ts";
import { openTalkingRoom } from "#test/talking-room.ts";
import { newComposer } from "#ui/inline/composer.ts";
import { InlineScreen } from "#ui/inline/inline-screen.ts";
import { layout } from "#ui/inline/layout.ts";
import { RoomDisplay } from "#ui/inline/room-display.ts";
import type { Stage } from "./stage.ts";
import { SPEAKERS } from "./token-clock.ts";

export async function inlineStage(): Promise<Stage> {
  const { room } = await openTalkingRoom();
  const composer = newComposer();
  const screen: InlineScreen = new InlineScreen(process.stdout, (size) =>
    layout(display.state(composer, ""), size),
  );
  const sink = (text: string): void => screen.append(text);
  const columns = (): number => screen.size.columns - 1;
  const display = new RoomDisplay({ room, style: ANSI, rawOutputs: 0, sink, columns });
  screen.open();
  const turnOf = (persona: string) => ({ turn: `turn_${persona}`, persona });
  for (const persona of SPEAKERS) {
    const facts = { message: "msg_1", model: "m", window: 8192 };
    display.take({ type: "turn-start", ...turnOf(persona), ...facts });
  }
  return {
    take: (persona, text) => {
      display.take({ type: "text-delta", ...turnOf(persona), text });
      screen.invalidate();
    },
    end: async () => {
      for (const persona of SPEAKERS) {
        display.take({ type: "turn-end", ...turnOf(persona), reason: "complete" });
      }
      screen.close();
    },
  };
}
