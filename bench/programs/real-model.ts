#!/usr/bin/env bun
/** What `ops/checks/real-model.sh` runs: weights, a server, the tasks. */
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type CoderServer, startLlamaCpp, startOllama } from "../support/coder-server.ts";
import { OPTION_NAMES } from "../support/task-options.ts";
import { CODER, ensureWeights } from "../support/weights.ts";

const EX_USAGE = 64;
const EX_UNAVAILABLE = 69;
const LLAMA_CPP = "xllamacpp==2026.10.11549";

/** The arguments that are not ours go to the bench. */
const args = process.argv.slice(2);
const server = taken("--server", "llama.cpp");
const bench = taken("--bench", "tasks");
const folder = join(Bun.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "org/real-model");
const interrupt = new AbortController();
// The tasks end by themselves and print what there is; the server ends behind them.
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => interrupt.abort());

process.exitCode = await main();

/** Takes an option out of the arguments. */
function taken(name: string, otherwise: string): string {
  const at = args.indexOf(name);
  if (at === -1) return otherwise;
  const [, value = ""] = args.splice(at, 2);
  return value;
}

async function main(): Promise<number> {
  const unknown = args.find(
    (arg) => arg.startsWith("--") && !OPTION_NAMES.includes(arg.slice(2).split("=")[0] ?? ""),
  );
  if (unknown !== undefined) {
    say(`unknown argument "${unknown}"; nothing was changed`);
    say("try: ./ops/checks/real-model.sh --help");
    return EX_USAGE;
  }
  if (bench !== "tasks" && bench !== "project-tasks") {
    say(`invalid value for --bench: "${bench}" (tasks or project-tasks)`);
    return EX_USAGE;
  }
  if (URL.canParse(server)) return await runTasks(["--base", server, ...args]);
  if (server !== "llama.cpp" && server !== "ollama") {
    say(`invalid value for --server: "${server}" (llama.cpp, ollama or a URL)`);
    return EX_USAGE;
  }
  const ollama = Bun.env["ORG_OLLAMA"] || Bun.which("ollama");
  if (server === "ollama" && ollama === null) {
    say("Ollama is not installed: there is no program `ollama`, and ORG_OLLAMA does not name one");
    say("try: install Ollama, or `go install github.com/ollama/ollama@v0.17.4` with CGO");
    return EX_UNAVAILABLE;
  }
  const base = Bun.which("python3");
  if (base === null) {
    say("Python is not installed: there is no program `python3`");
    return EX_UNAVAILABLE;
  }
  await mkdir(folder, { recursive: true });
  const python = await environment(base);
  const weights = await ensureWeights({ weights: CODER, folder, python, say });
  const options = { weights, folder, say, signal: interrupt.signal };
  await using running: CoderServer =
    server === "ollama" && ollama !== null
      ? await startOllama(ollama, options)
      : await startLlamaCpp(python, options);
  return await runTasks(["--base", running.base, "--model", running.model, ...args]);
}

/** @returns the Python of an environment that has llama.cpp's server. */
async function environment(base: string): Promise<string> {
  const python = join(folder, "venv/bin/python");
  const [name] = LLAMA_CPP.split("==");
  if (await succeeds([python, "-c", `import ${name}`])) return python;
  say(`environment: installing ${LLAMA_CPP}`);
  const made = await succeeds([base, "-m", "venv", join(folder, "venv")]);
  const install = ["-m", "pip", "install", "--quiet", "--only-binary", ":all:", LLAMA_CPP];
  if (!made || !(await succeeds([python, ...install])))
    throw new Error(`The environment in ${folder}/venv cannot be made`);
  return python;
}

async function succeeds(command: readonly string[]): Promise<boolean> {
  try {
    const child = Bun.spawn([...command], { stdio: ["ignore", "ignore", "inherit"] });
    return (await child.exited) === 0;
  } catch {
    return false; // the program is not there
  }
}

async function runTasks(options: readonly string[]): Promise<number> {
  const program = join(import.meta.dir, `../${bench}.ts`);
  const child = Bun.spawn([process.execPath, program, ...options], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  interrupt.signal.addEventListener("abort", () => child.kill("SIGINT"));
  return await child.exited;
}

function say(line: string): void {
  process.stderr.write(`real-model: ${line}\n`);
}
