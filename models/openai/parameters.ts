/**
 * Parameters that not every compatible server takes, or that some of them call by another name. A server says so when
 * it gets the request; then the request is sent once more without, and no later one has it.
 */

import type { ChatRequest } from "../provider.ts";
import { ProviderError } from "../provider-error.ts";
import { refusesShape } from "../refused-shape.ts";

/** What a request can do without. `max_tokens` has a second name, which OpenAI's reasoning models insist on. */
export type Dispensable =
  | "max_tokens"
  | "temperature"
  | "seed"
  | "stream_options"
  | "response_format";

const DISPENSABLE: readonly Dispensable[] = [
  "max_tokens",
  "temperature",
  "seed",
  "stream_options",
  "response_format",
];

const UNSUPPORTED =
  /unsupported|not support|not permitted|extra_forbidden|extra (inputs|fields)|unrecognized|unknown (parameter|field|argument)|unexpected (parameter|field|keyword)/i;

/** What each model of a server has refused so far. */
export class RefusedParameters {
  readonly #refused = new Map<string, Set<Dispensable>>();

  of(model: string): ReadonlySet<Dispensable> {
    return this.#refused.get(model) ?? NONE;
  }

  /** Takes note of a refusal. @returns whether the same request is worth another try. */
  learn(request: ChatRequest, error: unknown): boolean {
    const { model } = request;
    const parameter = refusedBy(error);
    if (parameter === undefined || !isSent(parameter, request)) return false;
    const refused = this.#refused.get(model) ?? new Set();
    if (refused.has(parameter)) return false;
    this.#refused.set(model, refused.add(parameter));
    return true;
  }
}

function isSent(
  parameter: Dispensable,
  { maxTokens, temperature, seed, shape }: ChatRequest,
): boolean {
  const values = {
    max_tokens: maxTokens,
    temperature,
    seed,
    response_format: shape,
    stream_options: true,
  };
  return values[parameter] !== undefined;
}

const NONE: ReadonlySet<Dispensable> = new Set();

/** The parameter that a server does not take, where that is why it refused. */
function refusedBy(error: unknown): Dispensable | undefined {
  if (refusesShape(error)) return "response_format";
  if (!(error instanceof ProviderError)) return undefined;
  const { message = "", fields } = error.serverMessage ?? {};
  if (!UNSUPPORTED.test(message)) return undefined;
  const named = fields?.["param"];
  // The message may name what to use instead, too: what it names first is what was wrong.
  const found = DISPENSABLE.filter((one) => new RegExp(`\\b${one}\\b`).test(message));
  const first = found.toSorted((one, other) => message.indexOf(one) - message.indexOf(other))[0];
  return DISPENSABLE.find((one) => one === named) ?? first;
}
