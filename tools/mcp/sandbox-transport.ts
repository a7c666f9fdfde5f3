import {
  type JSONRPCMessage,
  parseJSONRPCMessage,
  type Transport,
} from "@modelcontextprotocol/client";
import type { SandboxPolicy } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";

/** Longest message of a server, in characters. */
const LONGEST_MESSAGE = 4 * 1024 * 1024;

export interface SandboxTransportOptions {
  readonly command: readonly string[];
  readonly policy: SandboxPolicy;
  /** Takes what the server writes beside its messages. */
  readonly onStderr: (text: string) => void;
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

  constructor(options: SandboxTransportOptions) {
    this.#options = options;
  }

  /** Resolves at once: a program that cannot be started is a connection that closes. */
  async start(): Promise<void> {
    const stdin = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#input = controller;
      },
    });
    this.#ended = this.#run(stdin);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#stop.signal.aborted) throw new Error("The server has ended");
    this.#input?.enqueue(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
  }

  /** Resolves when no process of the server is left. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(stdin: ReadableStream<Uint8Array>): Promise<void> {
    const { command, policy, onStderr } = this.#options;
    const { signal } = this.#stop;
    try {
      const { exit, killed } = await runSandboxed(command, policy, {
        ...{ signal, stdin, keepsOutput: false },
        onOutput: (stream, text) => (stream === "stdout" ? this.#take(text) : onStderr(text)),
      });
      if (!signal.aborted) this.onerror?.(new Error(`it ended (${killed ?? `exit code ${exit}`})`));
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#stop.abort();
      this.onclose?.();
    }
  }

  #take(text: string): void {
    const lines = `${this.#line}${text}`.split("\n");
    this.#line = lines.pop() ?? "";
    if (
      this.#line.length > LONGEST_MESSAGE ||
      lines.some((line) => line.length > LONGEST_MESSAGE)
    ) {
      this.onerror?.(new Error("it sent a message of more than 4 MiB"));
      this.#stop.abort();
      return;
    }
    for (const line of lines) this.#message(line);
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
