import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goLibrary } from "#test/go-library.ts";
import { compileGoLibrary, GO_PROGRAMS, shellArgs } from "./go-library.ts";
import { POLICIES } from "./policy.ts";
import { runSandboxed } from "./run.ts";
import { NO_TOOLCHAINS, withToolchains } from "./toolchains.ts";

// Only against what hangs: the first run on a machine compiles.
setDefaultTimeout(600_000);

const { signal } = new AbortController();
const note = (): void => undefined;
const hasGo = existsSync(join(GO_PROGRAMS, "go"));

function emptyFolder(): Disposable & { readonly path: string } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "org-go-library-")));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

test("where it cannot be compiled, programs get what they had, and nothing stays behind", async () => {
  using folder = emptyFolder();
  // Looks like the Go that programs find, and is a folder in which nothing runs.
  const programs = join(folder.path, "bin");
  await Bun.write(join(programs, "go"), "no program");
  const own = { ...NO_TOOLCHAINS, path: [programs] };
  const library = join(folder.path, "library");
  if (!hasGo) expect(await compileGoLibrary(own, library, { signal, note })).toBe(own);
  const aborted = AbortSignal.abort();
  expect(await compileGoLibrary(own, library, { signal: aborted, note })).toBe(own);
  expect(readdirSync(library)).toEqual([]);
});

test.if(hasGo)("a check finds the library compiled, and cannot change it", async () => {
  const toolchains = await goLibrary();
  // Of files that are older than two seconds Go keeps an index, too.
  const script = `mkdir a && cd a && echo 'module a' > go.mod && printf 'package a\\nimport "testing"\\nfunc TestA(*testing.T) {}\\n' > a_test.go && touch -d '1 hour ago' *;
touch ${toolchains.goLibrary}/mine 2>/dev/null && echo changed; go build -x testing 2>&1 | grep -c /compile; go test ./... ; go test ./...`;
  const policy = withToolchains({ ...POLICIES.projectCheck, path: [GO_PROGRAMS] }, toolchains);
  const { stdout } = await runSandboxed(shellArgs(script, toolchains), policy, { signal });
  expect(stdout).toMatch(/^0\nok\s+a\s.*\nok\s+a\s+\(cached\)\n$/);
});

test("only what runs Go is given the library", () => {
  const toolchains = { ...NO_TOOLCHAINS, goLibrary: "/kept" };
  for (const command of ["go test ./...", "cd a && go vet ./...", "(go build)"])
    expect(shellArgs(command, toolchains)).toContain("/kept");
  for (const command of ["make", "cargo test", "ls go", "./go.sh"])
    expect(shellArgs(command, toolchains)).toEqual(["/bin/sh", "-c", command]);
  expect(shellArgs("go test", NO_TOOLCHAINS)).toEqual(["/bin/sh", "-c", "go test"]);
});
