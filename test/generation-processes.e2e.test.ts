import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGeneration } from "#ops/processes/generation-record.ts";
import {
  currentService,
  restartGeneration,
  startGeneration,
  stopGeneration,
} from "#ops/processes/generations.ts";
import { readProcessInfo } from "#platform/process-info.ts";
import { until } from "./until.ts";

/** Stands in for main.ts: says that it serves, and leaves when it is told to. */
const SERVER = `
  import { recordGeneration } from ${JSON.stringify(join(import.meta.dir, "../ops/processes/generation-record.ts"))};
  const name = process.argv[process.argv.indexOf("--generation") + 1];
  if (process.argv.includes("--broken")) process.exit(3);
  const commit = process.env.COMMIT ?? "none";
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({ commit, tools: [] }) });
  const record = await recordGeneration(process.env.ORG_HOME, { name, port: server.port, commit });
  process.on("SIGTERM", async () => { await record[Symbol.asyncDispose](); process.exit(0); });
`;

let home = "";
let program = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-processes-"));
  program = join(home, "main.ts");
  writeFileSync(program, SERVER);
});
afterEach(async () => {
  await stopGeneration(home, "current");
  rmSync(home, { recursive: true });
});

test("a generation is started, replaces the one before it, and is ended", async () => {
  const start = { home, name: "current", port: 0, program } as const;
  const first = await startGeneration({ ...start, environment: { COMMIT: "one" } });
  expect(await readGeneration(home, "current")).toMatchObject({ pid: first.pid, commit: "one" });
  const second = await startGeneration({ ...start, args: ["--model", "small"] });
  expect(await readProcessInfo(first.pid)).toBeUndefined();
  const args = (await readFile(`/proc/${second.pid}/cmdline`, "utf8")).split("\0");
  expect(args).toEqual(expect.arrayContaining(["--port", "--model", "small"]));
  expect(await stopGeneration(home, "current")).toBe(true);
  expect(await stopGeneration(home, "current")).toBe(false);
  expect(await readGeneration(home, "current")).toBeUndefined();
});

test("what takes the place of a generation is started as it was", async () => {
  const environment = { COMMIT: "one", OLLAMA_BASE: "http://127.0.0.1:9" };
  const args = ["--model", "small"];
  const start = { home, name: "current", port: 0, program, args, environment } as const;
  const first = await startGeneration(start);
  const service = currentService(home);
  // Its port is free again only when it has left.
  await service.restart("two");
  const second = await readGeneration(home, "current");
  expect(second?.pid).not.toBe(first.pid);
  const line = (await readFile(`/proc/${second?.pid}/cmdline`, "utf8")).split("\0");
  expect(line.slice(line.indexOf("serve"), -1)).toEqual([
    ...["serve", "--generation", "current", "--port", String(first.port), "--model", "small"],
  ]);
  expect(await readFile(`/proc/${second?.pid}/environ`, "utf8")).toContain(environment.OLLAMA_BASE);
  expect(await service.isHealthy("two")).toBe(false);
});

test("a restart keeps program, port, arguments, branch and environment, however it was started", async () => {
  const environment = { COMMIT: "one", PATH: Bun.env["PATH"] ?? "", ORG_HOME: home };
  const line = ["serve", "--generation", "current", "--port=0", "--model", "small"];
  // By hand, in the folder of the program: its name alone stands in the command line.
  await using byHand = Bun.spawn([process.execPath, "main.ts", ...line], {
    cwd: home,
    env: environment,
  });
  const first = await until("it to serve", () => readGeneration(home, "current"));
  const second = await restartGeneration(home, "current");
  await byHand.exited;
  expect(second?.commit).toBe("one");
  expect(second?.pid).not.toBe(first.pid);
  const args = (await readFile(`/proc/${second?.pid}/cmdline`, "utf8")).split("\0");
  expect(args.slice(args.indexOf("serve"), -1)).toEqual([
    ...["serve", "--generation", "current", "--port", String(first.port), "--model", "small"],
  ]);
  expect(await restartGeneration(home, "candidate")).toBeUndefined();
});

test("nothing serves: nothing is started, and nothing is unwell", async () => {
  const service = currentService(home);
  await service.restart("two");
  expect(await readGeneration(home, "current")).toBeUndefined();
  expect(await service.isHealthy("two")).toBe(true);
});

test("a port that is taken and a program that ends are told apart", async () => {
  const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
    await work.catch((error: unknown) => Reflect.get(Object(error), "code"));
  await using other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const start = { home, name: "current", program } as const;
  expect(await codeOf(startGeneration({ ...start, port: other.port ?? 0 }))).toBe("HOME_BUSY");
  const broken = startGeneration({ ...start, port: 0, args: ["--broken"] });
  expect(await codeOf(broken)).toBe("PROCESS_FAILED");
});
