import { expect, test } from "bun:test";
import { CODED_ORDERS, CODED_TEXTS } from "#test/tools/coded-texts.ts";
import { scanPythonTools } from "./scan-python.ts";

const signal = new AbortController().signal;

/** The names of those programs in which a text gives orders. */
async function ordering(programs: typeof CODED_ORDERS): Promise<readonly string[]> {
  const scans = await scanPythonTools(
    programs.map(([, source]) => source),
    { signal },
  );
  return programs.flatMap(([name], index) =>
    scans[index]?.findings.some(({ message }) => /\border|give.* their reader/.test(message))
      ? [name]
      : [],
  );
}

test("an order that a Python program writes down as codes is read", async () => {
  expect(await ordering(CODED_ORDERS)).toEqual(CODED_ORDERS.map(([name]) => name));
});

test("texts are told in the order in which they stand, whatever they are written as", async () => {
  const source =
    'HERE = [0, 1, 2, 3, "far"]\nNEXT = ["near", [97, 116, 116, 97, 99, 107], "end"]\n';
  const [scan] = await scanPythonTools([source], { signal });
  expect(scan?.texts.map(({ text }) => text)).toEqual(["far", "near", "attack", "kcatta", "end"]);
});

test("texts written down as codes that give no orders are nothing to refuse", async () => {
  expect(await ordering(CODED_TEXTS)).toEqual([]);
});

test("numbers that are not text are read as none", async () => {
  const numbers = Array.from({ length: 300 }, (_, at) => (at * 7919) % 251);
  const [scan] = await scanPythonTools(
    [`TABLE = [${numbers.join(", ")}]\n\n\ndef run(args, ctx):\n    return TABLE[args["at"]]\n`],
    { signal },
  );
  expect(scan?.findings).toEqual([]);
  expect(scan?.texts).toEqual([{ line: 5, text: "at" }]);
});
