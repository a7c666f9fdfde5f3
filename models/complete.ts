/** One completion as one text, for callers that need no tools and shows nothing while it comes. */
import { OrgError } from "#core/errors.ts";
import type { Usage } from "#core/events.ts";
import type { ChatRequest, Provider } from "./provider.ts";
import { refusesShape } from "./refused-shape.ts";

export interface Completion {
  readonly text: string;
  /** `length`: the server's limit ended it. `overlong`: ours did, and the connection was closed. */
  readonly end: "stop" | "length" | "overlong";
  /** Absent: the server does not count. */
  readonly usage?: Usage | undefined;
}

export interface CompletionLimits {
  readonly signal: AbortSignal;
  /** Most characters of the answer. @default no limit */
  readonly maxCharacters?: number | undefined;
  /** Gets what the user should know meanwhile, such as that a request goes to a busy server again. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/**
 * Where the server cannot hold the model to a shape, which some notice only in the middle of an answer, it is sent again
 * without.
 *
 * @throws {OrgError} `STREAM_CUT` for an answer that broke off, and whatever the provider throws.
 */
export async function completeText(
  provider: Provider,
  request: ChatRequest,
  limits: CompletionLimits,
): Promise<Completion> {
  try {
    return await completeOnce(provider, request, limits);
  } catch (error) {
    if (request.shape === undefined || !refusesShape(error)) throw error;
    return await completeOnce(provider, { ...request, shape: undefined }, limits);
  }
}

async function completeOnce(
  provider: Provider,
  request: ChatRequest,
  { signal, maxCharacters = Number.POSITIVE_INFINITY, onNotice }: CompletionLimits,
): Promise<Completion> {
  let text = "";
  let end: Completion["end"] = "stop";
  let usage: Usage | undefined;
  for await (const event of provider.stream(request, signal)) {
    if (event.type === "text") text += event.text;
    if (event.type === "usage") usage = event.usage;
    if (event.type === "notice") onNotice?.(event.text);
    if (text.length > maxCharacters) {
      end = "overlong";
      break;
    }
    if (event.type !== "finish") continue;
    if (event.reason === "length") end = "length";
    else if (event.reason !== "stop") throw cut(event.reason);
  }
  signal.throwIfAborted();
  return { text, end, usage };
}

function cut(reason: string): OrgError {
  return new OrgError("The answer of the model was interrupted", {
    code: "STREAM_CUT",
    why:
      reason === "cut" ? "the stream ended without an end marker" : "the server withheld the rest",
    remedies: ["try it again"],
    unchanged: "Nothing was delivered.",
  });
}
