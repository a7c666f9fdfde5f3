/** Starts a model server with the weights of `ops/checks/real-model.sh`. */
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { stop } from "./stop.ts";

export interface CoderServer extends AsyncDisposable {
  /** Without a path. */
  readonly base: string;
  /** What the server calls the model. */
  readonly model: string;
}

export interface ServerOptions {
  readonly weights: string;
  /** The cache folder. */
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Loading 1.1 GB takes a minute on a busy machine. */
const START_MS = 300_000;
const POLL_MS = 250;
const PROGRAMS = join(import.meta.dir, "../programs");
/** One stays free for the programs that ask; threads of a model spin while they wait. */
const THREADS = Math.max(1, availableParallelism() - 1);

/** @param python of an environment that has the package `xllamacpp`. */
export async function startLlamaCpp(python: string, options: ServerOptions): Promise<CoderServer> {
  const port = await freePort();
  options.say(`llama.cpp: starting at port ${port} with ${THREADS} threads`);
  const log = Bun.file(join(options.folder, "llama.cpp.log"));
  const args = [join(PROGRAMS, "llama-server.py"), options.weights, `${port}`, `${THREADS}`];
  const child = Bun.spawn([python, ...args], { stdio: ["ignore", log, log] });
  const base = `http://127.0.0.1:${port}`;
  await answers(`${base}/health`, child, options);
  return { base, model: "coder", [Symbol.asyncDispose]: () => stop(child) };
}

/** @param ollama its program. */
export async function startOllama(ollama: string, options: ServerOptions): Promise<CoderServer> {
  const port = await freePort();
  options.say(`Ollama: starting at port ${port}`);
  const models = join(options.folder, "ollama");
  await mkdir(models, { recursive: true });
  const env = {
    ...{ PATH: Bun.env["PATH"] ?? "/usr/bin", HOME: models, OLLAMA_MODELS: join(models, "models") },
    ...{ OLLAMA_HOST: `127.0.0.1:${port}`, OLLAMA_CONTEXT_LENGTH: "8192", OLLAMA_KEEP_ALIVE: "2h" },
  };
  const log = Bun.file(join(options.folder, "ollama.log"));
  const child = Bun.spawn([ollama, "serve"], { env, stdio: ["ignore", log, log] });
  const base = `http://127.0.0.1:${port}`;
  await answers(`${base}/api/version`, child, options);
  const modelfile = join(options.folder, "Modelfile");
  await Bun.write(modelfile, Bun.file(join(PROGRAMS, "coder.modelfile")));
  const create = Bun.spawn([ollama, "create", "coder", "-f", modelfile], {
    ...{
      env,
      cwd: options.folder,
      stdio: ["ignore", "inherit", "inherit"],
      signal: options.signal,
    },
  });
  if ((await create.exited) !== 0) {
    await stop(child);
    throw new Error("ollama create failed");
  }
  return { base, model: "coder", [Symbol.asyncDispose]: () => stop(child) };
}

async function answers(url: string, child: Bun.Subprocess, options: ServerOptions): Promise<void> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    const answer = await fetch(url, { signal: options.signal }).catch(() => undefined);
    if (answer?.ok) return;
    if (child.exitCode !== null)
      throw new Error(`The server ended; see the log in ${options.folder}`);
    if (options.signal.aborted || performance.now() > deadline) {
      await stop(child);
      throw new Error(`The server did not start within ${START_MS / 1000} s`);
    }
    await Bun.sleep(POLL_MS);
  }
}

async function freePort(): Promise<number> {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("") });
  const { port } = server;
  await server.stop(true);
  return port ?? 0;
}
