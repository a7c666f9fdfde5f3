/**
 * Go's own library, compiled once for all programs of a person. Go comes without it, and a sandbox begins without what the
 * last one compiled: each check of a project would take 17 s of processor time longer.
 */
import { mkdir, realpath, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../temporary-folder.ts";
import { POLICIES, type SandboxPolicy } from "./policy.ts";
import { runSandboxed } from "./run.ts";
import { GOCACHE, type Toolchains, withToolchains } from "./toolchains.ts";
import { isPlainFolder } from "./writable.ts";

/** Where Go installs itself: in /usr, and on no PATH. */
export const GO_PROGRAMS = "/usr/local/go/bin";

/** The package has no code: what `go test` compiles for it is the library, and nothing of anybody's. */
const SEED = `mkdir seed && cd seed && echo 'module org.invalid/seed' > go.mod &&
printf 'package seed\\nimport ("os"; "strings"; "testing")\\nfunc TestSeed(*testing.T) { _ = strings.ToUpper(os.Args[0]) }\\n' > seed_test.go &&
exec go test ./...`;

const MOST_BYTES = 512 * 1024 ** 2;
const MOST_FILES = 20_000;

/** Commands that are worth the library: it is copied for each, 60 MB in 0.3 s. */
export const RUNS_GO: RegExp = /(?:^|[\s;&|(])go\s/;

/** The arguments that run a command of the shell with toolchains. */
export function shellArgs(command: string, { goLibrary }: Toolchains): readonly string[] {
  const shell = ["/bin/sh", "-c", command];
  if (goLibrary === undefined || !RUNS_GO.test(command)) return shell;
  // A copy: Go writes to its cache while it loads packages, and ends with an error where it cannot.
  return ["/bin/sh", "-c", `cp -r "$0" ${GOCACHE} 2>/dev/null; exec "$@"`, goLibrary, ...shell];
}

/**
 * The same toolchains with the library, which is compiled where it was not yet: 17 s of processor time, 60 MB. As they are
 * where there is no Go, and where it cannot be compiled.
 *
 * @param folder absolute path of the folder in which it is stored, this user's alone; made where it is missing.
 */
export async function compileGoLibrary(
  toolchains: Toolchains,
  folder: string,
  wait: CompileWait,
): Promise<Toolchains> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const library = await libraryPath(toolchains, folder);
  if (library === undefined) return toolchains;
  if (!isPlainFolder(library)) await compile(toolchains, library, wait);
  return isPlainFolder(library) ? withLibrary(toolchains, library) : toolchains;
}

interface CompileWait {
  /** Ends the compiler. */
  readonly signal: AbortSignal;
  /** Told what begins, in a few words. */
  readonly note: (text: string) => void;
}

async function compile(
  toolchains: Toolchains,
  library: string,
  { signal, note }: CompileWait,
): Promise<void> {
  const folder = dirname(library);
  note("Go compiles its own library, once for all projects");
  // In a folder of its own first: two of us may compile at once, and one may be killed.
  await using temporary = await temporaryFolder("go", folder);
  const fresh = temporary.path;
  try {
    const bind = { from: fresh, to: fresh, maxBytes: MOST_BYTES, maxFiles: MOST_FILES };
    const own: SandboxPolicy = {
      ...POLICIES.projectCheck,
      ...{ path: [GO_PROGRAMS], writable: [bind] },
      environment: { GOCACHE: fresh, GOPROXY: "off", GOTOOLCHAIN: "local", GOFLAGS: "" },
    };
    const policy = withToolchains(own, { ...toolchains, readOnly: versionsOf(toolchains) });
    const { exit } = await runSandboxed(["/bin/sh", "-c", SEED], policy, { signal });
    if (exit === 0) await rename(fresh, library);
  } catch (error) {
    // Who was first has the same.
    if (!isPlainFolder(library)) throw error;
  }
}

/** Of what a person has, the compiler is all that this needs. */
function versionsOf({ path, readOnly }: Toolchains): Toolchains["readOnly"] {
  return readOnly.filter(({ to }) => path.some((programs) => programs.startsWith(`${to}/`)));
}

/** Where the library of the Go that programs find lies, or will; undefined where there is no Go. */
async function libraryPath({ path }: Toolchains, folder: string): Promise<string | undefined> {
  for (const programs of [...path, GO_PROGRAMS, "/usr/local/bin", "/usr/bin"]) {
    const program = await realpath(join(programs, "go")).catch(() => undefined);
    if (program === undefined) continue;
    const { size, mtimeMs } = await stat(program);
    const hash = new Bun.CryptoHasher("sha256").update(`${program}\n${size}\n${mtimeMs}`);
    // The folder itself may be named by way of a link.
    const realFolder = await realpath(folder).catch(() => folder);
    return join(realFolder, `go-${hash.digest("hex").slice(0, 16)}`);
  }
  return undefined;
}

/** Read-only: no program leaves anything behind that another one would run. */
function withLibrary(toolchains: Toolchains, library: string): Toolchains {
  return {
    ...toolchains,
    readOnly: [...toolchains.readOnly, { from: library, to: library }],
    environment: { ...toolchains.environment, GOCACHE },
    goLibrary: library,
  };
}
