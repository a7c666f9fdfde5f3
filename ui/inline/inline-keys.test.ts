import { afterEach, describe, expect, test } from "bun:test";
import {
  CTRL_C,
  CTRL_D,
  ESC,
  FRAME,
  PROMPT,
  Sessions,
  type SessionTerminal,
  TOOLS,
} from "#test/inline-session.ts";

const sessions = new Sessions();
const { open } = sessions;
afterEach(sessions.end);

describe("writing with help", () => {
  test("Ctrl-R finds a line that was sent, and Enter sends it", async () => {
    const terminal = await open({ history: ["first thing", "second"] });
    terminal.type("\u0012thi");
    await terminal.shows('search: "thi"');
    expect(terminal.inputRow).toBe(`${PROMPT}first thing`);
    terminal.type("\r");
    await terminal.shows("You said first thing.");
  });

  test("Esc leaves a search and stops no answer", async () => {
    const terminal = await open({ history: ["first thing"] });
    terminal.type("hang\r");
    await terminal.shows("Half an");
    terminal.type("\u0012fir");
    await terminal.shows("search:");
    terminal.type(ESC);
    await terminal.shows((there) => !there.text.includes("search:"));
    expect(terminal.inputRow).toBe(`${PROMPT}first thing`);
    expect(terminal.text).not.toContain("was stopped");
  });

  test("Tab completes commands, personas and files, and lists what is left to choose", async () => {
    const terminal = await open();
    terminal.type("/he\t");
    await terminal.shows((there) => there.inputRow === `${PROMPT}/help`);
    terminal.type(`${CTRL_C}@@py\t@do\t`);
    await terminal.shows("@docs/  @docker.md");
    expect(terminal.inputRow).toBe(`${PROMPT}@@python @doc`);
  });

  test("Ctrl-G lends the terminal to an editor and takes its text", async () => {
    const edited = Promise.withResolvers<void>();
    const terminal: SessionTerminal = await open({
      tools: {
        ...TOOLS,
        edit: async (text) => {
          expect(terminal.input.isRaw).toBe(false);
          terminal.signal("SIGINT");
          await edited.promise;
          return `${text} changed`;
        },
      },
    });
    terminal.type("draft\u0007");
    await terminal.shows((there) => !there.text.includes(PROMPT.trim()));
    edited.resolve();
    await terminal.shows((there) => there.inputRow === `${PROMPT}draft changed`);
    expect(terminal.input.isRaw).toBe(true);
  });

  test("/copy puts an answer on the clipboard and says by which route", async () => {
    const copied: string[] = [];
    const run = async (_command: readonly string[], input: string) => copied.push(input) > 0;
    const clipboard = { tmux: true, wayland: false, x11: false, run };
    const terminal = await open({ tools: { ...TOOLS, clipboard } });
    terminal.type("hello\r");
    await terminal.shows("You said hello.");
    terminal.type("/copy\r");
    await terminal.shows("Copied the answer of agent (1 line, 15 characters) by tmux.");
    expect(copied).toEqual(["You said hello."]);
    terminal.type("/copy 7\r");
    await terminal.shows("There is no block 7 to copy");
  });
});

describe("the terminal", () => {
  test("is given back as it was", async () => {
    const terminal = await open();
    expect([terminal.input.isRaw, terminal.output.screen.modes.has("?2004")]).toEqual([true, true]);
    terminal.type(CTRL_D);
    await terminal.ended;
    expect([terminal.input.isRaw, terminal.input.flowing]).toEqual([false, false]);
    expect([...terminal.output.screen.modes].toSorted()).toEqual(["?25", "?7"]);
    expect(terminal.handlers).toBe(0);
    expect(terminal.inputRow).toBe("");
  });

  test.each(["SIGTERM", "SIGHUP"] as const)(
    "%s ends the answer and gives it back",
    async (name) => {
      const terminal = await open();
      terminal.type("hang\r");
      await terminal.shows("Half an");
      terminal.signal(name);
      expect(await terminal.ended).toBe(143);
      expect(terminal.text).toContain("— agent was stopped");
      expect(terminal.input.isRaw).toBe(false);
    },
  );

  test("is given back at once when the process ends without asking", async () => {
    const terminal = await open();
    terminal.signal("exit");
    expect(terminal.input.isRaw).toBe(false);
    expect(terminal.output.writes.at(-1)).toEndWith("\u001b[?25h");
  });

  test.each(["uncaughtException", "unhandledRejection"] as const)(
    "is given back before anybody hears of a bug (%s)",
    async (event) => {
      const terminal = await open();
      const ended = terminal.ended.then(String, String);
      terminal.ended = Promise.resolve(0);
      terminal.signal(event, new Error("A bug"));
      expect(await ended).toBe("Error: A bug");
      expect(terminal.input.isRaw).toBe(false);
      expect(terminal.handlers).toBe(0);
    },
  );

  test("belongs to the shell while we are suspended", async () => {
    const terminal = await open();
    terminal.type("draft\u001a");
    expect([terminal.suspensions, terminal.input.isRaw]).toEqual([1, false]);
    expect(terminal.inputRow).toBe("");
    terminal.signal("SIGCONT");
    expect(terminal.input.isRaw).toBe(true);
    await terminal.shows((there) => there.inputRow === `${PROMPT}draft`);
  });

  test("is restored where a suspension does nothing", async () => {
    const terminal = await open();
    terminal.type("draft\u001a");
    await terminal.shows((there) => there.inputRow === `${PROMPT}draft`);
    expect(terminal.input.isRaw).toBe(true);
  });

  test("gets at most 30 frames a second, each in one synchronized write", async () => {
    const terminal = await open();
    const { writes } = terminal.output;
    const start = performance.now();
    const before = writes.length;
    terminal.type("count\r");
    await terminal.shows(" 50 ");
    const frames = writes.slice(before);
    expect(frames.length).toBeLessThanOrEqual(2 + ((performance.now() - start) / 1000) * 30);
    for (const frame of frames) expect(frame).toMatch(FRAME);
  });

  test("gets nothing while it takes nothing, and then what it missed", async () => {
    const [terminal, other] = [await open(), await open()];
    terminal.output.takesMore = false;
    terminal.type("a");
    await terminal.shows("> a");
    const before = terminal.output.writes.length;
    terminal.type("b");
    other.type("count\r");
    await other.shows(" 40 ");
    expect(terminal.output.writes).toHaveLength(before);
    terminal.output.takesMore = true;
    terminal.output.emit("drain");
    await terminal.shows("> ab");
  });

  test("shows what is said from outside above the prompt", async () => {
    const notes = (async function* () {
      yield "Welcome.";
      yield "The server is down\u001b[2J.";
    })();
    const terminal = await open({ notes });
    await terminal.shows("Welcome.\nThe server is down.");
  });
});
