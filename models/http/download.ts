/** Fetches one large file over HTTP, and goes on where it was cut. */
import { setTimeout as delay } from "node:timers/promises";
import { OrgError, reasonOf } from "#core/errors.ts";
import type { VerifiedFile } from "#platform/verified-file.ts";
import type { Fetch } from "./connection.ts";
import { SilenceWatch } from "./silence.ts";

export interface DownloadOptions {
  /** An http or https address. */
  readonly url: string;
  /** Where it goes; what is there already is not fetched again. */
  readonly file: VerifiedFile;
  /** Called with every packet. @param total absent: the server does not tell. */
  readonly onProgress?: ((bytes: number, total: number | undefined) => void) | undefined;
  /** Longest silence in milliseconds. @default 30 s */
  readonly silenceMs?: number;
  /** Waits that many milliseconds, or rejects when the signal aborts. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** @default the global one */
  readonly fetch?: Fetch;
}

/** Tries in a row that bring nothing new before it is given up. */
const TRIES = 4;
const FIRST_WAIT_MS = 500;
const SILENCE_MS = 30_000;

/**
 * Fetches until the body is whole, with `Range` requests behind every cut. Whether the bytes are the right ones is
 * for {@link VerifiedFile.finish} to say.
 *
 * @throws {OrgError} `DOWNLOAD_FAILED` when the server refuses, or brings nothing new several times in a row;
 *   `FILE_FAILED` when the disk refuses.
 * @throws the reason of `signal`.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 */
export async function download(options: DownloadOptions, signal: AbortSignal): Promise<void> {
  const { file, sleep = wait } = options;
  let most = file.size;
  for (let inVain = 0; !file.isFull; ) {
    const cut = await fetchRest(options, signal);
    if (cut === undefined) return;
    // A server without ranges begins anew with every try: only what was never reached before is progress.
    inVain = file.size > most ? 1 : inVain + 1;
    most = Math.max(most, file.size);
    if (inVain >= TRIES) throw failed(options.url, `${cut}, ${TRIES} times in a row`, file.size);
    await sleep(FIRST_WAIT_MS * 2 ** (inVain - 1), signal);
  }
}

/**
 * Asks a server whether it has a file, which says soon whether it can be reached at all.
 *
 * @param ms longest wait in milliseconds.
 * @returns why it cannot be fetched; `undefined`: it is there.
 * @throws the reason of `signal`.
 */
export async function refusalOf(
  url: string,
  ms: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const late = AbortSignal.timeout(ms);
  try {
    const { status } = await fetch(url, {
      method: "HEAD",
      signal: AbortSignal.any([signal, late]),
    });
    return status === 200 ? undefined : `status ${status}`;
  } catch (error) {
    signal.throwIfAborted();
    return late.aborted ? `no answer within ${ms / 1000} s` : reasonOf(error);
  }
}

/** One request. @returns why it was cut; `undefined`: it was not. */
async function fetchRest(
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { url, file, silenceMs = SILENCE_MS } = options;
  signal.throwIfAborted();
  const controller = new AbortController();
  const forward = (): void => controller.abort(signal.reason);
  signal.addEventListener("abort", forward, { once: true });
  const limits = { firstByteMs: silenceMs, idleMs: silenceMs };
  using watch = new SilenceWatch(limits, (ms) =>
    controller.abort(new Error(`nothing came for ${ms / 1000} s`)),
  );
  try {
    const response = await (options.fetch ?? fetch)(url, {
      headers: {
        // Packed bytes could not be continued in the middle.
        "accept-encoding": "identity",
        ...(file.size > 0 ? { range: `bytes=${file.size}-` } : {}),
      },
      signal: controller.signal,
      timeout: false,
    });
    return await takeBody(response, { ...options, watch });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OrgError) throw error;
    return reasonOf(controller.signal.aborted ? controller.signal.reason : error);
  } finally {
    signal.removeEventListener("abort", forward);
    controller.abort();
  }
}

interface Body extends DownloadOptions {
  readonly watch: SilenceWatch;
}

async function takeBody(response: Response, body: Body): Promise<string | undefined> {
  const { url, file, onProgress, watch } = body;
  const { status } = response;
  if (status === 416) {
    // What is there is longer than what the server has: it is another file.
    await file.restart();
    return "the server has no such range";
  }
  if (status === 429 || status >= 500) return `the server answers with status ${status}`;
  if (status !== 200 && status !== 206) {
    throw failed(url, `the server answers with status ${status}`, file.size);
  }
  const range = status === 206 ? readRange(response.headers.get("content-range")) : undefined;
  if ((range?.start ?? 0) !== file.size) await file.restart();
  if (status === 206 && range?.start !== file.size) return "the server sent another range";
  const total = range === undefined ? lengthOf(response) : range.total;
  for await (const bytes of response.body ?? []) {
    watch.received();
    await file.append(bytes);
    onProgress?.(file.size, total);
  }
  return total !== undefined && file.size < total ? "the connection was cut" : undefined;
}

/** `bytes 100-199/200`, where the total may be `*`. */
function readRange(
  header: string | null,
): { readonly start: number; readonly total: number | undefined } | undefined {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? "") ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), total: total === "*" ? undefined : Number(total) };
}

function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") ? undefined : Number(length);
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}

function failed(url: string, why: string, bytes: number): OrgError {
  return new OrgError(`Could not fetch ${displayUrl(url)}`, {
    code: "DOWNLOAD_FAILED",
    why,
    remedies: ["check the address and the network, then run the same command again"],
    unchanged: `Nothing was installed. ${bytes} bytes are kept; the next attempt continues after them.`,
  });
}

/** Without a password and without what a signed address carries. */
function displayUrl(text: string): string {
  const url = new URL(text);
  return `${url.origin}${url.pathname}`;
}
