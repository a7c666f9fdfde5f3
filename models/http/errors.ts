/** What went wrong with a server, as an error that a user can act on. */

import type { ErrorCode } from "#core/error-codes.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { ProviderError } from "../provider-error.ts";
import { classify, statusIn, windowNumbers } from "./classify.ts";
import { oneLine, readErrorBody, type WireError } from "./error-body.ts";

/** Whom we talk to, as far as an error text needs it. */
export interface Target {
  readonly endpoint: string;
  readonly model: string;
  readonly hadTools: boolean;
  /** An estimate of what was sent. */
  readonly promptTokens: () => number;
  /** What must never show in a message: some servers repeat the key that they refuse. */
  readonly secrets: readonly string[];
  readonly cleaner?: TextCleaner | undefined;
  /** @default that for a server of one's own */
  readonly advice?: Advice | undefined;
}

/** What a person can do about a server of some kind. */
export interface Advice {
  /** It does not answer. */
  readonly down: readonly string[];
  /** It asks to come back later, again and again. */
  readonly busy: string;
  /** It refuses the key, or wants one. */
  readonly key: string;
  /** It does not have a model. */
  readonly missing: (model: string) => string;
  /** Another of its models is to be used. */
  readonly choose: (model: string) => string;
}

/** A server of one's own, which is most probably an Ollama. */
export const OWN_SERVER: Advice = {
  down: ["ollama serve", "export OLLAMA_BASE=http://HOST:PORT"],
  busy: "use another server: export OLLAMA_BASE=http://HOST:PORT",
  key: "export OPENAI_API_KEY=KEY   # one that this server takes",
  missing: (model) => `org models pull ${shellWord(model)}`,
  choose: (model) => `export OLLAMA_MODEL=${shellWord(model)}`,
};

/** An answer whose status says that it failed. */
export interface FailedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** @param installed names of the server's models, where it lists them. */
export function refusalError(
  response: FailedResponse,
  target: Target,
  installed: readonly string[],
): OrgError {
  const { status, headers, body } = response;
  const error = readErrorBody(body);
  const code = classify({ status, error, hadTools: target.hadTools }) ?? "PROVIDER_REFUSED";
  const retryAfterMs = readRetryAfter(headers);
  return describe(code, { status, error, target, installed, retryAfterMs });
}

/** Whether the list of models would help to explain a refusal. */
export function isMissingModel({ status, body }: FailedResponse, { hadTools }: Target): boolean {
  return classify({ status, error: readErrorBody(body), hadTools }) === "MODEL_MISSING";
}

/** @param spoke a part of the answer came before; then it is not a refusal, whatever it says. */
export function streamError(error: WireError, target: Target, spoke: boolean): OrgError {
  const status = statusIn(error);
  const classified = classify({ status, error, hadTools: target.hadTools });
  const code = spoke ? "STREAM_ERROR" : (classified ?? "STREAM_ERROR");
  return describe(code, { status, error, target, installed: [], retryAfterMs: undefined });
}

/** A server reported that it cannot fetch a model. */
export function pullError(error: WireError, target: Target): OrgError {
  const classified = classify({ status: statusIn(error), error, hadTools: false });
  const reason = displayed(error.message, target);
  return new OrgError(`"${target.model}" could not be fetched onto ${target.endpoint}`, {
    code: classified === "MODEL_MISSING" ? classified : "PROVIDER_REFUSED",
    why: reason,
    remedies: [
      classified === "MODEL_MISSING"
        ? "check the name: https://ollama.com/search lists them"
        : "read the server's message above: it may lack disk space or network access",
    ],
    unchanged: "The server keeps the part that it has downloaded.",
  });
}

/** The connection could not be made, or broke. */
export function connectionError(cause: unknown, target: Target, stage: Stage): OrgError {
  const { endpoint } = target;
  const why = NETWORK[codeOf(cause)] ?? displayed(reasonOf(cause), target);
  if (stage === "connecting") {
    return new ProviderError(`The server ${endpoint} does not answer`, {
      code: "PROVIDER_UNREACHABLE",
      why,
      remedies: adviceOf(target).down,
      unchanged: "Nothing was sent.",
      isBroken: codeOf(cause) === "ECONNRESET",
      cause,
    });
  }
  return new ProviderError(`The connection to ${endpoint} was lost in the middle of the answer`, {
    code: "STREAM_ERROR",
    why,
    remedies: ["/retry", "look at the server's log: it may have run out of memory"],
    unchanged: EARLIER_UNCHANGED,
    isBroken: true,
    cause,
  });
}

/** What fetch's codes mean; its own messages are for programmers. */
const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens at that address (ECONNREFUSED)",
  ECONNRESET: "the server closed the connection (ECONNRESET)",
  ENOTFOUND: "no host has that name (ENOTFOUND)",
};

/** What was being done when a connection failed. */
export type Stage = "connecting" | "streaming";

