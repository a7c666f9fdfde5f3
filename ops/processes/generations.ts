/** Starts and ends the processes that serve generations. */

import { constants, existsSync } from "node:fs";
import { mkdir, open, readFile, readlink, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { OrgError, reasonOf } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import type { GenerationName } from "#home/home-paths.ts";
import { loadBytes } from "#platform/files.ts";
import { rotateFile, trimLog } from "#platform/log/log-files.ts";
import { processOf, readServices } from "#platform/process-record.ts";
import { programIn } from "../release/main-release.ts";
import type { Service } from "../release/service.ts";
import { endProcesses } from "./end.ts";
import { type GenerationRecord, readGeneration } from "./generation-record.ts";
import { isWell } from "./health.ts";

const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;

export interface StartOptions {
  readonly home: string;
  readonly name: GenerationName;
  /** 0: any that is free. */
  readonly port: number;
  /** Absolute path of the main.ts that serves. */
  readonly program: string;
  /** The branch of a candidate. */
  readonly branch?: string | undefined;
  /** Further arguments of `org serve`, such as the model. */
  readonly args?: readonly string[] | undefined;
  /** @default that of this process */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** How long a generation may take until it listens, and until it has ended, in milliseconds. */
const START_MS = 60_000;
const STOP_MS = 10_000;
/** How long a port may take until it is free, in milliseconds: any port, and one that a process of ours has just had. */
const PORT_MS = 1000;
const OWN_PORT_MS = 30_000;
const LOOK_AGAIN_MS = 20;
/** The output of the processes before it stays in front of that, up to so many bytes. */
const LOG_BYTES = 1024 * 1024;

/**
 * Starts a generation that lives on when this process ends. One of the same name that runs already is
 * ended first.
 *
 * @throws {OrgError} `HOME_BUSY` when another process has the port, `PROCESS_FAILED` when it does not listen in
 *   time; its log says why.
 */
export async function startGeneration(options: StartOptions): Promise<GenerationRecord> {
  const { home, name, port } = options;
  const wasOurs = await stopGeneration(home, name);
  await refuseOccupiedPort(port, wasOurs ? OWN_PORT_MS : PORT_MS);
  const log = join(home, ".org", "logs", `${name}.log`);
  await mkdir(dirname(log), { recursive: true, mode: 0o700 });
  // Now, because no process has it open: a process goes on writing where it began to.
  const logStat = await stat(log).catch(() => undefined);
  if (logStat !== undefined && logStat.size > LOG_BYTES) {
    rotateFile(log);
    await trimLog(log);
  }
  await using file = await open(log, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o600);
  const { size } = await file.stat();
  const child = Bun.spawn([...commandOf(options)], {
    cwd: home,
    // The home is told apart from where the program lies: a release serves the home that it came from.
    env: { ...(options.environment ?? Bun.env), ORG_HOME: home },
    stdin: "ignore",
    stdout: file.fd,
    stderr: file.fd,
    detached: true,
  });
  child.unref();
  const deadline = performance.now() + START_MS;
  while (child.exitCode === null && performance.now() < deadline) {
    const record = await readGeneration(home, name);
    if (record?.pid === child.pid) return record;
    await Bun.sleep(LOOK_AGAIN_MS);
  }
  child.kill("SIGKILL");
  throw notStarted(options, child.exitCode, { log, output: await logTail(log, size) });
}

/** Ends a generation: it may finish its turn, then it is killed. @returns whether there was one. */
export async function stopGeneration(home: string, name: GenerationName): Promise<boolean> {
  const record = await readGeneration(home, name);
  const info = record && (await processOf(record));
  if (info === undefined) return false;
  // It may have started what works for the home: a promotion restarts it, and is not over then.
  const spared = (await readServices(home)).map(({ pid }) => pid);
  await endProcesses([info], { graceMs: STOP_MS, spared });
  return true;
}

/** Takes a promotion back, see {@link startPromotion}. */
export function startRollback(home: string, program: string, tag: string): void {
  startPromotion(home, program, ["rollback", tag]);
}

/** Moves main by a command in a process of its own, which outlives the generation that it restarts. */
export function startPromotion(home: string, program: string, args: readonly string[]): void {
  Bun.spawn([process.execPath, "--no-env-file", "--no-install", program, ...args], {
    cwd: home,
    env: { ...Bun.env, ORG_HOME: home },
    // Its own output goes to the same log as that of the rollback.
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  }).unref();
}

/**
 * Starts a generation anew, as it was: program, port, arguments and environment. @returns who serves now, or
 * `undefined` when there was none.
 *
 * @throws {OrgError} as {@link startGeneration}.
 */
export async function restartGeneration(
  home: string,
  name: GenerationName,
): Promise<GenerationRecord | undefined> {
  const running = await readGeneration(home, name);
  if (running === undefined) return undefined;
  const { port, branch } = running;
  return await startGeneration({ home, name, port, branch, ...(await startOf(running)) });
}

/** The current generation of a home, for promotions: restarted from its release when it runs at all. */
export function currentService(home: string): Service {
  return {
    restart: async (commit) => {
      const running = await readGeneration(home, "current");
      if (running === undefined) return;
      const { program, args, environment } = await startOf(running);
      await startGeneration({
        ...{ home, name: "current", port: running.port, args, environment },
        program: programIn(join(home, ".org", "releases", commit), program),
      });
    },
    isHealthy: async (commit) => {
      const running = await readGeneration(home, "current");
      return running === undefined || (await isWell({ ...running, home, commit }));
    },
  };
}

function commandOf({ name, port, program, branch, args = [] }: StartOptions): readonly string[] {
  const config = join(dirname(program), "bunfig.toml");
  return [
    process.execPath,
    // Bun obeys a bunfig.toml and a .env of the folder it is started in, and a tool may have written them there.
    ...(existsSync(config) ? [`--config=${config}`] : []),
    ...["--no-env-file", "--no-install", program],
    ...["serve", "--generation", name, "--port", String(port)],
    ...(branch === undefined ? [] : ["--branch", branch]),
    ...args,
  ];
}

/** How a generation was started. */
export type GenerationStart = Required<Pick<StartOptions, "program" | "args" | "environment">>;

/** How a running generation was started: its successor speaks to the same model. */
export async function startOf({ pid }: Pick<GenerationRecord, "pid">): Promise<GenerationStart> {
  const listOf = async (file: string): Promise<readonly string[]> =>
    (await readFile(`/proc/${pid}/${file}`, "utf8")).split("\0").filter((text) => text !== "");
  const [line, variables] = await Promise.all([listOf("cmdline"), listOf("environ")]);
  const at = line.indexOf("serve");
  const environment = Object.fromEntries(
    variables.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]),
  );
  const args = line.slice(at + 1).filter((word, index, all) => {
    const [flag = ""] = word.split("=");
    return !(OWN_FLAGS.has(flag) || OWN_FLAGS.has(all[index - 1] ?? ""));
  });
  // The user may have started it by hand, with the name of a file in the folder where that was.
  const program = resolve(await readlink(`/proc/${pid}/cwd`), line[at - 1] ?? "");
  return { program, args, environment };
}

