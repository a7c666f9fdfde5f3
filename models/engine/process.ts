/** The child process that holds the model: a crash of native code must not take the room down. */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import { textLines } from "#core/lines.ts";
import { recordService } from "#platform/process-record.ts";
import { resolveProgram } from "#platform/program-path.ts";
import type { InstalledEngine } from "./installed.ts";
import type { EngineOrder, EngineReport } from "./protocol.ts";
import type { Owned } from "./restarts.ts";

const PROGRAM = join(import.meta.dir, "child/main.ts");
/** Longest wait for a model to be loaded, in milliseconds: 1.1 GB took more than 240 s where thirty programs wanted two cores. */
const START_MS = 600_000;
/** How much of the child's stderr is retained for an error text, in UTF-16 code units. */
const STDERR_TAIL = 2000;

export interface StartOptions {
  readonly engine: InstalledEngine;
  readonly threads: number;
  /** Most tokens of a conversation. */
  readonly contextTokens: number;
  /** How many conversations are kept in memory, one for each persona. */
  readonly conversations: number;
  /** It makes vectors of texts, and says nothing. @default false */
  readonly embeds?: boolean;
  /** ORG_HOME, where the process is registered. */
  readonly home: string;
}

/** A child that serves. */
export interface RunningEngine {
  readonly pid: number;
  /** "http://127.0.0.1:PORT". */
  readonly url: string;
  readonly token: string;
  readonly contextTokens: number;
  /** How many conversations it keeps. */
  readonly slots: number;
  /** Weights of the model. */
  readonly parameters: number;
  /** Resolves when the child is gone, with how it ended: "was killed by SIGKILL". */
  readonly ended: Promise<string>;
}

/**
 * Starts the child and waits until the model is loaded.
 *
 * @throws {OrgError} `ENGINE_FAILED` when it cannot serve.
 * @throws the reason of `signal`.
 */
export async function startEngine(
  options: StartOptions,
  signal: AbortSignal,
): Promise<Owned<RunningEngine>> {
  const { engine } = options;
  signal.throwIfAborted();
  const token = crypto.randomUUID();
  await using parts = new AsyncDisposableStack();
  const child = Bun.spawn(commandLine(), {
    // No secret of ours, and no configuration of Bun that lies around where we were started.
    cwd: engine.runtimeFolder,
    env: { PATH: "/usr/bin:/bin", HOME: engine.runtimeFolder },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    killSignal: "SIGKILL",
  });
  const stderrTail = new StderrTail(child.stderr);
  parts.defer(async () => {
    child.kill("SIGKILL");
    await child.exited;
  });
  const ended = child.exited.then((code) => howItEnded(child.signalCode, code));
  const report = await firstReport(child, { options, token, signal, ended });
  if (report.type === "failed") {
    const { why, isDamaged } = report;
    throw startFailed({ why, isDamaged, stderr: stderrTail.text, embeds: options.embeds });
  }
  const { pid } = child;
  const { port, contextTokens, slots, parameters } = report;
  const command = `${engine.model.name} in the built-in engine`;
  const role = options.embeds === true ? "embeddings" : "engine";
  parts.use(await recordService(options.home, { role, command, port, pid }));
  const resources = parts.move();
  return {
    process: {
      pid,
      url: `http://127.0.0.1:${port}`,
      token,
      contextTokens,
      slots,
      parameters,
      ended,
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The kernel ends the child with its parent; where the program for that is missing, the end of its input does. */
function commandLine(): string[] {
  const bun = [process.execPath, "--no-env-file", "--no-install", PROGRAM];
  const setpriv = process.platform === "linux" ? resolveProgram("setpriv") : undefined;
  return setpriv === undefined ? bun : [setpriv, "--pdeathsig", "KILL", ...bun];
}

interface Awaited {
  readonly options: StartOptions;
  readonly token: string;
  readonly signal: AbortSignal;
  readonly ended: Promise<string>;
}

async function firstReport(
  child: Bun.Subprocess<"pipe", "pipe", "pipe">,
  { options, token, signal, ended }: Awaited,
): Promise<EngineReport> {
  const { engine, threads, contextTokens, conversations, embeds = false } = options;
  const order: EngineOrder = {
    token,
    runtimeFolder: engine.runtimeFolder,
    model: engine.model.name,
    modelPath: engine.modelPath,
    sha256: engine.model.sha256,
    isSmall: !engine.model.takesTools,
    embeds,
    threads,
    contextTokens,
    conversations,
  };
  // The pipe stays open: its end tells the child that we are gone.
  child.stdin.write(`${JSON.stringify(order)}\n`);
  await Promise.resolve(child.stdin.flush()).catch(() => undefined);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(startFailed({ why: `it was not ready within ${START_MS / 1000} s`, embeds })),
    START_MS,
  );
  const abort = (): void => late.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    const end = ended.then(
      (how): EngineReport => ({ type: "failed", why: `it ${how}`, isDamaged: false }),
    );
    return await Promise.race([reportOf(child.stdout, end), late.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

async function reportOf(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
  end: Promise<EngineReport>,
): Promise<EngineReport> {
  for await (const line of textLines(stdout)) {
    const report = parseJson(line) as EngineReport | undefined;
    // The library itself may print something.
    if (report?.type === "ready" || report?.type === "failed") return report;
  }
  return await end;
}

/** The end of the text of a stream. */
class StderrTail {
  text = "";

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    void this.#read(stream).catch(() => undefined);
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const line of textLines(stream)) {
      this.text = `${this.text}${line}\n`.slice(-STDERR_TAIL);
    }
  }
}

function howItEnded(signal: NodeJS.Signals | number | null, code: number): string {
  return signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
}

interface FailedStart {
  readonly why: string;
  /** The last lines of the child's stderr. */
  readonly stderr?: string;
  readonly isDamaged?: boolean;
  readonly embeds: boolean | undefined;
}

function startFailed({ why, stderr = "", isDamaged, embeds }: FailedStart): OrgError {
  const stderrText = stderr.trim() === "" ? "" : `; it said: ${stderr.trim()}`;
  const again =
    isDamaged === true ? "org engine remove && org engine install" : "org engine status";
  return new OrgError("The built-in engine did not start", {
    code: "ENGINE_FAILED",
    why: `${why}${stderrText}`,
    remedies: embeds === true ? ["org engine install --embeddings --yes"] : [again, "ollama serve"],
    unchanged: "Nothing was sent.",
  });
}
