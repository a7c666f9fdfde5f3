/** One statement about how the program behaves, and what a person sees of it. */

import { type Answer, raw, respond } from "../scripted-answers.ts";
import type { OllamaScript } from "../scripted-ollama.ts";
import type { Asked } from "../scripted-pieces.ts";
import type { RecordedRequest } from "../scripted-server.ts";

export interface Situation {
  /** The statement, as a person would put it. */
  readonly name: string;
  /** What the model server answers: always the same, one after the other, or by the request. */
  readonly answers: Answer | readonly Answer[] | ((request: RecordedRequest) => Answer);
  /** The command line. @default ask hi */
  readonly args?: readonly string[];
  /** Lines for a plain room, instead of a command line. */
  readonly room?: readonly string[];
  /** Files of the home, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** All that the person reads on standard output; of a room: parts of it, in this order. */
  readonly stdout?: string | readonly string[];
  /** All that the person reads on standard error. @param url of the server */
  readonly stderr?: (url: string) => readonly string[];
  /** @default 0 */
  readonly exitCode?: number;
  /** How often a model is asked. @default 1 */
  readonly asked?: number;
  /** What the models were sent. */
  readonly sent?: (requests: readonly RecordedRequest[]) => void;
}

/** The same for an Ollama that is asked by its own interface. */
export interface OllamaSituation
  extends Pick<Situation, "name" | "args" | "room" | "files" | "stdout" | "stderr" | "exitCode"> {
  readonly server: OllamaScript;
  /** Paths that were asked for, in this order, as far as they matter. */
  readonly paths: readonly string[];
  /** What the model was sent last. */
  readonly sent?: (body: Asked["body"]) => void;
}

export function refused(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return respond(status, { error: { message } }, headers);
}

/** One event of the stream, whatever it says. */
export function wire(value: unknown): Answer {
  return raw(`data: ${JSON.stringify(value)}\n\n`);
}

/** Everything that was sent in a request, as one text. */
export function promptOf(request: RecordedRequest | undefined): string {
  return request?.body.messages.map(({ content }) => content).join("\n") ?? "";
}

/** Which persona a request speaks for: its system prompt says so. */
export function speakerOf({ body }: RecordedRequest): string {
  return /You are (\w+)/.exec(body.messages[0]?.content ?? "")?.[1] ?? "";
}

/** A whole GIF of one pixel without a frame; 14 bytes. */
export const GIF = "GIF89a\u0001\0\u0001\0\0\0\0;";
