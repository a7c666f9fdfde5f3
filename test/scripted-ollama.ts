/**
 * An Ollama with a script: real HTTP on a free loopback port, speaking its own interface.
 *
 *     await using server = scriptedOllama({ chat: [lines(said("hi"), done("stop"))] });
 */
import { type Asked, askedIn, lines, type Pieces, responseOf } from "./scripted-pieces.ts";

export interface OllamaModel {
  readonly name: string;
  readonly bytes?: number;
  readonly contextTokens?: number;
  /** The window that is in memory; absent: it is not loaded. */
  readonly loadedTokens?: number;
  readonly capabilities?: readonly string[];
  /** As in a Modelfile. */
  readonly parameters?: string;
  readonly template?: string;
}

export interface OllamaScript {
  /** @default one called "m" that can use tools */
  readonly models?: readonly OllamaModel[];
  /** Answers in order, or one for every request. */
  readonly chat?: readonly Pieces[] | ((asked: Asked) => Pieces);
  readonly pull?: Pieces;
}

export interface ScriptedOllama extends AsyncDisposable {
  readonly url: string;
  /** Bodies of the chat requests so far. */
  readonly chats: readonly Asked[];
  /** Paths of all requests so far. */
  readonly paths: readonly string[];
}

const ONE: readonly OllamaModel[] = [{ name: "m", capabilities: ["completion", "tools"] }];

export function scriptedOllama(script: OllamaScript): ScriptedOllama {
  const { models = ONE, chat = [], pull = lines() } = script;
  const chats: Asked[] = [];
  const paths: string[] = [];
  const answers: Readonly<Record<string, (asked: Asked, signal: AbortSignal) => Response>> = {
    "/api/tags": () => Response.json({ models: models.map(tagOf) }),
    "/api/ps": () => Response.json({ models: models.filter(isLoaded).map(tagOf) }),
    "/api/show": ({ body }) => shown(models.find(({ name }) => isSame(name, body?.["model"]))),
    "/v1/models": () =>
      Response.json({ object: "list", data: models.map(({ name }) => ({ id: name })) }),
    "/api/pull": (_, signal) => responseOf(pull, signal),
    "/api/chat": (asked, signal) => {
      chats.push(asked);
      const answer = typeof chat === "function" ? chat(asked) : chat[chats.length - 1];
      if (answer === undefined) throw new Error(`The script has no answer ${chats.length}`);
      return responseOf(answer, signal);
    },
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    development: false,
    fetch: async (request) => {
      const asked = await askedIn(request);
      paths.push(asked.path);
      const answer = answers[asked.path];
      return answer?.(asked, request.signal) ?? new Response("404 page not found", { status: 404 });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    chats,
    paths,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** A line with a piece of an answer. */
export function said(content: string, extra: object = {}): object {
  return { model: "m", message: { role: "assistant", content, ...extra }, done: false };
}

/** The last line. */
export function done(reason: string, prompt = 7, completion = 3): object {
  return {
    ...{ model: "m", message: { role: "assistant", content: "" }, done: true },
    ...{ done_reason: reason, prompt_eval_count: prompt, eval_count: completion },
  };
}

/** A name without a tag means the latest. */
function isSame(name: string, asked: unknown): boolean {
  return name === asked || name === `${String(asked)}:latest`;
}

function isLoaded({ loadedTokens }: OllamaModel): boolean {
  return loadedTokens !== undefined;
}

function tagOf({ name, bytes, loadedTokens }: OllamaModel): object {
  const details = { parameter_size: "8.2B", quantization_level: "Q4_K_M" };
  return { name, model: name, size: bytes, details, context_length: loadedTokens };
}

function shown(model: OllamaModel | undefined): Response {
  if (model === undefined) return Response.json({ error: "model not found" }, { status: 404 });
  const { contextTokens, capabilities, parameters, template } = model;
  const info = { "general.architecture": "qwen3", "qwen3.context_length": contextTokens };
  return Response.json({ template, parameters, capabilities, model_info: info });
}
