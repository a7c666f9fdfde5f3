/** The host's end of the line to a tool: answers what the tool asks for. */
import { z } from "zod";
import { OrgError, reasonOf } from "#core/errors.ts";
import type { SandboxInput } from "#platform/sandbox/start.ts";
import { type HostCapabilities, NotGranted } from "./host-capabilities.ts";
import type { AskAnswer } from "./inside/protocol.ts";

/** Most questions of one call. */
const MAX_ASKS = 100;

const askSchema = z.object({
  nonce: z.string(),
  ask: z.int(),
  operation: z.string(),
  argument: z.string(),
});

export interface BrokerOptions {
  /** What the program reads first. */
  readonly request: string;
  /** Secret of the call. */
  readonly nonce: string;
  /** Who answers; without it the program cannot ask. */
  readonly host: HostCapabilities | undefined;
}

/** Lasts as long as one call. Disposing gives up what is still under way. */
export class Broker implements Disposable {
  /** What the program reads. */
  readonly input: SandboxInput;
  readonly #options: BrokerOptions;
  readonly #ended = new AbortController();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #line = "";
  #asks = 0;
  #refusal: string | undefined;

  constructor(options: BrokerOptions) {
    this.#options = options;
    const { request, nonce, host } = options;
    const text = `${Buffer.byteLength(request)}\n${request}${nonce}\n`;
    // A stream costs a pump, so it is only for those who may ask.
    this.input = host === undefined ? text : this.#open(text);
  }

  /** What the tool asked for although its contract does not name it. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Takes a piece of what the program writes. */
  take(piece: string): void {
    if (this.#options.host === undefined) return;
    const lines = (this.#line + piece).split("\n");
    this.#line = lines.pop() ?? "";
    for (const line of lines) {
      const ask = readAsk(line);
      if (ask?.nonce === this.#options.nonce) void this.#answer(ask, this.#options.host);
    }
  }

  #open(text: string): ReadableStream<Uint8Array> {
    return new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
        controller.enqueue(Buffer.from(text));
      },
      // The program has ended: a handler that still answers it need not.
      cancel: () => this.#ended.abort(),
    });
  }

  async #answer(
    { ask, operation, argument }: z.infer<typeof askSchema>,
    host: HostCapabilities,
  ): Promise<void> {
    this.#asks += 1;
    const answer: AskAnswer =
      this.#asks > MAX_ASKS
        ? { ask, error: `A call may ask ${MAX_ASKS} times` }
        : await this.#ask(host, operation, argument).then(
            (value) => ({ ask, value: value ?? null }),
            (error: unknown) => ({ ask, error: this.#explain(error) }),
          );
    if (!this.#ended.signal.aborted) {
      this.#controller?.enqueue(Buffer.from(`${JSON.stringify(answer)}\n`));
    }
  }

  async #ask(host: HostCapabilities, operation: string, argument: string): Promise<unknown> {
    return await host(operation, JSON.parse(argument), this.#ended.signal);
  }

  #explain(error: unknown): string {
    if (error instanceof NotGranted) this.#refusal ??= error.message;
    const why = error instanceof OrgError ? error.why : undefined;
    return why === undefined ? reasonOf(error) : `${reasonOf(error)}: ${why}`;
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
  }
}

function readAsk(line: string): z.infer<typeof askSchema> | undefined {
  try {
    return askSchema.safeParse(JSON.parse(line)).data;
  } catch {
    // Not ours: the reader of the answer says so.
    return undefined;
  }
}
