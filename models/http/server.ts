/** A model server as every adapter sees it: where it is, how requests reach it, and what its failures mean. */
import { OrgError } from "#core/errors.ts";
import { type Fields, fieldsOf, parseJson } from "#core/json.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { requestTokens } from "../context.ts";
import type { ChatRequest, ProviderEvent } from "../provider.ts";
import { readBaseUrl, type ServerAddress } from "./base-url.ts";
import { Connection, type Fetch } from "./connection.ts";
import type { WireError } from "./error-body.ts";
import {
  type Advice,
  type FailedResponse,
  isMissingModel,
  refusalError,
  streamError,
  type Target,
} from "./errors.ts";
import type { SilenceLimits } from "./silence.ts";

export interface ServerOptions {
  /** With or without "/v1" and a slash at the end. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** The user allowed that the key goes over plain HTTP to another machine. @default false */
  readonly keyOverHttp?: boolean | undefined;
  readonly timeouts: SilenceLimits;
  /** Cleans what a server says of a failure. @default knows what secrets look like, and the key of this server */
  readonly cleaner?: TextCleaner | undefined;
  /** @default the global one */
  readonly fetch?: Fetch;
}

/** What is peculiar to the servers of one wire. */
export interface ServerKind {
  /** Headers of every request. @param apiKey absent: none was configured, or an empty one. */
  readonly headers: (address: ServerAddress, apiKey: string | undefined) => Record<string, string>;
  readonly advice: Advice;
}

export interface Server {
  readonly address: ServerAddress;
  readonly headers: Readonly<Record<string, string>>;
  /** Shown in no message. */
  readonly secrets: readonly string[];
  readonly cleaner: TextCleaner | undefined;
  readonly timeouts: SilenceLimits;
  readonly fetch: Fetch;
  readonly advice: Advice;
}

/** @throws {OrgError} `CONFIG_INVALID` when the base address is none, and for a key that anyone on the way could read. */
export function serverAt(options: ServerOptions, kind: ServerKind): Server {
  const { baseUrl, apiKey, cleaner, timeouts } = options;
  const address = readBaseUrl(baseUrl);
  // Users set a key such as "ollama" or "none" where one is needed but not checked.
  const secrets = [apiKey ?? "", address.credentials ?? ""].filter((text) => text.length >= 8);
  if (secrets.length > 0 && options.keyOverHttp !== true) demandPrivateWay(address);
  return {
    address,
    headers: kind.headers(address, apiKey === "" ? undefined : apiKey),
    secrets,
    cleaner,
    timeouts,
    fetch: options.fetch ?? fetch,
    advice: kind.advice,
  };
}

/** On this machine no proxy stands in between. */
function demandPrivateWay({ endpoint, isLocal }: ServerAddress): void {
  if (isLocal || !endpoint.startsWith("http://")) return;
  const { host, hostname, port } = new URL(endpoint);
  const there = `127.0.0.1:${port || "80"}`;
  throw new OrgError(`The key for ${endpoint} would go over plain HTTP`, {
    code: "CONFIG_INVALID",
    why: `every machine between this one and ${host} could read it`,
    remedies: [
      `write https:// where the server offers it`,
      `ssh -N -L ${port || "80"}:${there} ${hostname}   # and http://${there} as the address`,
      "key_over_http = true   # in org.config, beside its base: you trust the network",
    ],
    unchanged: "Nothing was sent.",
  });
}

