#!/usr/bin/env bun
/** How long a person waits for a page of help and for the first prompt of a room, and what a question costs. */
import { compare } from "./support/compare.ts";
import { startModelServer } from "./support/model-server.ts";
import { below, named, publish, type Section } from "./support/report.ts";
import { stop } from "./support/stop.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const MAIN = `${import.meta.dir}/../main.ts`;
/** How the prompt begins that tells whom the next line goes to. */
const PROMPT = "[group → agent";
/** Longest wait for it in milliseconds: by then something is wrong. */
const LIMIT_MS = 20_000;

await using server = await startModelServer();
await using folder = await temporaryFolder();

publish([await untilEnd(), await untilPrompt(), await questionCost()]);

async function untilEnd(): Promise<Section> {
  const series = await compare(
    [
      { name: "bun -e 0", round: () => endMs(["-e", "0"]) },
      { name: "org --help", round: () => endMs([MAIN, "--help"]) },
    ],
    { warmUp: 2, counted: 21 },
  );
  return {
    title: "start-up: until the program has ended",
    unit: "ms, less is better",
    series,
    aims: [below(60, named(series, "org --help"))],
  };
}

async function untilPrompt(): Promise<Section> {
  let homes = 0;
  const nextHome = () => {
    homes += 1;
    return `${folder.path}/home-${homes}`;
  };
  const series = await compare(
    [
      { name: "bun -e 0", round: () => endMs(["-e", "0"]) },
      { name: "org", round: () => promptMs(`${folder.path}/home`) },
      { name: "org, in a new home", round: () => promptMs(nextHome()) },
    ],
    { warmUp: 2, counted: 11 },
  );
  return {
    title: "start-up: until a room shows its first prompt in a terminal",
    unit: "ms, less is better",
    series,
    aims: [below(300, named(series, "org"))],
  };
}

/** Processor time of the whole process, from its start to the end of the answer. */
async function questionCost(): Promise<Section> {
  const environment = {
    ...{ PATH: Bun.env["PATH"], HOME: folder.path, ORG_HOME: `${folder.path}/asked` },
    ...{ OLLAMA_BASE: `${server.url}/burst/v1`, OLLAMA_MODEL: "m" },
  };
  const series = await compare(
    [
      { name: "bun -e 0", round: () => cpuMs([process.execPath, "-e", "0"]) },
      { name: "bun main.ts ask", round: () => cpuMs([process.execPath, MAIN, "ask", "hi"]) },
      {
        name: "ops/org.sh ask",
        round: () => cpuMs([`${import.meta.dir}/../ops/org.sh`, "ask", "hi"]),
      },
    ],
    { warmUp: 2, counted: 15 },
  );
  return {
    title: "start-up: a question and its answer",
    unit: "ms of processor time, less is better",
    series,
    aims: [],
  };

  function cpuMs(command: readonly string[]): number {
    const { success, stderr, resourceUsage } = Bun.spawnSync([...command], { env: environment });
    if (!success) throw new Error(`${command.join(" ")} failed: ${stderr}`);
    return Number(resourceUsage.cpuTime.total) / 1000;
  }
}

function endMs(args: readonly string[]): number {
  const startMs = performance.now();
  const { success, stderr } = Bun.spawnSync([process.execPath, ...args]);
  const nowMs = performance.now();
  if (!success) throw new Error(`bun ${args.join(" ")} failed: ${stderr}`);
  return nowMs - startMs;
}

async function promptMs(home: string): Promise<number> {
  let screen = "";
  const prompt = Promise.withResolvers<void>();
  const decoder = new TextDecoder();
  const startMs = performance.now();
  const child = Bun.spawn([process.execPath, MAIN], {
    env: {
      ...{ PATH: Bun.env["PATH"], HOME: folder.path, TERM: "xterm-256color", LANG: "C.UTF-8" },
      ...{ ORG_HOME: home, OLLAMA_BASE: `${server.url}/burst/v1` },
    },
    terminal: {
      cols: 100,
      rows: 30,
      data: (_terminal, bytes) => {
        screen += decoder.decode(bytes, { stream: true });
        if (screen.includes(PROMPT)) prompt.resolve();
      },
    },
    onExit: () => prompt.reject(new Error(`The room ended without a prompt:\n${screen}`)),
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  await prompt.promise;
  const nowMs = performance.now();
  await stop(child);
  child.terminal?.close();
  return nowMs - startMs;
}
