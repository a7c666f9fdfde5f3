/** Servers that speak Anthropic's Messages. */

import { type Fields, fieldsOf, textOf } from "#core/json.ts";
import { shellWord } from "#core/text/shell-word.ts";
import type { Advice } from "../http/errors.ts";
import {
  askJson,
  authorization,
  type Server,
  type ServerKind,
  type ServerOptions,
  serverAt,
  streamAnswer,
  tryJson,
} from "../http/server.ts";
import type { ModelWindow, Provider } from "../provider.ts";
import { MessagesAnswer } from "./answer.ts";
import { messagesBody } from "./request.ts";

/** @see https://docs.anthropic.com/en/api/versioning */
const VERSION = "2023-06-01";
/** Longest wait for a list of models, in milliseconds. */
const LIST_MS = 5000;

const ADVICE: Advice = {
  down: ["check the connection to the internet", "org config get base"],
  busy: "use another model: org models list",
  key: "export ANTHROPIC_API_KEY=KEY   # one that this server takes",
  missing: () => "org models list",
  choose: (model) => `org --model ${shellWord(model)}`,
};

const KIND: ServerKind = {
  headers: (address, apiKey) => ({
    "anthropic-version": VERSION,
    ...(apiKey === undefined ? authorization(address, undefined) : { "x-api-key": apiKey }),
  }),
  advice: ADVICE,
};

/** @throws {OrgError} `CONFIG_INVALID` when the base address is none. */
export function anthropicProvider(options: ServerOptions): Provider {
  const server = serverAt(options, KIND);
  const names = async (signal: AbortSignal) =>
    (await listed(server, signal)).map(({ id }) => textOf(id)).filter((name) => name !== "");
  return {
    endpoint: server.address.endpoint,
    stream: (request, signal) =>
      streamAnswer(
        server,
        {
          url: `${server.address.api}/messages`,
          request,
          body: messagesBody(request),
          reader: (explain) => new MessagesAnswer({ explain }),
          listModels: names,
        },
        signal,
      ),
    listModels: names,
    windowOf: (model, signal) => windowOf(server, model, signal),
    // All of its models do: https://docs.anthropic.com/en/docs/build-with-claude/vision
    takesImages: async () => true,
  };
}

async function listed(server: Server, signal: AbortSignal): Promise<readonly Fields[]> {
  const url = `${server.address.api}/models`;
  const { data } = await askJson(server, { url, ms: LIST_MS }, signal);
  return Array.isArray(data) ? data.map(fieldsOf) : [];
}

/**
 * The smallest window of the models that are served, in tokens, for servers that do not report it.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/context-windows
 */
const SMALLEST_WINDOW = 200_000;

async function windowOf(server: Server, model: string, signal: AbortSignal): Promise<ModelWindow> {
  const url = `${server.address.api}/models/${encodeURIComponent(model)}`;
  const facts = await tryJson(server, { url, ms: LIST_MS }, signal);
  const most = facts?.["max_input_tokens"];
  const tokens = typeof most === "number" && most > 0 ? most : SMALLEST_WINDOW;
  return { tokens, isFinal: facts !== undefined };
}