/** The key as most servers take it, else the password of the address. */
export function authorization(
  { credentials }: ServerAddress,
  apiKey: string | undefined,
): Record<string, string> {
  if (apiKey !== undefined) return { authorization: `Bearer ${apiKey}` };
  if (credentials === undefined) return {};
  return { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** Reads the body of an answer with status 200. */
export interface AnswerBody {
  readonly failure: Error | undefined;
  /** Nothing more is to be read. */
  readonly isOver: boolean;
  /** The model has ended; the body may still go on. */
  readonly isFinished: boolean;
  push(bytes: Uint8Array): readonly ProviderEvent[];
  /** The body is over. */
  end(): readonly ProviderEvent[];
}

/** Makes the error of the server's message; `spoke` when a part of the answer came before it. */
export type ExplainError = (error: WireError, spoke: boolean) => OrgError;

export interface Completion {
  readonly url: string;
  readonly request: ChatRequest;
  /** The request as the server reads it. */
  readonly body: string;
  readonly reader: (explain: ExplainError) => AnswerBody;
  /** Names of the server's models, for the error of one that is missing. */
  readonly listModels: (signal: AbortSignal) => Promise<readonly string[]>;
}

const DEFAULT_GRACE_MS = 2000;
const MAX_ERROR_BYTES = 64 * 1024;

/** Streams one completion; see `Provider.stream`. */
export async function* streamAnswer(
  server: Server,
  completion: Completion,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent, void> {
  const target = targetOf(server, completion.request);
  using connection = new Connection({ ...server, target, signal });
  const response = await connection.send(completion.url, {
    method: "POST",
    headers: { ...server.headers, "content-type": "application/json" },
    body: completion.body,
  });
  if (!response.ok) {
    const { status, headers } = response;
    const failed = { status, headers, body: await connection.read(response, MAX_ERROR_BYTES) };
    throw await refusal(failed, target, () => completion.listModels(signal));
  }
  const { graceMs = DEFAULT_GRACE_MS } = server.timeouts;
  const body = completion.reader((error, spoke) => streamError(error, target, spoke));
  try {
    for await (const bytes of response.body ?? []) {
      connection.received();
      for (const event of body.push(bytes)) yield event;
      if (body.isOver) break;
      if (body.isFinished) connection.shorten(graceMs);
    }
  } catch (error) {
    // A server that breaks or falls silent behind the end of the answer has sent the whole answer.
    if (signal.aborted || !body.isFinished) throw connection.explain(error, "streaming");
  }
  for (const event of body.end()) yield event;
  if (body.failure !== undefined) throw body.failure;
}

async function refusal(
  failed: FailedResponse,
  target: Target,
  listModels: () => Promise<readonly string[]>,
): Promise<OrgError> {
  const installed = isMissingModel(failed, target) ? await listModels().catch(() => []) : [];
  return refusalError(failed, target, installed);
}

export interface Question {
  readonly url: string;
  /** Sent as JSON with POST; absent: GET. */
  readonly body?: object;
  /** Named in error texts. @default none */
  readonly model?: string;
  /** Longest silence in milliseconds. */
  readonly ms: number;
  /** Longest answer in bytes. @default 4 MiB */
  readonly maxBytes?: number;
}

const MAX_JSON_BYTES = 4 * 1024 * 1024;

/**
 * Asks for something that comes in one piece.
 *
 * @returns the fields of the JSON object; none where it is not an object.
 * @throws {OrgError} as `Provider.stream` does.
 */
export async function askJson(
  server: Server,
  question: Question,
  signal: AbortSignal,
): Promise<Fields> {
  const { url, body: sent, model = "", ms, maxBytes = MAX_JSON_BYTES } = question;
  const target = targetOf(server, { model, messages: [], tools: [] });
  const timeouts = { firstByteMs: ms, idleMs: ms };
  using connection = new Connection({ ...server, timeouts, target, signal });
  const type = { "content-type": "application/json" };
  const response = await connection.send(
    url,
    sent === undefined
      ? { headers: server.headers }
      : { method: "POST", headers: { ...server.headers, ...type }, body: JSON.stringify(sent) },
  );
  const { status, headers, ok } = response;
  const body = await connection.read(response, ok ? maxBytes : MAX_ERROR_BYTES);
  if (!ok) throw refusalError({ status, headers, body }, target, []);
  return fieldsOf(parseJson(body));
}

/**
 * The same where no answer is not a failure: other kinds of servers do not know the question, and the request
 * that follows reports more clearly that one is silent, gone or aborted.
 *
 * @returns no fields when the server refused, `undefined` when it did not answer.
 */
export async function tryJson(
  server: Server,
  question: Question,
  signal: AbortSignal,
): Promise<Fields | undefined> {
  try {
    return await askJson(server, question, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof OrgError)) throw error;
    return error.code === "PROVIDER_UNREACHABLE" || error.code === "STREAM_SILENT" ? undefined : {};
  }
}

/** Whom error texts speak of. */
export function targetOf(server: Server, request: ChatRequest): Target {
  const { model, tools } = request;
  const { secrets, cleaner, advice } = server;
  return {
    endpoint: server.address.endpoint,
    model,
    hadTools: tools.length > 0,
    promptTokens: () => requestTokens(request),
    secrets,
    cleaner,
    advice,
  };
}

/** Something answers, and what it answers is not a list of models. */
export function noModelServer({ address }: Server): OrgError {
  return new OrgError(`What answers at ${address.endpoint} is not a model server`, {
    code: "PROVIDER_REFUSED",
    why: "it does not answer with a list of models",
    remedies: ["check the address and the protocol of the server: org config get wire"],
    unchanged: "Nothing was sent.",
  });
}
