/** The room on real terminals: a pseudo-terminal of our own, and tmux with a shell that knows jobs. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScreenEmulator } from "./screen-emulator.ts";
import { until } from "./until.ts";

const PROGRAM = [process.execPath, join(import.meta.dir, "fixtures/terminal-room.ts")];
const PROMPT = "[group → agent] >";
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const ESC = "\u001b";

/** The program on a pseudo-terminal, and the screen as a person would see it. */
class Pty {
  readonly screen = new ScreenEmulator(60);
  readonly ended: Promise<number>;
  readonly flagsBefore: number;
  readonly #terminal: Bun.Terminal;
  readonly #child: Bun.Subprocess;
  /** What the screen could not read. */
  #broken: unknown;

  constructor(...args: readonly string[]) {
    const decoder = new TextDecoder();
    this.#terminal = new Bun.Terminal({
      cols: 60,
      rows: 20,
      data: (_terminal, bytes) => this.#show(decoder.decode(bytes, { stream: true })),
    });
    this.flagsBefore = this.#terminal.localFlags;
    this.#child = Bun.spawn([...PROGRAM, ...args], { terminal: this.#terminal });
    this.ended = this.#child.exited;
  }

  get flags(): number {
    return this.#terminal.localFlags;
  }

  get text(): string {
    return this.screen.rows.join("\n");
  }

  type(keys: string): void {
    this.#terminal.write(keys);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Hangs up, as a window that is closed does. */
  close(): void {
    this.#terminal.close();
  }

  async shows(what: string | ((text: string) => boolean)): Promise<void> {
    await until(`the screen to show ${what}, not\n${this.text}`, async () => {
      if (this.#broken !== undefined) throw this.#broken;
      return typeof what === "string" ? this.text.includes(what) : what(this.text);
    });
  }

  /** Resolves when the terminal is as a shell expects it; its last bytes may come after the end. */
  async isRestored(): Promise<void> {
    expect(this.flags).toBe(this.flagsBefore);
    await until("the terminal to be restored", async () => !this.screen.modes.has("?2004"));
    expect([...this.screen.modes]).toEqual(["?25"]);
  }

  async end(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
    if (!this.#terminal.closed) this.#terminal.close();
  }

  #show(text: string): void {
    try {
      this.screen.write(text);
    } catch (error) {
      this.#broken ??= error;
    }
  }
}

const opened: Pty[] = [];
afterEach(async () => {
  for (const pty of opened.splice(0)) await pty.end();
});

async function open(...args: readonly string[]): Promise<Pty> {
  const pty = new Pty(...args);
  opened.push(pty);
  await pty.shows(PROMPT);
  return pty;
}

describe("on a pseudo-terminal", () => {
  test("typing while a model streams, Esc, Ctrl-D: nothing is lost and all is as before", async () => {
    const pty = await open();
    expect(pty.flags).not.toBe(pty.flagsBefore);
    pty.type("count\r");
    await pty.shows("1 2 3");
    pty.type("안녕 typed");
    await pty.shows(`${PROMPT} 안녕 typed`);
    pty.type(ESC);
    await pty.shows("— agent was stopped");
    await pty.shows(`\n${PROMPT} 안녕 typed`);
    expect(pty.text).toContain("● agent · m\n1 2 3");
    pty.type(`${CTRL_C}${CTRL_D}`);
    expect(await pty.ended).toBe(0);
    await pty.isRestored();
    expect(pty.text).not.toContain(PROMPT);
  });

  test("SIGTERM in the middle of an answer keeps its text and restores the terminal", async () => {
    const pty = await open();
    pty.type("hang\r");
    await pty.shows("Half an");
    pty.signal("SIGTERM");
    expect(await pty.ended).toBe(143);
    await pty.shows("Half an\n— agent was stopped");
    await pty.isRestored();
  });

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

describe("in tmux", () => {
  // The server's socket lies in a folder of this test, so that no other is met.
  let folder = "";
  // A server that was told to end lives on for a moment: each test has one of its own.
  let count = 0;

  async function tmux(...words: readonly string[]): Promise<string> {
    const child = Bun.spawn(["tmux", "-L", `test-${count}`, "-f", "/dev/null", ...words], {
      env: {
        PATH: Bun.env["PATH"] ?? "",
        TMUX_TMPDIR: folder,
        TERM: "xterm-256color",
        LANG: "C.UTF-8",
      },
      stdout: "pipe",
      stderr: "ignore",
    });
    return await child.stdout.text();
  }

  const pane = () => tmux("capture-pane", "-p", "-J", "-S", "-", "-t", "room");
  const keys = (...names: readonly string[]) => tmux("send-keys", "-t", "room", ...names);

  async function shows(fits: (text: string) => boolean): Promise<string> {
    return await until(`the pane, not\n${await pane()}`, async () => {
      const text = await pane();
      return fits(text) ? text : undefined;
    });
  }

  /** Starts the program below a shell, and says so when it has ended. */
  async function start(...args: readonly string[]): Promise<void> {
    count += 1;
    await tmux("-u", "new-session", "-d", "-s", "room", "-x", "60", "-y", "12", "bash --norc");
    await keys(`${[...PROGRAM, ...args].join(" ")}; echo "left with $?"`, "Enter");
    await shows((text) => text.includes(PROMPT));
  }

  /** Everything that was counted, in the order in which it stands there. */
  function numbersIn(text: string): readonly number[] {
    const rows = text.split("\n").filter((line) => /^\d+(?: \d+)*\s*$/.test(line));
    return rows.flatMap((row) => row.trim().split(" ").map(Number));
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "org-tmux-"));
  });
  afterEach(async () => {
    await tmux("kill-server");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("Ctrl-Z gives the terminal to the shell, and fg takes it back", async () => {
    await start();
    await keys("-l", "draft");
    await shows((text) => text.includes(`${PROMPT} draft`));
    await keys("C-z");
    await shows((text) => text.includes("Stopped"));
    await keys("stty -a | grep -o ' icanon'; fg", "Enter");
    await shows((text) => / icanon\n[\s\S]*> draft/.test(text));
    await keys("Enter");
    await shows((text) => text.includes("● agent · m\nYou said draft."));
  });

  test("a window that changes its size in the middle of an answer loses no text", async () => {
    await start();
    await keys("hang", "Enter");
    await shows((text) => text.includes("Half an"));
    await keys("-l", "next");
    await tmux("resize-window", "-t", "room", "-x", "24", "-y", "8");
    await keys("Escape");
    await shows((text) => text.includes("— agent was stopped"));
    await keys("Enter");
    const text = await shows((there) => there.includes("You said next."));
    expect(text).toContain("● agent · m\nHalf an");
  });

  test("resizes in the middle of an answer leave no residue, no gap, and the shell's history", async () => {
    await start();
    await keys("count", "Enter");
    await shows((text) => text.includes("17 18 19"));
    for (const [columns, rows] of [
      [48, 14],
      [72, 20],
      [40, 12],
      [60, 16],
    ]) {
      await tmux("resize-window", "-t", "room", "-x", `${columns}`, "-y", `${rows}`);
      // tmux tells a program of a second change only 250 ms after the first: until then its screen and
      // the program do not agree. One number takes at least 2 ms.
      const [last = 0] = numbersIn(await pane()).toReversed();
      await shows((text) => (numbersIn(text).at(-1) ?? 0) > last + 150);
    }
    await keys("Escape");
    const text = await shows((there) => /was stopped\n[^\n]*\n\[group → agent\] >/.test(there));
    const counted = numbersIn(text);
    expect(counted).toEqual(counted.map((_, index) => index + 1));
    expect(text.match(/\[group → agent\] >/g)).toHaveLength(1);
    expect(text.match(/window 8\.2k/g)).toHaveLength(1);
    expect(text).toContain("left with $?");
  }, 20_000);

  test("Ctrl-G gives every key to an editor, and takes over what it wrote", async () => {
    const editor = join(folder, "editor.sh");
    await Bun.write(editor, 'printf "editing: "; read -r line </dev/tty; echo "$line" > "$1"\n');
    await start();
    await keys("C-d");
    await shows((text) => text.includes("left with 0"));
    await keys(`EDITOR='sh ${editor}' ${PROGRAM.join(" ")}`, "Enter");
    await shows((text) => text.trimEnd().endsWith(PROMPT));
    await keys("C-g");
    await shows((text) => text.includes("editing:"));
    await keys("-l", "all of these words");
    await keys("Enter");
    await shows((text) => text.includes(`${PROMPT} all of these words`));
    await keys("Enter");
    await shows((text) => text.includes("You said all of these words."));
  });

  test("a window of 20 columns and 6 rows is enough", async () => {
    await start();
    await tmux("resize-window", "-t", "room", "-x", "20", "-y", "6");
    await keys("hang", "Enter");
    await shows((text) => text.includes("Half an"));
    await keys("-l", "안녕 and a longer line");
    const visible = await until("the end of the line", async () => {
      const there = await tmux("capture-pane", "-p", "-t", "room");
      return there.includes("line") && there;
    });
    expect(visible.trimEnd().split("\n").length).toBeLessThanOrEqual(6);
    const cursor = await tmux("display", "-p", "-t", "room", "#{cursor_x} #{cursor_y}");
    const [column = 0, row = 0] = cursor.split(" ").map(Number);
    const before = visible.split("\n")[row] ?? "";
    expect([before.endsWith("line"), column]).toEqual([true, Bun.stringWidth(before)]);
    await keys("Escape");
    await shows((text) => text.includes("stopped"));
    await keys("Enter");
    await shows((text) => text.includes("You said 안녕"));
  });

  test("code that is wider than the window is copied as it was written", async () => {
    await start();
    await tmux("resize-window", "-t", "room", "-x", "40", "-y", "14");
    const code = `  const wide = [${Array.from({ length: 34 }, (_, index) => index).join(", ")}]`;
    // The answer repeats what was said, and begins with words of its own.
    await keys("-l", "```ts");
    await keys("M-Enter");
    await keys("-l", code);
    await keys("M-Enter");
    await keys("-l", "```");
    await keys("Enter");
    const text = await shows((there) => there.includes("You said") && there.includes("```."));
    expect(text.split("\n").filter((line) => line.trimEnd() === code).length).toBeGreaterThan(0);
  });

  test("in plain mode Ctrl-C stops the answer, and Ctrl-D leaves", async () => {
    await start("--plain");
    await keys("hang", "Enter");
    await shows((text) => text.includes("Half an"));
    await keys("C-c");
    await shows((text) => text.includes(`— agent was stopped\n${PROMPT}`));
    await keys("C-d");
    await shows((text) => text.includes("left with 0"));
  });
});
