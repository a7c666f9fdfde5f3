import { expect, test } from "bun:test";
import { TerminalDouble } from "#test/terminal-double.ts";
import { InlineScreen } from "./inline-screen.ts";

/** A screen that counts how often its rows are asked for. */
function opened(animated: boolean): {
  readonly asked: () => number;
  readonly screen: InlineScreen;
  readonly terminal: TerminalDouble;
} {
  const terminal = new TerminalDouble();
  let count = 0;
  const screen = new InlineScreen(terminal.output, () => {
    count += 1;
    return { lines: [`frame ${animated ? count : ""}`], cursor: { row: 0, column: 0 }, animated };
  });
  screen.open();
  return { asked: () => count, screen, terminal };
}

test("a screen on which nothing moves is asked once, one with a spinner again and again", async () => {
  const [idle, busy] = [opened(false), opened(true)];
  await busy.terminal.shows("frame 4");
  expect([idle.asked(), idle.terminal.output.writes.length]).toEqual([1, 2]);
  busy.screen.close();
  idle.screen.close();
});

test("the window is asked for its size at every frame: its signal may come later", async () => {
  const { asked, screen, terminal } = opened(true);
  let sizes = 0;
  const refresh = () => {
    sizes += 1;
  };
  Object.assign(terminal.output, { _refreshSize: refresh });
  await terminal.shows("frame 3");
  expect(sizes).toBe(asked());
  screen.close();
});

test("nothing is drawn while the window still changes, and once when it has settled", async () => {
  const [screen, clock] = [opened(false), opened(true)];
  const { output } = screen.terminal;
  await screen.terminal.shows("frame");
  await clock.terminal.shows("frame 2");
  const before = output.writes.length;
  for (const [columns, frame] of [
    [40, "frame 3"],
    [50, "frame 4"],
  ] as const) {
    output.columns = columns;
    output.emit("resize");
    // A frame of the other screen is due sooner than the end of the wait.
    await clock.terminal.shows(frame);
  }
  expect([screen.asked(), output.writes.length]).toEqual([1, before]);
  await screen.terminal.shows(({ output: { writes } }) => writes.length > before);
  expect([screen.asked(), output.writes.length]).toEqual([2, before + 1]);
  clock.screen.close();
  screen.screen.close();
});

test("a sequence goes to the terminal while it is ours, and not after", () => {
  const { screen, terminal } = opened(false);
  screen.control("\u001b[?25h");
  screen.close();
  const { length } = terminal.output.writes;
  screen.control("\u001b[?25h");
  expect(terminal.output.writes).toHaveLength(length);
  expect(terminal.output.writes).toContain("\u001b[?25h");
});
