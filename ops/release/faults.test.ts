import { beforeAll, describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { FAULTS, type Files, NEIGHBOUR_FAULTS, requestsOf } from "./faults.ts";

const TOOL = "tally";
const GENERATED = join(import.meta.dir, "../../tools/generated");

let files: Files;
let example: ToolFolder;

beforeAll(async () => {
  const [name = ""] = (await readdir(GENERATED)).toSorted();
  const read = async (file: string) =>
    [file, await Bun.file(join(GENERATED, name, file)).text()] as const;
  const all = await Promise.all((await readdir(join(GENERATED, name))).map(read));
  example = { name, files: new Map(all) };
  files = new Map(all.map(([file, text]) => [`tools/generated/${TOOL}/${file}`, text]));
});

/** Paths that a fault has changed or added. */
function touched(put: (files: Files) => Files): readonly string[] {
  return [...put(files)].filter(([path, text]) => files.get(path) !== text).map(([path]) => path);
}

describe("a fault of the gate's self-test", () => {
  test.each(FAULTS.map((fault) => [fault.name, fault] as const))(
    "%s: touches one file, takes none away, and names where it has to be stopped",
    (_name, { put, expected }) => {
      expect(touched((all) => put(all, TOOL))).toHaveLength(1);
      for (const path of files.keys()) expect(put(files, TOOL).has(path)).toBe(true);
      expect(expected.length).toBeGreaterThan(0);
    },
  );

  test("a wrong case stays a case of the same kind", () => {
    const wrong = FAULTS.find(({ name }) => name === "a case that is not so");
    const path = `tools/generated/${TOOL}/cases.json`;
    const read = (all: Files | undefined) => JSON.parse(all?.get(path) ?? "").cases;
    const [before, after] = [read(files), read(wrong?.put(files, TOOL))];
    expect(after).toHaveLength(before.length);
    const kinds = (cases: readonly { output?: unknown }[]) =>
      cases.map(({ output }) => typeof output);
    expect(kinds(after)).toEqual(kinds(before));
    expect(after).not.toEqual(before);
  });

  test("the requests of another tool are taken in longer words, within the limits of the contract", () => {
    const asks = requestsOf(example.files);
    expect(asks.length).toBeGreaterThan(0);
    for (const { put } of NEIGHBOUR_FAULTS) {
      expect(touched((all) => put(all, TOOL, example))).toEqual([
        `tools/generated/${TOOL}/spec.json`,
      ]);
      const spec = put(files, TOOL, example).get(`tools/generated/${TOOL}/spec.json`) ?? "";
      for (const ask of JSON.parse(spec).asks) expect(ask.length).toBeLessThanOrEqual(200);
    }
  });

  test("a contract that cannot be read has no requests", () => {
    expect(requestsOf(new Map([["spec.json", "{"]]))).toEqual([]);
  });
});
