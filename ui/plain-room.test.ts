import { describe, expect, test } from "bun:test";
import { AsyncQueue } from "#core/async-queue.ts";
import { PLAIN } from "#room/style.ts";
import { openTalkingRoom } from "#test/talking-room.ts";
import { TerminalDouble } from "#test/terminal-double.ts";
import { type PlainRoomOptions, runPlainRoom } from "./plain-room.ts";

interface Plain {
  readonly lines: AsyncQueue<string>;
  readonly process: TerminalDouble;
  readonly ended: Promise<number>;
  /** All that was written so far. */
  text(): string;
  /** All that the room has kept. */
  journal(): Promise<string>;
  /** Resolves when this has been written. */
  said(what: string): Promise<void>;
}

async function open(
  given: readonly string[],
  options: Partial<PlainRoomOptions> = {},
): Promise<Plain> {
  const { room, sources } = await openTalkingRoom();
  const lines = new AsyncQueue<string>();
  for (const line of given) lines.push(line);
  const process = new TerminalDouble();
  const { signals } = process;
  let text = "";
  const waiting: { readonly what: string; readonly resolve: () => void }[] = [];
  const write = (piece: string) => {
    text += piece;
    for (const { what, resolve } of waiting) if (text.includes(what)) resolve();
  };
  const parts = { room, lines, write, signals, sources, style: PLAIN, interactive: false };
  const ended = runPlainRoom({ ...parts, ...options });
  const said = async (what: string) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push({ what, resolve });
    if (text.includes(what)) resolve();
    await promise;
  };
  return { lines, process, ended, text: () => text, said, journal: () => sources.exportRoom("md") };
}

/** Runs lines to the end of the input. */
async function run(
  lines: readonly string[],
  options: Partial<PlainRoomOptions> = {},
): Promise<readonly [exit: number, text: string]> {
  const plain = await open(lines, options);
  plain.lines.close();
  return [await plain.ended, plain.text()];
}

describe("piped lines", () => {
  test("are answered one after the other, each to its end", async () => {
    expect(await run(["one", "@@python two"])).toEqual([
      0,
      [
        "● user → agent",
        "one",
        "",
        "● agent · m",
        "You said one.",
        "",
        "● user → python",
        "@@python two",
        "",
        "● python · m",
        "You said python two.",
        "",
      ].join("\n"),
    ]);
  });

  test.each([
    [["fail"], 69],
    [["one", "fail", "cut"], 69],
    [["cut", "one"], 1],
    [["@@stranger hi", "one"], 64],
    [["/nonsense"], 64],
    [["one", "/personas", "/quit", "fail"], 0],
    [[], 0],
  ])("%j end with exit code %d, that of the first failure", async (lines, exit) => {
    const [code] = await run(lines);
    expect(code).toBe(exit);
  });

  test("go on after a failure", async () => {
    const [, text] = await run(["@@stranger hi", "one"]);
    expect(text).toStartWith('There is no persona "stranger" [PERSONA_UNKNOWN]\n');
    expect(text).toEndWith("You said one.\n");
  });

  test("end with what the process was told: Ctrl-C and SIGTERM stop the answer", async () => {
    for (const [signal, exit] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const]) {
      const plain = await open(["hang", "and this?"]);
      await plain.said("Half an");
      plain.process.signal(signal);
      expect(await plain.ended).toBe(exit);
      expect(plain.text()).toEndWith("Half an\n— agent was stopped\n");
      expect(plain.process.handlers).toBe(0);
      // The line behind it is not sent any more.
      await new Promise(setImmediate);
      expect(await plain.journal()).not.toContain("and this?");
    }
  });

  test("hold no escape sequence, whatever they say", async () => {
    const [, text] = await run(["a\u001b[2J\u009bb\u0007", "tool", "/raw"]);
    expect(text).not.toMatch(/[\u007f-\u009f]|(?!\n)\p{Cc}/u);
  });
});

describe("a human at a plain terminal", () => {
  const interactive = { interactive: true };

  test("is asked with the mode, and does not read the own line twice", async () => {
    const plain = await open([], interactive);
    await plain.said("[group → agent] > ");
    plain.lines.push("hello");
    await plain.said("You said hello.");
    await plain.said("\n[group → agent] > ");
    expect(plain.text()).toBe("[group → agent] > ● agent · m\nYou said hello.\n[group → agent] > ");
    plain.lines.close();
    expect(await plain.ended).toBe(0);
  });

  test("ends with 0 although an answer failed", async () => {
    expect((await run(["fail"], interactive))[0]).toBe(0);
  });

  test("stops each answer with Ctrl-C, and leaves with one more", async () => {
    const plain = await open(["hang"], interactive);
    await plain.said("Half an");
    plain.process.signal("SIGINT");
    await plain.said("was stopped\n[group → agent] > ");
    plain.lines.push("count");
    await plain.said("1 2 3");
    plain.process.signal("SIGINT");
    await plain.said(" \n— agent was stopped\n[group → agent] > ");
    plain.lines.push("hello");
    await plain.said("You said hello.\n[group → agent] > ");
    plain.process.signal("SIGINT");
    expect(await plain.ended).toBe(130);
  });

  test("is asked nothing more once the process has to end", async () => {
    const plain = await open(["hang"], interactive);
    await plain.said("Half an");
    plain.process.signal("SIGTERM");
    expect(await plain.ended).toBe(143);
    expect(plain.text()).toEndWith("— agent was stopped\n");
    const idle = await open([], interactive);
    await idle.said("> ");
    idle.process.signal("SIGTERM");
    idle.lines.push("too late");
    expect(await idle.ended).toBe(143);
    await new Promise(setImmediate);
    expect(idle.text()).toBe("[group → agent] > ");
    expect(await idle.journal()).not.toContain("too late");
  });

  test("reads notes on lines of their own", async () => {
    const notes = (async function* () {
      yield "The server is down.";
    })();
    const plain = await open([], { ...interactive, notes });
    await plain.said("[group → agent] > \nThe server is down.\n");
    plain.lines.close();
    expect(await plain.ended).toBe(0);
  });
});
