import { expect, test } from "bun:test";
import { projectCopy } from "../../test/project-copy-fixture.ts";

const SHOP = {
  "sums.py": '"""Sums."""\n\n\ndef mean(values):\n    return sum(values) / len(values)\n',
  "use.py": "from sums import mean\n",
  "price.ts":
    "/** In cents. */\nexport function gross(net: number): number {\n  return net * 2;\n}\n",
  "shop.ini":
    "; All.\n[usual]\nopen = 9\n\n[summer]\n; Late.\nopen = 10\n\n; Never.\n[winter]\nopen = 0\n",
  "bill.ts": 'import { gross } from "./price.ts";\n',
};

/** @returns the result of the call, then the file as it is. */
async function written(path: keyof typeof SHOP, content: string): Promise<[string, string]> {
  using copy = projectCopy(SHOP);
  const { ok, output } = await copy.call("write_file", { path, content });
  expect({ ok, output }).toMatchObject({ ok: true });
  return [output, copy.text(path)];
}

test("a function that other files name stays where a new text of its file leaves it out", async () => {
  const median = '"""Sums."""\n\n\ndef median(values):\n    return sorted(values)[0]\n';
  const [output, text] = await written("sums.py", median);
  expect(text).toBe(`${SHOP["sums.py"]}\n\n${median.slice(median.indexOf("def"))}`);
  expect(output).toContain(
    "\n[mean stays as it was, for use.py:1 names it; edit_file can take it out]",
  );
  expect(output).not.toContain("no longer");
});

test("it stays with its comment in a language with braces", async () => {
  const vat = "export function vat(net: number): number {\n  return net * 0.2;\n}\n";
  const [, text] = await written("price.ts", vat);
  expect(text).toBe(`${SHOP["price.ts"]}\n${vat}`);
});

// A model of 1.5B parameters wrote the lines before a function alone, and said that another one was added.
test("a text that only leaves out what has to stay is no change", async () => {
  using copy = projectCopy(SHOP);
  for (const content of ['"""Sums."""\n', '"""Sums."""\n\n\n', '"""Sums."""']) {
    const { ok, output } = await copy.call("write_file", { path: "sums.py", content });
    expect(ok).toBe(false);
    expect(output).toBe(
      "Nothing changed: sums.py has exactly this content. Write it as it is to be, or change another file." +
        "\n[mean stays as it was, for use.py:1 names it; edit_file can take it out]",
    );
    expect(copy.text("sums.py")).toBe(SHOP["sums.py"]);
  }
});

test("a function that has another name now is renamed, and its old name is told of", async () => {
  const renamed = SHOP["sums.py"].replace("mean", "average");
  const [output, text] = await written("sums.py", renamed);
  expect(text).toBe(renamed);
  expect(output).toContain(
    "\n[mean is no longer defined in sums.py, and is still named at use.py:1]",
  );
});

test("a function that no other file names goes", async () => {
  const [, text] = await written("use.py", "def nothing():\n    pass\n");
  expect(text).toBe("def nothing():\n    pass\n");
});

test("a function that is there once more is changed in its place, with what it imports", async () => {
  const more = "import math\n\n\ndef use():\n    return math.pi\n";
  using copy = projectCopy({
    ...SHOP,
    "use.py": "A = 1\n\n\ndef use():\n    return 3\n\n\ndef other():\n    return 4\n",
    "c.py": "from use import other\n",
  });
  await copy.call("write_file", { path: "use.py", content: more });
  expect(copy.text("use.py")).toBe(
    "import math\nA = 1\n\n\ndef use():\n    return math.pi\n\n\ndef other():\n    return 4\n",
  );
});

test("what stands outside of functions is as the new text has it", async () => {
  const text = "LIMIT = 2\n\n\ndef median(values):\n    return sorted(values)[LIMIT]\n";
  expect((await written("sums.py", text))[1]).toBe(
    `${text}\n\ndef mean(values):\n    return sum(values) / len(values)\n`,
  );
});

test("a section written alone is changed in its place, and a lone one that is missing goes", async () => {
  const [output, text] = await written("shop.ini", "[summer]\nopen = 8\n");
  expect(text).toBe(
    "; All.\n[usual]\nopen = 9\n\n[summer]\nopen = 8\n\n; Never.\n[winter]\nopen = 0\n",
  );
  expect(output).toContain("[usual stays as it was, for content leaves it out; edit_file can take");
  const without = "; All.\n[usual]\nopen = 9\n\n[summer]\n; Late.\nopen = 10\n";
  expect((await written("shop.ini", without))[1]).toBe(without);
});
