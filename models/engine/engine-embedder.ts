/** The embedding model of the engine: its process starts with the first text, and search goes on without it where it fails. */
import { ChannelLock } from "#core/channel-lock.ts";
import { OrgError } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { openAiEmbeddings } from "../openai/embeddings.ts";
import { EMBEDDING_MODEL } from "./catalogue.ts";
import type { RunningEngine } from "./process.ts";
import type { Started } from "./restarts.ts";

export interface EngineEmbedderOptions {
  /** `Restarts` of the child. */
  readonly engines: { get(signal: AbortSignal): Promise<Started<RunningEngine>> };
  readonly cleaner: TextCleaner;
  /** Milliseconds of a clock that only goes forward. @default that of this process */
  readonly now?: () => number;
}

/** So many texts are sent at once: a question that waits behind them waits for a second or two, with long texts. */
const BATCH = 16;
/** As much of a text as the model reads at most, in characters. */
const MOST_CHARACTERS = 4000;
/** After a failure nothing is tried for so long, twice as long after each further one, in milliseconds. */
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 300_000;
/** Of one request: 4 s with the longest texts, many times that where thirty programs want two cores. */
const REQUEST_MS = 120_000;
const TIMEOUTS = { firstByteMs: REQUEST_MS, idleMs: REQUEST_MS };

/** Vectors of length 1, 384 numbers each. */
export class EngineEmbedder {
  readonly id: string = `engine ${EMBEDDING_MODEL.name} ${EMBEDDING_MODEL.sha256.slice(0, 8)}`;
  readonly dimensions: number = EMBEDDING_MODEL.dimensions;
  readonly #options: EngineEmbedderOptions;
  readonly #now: () => number;
  /** The child reads one text after the other: what would wait there would count as silence. */
  readonly #lock = new ChannelLock();
  #failure: { readonly error: OrgError; readonly until: number } | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(options: EngineEmbedderOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** @throws {OrgError} `ENGINE_FAILED`, and what a model server throws; the same one at once while it pauses. */
  async embed(
    texts: readonly string[],
    _purpose: "query" | "document",
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const short = texts.map((text) => text.slice(0, MOST_CHARACTERS).toWellFormed());
    const vectors: Float32Array[] = [];
    for (let start = 0; start < short.length; start += BATCH) {
      vectors.push(...(await this.#some(short.slice(start, start + BATCH), signal)));
    }
    return vectors;
  }

  async #some(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    using _turn = await this.#lock.waitForLock(Number.POSITIVE_INFINITY, { signal });
    if (this.#failure !== undefined && this.#now() < this.#failure.until) throw this.#failure.error;
    try {
      const vectors = await this.#again(texts, signal);
      this.#failure = undefined;
      this.#pauseMs = FIRST_PAUSE_MS;
      return vectors;
    } catch (error) {
      if (signal.aborted || !(error instanceof OrgError)) throw error;
      this.#failure = { error, until: this.#now() + this.#pauseMs };
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      throw error;
    }
  }

  /** A child that died meanwhile is started again, and gets the request once more. */
  async #again(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    const { process } = await this.#options.engines.get(signal);
    try {
      return await this.#ask(process, texts, signal);
    } catch (error) {
      if (signal.aborted || !(await hasEnded(process))) throw error;
      const { process: next } = await this.#options.engines.get(signal);
      return await this.#ask(next, texts, signal);
    }
  }

  async #ask(
    { url: baseUrl, token: apiKey }: RunningEngine,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const { cleaner } = this.#options;
    const server = openAiEmbeddings({ baseUrl, apiKey, cleaner, timeouts: TIMEOUTS }, REQUEST_MS);
    return (await server.embed(EMBEDDING_MODEL.name, texts, signal)).vectors;
  }
}

/** Longest wait for the end of the child behind a broken connection, in milliseconds. */
const END_MS = 2000;

async function hasEnded({ ended }: RunningEngine): Promise<boolean> {
  return await Promise.race([ended.then(() => true), Bun.sleep(END_MS).then(() => false)]);
}
