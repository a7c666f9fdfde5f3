/** The real program on a pseudo-terminal, and every byte that it wrote there; `pty.ts` shows what a person would see. */
import type { TestHome } from "./org-process.ts";
import { PROGRAM } from "./program.ts";
import { until } from "./until.ts";

export class RawScreen implements AsyncDisposable {
  /** Everything so far. */
  text = "";
  readonly ended: Promise<number>;
  readonly #child: Bun.Subprocess;
  readonly #terminal: Bun.Terminal;

  constructor(
    home: TestHome,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ) {
    const decoder = new TextDecoder();
    this.#terminal = new Bun.Terminal({
      cols: 100,
      rows: 30,
      data: (_terminal, data) => {
        this.text += decoder.decode(data, { stream: true });
      },
    });
    this.#child = Bun.spawn([process.execPath, PROGRAM, ...args], {
      cwd: home.path,
      terminal: this.#terminal,
      env: {
        PATH: Bun.env["PATH"] ?? "/usr/bin",
        ...environment,
        HOME: home.path,
        TERM: "xterm-256color",
        ORG_HOME: home.path,
      },
    });
    this.ended = this.#child.exited;
  }

  type(line: string): void {
    this.#terminal.write(`${line}\r`);
  }

  press(key: string): void {
    this.#terminal.write(key);
  }

  shows(text: string): Promise<unknown> {
    return until(`"${text}" on the screen`, async () => this.text.includes(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
    this.#terminal.close();
  }
}
