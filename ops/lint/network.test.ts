/** The linter lets no module ask the network but those who judge the address first, nor wait for a FIFO. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const WAYS = [
  'export const way = fetch("https://page.example/");',
  "export const way = new WebSocket(address);",
  "export const way = new EventSource(address);",
  'import { request as way } from "node:http";',
  'import { request as way } from "node:https";',
  'import { connect as way } from "node:net";',
  'import { connect as way } from "node:tls";',
  'export const way = await import("node:http2");',
  'import { createSocket as way } from "node:dgram";',
  'import { fetch as way } from "bun";',
  "export const way = Bun.fetch(address);",
  "export const way = Bun.connect(options);",
  "export const way = globalThis.fetch(address);",
  'export const way = await readFile(path, "utf8");',
  'export const way = await readFile(join(folder, "a.json")).catch(() => undefined);',
  "export const way = readFileSync(path);",
  "export const way = createReadStream(path, { highWaterMark: 10 });",
  "export const way = await Bun.file(path).text();",
  "export const way = await copyFile(join(from, name), to);",
  "export const way = copyFileSync(path, to);",
];
/** Where a way is open, and which: by a part of the text. */
const OPEN: readonly (readonly [file: string, way: string])[] = [
  ["platform/net/a.ts", "node:http"],
  ["models/http/a.ts", " fetch("],
  ["server/socket/owner-client.ts", " fetch("],
  ["server/socket/owner-server.ts", "Bun.connect"],
  ["platform/files.ts", "readFileSync"],
  ["platform/sandbox/a.ts", "Bun.file"],
];
/** Of these no name is a user's: what the system says, what belongs to the program, what is open already. */
const HARMLESS = [
  'export const way = await readFile("/proc/uptime", "utf8");',
  "export const way = readFileSync(`/proc/self/stat`);",
  'export const way = await readFile(new URL("./a.py", import.meta.url));',
  "export const way = Bun.file(statusFd).stream();",
];

let folder = "";
let found: ReadonlySet<string> = new Set();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "org-lint-"));
  cpSync(join(ROOT, "biome.json"), join(folder, "biome.json"));
  cpSync(join(ROOT, "ops/lint"), join(folder, "ops/lint"), { recursive: true });
  for (const [index, way] of WAYS.entries()) write(`tools/way-${index}.ts`, way);
  for (const [index, way] of HARMLESS.entries()) write(`tools/harmless-${index}.ts`, way);
  for (const [file, way] of OPEN) write(file, WAYS.find((text) => text.includes(way)) ?? "");
  // One run for all: starting the linter is what takes the time.
  const lint = [join(ROOT, "node_modules/.bin/biome"), "lint", "--reporter=github"];
  const { stdout } = Bun.spawnSync(
    [...lint, "--vcs-enabled=false", "tools", "platform", "models", "server"],
    {
      cwd: folder,
    },
  );
  const network = /title=(?:plugin|lint\/style\/noRestricted(?:Globals|Imports)),file=([^,]+),/g;
  found = new Set([...stdout.toString().matchAll(network)].map(([, file = ""]) => file));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), `${text}\n`);
}

const isFound = (file: string) => [...found].some((path) => path.endsWith(file));

test.each(WAYS.map((way, index) => [way, `tools/way-${index}.ts`]))("refuses %s", (_way, file) => {
  expect(isFound(file)).toBe(true);
});

test.each(OPEN.map(([file]) => file))("lets %s do what it is there for", (file) => {
  expect(isFound(file)).toBe(false);
});

test.each(HARMLESS.map((way, index) => [way, `tools/harmless-${index}.ts`]))(
  "lets %s be",
  (_way, file) => {
    expect(isFound(file)).toBe(false);
  },
);
