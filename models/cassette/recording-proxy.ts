/** Stands between a program and a model server, and writes down what passes. */
import { reasonOf } from "#core/errors.ts";
import { writeFileAtomically } from "#platform/files.ts";
import { readBaseUrl, type ServerAddress } from "../http/base-url.ts";
import { writeCassette } from "./format.ts";
import { type Counts, type Redact, routeOf } from "./key.ts";
import { settled } from "./settled.ts";
import { Tape, type Track } from "./tape.ts";

export interface RecordingOptions {
  /** Base address of the real server, with or without "/v1". */
  readonly upstream: string;
  /** The file to write. */
  readonly path: string;
  /** Takes secrets out of a text; everything that is written passes through it. */
  readonly redact: Redact;
  /** Nothing else of a request is written down; a replay has to get the same. @default all of it */
  readonly counts?: Counts | undefined;
}

export interface RecordingProxy extends AsyncDisposable {
  /** "http://127.0.0.1:PORT". */
  readonly url: string;
}

/**
 * A server on loopback that hands requests on and records the exchanges. The file is written as a whole
 * on disposal, or not at all.
 *
 * @throws {OrgError} on disposal: `FILE_FAILED`, or `CASSETTE_INVALID` when a secret remains in it.
 */
export function recordingProxy(options: RecordingOptions): RecordingProxy {
  const tape = new Tape(options.redact, options.counts);
  const upstream = readBaseUrl(options.upstream);
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    development: false,
    fetch: async (request) => await handOn(request, upstream, tape),
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: async () => {
      await server.stop(true);
      tape.finish();
      await writeFileAtomically(options.path, writeCassette(tape.lines), { mode: 0o644 });
    },
  };
}

async function handOn(request: Request, upstream: ServerAddress, tape: Tape): Promise<Response> {
  const { method, signal, headers } = request;
  const path = new URL(request.url).pathname;
  const route = routeOf(path);
  // What is not part of the OpenAI API, such as Ollama's own, lies beside it.
  const base = route === path ? upstream.endpoint : upstream.api;
  const body = await request.text();
  const track = tape.begin({ method, route, body });
  let response: Response;
  try {
    response = await fetch(`${base}${route}`, {
      method,
      // Keys pass, and are never written down: no header of a request is.
      headers: pick(headers, ["authorization", "x-api-key", "anthropic-version", "content-type"]),
      ...(body === "" ? {} : { body }),
      signal,
      timeout: false,
      ...(upstream.isLocal ? { proxy: false } : {}),
    });
  } catch (error) {
    const message = `${base} does not answer: ${reasonOf(error)}`;
    return Response.json({ error: { message } }, { status: 502 });
  }
  const recorded = pick(response.headers, ["content-type", "retry-after", "date"]);
  track.status(response.status, recorded);
  return new Response(copyTo(track, response, signal), {
    status: response.status,
    headers: recorded,
  });
}

function copyTo(track: Track, response: Response, signal: AbortSignal): ReadableStream {
  return new ReadableStream({
    // Unlike the default kind, a direct stream puts every flushed piece on the wire by itself.
    type: "direct",
    pull: async (controller) => {
      try {
        for await (const bytes of response.body ?? []) {
          track.chunk(bytes);
          controller.write(bytes);
          await controller.flush();
        }
      } catch (error) {
        track.end(signal.aborted ? "left" : "broken");
        await settled();
        throw error;
      }
      track.end("complete");
      controller.close();
    },
  });
}

function pick(headers: Headers, names: readonly string[]): Record<string, string> {
  const values = names.map((name) => [name, headers.get(name)] as const);
  return Object.fromEntries(
    values.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
