/**
 * What a scripted server says, as data. Put pieces together with {@link several}; what is left out is
 * added: the role, call ids, a finish reason, the usage that was asked for, and `[DONE]`.
 */
import type { Usage } from "#core/events.ts";

export type Step =
  | { readonly kind: "delta"; readonly delta: Readonly<Record<string, unknown>> }
  | { readonly kind: "call"; readonly call: ScriptedCall }
  | ({ readonly kind: "usage" } & Usage)
  | { readonly kind: "finish"; readonly reason: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "gate"; readonly gate: Gate }
  | { readonly kind: "hang" | "cut" | "break" }
  | { readonly kind: "response"; readonly response: PlainResponse };

export interface ScriptedCall {
  readonly name: string;
  /** An object is written as JSON; a string is sent as it is, valid or not. */
  readonly arguments: unknown;
  readonly id: string | undefined;
  /** Cut the arguments into pieces of that many characters, as OpenAI does; absent: whole, as Ollama does. */
  readonly chunk: number | undefined;
}

interface PlainResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly steps: readonly Step[];
}

/** Stops the answer until the test opens it: pacing without sleeping. Use each once. */
export interface Gate extends Answer {
  /** Resolves when the server stands before it, with all that comes earlier sent. */
  readonly reached: Promise<void>;
  readonly opened: Promise<void>;
  readonly arrive: () => void;
  readonly open: () => void;
}

/** Text, word by word, or in pieces of `chunk` UTF-16 code units. */
export function say(text: string, options: { readonly chunk?: number } = {}): Answer {
  return deltas("content", text, options.chunk);
}

/** Thinking, under the key that the server in question uses. */
export function reasoning(
  text: string,
  options: { readonly chunk?: number; readonly key?: string } = {},
): Answer {
  return deltas(options.key ?? "reasoning_content", text, options.chunk);
}

/** A declared tool call. */
export function call(
  name: string,
  args: unknown,
  options: { readonly id?: string; readonly chunk?: number } = {},
): Answer {
  return only({
    kind: "call",
    call: { name, arguments: args, id: options.id, chunk: options.chunk },
  });
}

/** One answer out of several pieces, in this order. */
export function several(...answers: readonly Answer[]): Answer {
  return { steps: answers.flatMap((answer) => answer.steps) };
}

/** Ends with this reason instead of "stop" or "tool_calls". */
export function finish(reason: string): Answer {
  return only({ kind: "finish", reason });
}

/** Counts to report instead of the made-up ones. */
export function usage(
  promptTokens: number,
  completionTokens: number,
  cachedTokens?: number,
): Answer {
  return only({ kind: "usage", promptTokens, completionTokens, cachedTokens });
}

/**
 * Exactly these bytes, each piece flushed by itself. By itself it gets no ending either; beside
 * text, calls or a finish reason the ending stays.
 */
export function raw(...pieces: readonly (string | Uint8Array)[]): Answer {
  return {
    steps: pieces.map((piece) => ({
      kind: "bytes",
      bytes: typeof piece === "string" ? new TextEncoder().encode(piece) : piece,
    })),
  };
}

/** The bytes of `text` in pieces of `size` bytes, through the middle of characters. */
export function rawInPieces(text: string, size: number): Answer {
  const bytes = new TextEncoder().encode(text);
  const count = Math.ceil(bytes.length / size);
  return raw(...Array.from({ length: count }, (_, i) => bytes.slice(i * size, (i + 1) * size)));
}

/** Ends the body cleanly here: no finish reason, no `[DONE]`. */
export function cut(): Answer {
  return only({ kind: "cut" });
}

/** Destroys the connection here: the client sees ECONNRESET. */
export function breakOff(): Answer {
  return only({ kind: "break" });
}

/** Says nothing more until the client closes the connection. */
export function hang(): Answer {
  return only({ kind: "hang" });
}

/** A plain HTTP answer instead of a stream; an object becomes JSON. */
export function respond(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const isText = typeof body === "string";
  const type = isText ? "text/plain" : "application/json";
  return only({
    kind: "response",
    response: {
      status,
      headers: { "content-type": type, ...headers },
      body: isText ? body : JSON.stringify(body),
    },
  });
}

/** See {@link Gate}. */
export function gate(): Gate {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const steps: Step[] = [];
  const made: Gate = {
    steps,
    reached: reached.promise,
    opened: opened.promise,
    arrive: reached.resolve,
    open: opened.resolve,
  };
  steps.push({ kind: "gate", gate: made });
  return made;
}

function deltas(key: string, text: string, chunk: number | undefined): Answer {
  const pieces =
    chunk === undefined ? (text.match(/\s*\S+\s*$|\s*\S+/g) ?? [text]) : slices(text, chunk);
  return { steps: pieces.map((piece) => ({ kind: "delta", delta: { [key]: piece } })) };
}

/** `text` in pieces of `size` UTF-16 code units. */
export function slices(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    text.slice(i * size, (i + 1) * size),
  );
}

function only(step: Step): Answer {
  return { steps: [step] };
}
