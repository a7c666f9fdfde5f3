/**
 * The real program as a child process: `bun main.ts …` with a home of its own and nothing of the
 * tester's environment.
 *
 *     await using home = await testHome();
 *     const { stdout, exitCode } = await home.run(["ask", "hi"], { url: server.url });
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReadableStreamDefaultReader } from "node:stream/web";
import { jsonLineSchema } from "#core/event-schema.ts";
import { type HomePaths, homePaths } from "#home/home-paths.ts";
import { PATIENT_COMPILER } from "#tools/contract/programs.ts";
import { PROGRAM } from "./program.ts";

/** Any line that `--json` prints. */
export type JsonLine = ReturnType<typeof jsonLineSchema.parse>;

export interface OrgOptions {
  /** Absolute path of the one that it is started in. @default the home */
  readonly folder?: string;
  /** The model server; default: an address at which nothing listens. */
  readonly url?: string;
  /** What is piped into the program; default: nothing. */
  readonly stdin?: string;
  /** The input stays open: the test goes on with `write` and ends it with `close`. */
  readonly keepsTyping?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: {@link PROGRAM}. */
  readonly program?: string;
  /** Whether modes of files hold for the program, although root runs the tests. Default: not. */
  readonly obeysModes?: boolean;
}

export interface OrgRan {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface TestHome extends AsyncDisposable {
  /** The folder that is ORG_HOME. */
  readonly path: string;
  readonly paths: HomePaths;
  /** Runs the program to its end. */
  run(args: readonly string[], options?: OrgOptions): Promise<OrgRan>;
  /** Starts the program; it does not outlive the home. */
  start(args: readonly string[], options?: OrgOptions): OrgProcess;
}

/** A home in a folder of its own, which goes with it, as do the processes that were started in it. */
export async function testHome(): Promise<TestHome> {
  const path = await mkdtemp(join(tmpdir(), "org-home-"));
  const started: OrgProcess[] = [];
  const start = (args: readonly string[], options: OrgOptions = {}): OrgProcess => {
    const process = new OrgProcess(args, path, options);
    started.push(process);
    return process;
  };
  return {
    path,
    paths: homePaths(path),
    start,
    run: async (args, options) => await start(args, options).ended,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.map((process) => process[Symbol.asyncDispose]()));
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** A running `org`. */
export class OrgProcess implements AsyncDisposable {
  readonly stdout: Heard;
  readonly stderr: Heard;
  /** Resolves when the program is gone and all that it printed is there. */
  readonly ended: Promise<OrgRan>;
  readonly #child: Bun.Subprocess<"pipe", "pipe", "pipe">;

  constructor(args: readonly string[], home: string, options: OrgOptions) {
    const command = [process.execPath, options.program ?? PROGRAM, ...args];
    this.#child = Bun.spawn([...(options.obeysModes === true ? obeying() : []), ...command], {
      cwd: options.folder ?? home,
      env: environmentOf(home, options),
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.stdout = new Heard(this.#child.stdout);
    this.stderr = new Heard(this.#child.stderr);
    void this.#type(options);
    this.ended = this.#end();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Types into the program; resolves when it has read what a pipe cannot hold. */
  async write(text: string): Promise<void> {
    // A program that does not read its input may be gone before it has all of it.
    await Promise.resolve(this.#child.stdin.write(text)).catch(() => undefined);
    await Promise.resolve(this.#child.stdin.flush()).catch(() => undefined);
  }

  /** Ends the program's input. */
  async close(): Promise<void> {
    await Promise.resolve(this.#child.stdin.end()).catch(() => undefined);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Resolves with the first event on stdout that fits; for what runs with `--json`. */
  async event(fits: (line: JsonLine) => boolean): Promise<JsonLine> {
    const line = await this.stdout.line((text) => fits(jsonLineSchema.parse(JSON.parse(text))));
    return jsonLineSchema.parse(JSON.parse(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  async #type({ stdin = "", keepsTyping = false }: OrgOptions): Promise<void> {
    if (stdin !== "") await this.write(stdin);
    if (!keepsTyping) await this.close();
  }

  async #end(): Promise<OrgRan> {
    const exitCode = await this.#child.exited;
    const [stdout, stderr] = await Promise.all([this.stdout.all, this.stderr.all]);
    return { stdout, stderr, exitCode };
  }
}

/** What takes from root the rights to read and write any file. */
function obeying(): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  const less = "-dac_override,-dac_read_search";
  return ["setpriv", `--bounding-set=${less}`, `--inh-caps=${less}`];
}

/** The environment in which the program runs in a home. */
export function environmentOf(home: string, options: OrgOptions): Record<string, string> {
  return {
    PATH: Bun.env["PATH"] ?? "/usr/bin",
    HOME: home,
    ORG_HOME: home,
    OLLAMA_BASE: options.url ?? "http://127.0.0.1:9",
    OLLAMA_MODEL: "m",
    // That of the tester must not be seen.
    ORG_ENGINE_DIR: join(home, "engine"),
    // As ops/org.sh starts it.
    ...PATIENT_COMPILER,
    ...options.environment,
  };
}

/** The events of a `--json` run; throws for a line that is none. */
export function eventsOf({ stdout }: OrgRan): JsonLine[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => jsonLineSchema.parse(JSON.parse(line)));
}

/** What a stream has brought so far, and a way to wait for more. */
class Heard {
  /** All of it; resolves at the end of the stream. */
  readonly all: Promise<string>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #text = "";
  #more = Promise.withResolvers<boolean>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader();
    this.all = this.#read();
  }

  /** Closes our end, as `head` does when it has seen enough. */
  async stop(): Promise<void> {
    await this.#reader.cancel();
  }

  /** Resolves with the first whole line that fits, whether it is there already or comes later. */
  async line(fits: (line: string) => boolean): Promise<string> {
    return await this.#find((text) => text.split("\n").slice(0, -1).find(fits));
  }

  /** Resolves once this text is there, its line finished or not. */
  async shows(part: string | RegExp): Promise<void> {
    const isThere = (text: string): boolean =>
      typeof part === "string" ? text.includes(part) : part.test(text);
    await this.#find((text) => isThere(text) || undefined);
  }

  async #find<Found>(look: (text: string) => Found | undefined): Promise<Found> {
    for (let isOpen = true; ; ) {
      const more = this.#more.promise;
      const found = look(this.#text);
      if (found !== undefined) return found;
      if (!isOpen) throw new Error(`It never came. There was:\n${this.#text}`);
      isOpen = await more;
    }
  }

  async #read(): Promise<string> {
    const decoder = new TextDecoder();
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) break;
      this.#text += decoder.decode(value, { stream: true });
      this.#next(true);
    }
    this.#next(false);
    return this.#text;
  }

  #next(isOpen: boolean): void {
    const { resolve } = this.#more;
    if (isOpen) this.#more = Promise.withResolvers();
    resolve(isOpen);
  }
}
