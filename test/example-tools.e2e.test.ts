/** The tools that are shipped: judged like any other, found by what people ask, called in a room. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { exampleMetadata } from "#ops/ship-example.ts";
import { metadataSchema } from "#tools/contract/metadata.ts";
import { readToolFolder } from "#tools/contract/read-folder.ts";
import { eventsOf, type TestHome, testHome } from "./org-process.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

const SHIPPED = join(import.meta.dir, "../tools/generated");
const NAMES = ["json-path", "stats-summary", "text-diff", "time-until", "unit-convert"];

const metadataOf = async (name: string) =>
  metadataSchema.parse(await Bun.file(join(SHIPPED, name, "metadata.json")).json());

describe("what their metadata says", () => {
  test.each(NAMES)(
    "%s is judged again, and every figure and hash is the one found",
    async (name) => {
      const path = join(SHIPPED, name);
      expect(await exampleMetadata(path)).toBe(await Bun.file(join(path, "metadata.json")).text());
    },
  );

  test("the bytes are those that lie there, by another implementation of SHA-256", async () => {
    for (const name of NAMES) {
      const { files } = await metadataOf(name);
      const names = [...(await readToolFolder(join(SHIPPED, name))).files.keys()].sort();
      const sums = Bun.spawnSync(["sha256sum", ...names], { cwd: join(SHIPPED, name) });
      const lines = Object.entries(files).map(([file, sum]) => `${sum}  ${file}\n`);
      expect(lines.sort().join("")).toBe(sums.stdout.toString().split(/^/m).sort().join(""));
    }
  });

  test("enough is reached and noticed, one is in Python, one needs the clock", async () => {
    const all = await Promise.all(NAMES.map(metadataOf));
    for (const { tests, provenance } of all) {
      expect(tests.coverage).toBeGreaterThanOrEqual(0.8);
      expect(tests.mutationScore).toBeGreaterThanOrEqual(0.6);
      expect(tests.passed).toBe(tests.cases);
      expect(provenance.origin).toBe("example");
    }
    expect(all.filter(({ spec }) => spec.language === "python")).toHaveLength(1);
    expect(all.flatMap(({ capabilities }) => capabilities)).toEqual(["clock"]);
  });
});

describe("in a home without models", () => {
  let home: TestHome;
  beforeAll(async () => {
    home = await testHome();
    await cp(SHIPPED, join(home.path, "tools/generated"), { recursive: true });
  });
  afterAll(() => home[Symbol.asyncDispose]());

  test("they are listed with their figures", async () => {
    const { stdout } = await home.run(["tools", "list"]);
    for (const name of NAMES) {
      const line = stdout.split("\n").find((one) => one.startsWith(name));
      expect(line).toMatch(/^\S+ +ready .* \(\d+ cases, \d+ % of lines, \d+ % of mutants\)$/);
    }
    const listed = JSON.parse((await home.run(["tools", "list", "--json"])).stdout);
    const { cases, coverage, mutationScore } = (await metadataOf("text-diff")).tests;
    expect(listed.tools).toContainEqual(
      expect.objectContaining({ name: "text-diff", figures: { cases, coverage, mutationScore } }),
    );
  });

  test.each([
    ["typical figure of my measurements and how far they spread", "stats-summary"],
    ["how warm is 80 Fahrenheit over here in Europe", "unit-convert"],
    ["days left before my vacation starts", "time-until"],
    ["see the modifications between the old and the new paragraph", "text-diff"],
    ["fetch the nested user id out of an API reply", "json-path"],
  ])("who asks for '%s' finds %s", async (query, name) => {
    const { stdout } = await home.run(["tools", "search", query, "--json"]);
    expect(JSON.parse(stdout).tools.slice(0, 3)).toContainEqual(expect.objectContaining({ name }));
  });

  test.each([
    [
      "text-diff",
      { before: "milk\neggs", after: "milk\nbread", context: 0 },
      '{"added":1,"removed":1,"unchanged":1,"diff":"@@ -2 +2 @@\\n-eggs\\n+bread"}',
    ],
    ["json-path", { json: '{"a":[{"b":7}]}', path: "$..b" }, `"path":"$['a'][0]['b']","value":7`],
    ["stats-summary", { values: [3, 1, 2], quantiles: [0.5] }, '"median":2'],
    ["time-until", { moment: "2001-09-09T01:46:40Z" }, '"isPast":true'],
    ["unit-convert", { value: 5, from: "m", to: "kg" }, "DIFFERENT_KINDS"],
  ])("a persona calls %s and reads what it gave", async (name, args, told) => {
    await using server = scriptedServer([call(name, args), say("There you are.")]);
    const ran = await home.run(["ask", "--json", "please"], { url: server.url });
    expect(ran.stderr).toBe("");
    const results = eventsOf(ran).flatMap((line) => (line.type === "tool-result" ? [line] : []));
    expect(results).toEqual([expect.objectContaining({ ok: !told.includes("KINDS") })]);
    const read = server.requests[1]?.body.messages.at(-1);
    expect(read?.role).toBe("tool");
    expect(read?.content).toContain(told);
  });
});
