import type { ServerAddress } from "./base-url.ts";
import { connectionError, type Stage, silenceError, type Target } from "./errors.ts";
import { type SilenceLimits, SilenceWatch } from "./silence.ts";

export type Fetch = (url: string, init: BunFetchRequestInit) => Promise<Response>;

export interface ConnectionOptions {
  readonly fetch: Fetch;
  readonly timeouts: SilenceLimits;
  readonly target: Target;
  readonly signal: AbortSignal;
  readonly address: ServerAddress;
}

/** One request and its answer. Disposing it closes the connection, also in the middle of the answer. */
export class Connection implements Disposable {
  readonly #options: ConnectionOptions;
  readonly #controller = new AbortController();
  readonly #watch: SilenceWatch;
  readonly #forward: () => void;

  /** @throws the reason of `signal` when it is aborted already. */
  constructor(options: ConnectionOptions) {
    const { signal, timeouts, target } = options;
    signal.throwIfAborted();
    this.#options = options;
    this.#forward = () => this.#controller.abort(signal.reason);
    signal.addEventListener("abort", this.#forward, { once: true });
    this.#watch = new SilenceWatch(timeouts, (ms, hasBytes) =>
      this.#controller.abort(silenceError(ms, target, hasBytes)),
    );
  }

  /** @throws {OrgError} `PROVIDER_UNREACHABLE` or `STREAM_SILENT`; or the reason of the abort. */
  async send(url: string, init: BunFetchRequestInit): Promise<Response> {
    try {
      return await this.#options.fetch(url, {
        ...init,
        signal: this.#controller.signal,
        // Bun ends a quiet request after about six minutes otherwise; a signal does not change that.
        timeout: false,
        // HTTP_PROXY is for other networks; few people remember NO_PROXY for their own machine.
        ...(this.#options.address.isLocal ? { proxy: false } : {}),
      });
    } catch (error) {
      throw this.explain(error, "connecting");
    }
  }

  /** A byte came. */
  received(): void {
    this.#watch.received();
  }

  /** From now on that much silence ends the connection. */
  shorten(ms: number): void {
    this.#watch.shorten(ms);
  }

  /** The body as text, up to a size; the rest is not fetched. */
  async read(response: Response, maxBytes: number): Promise<string> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const bytes of response.body ?? []) {
        this.received();
        pieces.push(bytes);
        size += bytes.length;
        if (size >= maxBytes) break;
      }
    } catch (error) {
      // What a refusal says may be cut; its status is enough.
      if (this.#controller.signal.aborted) throw this.explain(error, "streaming");
    }
    return new TextDecoder().decode(Buffer.concat(pieces).subarray(0, maxBytes));
  }

  /** The reason behind what fetch threw: an abort, our own limits, the network, or a bug of ours. */
  explain(error: unknown, stage: Stage): unknown {
    const { signal, target } = this.#options;
    if (signal.aborted) return signal.reason;
    if (this.#controller.signal.aborted) return this.#controller.signal.reason;
    const isNetwork = error instanceof Error && "code" in error;
    return isNetwork ? connectionError(error, target, stage) : error;
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
    this.#options.signal.removeEventListener("abort", this.#forward);
    this.#controller.abort();
  }
}
