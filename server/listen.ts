import { OrgError, reasonOf } from "#core/errors.ts";
import { type GenerationOptions, generationApp, socketApplication } from "./app.ts";
import { openPort, type PortOptions } from "./http/open-port.ts";
import { OpenTurns } from "./http/open-turns.ts";
import type { Application } from "./socket/owner-server.ts";

export interface ListenOptions extends GenerationOptions, Omit<PortOptions, "report"> {}

export interface Listening extends AsyncDisposable {
  readonly port: number;
  /** The same for the socket of the home. */
  readonly application: Application;
  /** Takes no new messages, and resolves when those that are being answered are. */
  leave(): Promise<void>;
}

/**
 * Serves a generation, on this machine alone unless another address is named.
 *
 * @throws {OrgError} `HOME_BUSY` when the port is taken.
 */
export async function listenGeneration(options: ListenOptions): Promise<Listening> {
  const { turns = new OpenTurns(), port } = options;
  const app = generationApp({ ...options, turns });
  // biome-ignore lint/nursery/useDisposables: what is returned disposes of it
  const listener = await openPort(app, options).catch((cause: unknown) => {
    throw portInUse(port, cause);
  });
  return {
    port: listener.port,
    application: socketApplication(app),
    leave: () => turns.leave(),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

function portInUse(port: number, cause: unknown): OrgError {
  return new OrgError(`Port ${port} cannot be served`, {
    code: "HOME_BUSY",
    why: reasonOf(cause),
    remedies: ["./ops/stop.sh, when it is one of ours", "or name another with --port"],
    unchanged: "Nothing was changed.",
    cause,
  });
}