/** Said anew at every start. */
const OWN_FLAGS: ReadonlySet<string> = new Set(["--generation", "--port", "--branch"]);

/**
 * Asked here, because what a process of the background says is not read. The kernel closes the port of a process that
 * it ends when its memory is given back, so that is waited for.
 */
async function refuseOccupiedPort(port: number, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const failure = bindFailure(port);
    if (failure === undefined) return;
    if (performance.now() >= deadline) throw portOccupied(port, failure);
    await Bun.sleep(LOOK_AGAIN_MS);
  }
}

function bindFailure(port: number): unknown {
  try {
    Bun.serve({ hostname: "127.0.0.1", port, fetch: () => new Response() }).stop(true);
    return undefined;
  } catch (error) {
    return error;
  }
}

function portOccupied(port: number, cause: unknown): OrgError {
  return new OrgError(`Port ${port} is taken`, {
    code: "HOME_BUSY",
    why: reasonOf(cause),
    remedies: ["./ops/stop.sh, when it is one of ours", "or name another with --port"],
    unchanged: "Nothing was started.",
    cause,
  });
}

/** What a process that did not start has written, short enough for a reason. */
async function logTail(log: string, from: number): Promise<string> {
  const text = (await loadBytes(log)).toString("utf8", from);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-LAST_LINES).join("\n").slice(-LAST_CHARACTERS);
}

/** As much as an error of org has. */
const LAST_LINES = 8;
const LAST_CHARACTERS = 1500;

interface StartTrace {
  readonly log: string;
  readonly output: string;
}

function notStarted(
  { name, port }: StartOptions,
  exitCode: number | null,
  { log, output }: StartTrace,
): OrgError {
  const wrote = output === "" ? "" : `\nIt wrote:\n${output}`;
  return new OrgError(`The ${name} generation did not start on port ${port}`, {
    code: "PROCESS_FAILED",
    why:
      exitCode === null
        ? `It did not listen within ${START_MS / 1000} s.${wrote}`
        : `It ended with exit code ${exitCode}.${wrote}`,
    remedies: [`tail ${shellWord(log)}`],
    unchanged: "It is not running.",
  });
}
