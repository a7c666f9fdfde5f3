import {
  type JSONRPCMessage,
  parseJSONRPCMessage,
  type Transport,
} from "@modelcontextprotocol/client";
import { reasonOf } from "#core/errors.ts";
import type { SandboxPolicy } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { ErrorOutput, type ErrorOutputOptions } from "./error-output.ts";

const MIB = 1024 * 1024;
/**
 * Most that a server may say: characters of a message, and lines and characters of a minute. What it is sent and does
 * not read is kept up to so many bytes.
 */
const MOST = { message: 4 * MIB, lines: 10_000, characters: 256 * MIB, unread: 8 * MIB } as const;
const MINUTE_MS = 60_000;

export interface SandboxTransportOptions extends ErrorOutputOptions {
  readonly command: readonly string[];
  readonly policy: SandboxPolicy;
}

/** A server as a program in the sandbox: a message a line, until it is closed. */
export class SandboxTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #options: SandboxTransportOptions;
  readonly #stop = new AbortController();
  #input: ReadableStreamDefaultController<Uint8Array> | undefined;
  #ended: Promise<void> | undefined;
  #line = "";
  readonly #errors: ErrorOutput;
  #minute = { since: 0, lines: 0, characters: 0 };
  #problem: string | undefined;

  constructor(options: SandboxTransportOptions) {
    this.#options = options;
    this.#errors = new ErrorOutput(options);
  }

  /** Why it ended, one clause; not clean. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Resolves at once: a program that cannot be started is a connection that closes. */
  async start(): Promise<void> {
    const stdin = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#input = controller;
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MOST.unread }),
    );
    this.#ended = this.#run(stdin);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#stop.signal.aborted) throw new Error("The server has ended");
    // It could ask without end, and never read the answers.
    if ((this.#input?.desiredSize ?? 0) <= 0) {
      this.#end("it does not read what it is sent");
      throw new Error(this.#problem);
    }
    this.#input?.enqueue(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
  }

  /** Resolves when no process of the server is left. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(stdin: ReadableStream<Uint8Array>): Promise<void> {
    const { command, policy } = this.#options;
    const { signal } = this.#stop;
    try {
      const { exit, killed } = await runSandboxed(command, policy, {
        ...{ signal, stdin, keepsOutput: false },
        onOutput: (stream, text) => {
          if (stream === "stdout") this.#take(text);
          else this.#errors.add(text);
        },
      });
      const stderr = this.#errors.tail;
      const why = stderr === "" ? "" : `, and wrote: ${stderr}`;
      this.#end(`it ended (${killed ?? `exit code ${exit}`})${why}`);
    } catch (error) {
      this.#end(reasonOf(error));
    } finally {
      this.onclose?.();
    }
  }

  /** @param problem not reported where it is ended already. */
  #end(problem: string): void {
    if (this.#stop.signal.aborted) return;
    this.#problem = problem;
    this.onerror?.(new Error(problem));
    this.#stop.abort();
  }

  #take(text: string): void {
    if (this.#stop.signal.aborted) return;
    // Only what is new is looked through: a message comes in many pieces.
    const [first = "", ...others] = text.split("\n");
    const lines = others.length === 0 ? [] : [this.#line + first, ...others.slice(0, -1)];
    this.#line = others.at(-1) ?? this.#line + first;
    if ([this.#line, ...lines].some((line) => line.length > MOST.message)) {
      this.#end("it sent a message of more than 4 MiB");
    } else if (this.#isFlood(lines.length, text.length)) {
      this.#end(`it sent more than ${MOST.lines.toLocaleString("en")} messages within a minute`);
    }
    for (const line of lines) {
      if (this.#stop.signal.aborted) return;
      this.#message(line);
    }
  }

  #isFlood(lines: number, characters: number): boolean {
    const now = performance.now();
    const before = this.#minute;
    const { since, ...sum } =
      now - before.since > MINUTE_MS ? { since: now, lines: 0, characters: 0 } : before;
    this.#minute = { since, lines: sum.lines + lines, characters: sum.characters + characters };
    return this.#minute.lines > MOST.lines || this.#minute.characters > MOST.characters;
  }

  #message(line: string): void {
    if (line.trim() === "") return;
    try {
      this.onmessage?.(parseJSONRPCMessage(JSON.parse(line)));
    } catch {
      this.onerror?.(new Error("it wrote a line that is not a message"));
    }
  }
}
