/** Any server that speaks OpenAI's chat completions: Ollama, llama.cpp, LM Studio, vLLM, OpenAI … */

import { fieldsOf, textOf } from "#core/json.ts";
import { OWN_SERVER } from "../http/errors.ts";
import {
  askJson,
  authorization,
  type Completion,
  noModelServer,
  type Server,
  type ServerOptions,
  serverAt,
  streamAnswer,
} from "../http/server.ts";
import type { ChatRequest, Provider, ProviderEvent } from "../provider.ts";
import { BodyReader } from "./body.ts";
import { factsOf } from "./facts.ts";
import { takesImages } from "./images.ts";
import { RefusedParameters } from "./parameters.ts";
import { requestBody } from "./request.ts";
import { windowOf } from "./window.ts";

/** @throws {OrgError} `CONFIG_INVALID` when the base address is none. */
export function openAiProvider(options: ServerOptions): Provider {
  const server = serverAt(options, { headers: authorization, advice: OWN_SERVER });
  const names = (signal: AbortSignal) => listModels(server, signal);
  const refused = new RefusedParameters();
  return {
    endpoint: server.address.endpoint,
    stream: (request, signal) => stream({ server, refused, names }, request, signal),
    listModels: names,
    factsOf: (model, signal) => factsOf(server, model, signal),
    windowOf: (model, signal) => windowOf(server, model, signal),
    takesImages: (model, signal) => takesImages(server, model, signal),
  };
}

/** Longest wait for a list of models, in milliseconds. */
const LIST_MS = 5000;

interface StreamOptions {
  readonly server: Server;
  readonly refused: RefusedParameters;
  readonly names: (signal: AbortSignal) => Promise<readonly string[]>;
}

/** A refusal comes before any text: what the server does not accept is omitted, and the request is sent again. */
async function* stream(
  { server, refused, names }: StreamOptions,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent, void> {
  for (;;) {
    const completion: Completion = {
      url: `${server.address.api}/chat/completions`,
      request,
      body: requestBody(request, refused.of(request.model)),
      reader: (explain) => new BodyReader({ explain }),
      listModels: names,
    };
    try {
      yield* streamAnswer(server, completion, signal);
      return;
    } catch (error) {
      if (!refused.learn(request, error)) throw error;
    }
  }
}

async function listModels(server: Server, signal: AbortSignal): Promise<readonly string[]> {
  const { data } = await askJson(
    server,
    { url: `${server.address.api}/models`, ms: LIST_MS },
    signal,
  );
  // Ollama without a model lists `null`; a server without such a field is something else.
  if (data === undefined) throw noModelServer(server);
  const names = Array.isArray(data) ? data.map((model) => textOf(fieldsOf(model)["id"])) : [];
  return names.filter((name) => name !== "");
}
