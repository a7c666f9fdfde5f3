/**
 * Bundles `main.ts` for suites that start it thousands of times: what a command needs is read from some files instead of
 * four hundred. It does the same, for each of our modules still knows the folder that it was written in.
 */
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = dirname(import.meta.dir);
/** Within the checkout, where packages are found that are not bundled. */
const CACHE = join(ROOT, "node_modules", ".cache");
/** Before the id of the process that made a bundle. */
const PREFIX = "org-program-";

export interface BundledProgram extends AsyncDisposable {
  /** For `bun test`: see `test/program.ts`. */
  readonly environment: { readonly ORG_TEST_PROGRAM: string };
}

/**
 * Makes the bundle; it is gone when it is disposed of.
 *
 * @param entry absolute path of what is started. @default `main.ts`
 */
export async function bundleProgram(
  entry: string = join(ROOT, "main.ts"),
): Promise<BundledProgram> {
  await mkdir(CACHE, { recursive: true });
  await removeOrphans();
  const folder = await mkdtemp(join(CACHE, `${PREFIX}${process.pid}-`));
  const remove = () => rm(folder, { recursive: true, force: true });
  const { success, logs } = await Bun.build({
    entrypoints: [entry],
    ...{ outdir: folder, target: "bun", splitting: true, throw: false },
    // What looks for processes of org knows them by the name of the program.
    naming: { entry: "main.ts", chunk: "[name]-[hash].js" },
    // It loads a library of its own for each system.
    external: ["oxc-parser"],
    plugins: [{ name: "places", setup: (build) => keepLocations(build, entry) }],
  });
  if (!success) {
    await remove();
    throw new AggregateError(logs, "The program could not be bundled");
  }
  const environment = { ORG_TEST_PROGRAM: join(folder, "main.ts") };
  return { environment, [Symbol.asyncDispose]: remove };
}

/** Bundles of runs that were interrupted. */
async function removeOrphans(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const [, pid] = /^org-program-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    await rm(join(CACHE, name), { recursive: true, force: true });
  }
}

function keepLocations(build: Bun.PluginBuilder, entry: string): void {
  build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
    const source = await Bun.file(path).text();
    const isOurs = !path.includes("/node_modules/");
    const own = source.replaceAll("import.meta.main", String(path === entry));
    return { contents: isOurs ? withLocation(own, path) : source, loader: "ts" };
  });
}

/** A module that says where it was written instead of where it lies, and names the files that it may import. */
function withLocation(source: string, path: string): string {
  const folder = JSON.stringify(dirname(path));
  return source
    .replaceAll("import.meta.dir", folder)
    .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
    .replaceAll(
      /import\.meta\.resolve\(("[^"]+"|\w+)\)/g,
      (_all, name: string) => `Bun.pathToFileURL(Bun.resolveSync(${name}, ${folder})).href`,
    )
    .replaceAll(
      /import\(`(\.\/\w+\/)\$\{(\w+)\}(\.ts)?`\)/g,
      (...[, near = "", name, ending = ""]: readonly string[]) =>
        `(${importsOf(join(dirname(path), near), near, ending)})[${name}]()`,
    );
}

/** An object of imports by the names of files. @param ending what the names are without. */
function importsOf(folder: string, near: string, ending: string): string {
  const entries = readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => {
      const name = JSON.stringify(ending === "" ? file : file.slice(0, -ending.length));
      return `${name}: () => import(${JSON.stringify(near + file)})`;
    });
  return `{ ${entries.join(", ")} }`;
}
