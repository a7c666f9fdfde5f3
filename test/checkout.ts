/** A small checkout of its own for a script to run in: our `ops`, and a `main.ts` of the test. */
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = `${import.meta.dir}/..`;

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Checkout extends AsyncDisposable {
  /** Path of the checkout. */
  readonly root: string;
  /** A folder that is nothing but empty; a script may take it for a home. */
  readonly home: string;
  /** Runs a program in the checkout, with this environment and no other, and nothing on stdin. */
  run(command: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ran>;
}

/**
 * @param main source of the `main.ts` that stands in for the room.
 * @param parent absolute path of the folder in which it lies.
 */
export async function openCheckout(main: string, parent: string = tmpdir()): Promise<Checkout> {
  const folder = await mkdtemp(join(parent, "org-checkout-"));
  const root = join(folder, "checkout");
  for (const name of ["ops", "core", "platform", "home", ".bun-version", "bunfig.toml"]) {
    await cp(join(ROOT, name), join(root, name), { recursive: true });
  }
  const { imports } = await Bun.file(join(ROOT, "package.json")).json();
  // No dependencies: what the network brings is the business of the newcomer's test.
  await Bun.write(join(root, "package.json"), JSON.stringify({ type: "module", imports }));
  await Bun.write(join(root, "main.ts"), main);
  const home = join(folder, "home");
  await mkdir(home);
  return {
    root,
    home,
    run: (command, environment) => runProgram(command, { cwd: root, environment }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

interface RunOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs a program to its end. */
export async function runProgram(
  command: readonly string[],
  { cwd, environment }: RunOptions,
): Promise<Ran> {
  const child = Bun.spawn([...command], {
    cwd,
    env: { ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}