/** @param ms how long not a byte came. */
export function silenceError(ms: number, target: Target, hasBytes: boolean): OrgError {
  const seconds = `${Number((ms / 1000).toFixed(2))} s`;
  const { endpoint, model } = target;
  return new OrgError(
    hasBytes
      ? `The server ${endpoint} sent nothing for ${seconds} in the middle of its answer`
      : `The server ${endpoint} did not begin to answer within ${seconds}`,
    {
      code: "STREAM_SILENT",
      why: `it sent no byte for "${model}" in that time`,
      remedies: ["/retry", "check the server: a large model may still be loading"],
      unchanged: hasBytes ? EARLIER_UNCHANGED : UNCHANGED,
    },
  );
}

interface Facts {
  readonly status: number;
  readonly error: WireError;
  readonly target: Target;
  readonly installed: readonly string[];
  readonly retryAfterMs: number | undefined;
}

function describe(code: ErrorCode, facts: Facts): OrgError {
  const { status, error, target, retryAfterMs } = facts;
  const { endpoint, model } = target;
  const reason = displayed(error.message, target);
  const under = status > 0 && status !== 200 ? ` with status ${status}` : "";
  switch (code) {
    case "CONTEXT_OVERFLOW":
      return new ProviderError(`The prompt does not fit into the window of "${model}"`, {
        code,
        why: overflowWhy(error, target) ?? reason,
        remedies: ["/compact", "choose a model with a larger window, or give this one more"],
        unchanged: UNCHANGED,
        overflow: windowNumbers(error),
      });
    case "MODEL_WITHOUT_TOOLS":
      return new OrgError(`"${model}" takes no tools`, {
        code,
        why: reason,
        remedies: ["choose a model that supports tools"],
        unchanged: UNCHANGED,
      });
    case "MODEL_MISSING":
      return missingModel(facts, reason);
    case "CASSETTE_MISS":
      return new OrgError("The recording has no answer to this request", {
        code,
        why: reason,
        remedies: ["record it again"],
        unchanged: UNCHANGED,
      });
    case "PROVIDER_BUSY":
      return new ProviderError(`The server ${endpoint} is busy`, {
        code,
        why: `it answered${under}: ${reason}${retryHint(retryAfterMs)}`,
        remedies: ["/retry", adviceOf(target).busy],
        unchanged: UNCHANGED,
        retryAfterMs,
      });
    case "STREAM_ERROR":
      return new ProviderError(`The server ${endpoint} failed while it answered`, {
        code,
        why: reason,
        remedies: ["/retry", "look at the server's log"],
        unchanged: EARLIER_UNCHANGED,
        serverMessage: error,
      });
    default:
      return new ProviderError(`The server ${endpoint} refused the request${under}`, {
        code,
        why: reason,
        remedies: [refusalRemedy(status, target)],
        unchanged: UNCHANGED,
        serverMessage: error,
      });
  }
}

function missingModel({ target, installed }: Facts, reason: string): OrgError {
  const { endpoint, model } = target;
  const there = installed.length === 0 ? "" : `; it has ${installed.slice(0, 20).join(", ")}`;
  const [first] = installed;
  return new OrgError(`The server ${endpoint} has no model "${model}"`, {
    code: "MODEL_MISSING",
    why: `${reason}${there}`,
    remedies: [
      adviceOf(target).missing(model),
      ...(first === undefined ? [] : [adviceOf(target).choose(first)]),
    ],
    unchanged: UNCHANGED,
  });
}

function adviceOf({ advice = OWN_SERVER }: Target): Advice {
  return advice;
}

function overflowWhy(error: WireError, { promptTokens }: Target): string | undefined {
  const { sent, window } = windowNumbers(error);
  if (window === undefined) return undefined;
  const tokens = sent?.toLocaleString("en") ?? `about ${promptTokens().toLocaleString("en")}`;
  return `${tokens} tokens were sent, the window holds ${window.toLocaleString("en")} tokens`;
}

function refusalRemedy(status: number, target: Target): string {
  if (status === 401 || status === 403) return adviceOf(target).key;
  if (status === 404) return "check the address: it may lack a path such as /v1";
  return status >= 500 ? "look at the server's log" : "look at what the server says above";
}

function retryHint(retryAfterMs: number | undefined): string {
  return retryAfterMs === undefined ? "" : `; it asks to wait ${Math.ceil(retryAfterMs / 1000)} s`;
}

/**
 * `Retry-After` in milliseconds: seconds, or a date. A date is measured from the server's own clock,
 * where it tells it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  if (Number.isNaN(date)) return undefined;
  const now = Date.parse(headers.get("date") ?? "");
  return Math.max(0, date - (Number.isNaN(now) ? Date.now() : now));
}

/** External text, fit for a screen. Secrets go first: the cap could cut one in half. */
function displayed(text: string, { secrets, cleaner }: Target): string {
  const hidden = secrets.reduce((clean, secret) => clean.replaceAll(secret, "(hidden)"), text);
  return oneLine(hidden, cleaner);
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}

const UNCHANGED = "Nothing was changed.";
const EARLIER_UNCHANGED = "Earlier messages are kept.";
