/** Providers that record what a server says, and that play it back without one. */
import { OrgError, reasonOf, unreachable } from "#core/errors.ts";
import { errnoOf, loadText } from "#platform/files.ts";
import type { Provider } from "../provider.ts";
import { openProvider, type ProviderOptions } from "../servers/open-provider.ts";
import { readCassette } from "./format.ts";
import type { Redact } from "./key.ts";
import { recordingProxy } from "./recording-proxy.ts";
import { type ReplayOptions, replayServer } from "./replay-server.ts";

/** A provider with a server of its own behind it. */
export type OwningProvider = Provider & AsyncDisposable;

/**
 * Plays a recording back. Disposing it stops the server.
 *
 * @throws {OrgError} `INPUT_MISSING` or `CASSETTE_INVALID`; what is not in the recording is answered with
 *   `CASSETTE_MISS`.
 */
export async function replayProvider(
  path: string,
  options: ReplayOptions & Pick<ProviderOptions, "wire" | "windowTokens" | "keepAlive"> = {},
): Promise<OwningProvider> {
  const text = await loadText(path).catch((cause: unknown) => {
    throw missing(path, cause);
  });
  const exchanges = readCassette(text, path);
  return owning(replayServer(exchanges, options), { ...options, timeouts: REPLAY_TIMEOUTS });
}

export interface RecordOptions extends ProviderOptions {
  /** Takes secrets out of a text; everything that is written passes through it. */
  readonly redact: Redact;
}

/** Talks to the server at `baseUrl` and records it. The file is written when it is disposed. */
export function recordingProvider(path: string, options: RecordOptions): OwningProvider {
  const { baseUrl: upstream, redact } = options;
  return owning(recordingProxy({ upstream, path, redact }), options);
}

/** `off`: just the server. `replay`: what is recorded. `strict`: that exactly once, and completely. */
export type CassetteMode = "off" | "record" | "replay" | "strict";

/** The provider of a mode, for programs and tests that can run with and without a server. */
export async function cassetteProvider(
  mode: CassetteMode,
  path: string,
  options: RecordOptions,
): Promise<OwningProvider> {
  // The key of the server is none of a recording's business.
  const { redact, wire, windowTokens, keepAlive } = options;
  const settings = { wire, windowTokens, keepAlive };
  switch (mode) {
    case "off":
      return { ...openProvider(options), [Symbol.asyncDispose]: async () => undefined };
    case "record":
      return recordingProvider(path, options);
    case "replay":
      return await replayProvider(path, { ...settings, redact });
    case "strict":
      return await replayProvider(path, { ...settings, redact, strict: true });
    default:
      return unreachable(mode);
  }
}

/** A recording may hold pauses of any length; none of them is a fault. */
const REPLAY_TIMEOUTS = { firstByteMs: 3_600_000, idleMs: 3_600_000 };

interface OwnServer extends AsyncDisposable {
  readonly url: string;
}

function owning(server: OwnServer, options: Omit<ProviderOptions, "baseUrl">): OwningProvider {
  const provider = openProvider({ ...options, baseUrl: server.url });
  return { ...provider, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function missing(path: string, cause: unknown): OrgError {
  return new OrgError(`There is no recording "${path}"`, {
    code: "INPUT_MISSING",
    ...(errnoOf(cause) === "ENOENT" ? {} : { why: reasonOf(cause) }),
    remedies: ["record one, or correct the path"],
    unchanged: "Nothing was played.",
    cause,
  });
}
