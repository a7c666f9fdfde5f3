/** A tmux of a test's own, and a room below a shell in it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./until.ts";

/** The room without a model server. */
export const TALKING_ROOM: readonly string[] = [
  process.execPath,
  join(import.meta.dir, "fixtures/terminal-room.ts"),
];
export const PROMPT = "[group → agent] >";

export class TmuxRoom {
  // The server's socket lies in a folder of this test, so that no other is met.
  readonly folder: string = mkdtempSync(join(tmpdir(), "org-tmux-"));
  // A server that was told to end lives on for a moment: each test has one of its own.
  #count = 0;

  /** Runs a command of tmux. @returns what it printed. */
  async tmux(...words: readonly string[]): Promise<string> {
    const server = ["-L", `test-${this.#count}`, "-f", "/dev/null"];
    await using child = Bun.spawn(["tmux", ...server, ...words], {
      env: {
        PATH: Bun.env["PATH"] ?? "",
        TMUX_TMPDIR: this.folder,
        TERM: "xterm-256color",
        LANG: "C.UTF-8",
      },
      stdout: "pipe",
      stderr: "ignore",
    });
    return await child.stdout.text();
  }

  /** All text of the pane with its history, folded lines joined. */
  async pane(): Promise<string> {
    return await this.tmux("capture-pane", "-p", "-J", "-S", "-", "-t", "room");
  }

  async keys(...names: readonly string[]): Promise<void> {
    await this.tmux("send-keys", "-t", "room", ...names);
  }

  async shows(fits: (text: string) => boolean): Promise<string> {
    let text = "";
    try {
      return await until("the pane", async () => {
        text = await this.pane();
        return fits(text) ? text : undefined;
      });
    } catch (error) {
      throw new Error(`The pane shows\n${text}`, { cause: error });
    }
  }

  /** Opens a window with a shell. */
  async open(): Promise<void> {
    this.#count += 1;
    const size = ["-x", "60", "-y", "12"];
    await this.tmux("-u", "new-session", "-d", "-s", "room", ...size, "bash --norc");
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.tmux("resize-window", "-t", "room", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** Starts a room below the shell, and says so when it has ended. */
  async start(...args: readonly string[]): Promise<void> {
    await this.open();
    await this.keys(`${[...TALKING_ROOM, ...args].join(" ")}; echo "left with $?"`, "Enter");
    await this.shows((text) => text.includes(PROMPT));
  }

  /** What stands before the cursor in its row. */
  async beforeCursor(): Promise<string> {
    const place = await this.tmux("display", "-p", "-t", "room", "#{cursor_x} #{cursor_y}");
    const [column = 0, row = 0] = place.split(" ").map(Number);
    const rows = (await this.tmux("capture-pane", "-p", "-t", "room")).split("\n");
    return Bun.sliceAnsi((rows[row] ?? "").padEnd(column), 0, column);
  }

  async end(): Promise<void> {
    await this.tmux("kill-server");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
