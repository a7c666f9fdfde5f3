import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goLibrary } from "#test/go-library.ts";
import { compileGoLibrary, GO_PROGRAMS, withGoLibrary } from "./go-library.ts";
import { POLICIES } from "./policy.ts";
import { runSandboxed } from "./run.ts";
import { type Toolchains, withToolchains } from "./toolchains.ts";

// Only against what hangs: the first run on a machine compiles.
setDefaultTimeout(600_000);

const { signal } = new AbortController();
const NONE: Toolchains = { readOnly: [], path: [], environment: {} };
const note = (): void => undefined;
const hasGo = existsSync(join(GO_PROGRAMS, "go"));

function emptyFolder(): Disposable & { readonly path: string } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "org-go-library-")));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

test("where nothing was compiled, programs get what they had", async () => {
  using folder = emptyFolder();
  expect(await withGoLibrary(NONE, join(folder.path, "missing"))).toBe(NONE);
});

test("where it cannot be compiled, programs get what they had, and nothing stays behind", async () => {
  using folder = emptyFolder();
  // Looks like the Go that programs find, and is a folder in which nothing runs.
  const programs = join(folder.path, "bin");
  await Bun.write(join(programs, "go"), "no program");
  const own = { ...NONE, path: [programs] };
  const library = join(folder.path, "library");
  if (!hasGo) expect(await compileGoLibrary(own, library, { signal, note })).toBe(own);
  const aborted = AbortSignal.abort();
  expect(await compileGoLibrary(own, library, { signal: aborted, note })).toBe(own);
  expect(readdirSync(library)).toEqual([]);
});

test.if(hasGo)("a check finds the library compiled, and cannot change it", async () => {
  const toolchains = await goLibrary();
  const [bind] = toolchains.readOnly;
  expect(toolchains.environment).toEqual({ GOCACHE: bind?.to ?? "" });
  const script = `mkdir a && cd a && echo 'module a' > go.mod && printf 'package a\\nimport "testing"\\nfunc TestA(*testing.T) {}\\n' > a_test.go &&
touch "$GOCACHE/mine"; test ! -e "$GOCACHE/mine" && go test -vet=off ./... && go build -x testing 2>&1 | grep -c /compile`;
  const policy = { ...POLICIES.projectCheck, path: [GO_PROGRAMS] };
  const { stdout } = await runSandboxed(
    ["/bin/sh", "-c", script],
    withToolchains(policy, toolchains),
    { signal },
  );
  expect(stdout).toMatch(/^ok\s+a\s.*\n0\n$/);
});
