/** Fetches a model onto an Ollama. */

import { OrgError } from "#core/errors.ts";
import { type Fields, fieldsOf, parseJson, textOf } from "#core/json.ts";
import type { PullProgress } from "#core/model-facts.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { Connection } from "../http/connection.ts";
import { readWireError } from "../http/error-body.ts";
import { pullError, refusalError } from "../http/errors.ts";
import { type Server, targetOf } from "../http/server.ts";
import { LineReader } from "../ndjson.ts";

const MAX_ERROR_BYTES = 64 * 1024;
/** Longest silence in milliseconds: the check of a large file at the end says nothing for minutes. */
const SILENCE_MS = 600_000;

/**
 * See `Provider.pull`.
 *
 * @see https://docs.ollama.com/api/pull
 */
export async function* pullModel(
  server: Server,
  model: string,
  signal: AbortSignal,
): AsyncGenerator<PullProgress, void> {
  const target = targetOf(server, { model, messages: [], tools: [] });
  const timeouts = { firstByteMs: SILENCE_MS, idleMs: SILENCE_MS };
  using connection = new Connection({ ...server, timeouts, target, signal });
  const response = await connection.send(`${server.address.endpoint}/api/pull`, {
    method: "POST",
    headers: { ...server.headers, "content-type": "application/json" },
    body: JSON.stringify({ model, stream: true }),
  });
  if (!response.ok) {
    const { status, headers } = response;
    const body = await connection.read(response, MAX_ERROR_BYTES);
    // An Ollama has this route, whatever it thinks of the model.
    if (status === 404 || status === 405) throw fetchesNone(server);
    throw refusalError({ status, headers, body }, target, []);
  }
  const lines = new LineReader();
  const layers = new Layers();
  const read = (all: readonly string[]) =>
    all.map((line) => layers.read(fieldsOf(parseJson(line))));
  try {
    for await (const bytes of response.body ?? []) {
      connection.received();
      yield* read(lines.push(bytes));
      if (layers.failure !== undefined || lines.failure !== undefined) break;
    }
  } catch (error) {
    throw connection.explain(error, "streaming");
  }
  yield* read(lines.end());
  if (lines.failure !== undefined) throw lines.failure;
  // Whatever went wrong comes under status 200.
  if (layers.failure !== undefined) throw pullError(layers.failure, target);
  if (!layers.isDone) throw endedEarly(model);
}

/** Adds up the layers of one model: each line is about one of them. */
class Layers {
  readonly #total = new Map<string, number>();
  readonly #completed = new Map<string, number>();
  #status = "";
  failure: ReturnType<typeof readWireError>;

  get isDone(): boolean {
    return this.#status === "success";
  }

  read(line: Fields): PullProgress {
    this.failure ??= readWireError(line);
    this.#status = textOf(line["status"]) || this.#status;
    const digest = textOf(line["digest"]);
    const { total, completed } = line;
    if (digest !== "" && typeof total === "number") this.#total.set(digest, total);
    // A layer that is there already is complete from its first line on; one that is resumed never goes back.
    if (digest !== "" && typeof completed === "number") this.#completed.set(digest, completed);
    return {
      status: this.#status,
      totalBytes: sum(this.#total),
      completedBytes: sum(this.#completed),
    };
  }
}

function sum(sizes: ReadonlyMap<string, number>): number {
  return sizes.values().reduce((all, one) => all + one, 0);
}

function fetchesNone({ address }: Server): OrgError {
  return new OrgError(`The server ${address.endpoint} cannot fetch models`, {
    code: "PROVIDER_REFUSED",
    why: "only an Ollama server can; install models on other servers by hand",
    remedies: ["org models list", "org models pull NAME --base http://127.0.0.1:11434"],
    unchanged: "Nothing was changed.",
  });
}

function endedEarly(model: string): OrgError {
  return new OrgError(`The server did not finish fetching "${model}"`, {
    code: "STREAM_CUT",
    why: "its progress ended without success",
    remedies: [`org models pull ${shellWord(model)}   # it goes on where it was`],
    unchanged: "The server keeps the part that it has downloaded.",
  });
}
