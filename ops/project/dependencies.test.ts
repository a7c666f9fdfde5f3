import { expect, test } from "bun:test";
import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import { TrickyRepository } from "#test/tricky-repository.ts";
import {
  findDependencies,
  newDependenciesText,
  TopWatch,
  takeNewDependencies,
} from "./dependencies.ts";
import { changeRecord, newRecord, readRecord } from "./location.ts";

const IGNORED = "node_modules/\n.venv\nvenv\n/target\nvendor\nPods\ndeps\n_build\n.tox\nprivate\n";

async function found(repo: TrickyRepository): Promise<readonly string[]> {
  return (await findDependencies(repo.tree())).found.map(({ name }) => name);
}

function folders(repo: TrickyRepository, ...names: readonly string[]): void {
  for (const name of names) repo.write(repo.tree(name, "x/y.txt"), "y");
}

test("a checkout without ignored folders needs none", async () => {
  using repo = new TrickyRepository();
  expect(await findDependencies(repo.tree())).toEqual({ found: [], omitted: [] });
  folders(repo, "node_modules");
  expect(await found(repo)).toEqual([]);
});

test("ignored folders are found beside what says that a build needs them, with what they are", async () => {
  using repo = new TrickyRepository();
  repo.commit("manifests", {
    ".gitignore": IGNORED,
    "package.json": "{}",
    "Cargo.toml": "",
    "mix.exs": "",
    Podfile: "",
  });
  folders(repo, "node_modules", ".venv", "target", "vendor", "Pods", "deps", "_build", "private");
  expect((await findDependencies(repo.tree())).found).toEqual([
    { name: "node_modules", what: "packages of Node.js" },
    { name: ".venv", what: "environment of Python" },
    { name: "target", what: "what Cargo built" },
    { name: "vendor", what: "packages brought along" },
    { name: "Pods", what: "packages of CocoaPods" },
    { name: "deps", what: "packages of Elixir" },
    { name: "_build", what: "what Mix built" },
  ]);
});

test("a name that may mean anything needs its manifest", async () => {
  using repo = new TrickyRepository();
  repo.commit("none", { ".gitignore": IGNORED });
  folders(repo, "target", "vendor", "deps", "_build", "Pods", "venv");
  expect(await found(repo)).toEqual(["venv"]);
  repo.write(repo.tree("go.mod"), "module x\n");
  expect((await found(repo)).toSorted()).toEqual(["vendor", "venv"]);
});

test("the packages of a workspace are found three folders deep, those at the top first", async () => {
  using repo = new TrickyRepository();
  const packages = ["packages/a/", "", "apps/", "x/y/z/", "x/y/z/w/"];
  const manifests = packages.map((folder) => [`${folder}package.json`, "{}"] as const);
  repo.commit("workspace", { ".gitignore": IGNORED, ...Object.fromEntries(manifests) });
  folders(repo, ...packages.map((folder) => `${folder}node_modules`), "packages/b/node_modules");
  expect(await found(repo)).toEqual([
    "node_modules",
    "apps/node_modules",
    "packages/a/node_modules",
    "x/y/z/node_modules",
  ]);
});

test("what is tracked, in whole or in part, is in the copy anyway", async () => {
  using repo = new TrickyRepository();
  repo.commit("vendor", { ".gitignore": "", "go.mod": "", "vendor/a.go": "", "package.json": "" });
  folders(repo, "vendor/other", "node_modules/a");
  repo.plain("add", "--force", "node_modules/a/x/y.txt");
  repo.write(repo.tree(".gitignore"), IGNORED);
  expect(await found(repo)).toEqual([]);
});

test("a link, what lies behind one, and a file are not a folder of the checkout", async () => {
  using repo = new TrickyRepository();
  repo.commit("a", {
    ".gitignore": "node_modules\n.venv\nvenv\n",
    "packages/a/package.json": "{}",
  });
  repo.write(repo.outside("elsewhere/x.txt"), "secret");
  symlinkSync(repo.outside("elsewhere"), repo.tree("node_modules"));
  repo.write(repo.tree(".venv"), "a file");
  symlinkSync("nowhere", repo.tree("venv"));
  mkdirSync(repo.outside("packages/a/node_modules"), { recursive: true });
  renameSync(repo.tree("packages"), repo.outside("moved"));
  symlinkSync(repo.outside("packages"), repo.tree("packages"));
  expect(await found(repo)).toEqual([]);
});

test("names like options, patterns and lines harm nothing", async () => {
  using repo = new TrickyRepository();
  const odd = ["--help", ":(glob)**", "*", "-z", "a\nb", "c\u202e"];
  const manifests = odd.map((name) => [`${name}/package.json`, "{}"] as const);
  repo.commit("odd", { ".gitignore": IGNORED, ...Object.fromEntries(manifests) });
  folders(repo, ...odd.map((name) => `${name}/node_modules`));
  expect((await found(repo)).toSorted()).toEqual(
    ["*", "--help", "-z", ":(glob)**"].map((name) => `${name}/node_modules`),
  );
});

