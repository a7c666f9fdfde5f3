/** Starts and ends the processes that serve generations. */
import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { signalAll, waitForEnd } from "#ops/process-tree.ts";
import type { Service } from "#ops/promotion/service.ts";
import { sendRequest } from "#platform/net/http-client.ts";
import { readProcessInfo } from "#platform/process-info.ts";
import { type GenerationName, type GenerationRecord, readGeneration } from "./record.ts";

export interface StartOptions {
  readonly home: string;
  readonly name: GenerationName;
  readonly port: number;
  /** Absolute path of the main.ts that serves. */
  readonly program: string;
  /** The branch of a candidate. */
  readonly branch?: string | undefined;
}

/** How long a generation may take until it listens, and until it has ended, in milliseconds. */
const START_MS = 15_000;
const STOP_MS = 10_000;
const LOOK_AGAIN_MS = 20;

/**
 * Starts a generation that lives on when this process ends. One of the same name that runs already is
 * ended first.
 *
 * @throws {OrgError} `PROCESS_FAILED` when it does not listen in time; its log says why.
 */
export async function startGeneration(options: StartOptions): Promise<GenerationRecord> {
  const { home, name, port, program, branch } = options;
  await stopGeneration(home, name);
  const log = join(home, ".org", "logs", `${name}.log`);
  await mkdir(dirname(log), { recursive: true, mode: 0o700 });
  await using file = await open(log, "a", 0o600);
  const words = ["serve", "--generation", name, "--port", String(port)];
  const child = Bun.spawn(
    // The home is told apart from where the program lies: a release serves the home that it came from.
    [
      "env",
      `ORG_HOME=${home}`,
      process.execPath,
      program,
      ...words,
      ...(branch === undefined ? [] : ["--branch", branch]),
    ],
    { cwd: home, stdin: "ignore", stdout: file.fd, stderr: file.fd, detached: true },
  );
  child.unref();
  const deadline = performance.now() + START_MS;
  while (child.exitCode === null && performance.now() < deadline) {
    const record = await readGeneration(home, name);
    if (record?.pid === child.pid) return record;
    await Bun.sleep(LOOK_AGAIN_MS);
  }
  child.kill("SIGKILL");
  throw new OrgError(`The ${name} generation did not start on port ${port}`, {
    code: "PROCESS_FAILED",
    why:
      child.exitCode === null
        ? `It did not listen within ${START_MS / 1000} s.`
        : `It ended with exit code ${child.exitCode}.`,
    remedies: [`tail ${log}`],
    left: "It is not running.",
  });
}

/** Ends a generation: it may finish its turn, then it is killed. @returns whether there was one. */
export async function stopGeneration(home: string, name: GenerationName): Promise<boolean> {
  const record = await readGeneration(home, name);
  const info = record && (await readProcessInfo(record.pid));
  if (info === undefined) return false;
  await signalAll([info], "SIGTERM");
  const stubborn = await waitForEnd([info], STOP_MS);
  await signalAll(stubborn, "SIGKILL");
  await waitForEnd(stubborn, STOP_MS);
  return true;
}

/** The current generation of a home, for promotions: restarted from its release when it runs at all. */
export function currentService(home: string): Service {
  return {
    restart: async (commit) => {
      const running = await readGeneration(home, "current");
      if (running === undefined) return;
      const program = join(home, ".org", "releases", commit, "main.ts");
      await startGeneration({ home, name: "current", port: running.port, program });
    },
    isHealthy: async (commit) => {
      const running = await readGeneration(home, "current");
      return running === undefined || (await answersAs(running.port, commit));
    },
  };
}

/** Asks this machine alone: the port is one of ours. */
async function answersAs(port: number, commit: string): Promise<boolean> {
  const rules = {
    ports: [port],
    allowAddress: (address: string) => address === "127.0.0.1",
    limits: { totalMs: START_MS },
  };
  const request = { url: `http://127.0.0.1:${port}/health` };
  const { signal } = new AbortController();
  const answer = await sendRequest(request, rules, signal).catch(() => undefined);
  if (answer?.status !== 200) return false;
  const health: unknown = JSON.parse(new TextDecoder().decode(answer.body));
  return typeof health === "object" && health !== null && Reflect.get(health, "commit") === commit;
}
