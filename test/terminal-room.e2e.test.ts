/** The room on a pseudo-terminal: its bytes, its modes, its signals. */
import { afterEach, describe, expect, test } from "bun:test";
import { Pty } from "./pty.ts";
import { PROMPT, TALKING_ROOM } from "./tmux-room.ts";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const ESC = "\u001b";

const opened: Pty[] = [];
afterEach(async () => {
  for (const pty of opened.splice(0)) await pty.end();
});

async function open(...args: readonly string[]): Promise<Pty> {
  const pty = new Pty([...TALKING_ROOM, ...args]);
  opened.push(pty);
  await pty.shows(PROMPT);
  return pty;
}

describe("on a pseudo-terminal", () => {
  test("typing while a model streams, Esc, Ctrl-D: nothing is lost and all is as before", async () => {
    const pty = await open();
    expect(pty.isRaw).toBe(true);
    pty.type("count\r");
    await pty.shows("1 2 3");
    const typed = "안녕 漢字 🙂 👩‍👩‍👧 é typed";
    for (const key of typed) pty.type(key);
    await pty.shows(() => pty.beforeCursor === `${PROMPT} ${typed}`);
    pty.type(ESC);
    await pty.shows("— agent was stopped");
    await pty.shows(`\n${PROMPT} ${typed}`);
    expect(pty.beforeCursor).toBe(`${PROMPT} ${typed}`);
    expect(pty.text).toContain("● agent · m\n1 2 3");
    pty.type(`${CTRL_C}${CTRL_D}`);
    expect(await pty.ended).toBe(0);
    await pty.isRestored();
    expect(pty.text).not.toContain(PROMPT);
  });

  test.each(["SIGTERM", "SIGHUP"] as const)(
    "%s in the middle of an answer keeps its text and restores the terminal",
    async (signal) => {
      const pty = await open();
      pty.type("hang\r");
      await pty.shows("Half an");
      pty.signal(signal);
      expect(await pty.ended).toBe(143);
      await pty.shows("Half an\n— agent was stopped");
      await pty.isRestored();
    },
  );

  test("a crash in the middle of an answer gives the terminal back", async () => {
    const pty = await open("--crash");
    pty.type("hang\r");
    await pty.shows("Half an");
    pty.signal("SIGUSR2");
    expect(await pty.ended).toBe(1);
    await pty.isRestored();
  });

  test("a terminal that goes away ends the room", async () => {
    const pty = await open();
    pty.type("hang\r");
    await pty.shows("Half an");
    pty.close();
    expect(await pty.ended).toBe(143);
  });
});
