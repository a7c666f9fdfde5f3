import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { type GenerationRecord, readGeneration } from "./generation-record.ts";
import {
  currentService,
  restartGeneration,
  startGeneration,
  startOf,
  stopGeneration,
} from "./generations.ts";

const RECORD = join(import.meta.dir, "generation-record.ts");

let folder: TemporaryFolder;
let home: string;

beforeEach(async () => {
  folder = await temporaryFolder("generations");
  home = folder.path;
});
afterEach(async () => {
  await stopGeneration(home, "current");
  await folder[Symbol.asyncDispose]();
});

/** A program that stands in for main.ts. */
async function program(source: string): Promise<string> {
  const path = join(home, "main.ts");
  await Bun.write(path, source);
  return path;
}

/** Writes down that it serves, and does until it is told to leave. */
const SERVES = `
  const { recordGeneration } = await import(${JSON.stringify(RECORD)});
  const port = Number(process.argv[process.argv.indexOf("--port") + 1]);
  const record = { name: "current", port, commit: "c".repeat(40) };
  await using _ = await recordGeneration(process.env.ORG_HOME, record);
  await new Promise((resolve) => process.once("SIGTERM", resolve));
`;

function start(path: string, port = 0): Promise<GenerationRecord> {
  const args = ["--workers", "2"];
  return startGeneration({ home, name: "current", port, program: path, args });
}

test("a generation is started, started anew as it was, and ended", async () => {
  const path = await program(SERVES);
  const first = await start(path);
  expect(await readGeneration(home, "current")).toEqual(first);
  const { program: started, args } = await startOf(first);
  expect([started, args]).toEqual([path, ["--workers", "2"]]);
  const second = await restartGeneration(home, "current");
  expect(second?.pid).not.toBe(first.pid);
  expect((await readGeneration(home, "current"))?.pid).toBe(second?.pid);
  expect(await stopGeneration(home, "current")).toBe(true);
  expect(await readGeneration(home, "current")).toBeUndefined();
});

test("a generation that ends before it listens is said, with its exit code, what it wrote and its log", async () => {
  await mkdir(join(home, ".org/logs"), { recursive: true });
  await Bun.write(join(home, ".org/logs/current.log"), "of an earlier start\n");
  const path = await program('console.error("no model\\n\\n→ name one"); process.exit(3);');
  await expect(start(path)).rejects.toMatchObject({
    code: "PROCESS_FAILED",
    why: "It ended with exit code 3.\nIt wrote:\nno model\n→ name one",
    remedies: [`tail ${join(home, ".org/logs/current.log")}`],
  });
  expect(await Bun.file(join(home, ".org/logs/current.log")).text()).toContain("no model");
});

test("a port that another process has is refused before anything is started", async () => {
  await using other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  await expect(start(await program(SERVES), other.port)).rejects.toMatchObject({
    code: "HOME_BUSY",
    message: `Port ${other.port} is taken`,
  });
});

test("where no generation serves nothing is started anew, and a promotion finds nothing unhealthy", async () => {
  const service = currentService(home);
  await service.restart("c".repeat(40));
  expect(await service.isHealthy("c".repeat(40))).toBe(true);
  expect(await restartGeneration(home, "current")).toBeUndefined();
  expect(await stopGeneration(home, "current")).toBe(false);
});
