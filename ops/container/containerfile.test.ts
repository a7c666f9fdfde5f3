/** What can be said of the Containerfile without an engine to build it. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { environmentSecrets } from "#core/text/environment.ts";
import { readContainerfile } from "#test/containerfile.ts";
import { edgesOf } from "../import-rules.ts";

const ROOT = join(import.meta.dir, "../..");
const read = (path: string): Promise<string> => Bun.file(join(ROOT, path)).text();

const { instructions, all, sources } = await readContainerfile();

/** The package of an import; types are not installed. */
const PACKAGE = /^import (?!type )[^"\n]*"(?!node:|bun:)((?:@[\w-]+\/)?[a-z][\w-]*)[^"\n]*";$/gm;

describe("the container of org exec", () => {
  test("is made of instructions that we know, and fetches nothing by itself but packages", () => {
    const names = new Set(instructions.map(({ name }) => name));
    expect([...names].sort()).toEqual([
      "COPY",
      "ENTRYPOINT",
      "ENV",
      "FROM",
      "RUN",
      "USER",
      "WORKDIR",
    ]);
    const programs = all("RUN").map((words) =>
      words.filter((word) => /^(?:bun|apt-get|rm|curl|wget)$/.test(word)),
    );
    expect(programs).toEqual([["bun"], ["apt-get", "apt-get", "rm"]]);
  });

  test("starts from the Bun that the project uses", async () => {
    const version = (await read(".bun-version")).trim();
    expect(all("FROM").map(([image]) => image)).toEqual(Array(2).fill(`oven/bun:${version}-slim`));
  });

  test("copies what exists, and nothing that is kept out", async () => {
    expect(sources.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const ignored = (await read(".dockerignore")).split("\n");
    expect(ignored).toEqual(
      expect.arrayContaining([".git", ".org", ".env*", "org.config", "node_modules"]),
    );
    expect(sources.filter((path) => ignored.includes(path) || path === ".")).toEqual([]);
  });

  test("copies every file that the command needs, and installs every package", async () => {
    // The commands are found in their folder, not imported by name.
    const commands = [...new Glob("cli/{commands,programs}/*.ts").scanSync(ROOT)];
    const needed = new Set(["main.ts", ...commands.filter((path) => !path.endsWith(".test.ts"))]);
    const isSource = (path: string): boolean => existsSync(join(ROOT, path));
    // A set that grows while it is walked: each file once. Some sources hold the text of others, with imports of theirs.
    for (const file of needed) {
      for (const { to } of edgesOf(file, await read(file))) if (isSource(to)) needed.add(to);
    }
    expect(needed.size).toBeGreaterThan(100);
    const { dependencies } = await Bun.file(join(ROOT, "package.json")).json();
    const installed = new Set([...Object.keys(dependencies), "bun"]);
    const packages = new Set<string>();
    for (const file of needed) {
      for (const [, name = ""] of (await read(file)).matchAll(PACKAGE)) packages.add(name);
    }
    expect([...packages].filter((name) => !installed.has(name))).toEqual([]);
    expect(packages).toContain("zod");
    const isThere = (path: string) =>
      sources.some((source) => path === source || path.startsWith(`${source}/`));
    expect([...needed].filter((path) => !isThere(path))).toEqual([]);
  });

  test("runs as a user who owns nothing, and starts in a folder of ours", () => {
    expect(instructions.at(-2)).toEqual({ name: "USER", words: ["1000:1000"] });
    const last = instructions.at(-1);
    expect(last?.name).toBe("ENTRYPOINT");
    expect(JSON.parse(last?.words.join(" ") ?? "")).toEqual([
      ...["bun", "--no-env-file", "--no-install", "/opt/org/main.ts", "exec"],
    ]);
    expect(all("WORKDIR").at(-1)).toEqual(["/opt/org"]);
  });

  test("writes to /tmp alone, and holds no secret", () => {
    const pairs = all("ENV")
      .flat()
      .map((pair) => pair.split("="));
    expect(Object.fromEntries(pairs)).toEqual({
      ...{ ORG_HOME: "/tmp/org", REPO_ROOT: "/repo", HOME: "/tmp", TMPDIR: "/tmp" },
    });
    expect(environmentSecrets(Object.fromEntries(pairs))).toEqual([]);
    expect(
      instructions.filter(({ words }) => words.some((word) => /KEY|TOKEN|SECRET/i.test(word))),
    ).toEqual([]);
  });

  test("is run as docs/exec.md says: read-only, with no right and no network but the model's", async () => {
    const [, command = ""] =
      /podman run ([\s\S]*?)org-exec /.exec(await read("docs/exec.md")) ?? [];
    for (const option of [
      "--read-only",
      "--cap-drop all",
      "--security-opt no-new-privileges",
      "--network org-model",
    ]) {
      expect(command).toContain(option);
    }
    const volumes = [...command.matchAll(/--volume "([^"]+)"/g)].map(([, volume]) => volume);
    expect(volumes.filter((volume) => !volume?.endsWith(":ro"))).toEqual([]);
    expect(command).toMatch(/--env LLM_API_KEY\s/);
  });
});
