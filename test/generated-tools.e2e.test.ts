/**
 * Whatever lies in tools/generated was written by models: no check of the checkout runs it on the host, and none
 * fails for it. Tried on a copy of the checkout, with a tool that would show it.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Glob } from "bun";
import { PRODUCT_FOLDERS } from "#ops/import-rules.ts";
import { runProgram } from "./checkout.ts";

const ROOT = dirname(import.meta.dir);
const SETTINGS = [
  ...["bunfig.toml", "package.json", "tsconfig.json", "biome.json", "knip.json"],
  ...[
    ".gitignore",
    "docs/architecture.md",
    "test/setup.ts",
    "test/disk.ts",
    "test/spent-times.ts",
    "test/every-file.test.ts",
    "test/timings.json",
  ],
];
const SOURCES = new Glob(`{${PRODUCT_FOLDERS.join(",")}}/**/*`);

const NAMES = ["helper.ts", "tool.test.ts", "evil.e2e.test.ts"];

let folder = "";
let checkout = "";
/** Everything that `ops/verify.ts --all` says, which is what `ops/test.sh` runs. */
let said = "";

/** Notes that it was run, in a file outside of the checkout. */
const marking = (name: string): string =>
  `require("node:fs").writeFileSync(${JSON.stringify(join(folder, `ran-${name}`))}, "");\n`;
const wasRun = (name: string): boolean => existsSync(join(folder, `ran-${name}`));
const harmlessTest = 'import { test } from "bun:test";\ntest("looks harmless", () => undefined);\n';

// Wrong in the eyes of every check: types, style, imports, unused code and dependencies.
const WRONG = `import { x } from "#models/provider.ts"
import "left-pad"
export default function f(a: any) { var n: number = "x"; return x }
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-verified-"));
  checkout = join(folder, "checkout");
  await copySources();
  const files = {
    "tools/generated/x/spec.json": "{ no json at all",
    "tools/generated/x/tool.ts": WRONG,
    "tools/generated/x/helper.ts": marking("helper.ts"),
    "tools/generated/x/tool.test.ts": marking("tool.test.ts") + harmlessTest,
    "tools/generated/x/evil.e2e.test.ts": marking("evil.e2e.test.ts") + harmlessTest,
    // The same in files of ours shows that the checks look at all, and that tests run.
    "ui/wrong.ts": WRONG,
    "core/ours.test.ts": marking("ours") + harmlessTest,
    "test/ours.e2e.test.ts": marking("ours at the end") + harmlessTest,
  };
  for (const [path, text] of Object.entries(files)) await Bun.write(join(checkout, path), text);
  const { stdout, stderr } = await runProgram(["bun", "ops/verify.ts", "--all"], {
    cwd: checkout,
    environment: { PATH: Bun.env["PATH"] ?? "/usr/bin", HOME: folder },
  });
  said = stdout + stderr;
});
afterAll(() => rm(folder, { recursive: true }));

async function copySources(): Promise<void> {
  const sources = (await Array.fromAsync(SOURCES.scan(ROOT))).filter(
    (path) => !path.endsWith(".test.ts") && !path.startsWith("tools/generated/"),
  );
  const roots = new Glob("{main,chat}.ts").scanSync(ROOT);
  for (const path of [...SETTINGS, ...sources, ...roots]) {
    await cp(join(ROOT, path), join(checkout, path));
  }
  await symlink(join(ROOT, "node_modules"), join(checkout, "node_modules"));
}

test("no run of the tests touches them", () => {
  expect(wasRun("ours")).toBe(true);
  expect(wasRun("ours at the end")).toBe(true);
  expect(NAMES.filter(wasRun)).toEqual([]);
});

test.each(["types", "style", "imports", "unused"])(
  "the check of %s judges ours and not them",
  (check) => {
    const start = said.search(new RegExp(`^FAILED .* s   ${check}: `, "m"));
    const [report = ""] = said.slice(start + 1).split(/^(?:ok {4}|FAILED) /m);
    expect(report.split("\n").filter((line) => line.includes("ui/wrong.ts"))).not.toEqual([]);
  },
);

test("nothing complains of them", () => {
  expect(said.split("\n").filter((line) => line.includes("generated/x"))).toEqual([]);
});
