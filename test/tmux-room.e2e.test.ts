/** The room in a real tmux, below a shell that knows jobs. */
import { afterAll, afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { WIDE_CODE } from "./talking-room.ts";
import { PROMPT, TALKING_ROOM, TmuxRoom } from "./tmux-room.ts";
import { until } from "./until.ts";

const room = new TmuxRoom();
afterEach(async () => await room.end());
afterAll(() => room.remove());

/** Everything that was counted, in the order in which it stands there. */
function numbersIn(text: string): readonly number[] {
  const rows = text.split("\n").filter((line) => /^\d+(?: \d+)*\s*$/.test(line));
  return rows.flatMap((row) => row.trim().split(" ").map(Number));
}

test("Ctrl-Z gives the terminal to the shell, and fg takes it back", async () => {
  await room.start();
  await room.keys("-l", "draft");
  await room.shows((text) => text.includes(`${PROMPT} draft`));
  await room.keys("C-z");
  await room.shows((text) => text.includes("Stopped"));
  await room.keys("stty -a | grep -o ' icanon'; fg", "Enter");
  await room.shows((text) => / icanon\n[\s\S]*> draft/.test(text));
  await room.keys("Enter");
  await room.shows((text) => text.includes("● agent · m\nYou said draft."));
});

test("what is typed while a model streams stays whole, and the cursor is right behind it", async () => {
  await room.start();
  await room.keys("count", "Enter");
  await room.shows((text) => text.includes("17 18 19"));
  const typed = "안녕 漢字 🙂 é typed";
  for (const key of typed) await room.keys("-l", key);
  await until("the line", async () => (await room.beforeCursor()) === `${PROMPT} ${typed}`);
  const [last = 0] = numbersIn(await room.pane()).toReversed();
  await room.shows((text) => (numbersIn(text).at(-1) ?? 0) > last + 50);
  expect(await room.beforeCursor()).toBe(`${PROMPT} ${typed}`);
  const counted = numbersIn(await room.pane());
  expect(counted).toEqual(counted.map((_, index) => index + 1));
});

test("a window that changes its size in the middle of an answer loses no text", async () => {
  await room.start();
  await room.keys("hang", "Enter");
  await room.shows((text) => text.includes("Half an"));
  await room.keys("-l", "next");
  await room.resize(24, 8);
  await room.keys("Escape");
  await room.shows((text) => text.includes("— agent was stopped"));
  await room.keys("Enter");
  const text = await room.shows((there) => there.includes("You said next."));
  expect(text).toContain("● agent · m\nHalf an");
});

/** Waits until so many more numbers were drawn. */
async function counts(more: number): Promise<void> {
  const [last = 0] = numbersIn(await room.pane()).toReversed();
  await room.shows((text) => (numbersIn(text).at(-1) ?? 0) > last + more);
}

test("resizes in the middle of an answer leave no residue, no gap, and the shell's history", async () => {
  await room.start();
  await room.keys("count", "Enter");
  await room.shows((text) => text.includes("17 18 19"));
  for (const [columns, rows] of [
    [54, 10],
    [32, 11],
    [77, 9],
    [40, 16],
  ] as const) {
    await room.resize(columns, rows);
    // Meanwhile a few frames are due, and tmux keeps the next size to itself for up to 250 ms.
    for (let look = 0; look < 6; look += 1) await room.pane();
    // On a busy machine the room has drawn none of them by then.
    await counts(10);
  }
  await counts(200);
  await room.keys("Escape");
  const text = await room.shows((there) => /was stopped\n[^\n]*\n\[group → agent\] >/.test(there));
  const counted = numbersIn(text);
  expect(counted).toEqual(counted.map((_, index) => index + 1));
  expect(text.match(/\[group → agent\] >/g)).toHaveLength(1);
  expect(text.match(/window 8\.2k/g)).toHaveLength(1);
  expect(text).toContain("left with $?");
});

test("Ctrl-G gives every key to an editor, and takes over what it wrote", async () => {
  const editor = join(room.folder, "editor.sh");
  await Bun.write(editor, 'printf "editing: "; read -r line </dev/tty; echo "$line" > "$1"\n');
  await room.start();
  await room.keys("C-d");
  await room.shows((text) => text.includes("left with 0"));
  await room.keys(`EDITOR='sh ${editor}' ${TALKING_ROOM.join(" ")}`, "Enter");
  await room.shows((text) => text.trimEnd().endsWith(PROMPT));
  await room.keys("C-g");
  await room.shows((text) => text.includes("editing:"));
  await room.keys("-l", "all of these words");
  await room.keys("Enter");
  await room.shows((text) => text.includes(`${PROMPT} all of these words`));
  await room.keys("Enter");
  await room.shows((text) => text.includes("You said all of these words."));
});

test("a window of 20 columns and 6 rows is enough", async () => {
  await room.start();
  await room.resize(20, 6);
  await room.keys("hang", "Enter");
  await room.shows((text) => text.includes("Half an"));
  await room.keys("-l", "안녕 and a longer line");
  const visible = await until("the end of the line", async () => {
    const there = await room.tmux("capture-pane", "-p", "-t", "room");
    return there.includes("line") && there;
  });
  expect(visible.trimEnd().split("\n").length).toBeLessThanOrEqual(6);
  const cursor = await room.tmux("display", "-p", "-t", "room", "#{cursor_x} #{cursor_y}");
  const [column = 0, row = 0] = cursor.split(" ").map(Number);
  const before = visible.split("\n")[row] ?? "";
  expect([before.endsWith("line"), column]).toEqual([true, Bun.stringWidth(before)]);
  await room.keys("Escape");
  await room.shows((text) => text.includes("stopped"));
  await room.keys("Enter");
  await room.shows((text) => text.includes("You said 안녕"));
});

test("code that is wider than the window is copied as it was written", async () => {
  await room.start();
  await room.resize(40, 14);
  await room.keys("code", "Enter");
  const text = await room.shows((there) => there.includes("// end"));
  // A terminal shows a tab as blanks.
  const shown = WIDE_CODE.replace("\t", " ".repeat(8 - (WIDE_CODE.indexOf("\t") % 8)));
  expect(text.split("\n").map((line) => line.trimEnd())).toContain(shown);
  await room.keys("/copy", "Enter");
  await room.shows((there) =>
    /Copied the code of agent \(.*\) by tmux\./.test(there.replaceAll("\n", " ")),
  );
  expect(await room.tmux("show-buffer")).toBe(`${WIDE_CODE}\n`);
});

test("in plain mode Ctrl-C stops the answer, and Ctrl-D leaves", async () => {
  await room.start("--plain");
  await room.keys("hang", "Enter");
  await room.shows((text) => text.includes("Half an"));
  await room.keys("C-c");
  await room.shows((text) => text.includes(`— agent was stopped\n${PROMPT}`));
  await room.keys("C-d");
  await room.shows((text) => text.includes("left with 0"));
});
