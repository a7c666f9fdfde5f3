/** The room on a terminal that tests can read and type on. */

import { PLAIN } from "#room/style.ts";
import type { HumanTools } from "#ui/inline/human-tools.ts";
import { type InlineRoomOptions, runInlineRoom } from "#ui/inline/inline-room.ts";
import { openTalkingRoom } from "./talking-room.ts";
import { TerminalDouble } from "./terminal-double.ts";

export const PROMPT = "[group → agent] > ";
export const CTRL_C = "\u0003";
export const CTRL_D = "\u0004";
export const ESC = "\u001b";

/** Begins and ends as one synchronized update. */
export const FRAME: RegExp = new RegExp(`^${ESC}\\[\\?2026h[\\s\\S]*${ESC}\\[\\?2026l$`);

/** A terminal on which a session runs. */
export class SessionTerminal extends TerminalDouble {
  ended: Promise<number> = Promise.resolve(0);
}

export const TOOLS: HumanTools = {
  clipboard: { tmux: false, wayland: false, x11: false, run: async () => false },
  edit: async (text) => `${text} changed`,
  paths: async (prefix) => ["docs/", "docker.md"].filter((path) => path.startsWith(prefix)),
};

/** Sessions that end with the test. */
export class Sessions {
  readonly #opened: SessionTerminal[] = [];

  readonly open = async (
    options: Partial<InlineRoomOptions> & { readonly columns?: number } = {},
  ): Promise<SessionTerminal> => {
    const { room, sources } = await openTalkingRoom();
    const terminal = new SessionTerminal(options.columns);
    const { input, output, signals } = terminal;
    const session = { room, input, output, signals, sources, style: PLAIN, tools: TOOLS };
    terminal.ended = runInlineRoom({ ...session, ...options });
    this.#opened.push(terminal);
    await terminal.shows(PROMPT.trim());
    return terminal;
  };

  readonly end = async (): Promise<void> => {
    for (const terminal of this.#opened.splice(0)) {
      terminal.signal("SIGTERM");
      await terminal.ended;
    }
  };
}
