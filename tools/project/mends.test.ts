/** What is put into files, for models that are held to a shape and for others. */
import { expect, test } from "bun:test";
import { projectCopy } from "../../test/project-copy-fixture.ts";

const SHOP = {
  "package.json": '{ "type": "module" }',
  "fare.js": "// In cents.\nexport const fare = (n) => n * 2;\nexport const tax = 3;\n",
  "sums.py": "def mean(values):\n    return sum(values) / len(values)\n",
  "use.py": "from sums import mean\n\nprint(mean([1]))\n",
  "bill.js": "export const bill = () => 1;\n",
};
const NEW_TEST =
  'import test from "node:test";\nimport { fare } from "./fare.js";\n\ntest("a", () => {});\n';

/** What each call writes: to the letter, and with what a small model leaves out. */
const CALLS = [
  {
    what: "an import of a new file",
    path: "new.js",
    args: { content: "export const a = fare(1);\n" },
    letter: "export const a = fare(1);\n",
    mended: 'import { fare } from "./fare.js";\n\nexport const a = fare(1);\n',
  },
  {
    what: "a comment of a file that is written anew",
    path: "fare.js",
    args: { content: "export const fare = (n) => n * 2;\nexport const tax = 4;\n" },
    letter: "export const fare = (n) => n * 2;\nexport const tax = 4;\n",
    mended: SHOP["fare.js"].replace("3", "4"),
  },
  {
    what: "a function that another file names",
    path: "sums.py",
    args: { content: "def median(values):\n    return sorted(values)[0]\n" },
    letter: "def median(values):\n    return sorted(values)[0]\n",
    mended: `${SHOP["sums.py"]}\n\ndef median(values):\n    return sorted(values)[0]\n`,
  },
  {
    what: "an import for an edit",
    path: "bill.js",
    args: { search: "() => 1", replace: "() => fare(1)" },
    letter: "export const bill = () => fare(1);\n",
    mended: 'import { fare } from "./fare.js";\n\nexport const bill = () => fare(1);\n',
  },
];

for (const { what, path, args, letter, mended } of CALLS) {
  const tool = "content" in args ? "write_file" : "edit_file";
  for (const mends of [true, false, undefined]) {
    test(`${what} is ${mends ? "" : "not "}put in where mends is ${mends}`, async () => {
      using copy = projectCopy(SHOP);
      const { ok, output } = await copy.call(tool, { path, ...args }, { mends });
      expect({ ok, text: copy.text(path) }).toEqual({ ok: true, text: mends ? mended : letter });
      expect(/added|stay/.test(output)).toBe(mends === true);
    });
  }
}

test("a model that is not held to a shape reads which names it took from other files", async () => {
  using copy = projectCopy(SHOP);
  const args = { path: "sums.py", content: "def median(values):\n    return values[0]\n" };
  const { output } = await copy.call("write_file", args, { mends: false });
  expect(output).toContain("[mean is no longer defined in sums.py, and is still named at use.py:1");
});

test("tests that call nothing of what they import are refused to a small model alone", async () => {
  using copy = projectCopy(SHOP);
  const args = { path: "fare.test.js", content: NEW_TEST };
  expect(await copy.call("write_file", args)).toMatchObject({ ok: false });
  expect(await copy.call("write_file", args, { mends: false })).toMatchObject({ ok: true });
  expect(copy.text("fare.test.js")).toBe(NEW_TEST);
});
