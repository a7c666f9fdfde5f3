import { afterEach, beforeEach, expect, spyOn, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { PassThrough } from "node:stream";
import { until } from "#test/until.ts";
import { askAtTerminal, type QuestionTerminal } from "./ask-terminal.ts";

let typed: PassThrough;
let shown: PassThrough;
let text: string;
let stop: AbortController;
let interrupts: number;

beforeEach(() => {
  [typed, shown, text, stop, interrupts] = [
    new PassThrough(),
    new PassThrough(),
    "",
    new AbortController(),
    0,
  ];
  shown.on("data", (bytes: Buffer) => {
    text += bytes.toString();
  });
});
afterEach(() => {
  typed.destroy();
  shown.destroy();
});

/** Asks at a terminal that is a pipe of this test; waits until the question is on it. */
async function ask(fd = 0): Promise<Promise<string | undefined>[]> {
  const input = Object.assign(typed, { fd, isTTY: true, setRawMode: () => typed });
  // Of a terminal, a question uses what every stream has.
  const terminal = { stdin: input, stderr: shown } as unknown as QuestionTerminal;
  const interrupt = () => {
    interrupts += 1;
  };
  const asked = askAtTerminal(terminal, { signal: stop.signal, interrupt })("Install it? ");
  asked.catch(() => undefined);
  await until("the question", async () => text.includes("Install it? "));
  // In an array: a promise that is returned would be awaited.
  return [asked];
}

test("a line is the answer", async () => {
  const [asked] = await ask();
  typed.write("yes\r");
  expect(await asked).toBe("yes");
});

test("the end of the input, as Ctrl-D, answers nothing", async () => {
  const [asked] = await ask();
  typed.write("\u0004");
  expect(await asked).toBeUndefined();
  expect(text).toEndWith("\n");
});

test("Esc answers nothing, and what is typed after it is not lost to the next question", async () => {
  const [asked] = await ask();
  typed.write("\u001b");
  expect(await asked).toBeUndefined();
  expect(text).toEndWith("\n");
});

test("an answer leaves no listener at the terminal and at the signal, and no line open", async () => {
  const { signal } = stop;
  const removed: string[] = [];
  const remove = signal.removeEventListener.bind(signal);
  signal.removeEventListener = (name: string, ...more: unknown[]) => {
    removed.push(name);
    Reflect.apply(remove, signal, [name, ...more]);
  };
  const [first] = await ask();
  const during = typed.listenerCount("keypress");
  typed.write("yes\r");
  expect(await first).toBe("yes");
  expect(typed.listenerCount("keypress")).toBeLessThan(during);
  expect(typed.isPaused()).toBe(true);
  expect(removed).toContain("abort");
  expect(text).not.toEndWith("\n\n");
});

test("a question is not asked once the command is to end", async () => {
  const reason = new Error("interrupted");
  stop.abort(reason);
  const terminal = { stdin: typed, stderr: shown } as unknown as QuestionTerminal;
  const about = { signal: stop.signal, interrupt: () => undefined };
  await expect(askAtTerminal(terminal, about)("Install it? ")).rejects.toBe(reason);
  expect(text).toBe("");
});

test("Ctrl-C is handed on, and the question ends with the reason of the abort that follows", async () => {
  const [asked] = await ask();
  typed.write("\u0003");
  await until("the interrupt", async () => interrupts === 1);
  const reason = new Error("interrupted");
  stop.abort(reason);
  await expect(asked).rejects.toBe(reason);
  expect(() => stop.signal.throwIfAborted()).toThrow(reason);
});

test("a terminal that is gone is found within a second, and interrupts", async () => {
  const looks: (() => void)[] = [];
  const start = (look: () => void, ms?: number) => {
    if (ms === 1000) looks.push(look);
    return setTimeout(() => undefined, 0);
  };
  const spy = spyOn(globalThis, "setInterval").mockImplementation(start as typeof setInterval);
  const fd = openSync("/dev/null", "r");
  try {
    const [asked] = await ask(fd);
    for (const look of looks) look();
    expect(interrupts).toBe(1);
    typed.write("\r");
    await asked;
  } finally {
    spy.mockRestore();
    closeSync(fd);
  }
});
