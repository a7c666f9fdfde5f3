/** A home that is a repository with all of org in it, as it lies in this work tree, and a person's checkout. */
import { cp, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PRODUCT_FOLDERS } from "#ops/import-rules.ts";
import { type Ran, runProgram } from "./checkout.ts";

const ROOT = join(import.meta.dir, "..");
/** What the program is made of; tests and documents would only cost time to commit and to release. */
const PARTS = [
  ...["main.ts", "chat.ts", "package.json", "bunfig.toml", ".bun-version", ".gitignore"],
  ...PRODUCT_FOLDERS,
];

export interface ProductHome extends AsyncDisposable {
  readonly path: string;
  git(...args: readonly string[]): Promise<string>;
  /** Runs a script of `ops/` as a person does. */
  script(name: string, ...args: readonly string[]): Promise<Ran>;
  org(...args: readonly string[]): Promise<Ran>;
}

/** @param modelUrl of the model server that its generations talk to. */
export async function productHome(modelUrl: string): Promise<ProductHome> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "org-product-")));
  const path = join(folder, "home");
  const filter = (source: string): boolean =>
    !/\.test\.ts$|\/tools\/generated(?:\/|$)/.test(source);
  for (const part of PARTS) {
    await cp(join(ROOT, part), join(path, part), { recursive: true, filter });
  }
  await symlink(join(ROOT, "node_modules"), join(path, "node_modules"));
  const environment = {
    PATH: Bun.env["PATH"] ?? "/usr/bin",
    HOME: folder,
    ORG_HOME: path,
    // Without a tmux server of its own, stop.sh would find that of the user who runs the tests.
    TMUX_TMPDIR: folder,
    OLLAMA_BASE: modelUrl,
    OLLAMA_MODEL: "m",
    ORG_PORT_CURRENT: "0",
    ORG_PORT_CANDIDATE: "0",
    GIT_CONFIG_NOSYSTEM: "1",
  };
  const run = (...command: readonly string[]): Promise<Ran> =>
    runProgram(command, { cwd: path, environment });
  const git = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await run("git", ...args);
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  };
  await git("init", "--quiet", "--initial-branch=main", "--template=");
  await git("config", "user.name", "Maker");
  await git("config", "user.email", "maker@example.invalid");
  await git("add", "--all");
  await git("commit", "--quiet", "-m", "begin");
  return {
    path,
    git,
    script: (name, ...args) => run(`./ops/${name}.sh`, ...args),
    org: (...args) => run("./ops/org.sh", ...args),
    [Symbol.asyncDispose]: async () => {
      await run("./ops/stop.sh");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
