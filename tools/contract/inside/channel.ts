/** The two lines to the host: calls and answers go over them, each line marked with the secret. */
import { read, readSync, writeSync } from "node:fs";
import type { AnswerFrame, AskAnswer, AskFrame, CallRequest } from "./protocol.ts";

const STDIN = 0;
const STDOUT = 1;
const LINE_FEED = 10;
/** Most questions of one call. The host counts too; here a tool that goes on and on floods nothing. */
const MAX_ASKS = 100;

/** Reads the request and the secret of the call, and nothing behind them. */
export function readRequest(): { readonly request: CallRequest; readonly nonce: string } {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const piece = Buffer.alloc(65_536);
    const length = readSync(STDIN, piece, 0, piece.length, null);
    bytes = Buffer.concat([bytes, piece.subarray(0, length)]);
    const start = bytes.indexOf(LINE_FEED) + 1;
    const end = start + Number.parseInt(bytes.toString("latin1", 0, start), 10);
    // The host writes nothing behind the secret before it was asked.
    if (length === 0 || (bytes.length > end && bytes.at(-1) === LINE_FEED)) {
      return {
        request: JSON.parse(bytes.toString("utf8", start, end)),
        nonce: bytes.toString("latin1", end).trim(),
      };
    }
  }
}

export class Channel {
  readonly #nonce: string;
  readonly #call: number | undefined;
  readonly #waiting = new Map<number, (text: string) => void>();
  #askCount = 0;
  #rest = "";
  /** What a read that is under way fills. */
  #piece: Buffer | undefined;

  /** @param call its number, where it is one of several. */
  constructor(nonce: string, call?: number) {
    this.#nonce = nonce;
    this.#call = call;
  }

  /** @param onAnswer gets an `AskAnswer`, as JSON. */
  ask(operation: string, argument: string, onAnswer: (text: string) => void): void {
    this.#askCount += 1;
    if (this.#askCount > MAX_ASKS) {
      const error = `A call may ask ${MAX_ASKS} times`;
      onAnswer(JSON.stringify({ ask: this.#askCount, error }));
      return;
    }
    this.#waiting.set(this.#askCount, onAnswer);
    this.#write({ nonce: this.#nonce, ask: this.#askCount, operation, argument });
    this.#listen();
  }

  answer(answer: string, tampered: string | undefined): void {
    this.#write({ nonce: this.#nonce, call: this.#call, tampered, answer });
  }

  #write(frame: AskFrame | AnswerFrame): void {
    const bytes = Buffer.from(`${JSON.stringify(frame)}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(STDOUT, bytes, at);
  }

  // Reads only while a call waits: a read under way keeps the program alive.
  #listen(): void {
    if (this.#piece !== undefined || this.#waiting.size === 0) return;
    const piece = Buffer.alloc(65_536);
    this.#piece = piece;
    read(STDIN, piece, 0, piece.length, null, (error, length) => {
      this.#piece = undefined;
      if (error !== null || length === 0) return;
      this.#take(piece.toString("latin1", 0, length));
      this.#listen();
    });
  }

  // Latin 1 keeps bytes apart until a line is whole.
  #take(piece: string): void {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const text = Buffer.from(line, "latin1").toString();
      const { ask }: AskAnswer = JSON.parse(text);
      this.#waiting.get(ask)?.(text);
      this.#waiting.delete(ask);
    }
  }
}
