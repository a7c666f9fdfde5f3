/** An owner in a process of its own, for the tests that stop it, kill it or leave it. */
import { OrgError } from "#core/errors.ts";
import { type Handlers, type OwnerServer, serveOwner } from "#server/socket/owner-server.ts";

export interface OwnerProcess extends AsyncDisposable {
  readonly pid: number;
  /** The next thing that it says of itself. */
  said(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to end in peace, and waits until it has. */
  end(): Promise<void>;
}

/** Starts it and waits until it listens. */
export async function startOwner(path: string): Promise<OwnerProcess> {
  const child = Bun.spawn([process.execPath, import.meta.path, path], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const reader = child.stdout.getReader();
  const said = async () => new TextDecoder().decode((await reader.read()).value).trim();
  if ((await said()) !== "listening") throw new Error("The owner did not start");
  return {
    pid: child.pid,
    said,
    kill: (signal) => child.kill(signal),
    end: async () => {
      await child.stdin.end();
      await child.exited;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** What it answers; `say` tells the test what happens inside. */
export function fixtureHandlers(say: (text: string) => void): Handlers {
  return {
    echo: async function* (body) {
      yield body;
    },
    /** Says nothing for `forMs` milliseconds. */
    think: async function* (body) {
      const endMs = Date.now() + Object(body).forMs;
      while (Date.now() < endMs) await new Promise(setImmediate);
      yield "thought";
    },
    /** One line, then silence until it is stopped. */
    wait: async function* (_body, signal) {
      yield "waiting";
      const stopped = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => stopped.resolve());
      // A handler may be sure of this even when nothing else refers to the connection any more.
      Bun.gc(true);
      await stopped.promise;
      say("stopped");
      yield "last words";
    },
    refuse: async function* () {
      yield "first";
      throw new OrgError("No such room", {
        code: "ROOM_UNKNOWN",
        why: "it holds 2 rooms",
        remedies: ["org log --list"],
        unchanged: "Nothing was sent.",
      });
    },
    break: () => {
      throw new TypeError("x is not a function");
    },
  };
}

async function main(path: string): Promise<void> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  await using _server: OwnerServer = await serveOwner(path, fixtureHandlers(say));
  say("listening");
  for await (const _input of process.stdin) {
    // Nothing to read: the end of the input is what it waits for.
  }
}

if (import.meta.main) await main(process.argv[2] ?? "");
