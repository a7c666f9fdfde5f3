/** Declared tool calls, put together from the fragments of a stream. */
import type { ToolCall } from "#core/calls.ts";
import { newId } from "#core/ids.ts";
import { ArgumentsText } from "./arguments.ts";
import type { CallFragment } from "./wire.ts";

export interface CallLimits {
  /** Longest arguments of one call, in characters of JSON. */
  readonly maxArguments: number;
  /** Most calls of one answer. */
  readonly maxCalls: number;
}

/** How the calls of an answer came out. */
export interface CollectedCalls {
  readonly calls: readonly ToolCall[];
  /** For the user: each call that is omitted, and why. */
  readonly dropped: readonly string[];
}

/** A call in the making. */
interface Draft {
  /** As the server gave it. */
  id: string | undefined;
  readonly index: number | undefined;
  name: string;
  readonly args: ArgumentsText;
}

/**
 * Sorts fragments into calls. Servers disagree about everything here: some give every call the same
 * index, some repeat the id in each fragment or send "" for it, some send neither id nor index. The key
 * is the id, else the index, else the latest call.
 *
 * A call is final only when the answer is over: arguments that parse may still be a prefix.
 */
export class CallCollector {
  readonly #limits: CallLimits;
  readonly #drafts: Draft[] = [];
  #tooMany = 0;

  constructor(limits: CallLimits) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#drafts.length === 0;
  }

  /** All fragments of one chunk. */
  push(fragments: readonly CallFragment[]): void {
    const touched = new Set<Draft>();
    for (const fragment of fragments) {
      const target = this.#draftOf(fragment);
      const draft =
        target !== undefined && isMore(target, fragment, touched) ? target : this.#begin(fragment);
      touched.add(draft);
      add(draft, fragment);
    }
  }

  /** @param complete the stream had an end marker; else a call with half its arguments is omitted. */
  end(complete: boolean): CollectedCalls {
    const calls: ToolCall[] = [];
    const dropped: string[] = [];
    if (this.#tooMany > 0) {
      dropped.push(`${this.#tooMany} calls beyond the first ${this.#limits.maxCalls}`);
    }
    for (const draft of this.#drafts.slice(0, this.#limits.maxCalls)) {
      const fault = this.#faultOf(draft, complete);
      if (fault !== undefined) {
        dropped.push(fault);
        continue;
      }
      const isFree = draft.id !== undefined && calls.every((call) => call.id !== draft.id);
      const id = isFree && draft.id !== undefined ? draft.id : newId("call");
      calls.push({ id, name: draft.name, arguments: draft.args.value() });
    }
    return { calls, dropped };
  }

  /** The call that a fragment may continue. */
  #draftOf({ id, index }: CallFragment): Draft | undefined {
    const same = id === undefined ? undefined : this.#drafts.findLast((draft) => draft.id === id);
    if (same !== undefined) return same;
    if (index === undefined) return this.#drafts.at(-1);
    return this.#drafts.findLast((draft) => draft.index === index);
  }

  #begin({ id, index }: CallFragment): Draft {
    // One draft beyond the limit collects what is omitted, so that its pieces spoil no other call.
    if (this.#drafts.length > this.#limits.maxCalls) this.#drafts.pop();
    if (this.#drafts.length === this.#limits.maxCalls) this.#tooMany += 1;
    const draft = { id, index, name: "", args: new ArgumentsText(this.#limits.maxArguments) };
    this.#drafts.push(draft);
    return draft;
  }

  #faultOf({ name, args }: Draft, complete: boolean): string | undefined {
    if (name === "") return "a call without a name";
    if (args.length > this.#limits.maxArguments) {
      const size = args.length.toLocaleString("en");
      const limit = this.#limits.maxArguments.toLocaleString("en");
      return `the call of ${name}: its arguments have ${size} characters, the limit is ${limit}`;
    }
    if (!complete && !args.isParsable()) return `the call of ${name}: it was cut off`;
    return undefined;
  }
}

/** Whether a fragment continues the call that its id or index points at, or begins another one. */
function isMore(draft: Draft, fragment: CallFragment, touched: ReadonlySet<Draft>): boolean {
  const { id, index, name, arguments: args } = fragment;
  if (id !== undefined && draft.id !== undefined && id !== draft.id) {
    // A new id is a new call, except where the server makes up one for every fragment, as vLLM once did.
    return index !== undefined && name === undefined && !draft.args.isWhole();
  }
  // More arguments behind a whole object would spoil both: with a name they are the next call.
  if (name !== undefined && args !== undefined && draft.name !== "" && draft.args.isWhole())
    return false;
  // Two named elements of one chunk are two calls, even with nothing else to distinguish them.
  return !(id === undefined && name !== undefined && touched.has(draft));
}

function add(draft: Draft, { id, name, arguments: args }: CallFragment): void {
  draft.id ??= id;
  // A name may come in pieces, or again with every fragment; behind the arguments it can only be late.
  if (name !== undefined && name !== draft.name && (draft.args.isEmpty || draft.name === "")) {
    draft.name += name;
  }
  if (args !== undefined) draft.args.push(args);
}
