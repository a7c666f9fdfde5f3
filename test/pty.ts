/** A program on a pseudo-terminal, and the screen as a person would see it. */
import { expect } from "bun:test";
import { ScreenEmulator } from "./screen-emulator.ts";
import { until } from "./until.ts";

export interface PtyOptions {
  /** @default 60 */
  readonly columns?: number;
  readonly cwd?: string;
  /** @default that of the tests */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Modes of the line discipline: input, output, control, local. */
type Flags = readonly [number, number, number, number];

/**
 * What no session may write: another screen, a cleared one, a reset, or a mode that takes the mouse from
 * a user who wants to mark text. ED in all its forms: what is on the screen belongs to its owner.
 *
 * @see the xterm control sequences (DECSET 9, 47, 1000 to 1016, 1047 to 1049; ED; RIS).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const FORBIDDEN = /\u001b(?:\[\?(?:9|47|10(?:0\d|1[0-6]|4[789]))[hl]|\[[0-3]?J|c)/;

export class Pty {
  readonly screen: ScreenEmulator;
  readonly ended: Promise<number>;
  /** Every byte that was written, as text. */
  written = "";
  readonly #flagsBefore: Flags;
  readonly #terminal: Bun.Terminal;
  readonly #child: Bun.Subprocess;
  /** What the screen could not read. */
  #broken: unknown;

  constructor(
    command: readonly string[],
    { columns = 60, cwd = "/", environment = {} }: PtyOptions = {},
  ) {
    const decoder = new TextDecoder();
    this.screen = new ScreenEmulator(columns);
    this.#terminal = new Bun.Terminal({
      cols: columns,
      rows: 20,
      data: (_terminal, bytes) => this.#show(decoder.decode(bytes, { stream: true })),
    });
    this.#flagsBefore = this.#flags;
    const env = { PATH: Bun.env["PATH"] ?? "", TERM: "xterm-256color", ...environment };
    this.#child = Bun.spawn([...command], { terminal: this.#terminal, cwd, env });
    this.ended = this.#child.exited;
  }

  get #flags(): Flags {
    const { inputFlags, outputFlags, controlFlags, localFlags } = this.#terminal;
    return [inputFlags, outputFlags, controlFlags, localFlags];
  }

  /** A program gets every key as it is pressed. */
  get isRaw(): boolean {
    return this.#terminal.localFlags !== this.#flagsBefore[3];
  }

  get text(): string {
    return this.screen.rows.join("\n");
  }

  /** The row in which the cursor stands, up to the cursor. */
  get beforeCursor(): string {
    const { row, column } = this.screen.cursor;
    return Bun.sliceAnsi((this.screen.rows[row] ?? "").padEnd(column), 0, column);
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
    try {
      await until(`the screen to show ${what}`, async () => {
        if (this.#broken !== undefined) throw this.#broken;
        return typeof what === "string" ? this.text.includes(what) : what(this.text);
      });
    } catch (cause) {
      throw new Error(`The screen shows no ${what}, but\n${this.text}`, { cause });
    }
  }

  /** Resolves when the terminal is as a shell expects it; its last bytes may come after the end. */
  async isRestored(): Promise<void> {
    expect(this.#flags).toEqual(this.#flagsBefore);
    await until("the terminal to be restored", async () => !this.screen.modes.has("?2004"));
    expect([...this.screen.modes].toSorted()).toEqual(["?25", "?7"]);
  }

  /** Ends what still runs. The session must have left the screen and the mouse alone. */
  async end(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
    if (!this.#terminal.closed) this.#terminal.close();
    expect(this.written).not.toMatch(FORBIDDEN);
  }

  #show(text: string): void {
    this.written += text;
    try {
      this.screen.write(text);
    } catch (error) {
      this.#broken ??= error;
    }
  }
}
