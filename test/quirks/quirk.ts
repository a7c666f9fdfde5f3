/**
 * What servers really send, as rows of a table. Beside our result stands what openai-node 7.55.0
 * (`.stream()`) and the AI SDK 7.0.173 make of the same bytes.
 */

/** One row of the table. */
export interface Quirk {
  readonly name: string;
  /** Who was seen doing it. */
  readonly who: string;
  /** What the two clients make of it, where that was measured. */
  readonly openAiNode?: string;
  readonly aiSdk?: string;
  /** The body, byte for byte. */
  readonly body: string;
  readonly ours: Partial<Outcome>;
}

/** What we make of it. Left out: nothing of that kind. */
export interface Outcome {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly (readonly [name: string, args: unknown])[];
  readonly usage: readonly [prompt: number, completion: number] | undefined;
  readonly notices: readonly string[];
  /** How it ended: the reason, or the code of the error. */
  readonly end: string;
}

export const DONE: string = "data: [DONE]\n\n";

/** A stream of these deltas, with the ending that the protocol asks for. */
export function deltas(...all: readonly unknown[]): string {
  return open(...all) + chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }) + DONE;
}

/** The same without any ending. */
export function open(...all: readonly unknown[]): string {
  return all
    .map((delta) => chunk({ choices: [{ index: 0, delta, finish_reason: null }] }))
    .join("");
}

export function chunk(json: unknown): string {
  return `data: ${JSON.stringify(json)}\n\n`;
}

/** Fragments of calls, one chunk each. */
export function fragments(...all: readonly Fragment[]): unknown[] {
  return all.map((one) => fragment(one));
}

export type Fragment = readonly [
  place: { readonly id?: string; readonly index?: number },
  name: string | undefined,
  args: unknown,
];

export function fragment(...parts: readonly Fragment[]): unknown {
  return {
    tool_calls: parts.map(([place, name, args]) => ({
      ...place,
      type: "function",
      function: { name, arguments: args },
    })),
  };
}

/** Where most fragments belong. */
export const FIRST: { readonly id: string; readonly index: number } = { id: "c1", index: 0 };

/** An outcome with nothing in it. */
export const NOTHING: Outcome = {
  text: "",
  reasoning: "",
  calls: [],
  usage: undefined,
  notices: [],
  end: "nothing",
};
