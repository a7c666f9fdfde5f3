/** Which tries a request gets: decided here, carried out by `resilient`. */

import { plusUsage } from "#core/budget.ts";
import { OrgError } from "#core/errors.ts";
import type { Usage } from "#core/events.ts";
import type { ChatRequest, FinishReason, ProviderEvent } from "./provider.ts";
import { ProviderError } from "./provider-error.ts";
import { withTextTools } from "./text-tools.ts";

/** Tries of one request while the server says that it is busy. */
const BUSY_TRIES = 3;
/** Wait before the second try in milliseconds, where the server asks for none; then twice as long. */
const FIRST_WAIT_MS = 1000;
/** A user who would wait longer, in milliseconds, gets an error instead. */
const LONGEST_WAIT_MS = 60_000;

/** How one try came out. */
interface Attempt {
  /** Whether a word or a call was handed on. */
  spoke: boolean;
  finish: FinishReason | undefined;
  failure: unknown;
}

/** What follows a try, as a decision only: nothing here waits or asks. */
export interface Step {
  readonly notices: readonly string[];
  /** Whether to ask once more; else this attempt is the result. */
  readonly again: boolean;
  readonly waitMs?: number;
  /** What is waited for. */
  readonly what?: string;
}

/** Decides from try to try. */
export class Tries {
  request: ChatRequest;
  readonly #withoutTools: Set<string>;
  #busy = 0;
  #more = 1;
  #usage: Usage | undefined;
  #attempt: Attempt = { spoke: false, finish: undefined, failure: undefined };

  constructor(request: ChatRequest, withoutTools: Set<string>) {
    this.#withoutTools = withoutTools;
    this.request = withoutTools.has(request.model) ? withTextTools(request) : request;
  }

  begin(): void {
    this.#attempt = { spoke: false, finish: undefined, failure: undefined };
  }

  /** Notes an event of the running try. @returns whether it is to be handed on at once. */
  take(event: ProviderEvent): boolean {
    if (event.type === "finish") this.#attempt.finish = event.reason;
    else if (event.type === "usage") this.#count(event.usage);
    else {
      this.#attempt.spoke ||= isWord(event);
      return true;
    }
    return false;
  }

  fail(error: unknown): void {
    this.#attempt.failure = error;
  }

  next(): Step {
    const { spoke, finish, failure } = this.#attempt;
    if (spoke) return DONE;
    if (failure === undefined) {
      return finish === "stop" || finish === "cut"
        ? this.#once("The model answered nothing")
        : DONE;
    }
    if (failure instanceof ProviderError) {
      if (failure.code === "PROVIDER_BUSY") return this.#afterWait(failure);
      if (failure.isBroken) return this.#once("The connection broke before the answer began");
    }
    const hadTools = this.request.tools.length > 0;
    const takesNone = failure instanceof OrgError && failure.code === "MODEL_WITHOUT_TOOLS";
    return takesNone && hadTools ? this.#dropTools() : DONE;
  }

  /** Reports the last try. @throws what it failed with. */
  *end(): Generator<ProviderEvent, void> {
    const { finish, failure } = this.#attempt;
    if (this.#usage !== undefined) yield { type: "usage", usage: this.#usage };
    if (failure !== undefined) throw failure;
    yield { type: "finish", reason: finish ?? "cut" };
  }

  /** Every try costs tokens, also the one that brought nothing. */
  #count(usage: Usage): void {
    this.#usage = plusUsage(this.#usage, usage);
  }

  #once(what: string): Step {
    const again = this.#more > 0;
    this.#more -= 1;
    return {
      notices: [`${what}; ${again ? "it is asked once more" : "no second try is left"}.`],
      again,
    };
  }

  #dropTools(): Step {
    const { model } = this.request;
    this.#withoutTools.add(model);
    this.request = withTextTools(this.request);
    const notice = `The server takes no tools for "${model}"; from now on its calls are read from its text.`;
    return { notices: [notice], again: true };
  }

  #afterWait({ retryAfterMs }: ProviderError): Step {
    this.#busy += 1;
    const waitMs = retryAfterMs ?? FIRST_WAIT_MS * 2 ** (this.#busy - 1);
    if (waitMs > LONGEST_WAIT_MS) return DONE;
    if (this.#busy >= BUSY_TRIES) {
      return { notices: [`The server stayed busy for ${BUSY_TRIES} tries.`], again: false };
    }
    const what = `The server is busy; try ${this.#busy + 1} of ${BUSY_TRIES}`;
    return { notices: [], again: true, waitMs, what };
  }
}

const DONE: Step = { notices: [], again: false };

/** The step before the first try. */
export const MORE: Step = { notices: [], again: true };

function isWord(event: ProviderEvent): boolean {
  return event.type === "call" || (event.type === "text" && event.text.trim() !== "");
}