test("programs and settings of the repository are not obeyed, and nothing is written", async () => {
  using repo = new TrickyRepository();
  repo.commit("a", { ".gitignore": IGNORED, "package.json": "{}" });
  folders(repo, "node_modules");
  repo.plain("config", "core.fsmonitor", repo.program());
  const index = Bun.file(repo.tree(".git/index"));
  const before = await index.bytes();
  expect(await found(repo)).toEqual(["node_modules"]);
  expect(repo.bitten()).toBe(false);
  expect(await index.bytes()).toEqual(before);
});

test("a repository without a commit is searched as well", async () => {
  using repo = new TrickyRepository();
  repo.plain("update-ref", "-d", "HEAD");
  repo.plain("rm", "--quiet", "--cached", "-r", ".");
  repo.write(repo.tree(".gitignore"), IGNORED);
  repo.write(repo.tree("Cargo.toml"), "");
  folders(repo, "target");
  expect(await found(repo)).toEqual(["target"]);
});

test("what is installed later is taken into the record and told once, and what is gone is taken out", async () => {
  using repo = new TrickyRepository();
  const { signal } = new AbortController();
  repo.commit("a", { ".gitignore": IGNORED, "package.json": "{}", "a/package.json": "{}" });
  const place = { root: repo.tree(), folder: repo.outside("state") };
  const kept = async () => (await readRecord(place))?.dependencies;
  folders(repo, "node_modules");
  expect(await takeNewDependencies(place, signal)).toEqual({ found: [], omitted: [] });
  expect(await kept()).toBeUndefined();
  const checks = ["bun test"];
  await changeRecord(place, () => ({ root: place.root, checks, dependencies: [] }));
  folders(repo, "a/node_modules");
  expect(newDependenciesText(await takeNewDependencies(place, signal))).toBe(
    "Programs see from your checkout now, read-only: node_modules (packages of Node.js), a/node_modules (packages of Node.js).",
  );
  expect(await readRecord(place)).toMatchObject({
    checks,
    dependencies: ["node_modules", "a/node_modules"],
  });
  expect(newDependenciesText(await takeNewDependencies(place, signal))).toBeUndefined();
  renameSync(repo.tree("a/node_modules"), repo.outside("gone"));
  expect(newDependenciesText(await takeNewDependencies(place, signal))).toBeUndefined();
  expect(await kept()).toEqual(["node_modules"]);
});

test("what is settled while installed folders are looked for stays, and so do they", async () => {
  using repo = new TrickyRepository();
  const { signal } = new AbortController();
  repo.commit("a", { ".gitignore": IGNORED, "package.json": "{}" });
  const place = { root: repo.tree(), folder: repo.outside("state") };
  folders(repo, "node_modules");
  for (let round = 0; round < 6; round += 1) {
    await changeRecord(place, () => newRecord(place));
    const looking = takeNewDependencies(place, signal);
    const settled = Array.from({ length: 12 }, (_one, at) => [`check ${round}.${at}`]);
    for (const checks of settled) {
      await changeRecord(place, (record = newRecord(place)) => ({ ...record, checks }));
    }
    expect((await looking).found).toHaveLength(1);
    const kept = { checks: settled.at(-1), dependencies: ["node_modules"] };
    expect(await readRecord(place)).toMatchObject(kept);
  }
});

test("a folder beyond the 64th is named, not dropped without a word", async () => {
  using repo = new TrickyRepository();
  const { signal } = new AbortController();
  const names = Array.from({ length: 66 }, (_one, at) => `p${String(at).padStart(2, "0")}`);
  const manifests = names.map((name) => [`${name}/package.json`, "{}"] as const);
  repo.commit("many", { ".gitignore": IGNORED, ...Object.fromEntries(manifests) });
  folders(repo, ...names.map((name) => `${name}/node_modules`));
  const { found: shown, omitted: left } = await findDependencies(repo.tree());
  expect(shown).toHaveLength(64);
  expect(left).toEqual(["p64/node_modules", "p65/node_modules"]);
  const place = { root: repo.tree(), folder: repo.outside("state") };
  await changeRecord(place, () => ({ root: place.root, checks: [], dependencies: [] }));
  expect(newDependenciesText(await takeNewDependencies(place, signal))).toEndWith(
    " and 60 more. Not shown, beyond 64 such folders: p64/node_modules and 1 more.",
  );
});

test("a folder at the top is noticed without a program, each change once", async () => {
  using repo = new TrickyRepository();
  const top = new TopWatch(repo.tree());
  const looks = [await top.hasChanged(), await top.hasChanged()];
  folders(repo, "src", "other");
  looks.push(await top.hasChanged());
  folders(repo, "node_modules");
  looks.push(await top.hasChanged(), await top.hasChanged());
  renameSync(repo.tree("node_modules"), repo.outside("gone"));
  looks.push(await top.hasChanged());
  expect(looks).toEqual([false, false, false, true, false, true]);
});
