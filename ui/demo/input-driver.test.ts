import { expect, test } from "bun:test";
import { PLAIN } from "#room/style.ts";
import { TOOLS } from "#test/inline-session.ts";
import { openTalkingRoom } from "#test/talking-room.ts";
import { TerminalDouble } from "#test/terminal-double.ts";
import { runInlineRoom } from "../inline/inline-room.ts";
import { Keyboard, TypedLines } from "./input-driver.ts";
import { AS_A_PERSON, AT_ONCE, keyPause } from "./pace.ts";

const { signal } = new AbortController();

/** A room whose keys come from a keyboard of ours. */
async function open() {
  const { room, sources } = await openTalkingRoom();
  const terminal = new TerminalDouble();
  let stops = 0;
  const keyboard = new Keyboard(terminal.input, () => {
    stops += 1;
  });
  const { output, signals } = terminal;
  const screen = { input: keyboard, output, signals, style: PLAIN, tools: TOOLS };
  const ended = runInlineRoom({ room, sources, ...screen, onAnswered: keyboard.answered });
  await terminal.shows("[group → agent] >");
  return { terminal, keyboard, ended, stops: () => stops };
}

test("a line is typed, sent, and answered when it is done", async () => {
  const { terminal, keyboard, ended } = await open();
  let wasTyped = "";
  const onSent = () => {
    wasTyped = "sent";
  };
  await keyboard.send("hello", { pace: AT_ONCE, signal, onSent });
  await terminal.shows("You said hello.");
  expect(wasTyped).toBe("sent");
  await keyboard.send("/nonsense", { pace: AT_ONCE, signal, onSent });
  await terminal.shows('There is no command "/nonsense"');
  keyboard.leave();
  expect(await ended).toBe(0);
});

test("it leaves in the middle of an answer, and of a line", async () => {
  const { terminal, keyboard, ended } = await open();
  const sent = keyboard.send("hang", { pace: AT_ONCE, signal, onSent: () => undefined });
  await terminal.shows("Half an");
  keyboard.leave();
  await sent;
  expect(await ended).toBe(0);
  await terminal.shows("agent was stopped");
});

test("who stops does not wait for the answer", async () => {
  const { terminal, keyboard, ended } = await open();
  const stop = new AbortController();
  const sending = { pace: AT_ONCE, signal: stop.signal, onSent: () => undefined };
  const sent = keyboard.send("hang", sending).catch((error: unknown) => error);
  await terminal.shows("Half an");
  stop.abort(new Error("Ctrl-C"));
  expect(await sent).toMatchObject({ message: "Ctrl-C" });
  keyboard.leave();
  expect(await ended).toBe(0);
});

test("of the real keyboard only the keys that stop count", async () => {
  const { terminal, keyboard, ended, stops } = await open();
  terminal.type("x\r");
  for (const key of ["\u0003", "\u0004", "\u001b", "q"]) terminal.type(key);
  expect(stops()).toBe(4);
  expect(terminal.text).not.toContain("You said x");
  keyboard[Symbol.dispose]();
  terminal.type("q");
  expect(stops()).toBe(4);
  keyboard.leave();
  await ended;
  expect(terminal.handlers).toBe(0);
});

test("a reader that asks for the next line has answered the last", async () => {
  const feed = new TypedLines();
  const read: string[] = [];
  const reading = (async () => {
    for await (const line of feed) read.push(line);
  })();
  const onSent = () => undefined;
  await feed.send("one", { pace: AT_ONCE, signal, onSent });
  await feed.send("two", { pace: AT_ONCE, signal, onSent });
  expect(read).toEqual(["one", "two"]);
  feed.leave();
  await reading;
});

test("keys come unevenly, the same ones in every run, and never slowly", () => {
  for (const key of "the median of 12, 480") {
    expect(keyPause(key, AS_A_PERSON)).toBeWithin(10, 100);
    expect(keyPause(key, AS_A_PERSON)).toBe(keyPause(key, AS_A_PERSON));
  }
});
