#!/usr/bin/env bun
/**
 * Keeps a real `org serve` busy for a while and looks whether it holds ever more: memory, descriptors, child processes,
 * temporary files, bytes on the disk for each request. It is looked at while nothing is asked of it.
 *
 *   bun bench/soak.ts [--minutes N]     default: 30; exit code 1 when something grew without bound
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { homePaths } from "#home/home-paths.ts";
import { descendantsOf } from "#ops/processes/process-tree.ts";
import { logLines } from "./support/log-lines.ts";
import { type BrokenRequest, Load } from "./support/soak-load.ts";
import { growths, type Sample, sample } from "./support/soak-meter.ts";
import { soakModel } from "./support/soak-model.ts";
import { stop } from "./support/stop.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const ROOMS = 4;
/** The run is cut into so many parts, behind each of which it is looked at. */
const PARTS = 10;
/** Until then what was begun has ended, in milliseconds. */
const QUIET_MS = 60_000;
/** Requests without an answer that are shown. */
const MOST_SHOWN = 20;
/** Of its log that is shown to each: so long before and after it broke off, in milliseconds, and so many lines. */
const LOGGED_MS = 2000;
const MOST_LINES = 60;
/** As much of what the process says as is kept, in characters. */
const LAST_SAID = 4000;

const { values } = parseArgs({ options: { minutes: { type: "string", default: "30" } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error(`invalid value for --minutes: "${values.minutes}" (a number above 0)`);
  process.exit(64);
}

await using folder = await temporaryFolder();
const temporary = join(folder.path, "tmp");
await mkdir(temporary);
await using model = soakModel();
await using org = await serve();
const rooms: string[] = [];
for (let index = 0; index < ROOMS; index += 1) rooms.push(await newRoom());
const load = new Load(org.url, rooms);
const start = performance.now();
const samples: Sample[] = [];
let shown = 0;
for (let part = 0; part <= PARTS; part += 1) {
  const partMs = part === 0 ? 10_000 : (minutes * 60_000) / PARTS;
  await load.run(AbortSignal.timeout(partMs));
  // Now: later its part of the log may have gone.
  for (; shown < Math.min(load.broken.length, MOST_SHOWN); shown += 1)
    await showBroken(load.broken[shown]);
  await quiet();
  samples.push(await look());
}
const [first, middle, last] = [samples[0], samples[PARTS / 2], samples[PARTS]];
if (first === undefined || middle === undefined || last === undefined) throw new Error("too short");
print(`failures by status: ${JSON.stringify(load.failures)}`);
if (load.broken.length > 0)
  print(`what serves ${org.isGone() ? "is gone" : "is there"}; it said last:\n${org.said()}`);
const grown = growths(first, middle, last);
print(grown.length === 0 ? "nothing grew without bound" : `grew: ${grown.join("; ")}`);
process.exitCode = grown.length === 0 && load.broken.length === 0 ? 0 : 1;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** With what the home wrote down around the moment in which it broke off. */
async function showBroken(broken: BrokenRequest | undefined): Promise<void> {
  if (broken === undefined) return;
  const { request, code, hadHead, startedMs, endedMs } = broken;
  const where = hadHead ? "in its answer" : "before its answer";
  const at = new Date(endedMs).toISOString();
  print(`${at} ${request} broke off ${where} after ${endedMs - startedMs} ms: ${code}`);
  const span = { fromMs: endedMs - LOGGED_MS, toMs: endedMs + LOGGED_MS };
  const lines = await logLines(homePaths(folder.path).logs, span);
  for (const line of lines.slice(-MOST_LINES)) print(`  ${line}`);
}

async function look(): Promise<Sample> {
  const minute = Number(((performance.now() - start) / 60_000).toFixed(1));
  const journal = homePaths(folder.path).journal;
  const about = { pid: org.pid, temporary, journal };
  const seen = await sample(about, { minute, requests: load.requests });
  print(
    `minute ${seen.minute}: ${seen.rssMib} MiB, ${seen.descriptors} descriptors, ${seen.children} children, ` +
      `${seen.temporary} temporary, ${seen.stateKib} KiB of state, ${seen.requests} requests`,
  );
  return seen;
}

/** Waits until no job is left to be done and nothing runs. */
async function quiet(): Promise<void> {
  const deadline = performance.now() + QUIET_MS;
  for (;;) {
    const states = await Promise.all(["queued", "running"].map(jobsIn));
    const children = await descendantsOf([org.pid]);
    if (states.every((count) => count === 0) && children.length === 0) break;
    if (performance.now() > deadline) break;
    await Bun.sleep(250);
  }
  // Memory that is free by now goes back at the next collection.
  await Bun.sleep(1000);
}

async function jobsIn(state: string): Promise<number> {
  const answer = await fetch(`${org.url}/v1/jobs?state=${state}`);
  return Object(await answer.json()).jobs?.length ?? 0;
}

/** A message was sent in it, so that it is there. */
async function newRoom(): Promise<string> {
  const headers = { "content-type": "application/json" };
  const submitted = await fetch(`${org.url}/v1/jobs`, {
    ...{ method: "POST", headers, body: JSON.stringify({ message: "Begin." }) },
  });
  const { id } = Object(await submitted.json());
  for (;;) {
    const { state, result } = Object(await (await fetch(`${org.url}/v1/jobs/${id}`)).json());
    if (state === "done") return String(result.room);
    if (state === "dead") throw new Error("No room could be made");
    await Bun.sleep(50);
  }
}

async function serve() {
  const main = join(import.meta.dir, "../main.ts");
  const child = Bun.spawn([process.execPath, main, "serve", "--port", "0", "--workers", "2"], {
    cwd: folder.path,
    env: {
      ...{ PATH: Bun.env["PATH"], HOME: folder.path, ORG_HOME: folder.path, TMPDIR: temporary },
      ...{ OLLAMA_BASE: model.url, OLLAMA_MODEL: "m", ORG_ENGINE_DIR: join(folder.path, "engine") },
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  // An interrupted run leaves no process.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      child.kill("SIGKILL");
      process.exit(130);
    });
  }
  const url = await addressIn(child.stderr);
  let last = "";
  const decoder = new TextDecoder();
  void child.stderr.pipeTo(
    new WritableStream({
      write: (chunk) => {
        last = (last + decoder.decode(chunk, { stream: true })).slice(-LAST_SAID);
      },
    }),
  );
  return {
    ...{
      url,
      pid: child.pid,
      said: () => last,
      isGone: () => child.exitCode !== null || child.signalCode !== null,
    },
    [Symbol.asyncDispose]: () => stop(child),
  };
}

async function addressIn(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  for (let text = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`It never served. There was:\n${text}`);
    text += decoder.decode(value, { stream: true });
    const [url] = /http:\/\/\S+(?=\n)/.exec(text) ?? [];
    if (url === undefined) continue;
    reader.releaseLock();
    return url;
  }
}
