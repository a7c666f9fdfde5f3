/** Asks a container engine over its Unix socket: the Docker Engine API, which Podman speaks, too. */
import type { z } from "zod";
import { OrgError, reasonOf } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";

/** What Docker 19.03 and Podman 4 speak, and all after them. */
const API = "/v1.40";
/** An engine of a busy machine answers late; one that stands still does not hold a call for ever. In milliseconds. */
const ANSWER_MS = 60_000;
/** Longer answers are not read: no object that is requested here is as long. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

export interface EngineCall {
  readonly method: "GET" | "POST" | "DELETE";
  /** Behind the version, as `/containers/json`. */
  readonly path: string;
  readonly body?: unknown;
  /** What is to be done, in a clause that follows "to". */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
  /** Longest wait for the whole answer, of a stream for its beginning, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

/** The engine has answered, and will not. */
export class EngineRefused extends OrgError {
  /** Of HTTP: 404 there is no such object, 409 it is not in that state, 5xx the engine failed. */
  readonly status: number;

  constructor(doing: string, status: number, why: string) {
    super(`The container engine refused to ${doing}`, {
      code: "SANDBOX_UNAVAILABLE",
      why: `It says ${status}: ${why.trim().slice(0, 400) || "nothing more"}`,
      remedies: ["org doctor"],
    });
    this.status = status;
  }
}

/** One engine; asking it costs a connection each. */
export class ContainerEngine {
  /** Absolute path of its Unix socket. */
  readonly socket: string;

  constructor(socket: string) {
    this.socket = socket;
  }

  /**
   * Asks for an object.
   *
   * @throws {OrgError} `SANDBOX_UNAVAILABLE` where no engine answers, or with another object than requested;
   *   {@link EngineRefused} where it will not.
   */
  async ask<T>(call: EngineCall, schema: z.ZodType<T>): Promise<T> {
    const read = schema.safeParse(parseJson(await this.text(call)));
    if (read.success) return read.data;
    throw unreadable(call, this.socket);
  }

  /** Has something done. @throws as {@link ask}. */
  async tell(call: EngineCall): Promise<void> {
    await this.text(call);
  }

  /**
   * Whether it is Podman, which reads some settings in another way; what does not tell is taken for Docker.
   *
   * @throws {OrgError} `SANDBOX_UNAVAILABLE` where no engine answers.
   */
  async isPodman(): Promise<boolean> {
    const call = { method: "GET", path: "/_ping", doing: "say what it is" } as const;
    try {
      const { headers } = await this.#send(call, AbortSignal.timeout(ANSWER_MS));
      return headers.has("libpod-api-version");
    } catch (error) {
      if (error instanceof EngineRefused) return false;
      throw error;
    }
  }

  /** The answer as it came. @throws as {@link ask}. */
  async text(call: EngineCall): Promise<string> {
    const limit = AbortSignal.timeout(call.timeoutMs ?? ANSWER_MS);
    const response = await this.#send(call, limit);
    try {
      return new TextDecoder().decode(await readAll(response));
    } catch (error) {
      throw this.#failed(call, limit, error);
    }
  }

  /**
   * What the engine sends until it ends; `call.signal` ends it, too.
   *
   * @throws as {@link ask}, before the stream begins.
   */
  async stream(call: EngineCall): Promise<ReadableStream<Uint8Array>> {
    const beginning = new AbortController();
    const timer = setTimeout(() => beginning.abort(), call.timeoutMs ?? ANSWER_MS);
    try {
      const { body } = await this.#send(call, beginning.signal);
      return body ?? new Blob([]).stream();
    } finally {
      clearTimeout(timer);
    }
  }

  async #send(call: EngineCall, limit: AbortSignal): Promise<Response> {
    const { method, path, body, signal } = call;
    const json = body === undefined ? undefined : JSON.stringify(body);
    let response: Response;
    try {
      response = await fetch(`http://docker${API}${path}`, {
        ...{ method, unix: this.socket, redirect: "manual" },
        // Bun ends a quiet request after about six minutes otherwise, and a program may say nothing for longer.
        timeout: false,
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        headers: json === undefined ? {} : { "content-type": "application/json" },
        body: json,
      });
    } catch (error) {
      throw this.#failed(call, limit, error);
    }
    if (response.status < 300) return response;
    const answer = await response.text().catch(reasonOf);
    throw new EngineRefused(call.doing, response.status, messageIn(answer));
  }

  #failed({ doing, signal }: EngineCall, limit: AbortSignal, cause: unknown): unknown {
    // Called off by the caller: that is not a failure of the engine.
    if (signal?.aborted === true) return cause;
    const why = limit.aborted
      ? "It took the request, and did not answer in time."
      : `${reasonOf(cause)}.`;
    return new OrgError(`No engine answers at ${this.socket}`, {
      code: "SANDBOX_UNAVAILABLE",
      why: `${why} It was asked to ${doing}.`,
      remedies: [
        "systemctl --user start podman.socket",
        "name the socket of your engine: container.socket in org.config",
      ],
      cause,
    });
  }
}

/** @throws {Error} for an answer that is too long. */
async function readAll({ body }: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error("its answer is too long");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Engines say `{"message": …}`; what stands in front of them may not. */
function messageIn(text: string): string {
  const value = parseJson(text);
  const message =
    typeof value === "object" && value !== null ? Reflect.get(value, "message") : undefined;
  return typeof message === "string" ? message : text;
}

function unreadable({ doing }: EngineCall, socket: string): OrgError {
  return new OrgError("The container engine gave an answer that cannot be read", {
    code: "SANDBOX_UNAVAILABLE",
    why: `It was asked at ${socket} to ${doing}.`,
    remedies: ["check that a Docker or Podman API listens there: org doctor"],
  });
}
