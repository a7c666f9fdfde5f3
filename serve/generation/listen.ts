import { OrgError, reasonOf } from "#core/errors.ts";
import { type GenerationOptions, generationApp } from "./app.ts";
import { OpenTurns } from "./open-turns.ts";

export interface ListenOptions extends GenerationOptions {
  /** 0: any that is free. */
  readonly port: number;
}

export interface Listening extends AsyncDisposable {
  readonly port: number;
  /** Takes no new messages, and resolves when those that are being answered are. */
  leave(): Promise<void>;
}

/**
 * Serves a generation on this machine alone.
 *
 * @throws {OrgError} `HOME_BUSY` when the port is taken.
 */
export function listenGeneration({ port, ...options }: ListenOptions): Listening {
  const { turns = new OpenTurns() } = options;
  const app = generationApp({ ...options, turns });
  const server = openAt(port, () =>
    Bun.serve({
      hostname: "127.0.0.1",
      port,
      // A stream may be silent for as long as a model thinks.
      idleTimeout: 0,
      maxRequestBodySize: 2 * 1024 * 1024,
      fetch: (request) => app.fetch(request),
    }),
  );
  return {
    port: server.port ?? port,
    leave: () => turns.leave(),
    [Symbol.asyncDispose]: async () => await server.stop(true),
  };
}

function openAt<Server>(port: number, listen: () => Server): Server {
  try {
    return listen();
  } catch (cause) {
    throw new OrgError(`Port ${port} cannot be served`, {
      code: "HOME_BUSY",
      why: reasonOf(cause),
      remedies: ["./ops/stop.sh, when it is one of ours", "or name another with --port"],
      left: "Nothing was changed.",
      cause,
    });
  }
}
