/** Any server that speaks OpenAI's chat completions: Ollama, llama.cpp, LM Studio, vLLM, OpenAI … */

import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { fieldsOf, parseJson, textOf } from "#models/json.ts";
import type { ChatRequest, Provider, ProviderEvent } from "#models/provider.ts";
import { readBaseUrl, type ServerAddress } from "./base-url.ts";
import { BodyReader } from "./body.ts";
import { Connection, type Fetch } from "./connection.ts";
import { isMissingModel, refusalError, streamError, type Target } from "./errors.ts";
import { requestBody } from "./request.ts";
import type { SilenceLimits } from "./silence.ts";

export interface OpenAiOptions {
  /** With or without "/v1" and a slash at the end. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly timeouts: SilenceLimits;
  /** Cleans what a server says of a failure. @default knows what secrets look like, and the key of this server */
  readonly cleaner?: TextCleaner | undefined;
  /** @default the global one */
  readonly fetch?: Fetch;
}

/** @throws {OrgError} `CONFIG_INVALID` when the base address is none. */
export function openAiProvider(options: OpenAiOptions): Provider {
  const address = readBaseUrl(options.baseUrl);
  const server: Server = {
    address,
    authorization: authorizationOf(address, options.apiKey),
    // Words such as "ollama" or "none" are given where a key is needed but not looked at.
    secrets: [options.apiKey ?? "", address.credentials ?? ""].filter((text) => text.length >= 8),
    cleaner: options.cleaner,
    timeouts: options.timeouts,
    fetch: options.fetch ?? fetch,
  };
  return {
    endpoint: address.endpoint,
    stream: (request, signal) => stream(server, request, signal),
    listModels: (signal) => listModels(server, signal),
    chatTemplate: (model, signal) => chatTemplate(server, model, signal),
  };
}

interface Server {
  readonly address: ServerAddress;
  readonly authorization: string | undefined;
  readonly secrets: readonly string[];
  readonly cleaner: TextCleaner | undefined;
  readonly timeouts: SilenceLimits;
  readonly fetch: Fetch;
}

const DEFAULT_GRACE_MS = 2000;
/** Longest wait for a list of models, in milliseconds. */
const LIST_MS = 5000;

async function* stream(
  server: Server,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent, void> {
  const target = targetOf(server, request);
  using connection = new Connection({ ...server, target, signal });
  const response = await connection.send(`${server.address.api}/chat/completions`, {
    method: "POST",
    headers: { ...headersOf(server), "content-type": "application/json" },
    body: requestBody(request),
  });
  if (!response.ok) throw await refusal(server, { connection, response, target, signal });
  const { graceMs = DEFAULT_GRACE_MS } = server.timeouts;
  const body = new BodyReader({ explain: (error, spoke) => streamError(error, target, spoke) });
  try {
    for await (const bytes of response.body ?? []) {
      connection.heard();
      for (const event of body.push(bytes)) yield event;
      if (body.isOver) break;
      if (body.isFinished) connection.shorten(graceMs);
    }
  } catch (error) {
    // Whoever breaks or falls silent behind the end of the answer has said all there was to say.
    if (signal.aborted || !body.isFinished) throw connection.explain(error, "streaming");
  }
  for (const event of body.end()) yield event;
  if (body.failure !== undefined) throw body.failure;
}

interface Refused {
  readonly connection: Connection;
  readonly response: Response;
  readonly target: Target;
  readonly signal: AbortSignal;
}

async function refusal(server: Server, refused: Refused): Promise<Error> {
  const { connection, response, target, signal } = refused;
  const { status, headers } = response;
  const failed = { status, headers, body: await connection.read(response, MAX_ERROR_BYTES) };
  const installed = isMissingModel(failed, target)
    ? await listModels(server, signal).catch(() => [])
    : [];
  return refusalError(failed, target, installed);
}

const MAX_ERROR_BYTES = 64 * 1024;
const MAX_LIST_BYTES = 4 * 1024 * 1024;

async function listModels(server: Server, signal: AbortSignal): Promise<readonly string[]> {
  const target = targetOf(server, { model: "", messages: [], tools: [] });
  const timeouts = { firstByteMs: LIST_MS, idleMs: LIST_MS };
  using connection = new Connection({ ...server, timeouts, target, signal });
  const response = await connection.send(`${server.address.api}/models`, {
    headers: headersOf(server),
  });
  const { status, headers, ok } = response;
  const body = await connection.read(response, ok ? MAX_LIST_BYTES : MAX_ERROR_BYTES);
  if (!ok) throw refusalError({ status, headers, body }, target, []);
  const models = fieldsOf(parseJson(body))["data"];
  const names = Array.isArray(models) ? models.map((model) => textOf(fieldsOf(model)["id"])) : [];
  return names.filter((name) => name !== "");
}

/** Longest wait for a template: it is worth less than a quick first answer. In milliseconds. */
const TEMPLATE_MS = 1000;
const MAX_TEMPLATE_BYTES = 1024 * 1024;

/** Ollama tells templates at `/api/show`, llama.cpp at `/props`; others do not. */
async function chatTemplate(
  server: Server,
  model: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const timeouts = { firstByteMs: TEMPLATE_MS, idleMs: TEMPLATE_MS };
  const target = targetOf(server, { model, messages: [], tools: [] });
  const ask = async (path: string, init: BunFetchRequestInit) => {
    using connection = new Connection({ ...server, timeouts, target, signal });
    const url = `${server.address.endpoint}${path}`;
    const response = await connection.send(url, { ...init, headers: headersOf(server) });
    const body = await connection.read(response, MAX_TEMPLATE_BYTES);
    return response.ok ? fieldsOf(parseJson(body)) : {};
  };
  try {
    const shown = await ask("/api/show", { method: "POST", body: JSON.stringify({ model }) });
    const known = textOf(shown["template"]);
    if (known !== "") return known;
    return textOf((await ask("/props", { method: "GET" }))["chat_template"]) || undefined;
  } catch {
    // Silent, gone or aborted: the request that follows tells which, and in better words.
    return undefined;
  }
}

function targetOf(server: Server, request: ChatRequest): Target {
  const { endpoint } = server.address;
  const hadTools = request.tools.length > 0;
  const { secrets, cleaner } = server;
  return { endpoint, model: request.model, hadTools, secrets, cleaner };
}

function headersOf({ authorization }: Server): Record<string, string> {
  return authorization === undefined ? {} : { authorization };
}

function authorizationOf(address: ServerAddress, apiKey: string | undefined): string | undefined {
  if (apiKey !== undefined && apiKey !== "") return `Bearer ${apiKey}`;
  if (address.credentials === undefined) return undefined;
  return `Basic ${Buffer.from(address.credentials).toString("base64")}`;
}
