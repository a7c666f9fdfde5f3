import { expect, test } from "bun:test";
import { projectCopy } from "../../test/project-copy-fixture.ts";

const SHOP = {
  "shop.py": "def calc(item):\n    return item\n\n\ndef total(items):\n    return calc(items)\n",
  "README.md": "calc(item) is the price, recalc is not.\n",
};

async function edited(search: string, replace: string, path = "shop.py"): Promise<string> {
  using copy = projectCopy(SHOP);
  const { ok, output } = await copy.call("edit_file", { path, search, replace });
  expect({ ok, output }).toMatchObject({ ok: true });
  return output;
}

const GONE =
  "\n[calc is no longer defined in shop.py, and is still named at README.md:1, shop.py:6]";

test("an edit that takes a definition away says where its name still stands", async () => {
  const away = await edited("def calc(item):\n    return item", "SCALE = 2\n");
  expect(away).toContain(
    "[calc is no longer defined in shop.py, and is still named at README.md:1",
  );
  expect(away).not.toContain("sed");
  expect(await edited("def calc(item):", "PRICE = 1\ndef price_of(item):")).toEndWith(
    "is still named at README.md:1, shop.py:7]",
  );
});

test("an edit that gives a definition another name says how it gets that name everywhere", async () => {
  expect(await edited("def calc(item):", "def price_of(item):")).toEndWith(
    `${GONE}\n[if price_of is its new name, it gets it there by sh: sed -i 's/\\bcalc\\b/price_of/g' README.md shop.py]`,
  );
});

test("a definition that nothing names is told of, too", async () => {
  expect(await edited("def total(items):", "def sum_of(items):")).toEndWith(
    "\n[total is no longer defined in shop.py]",
  );
});

test("an edit that keeps all definitions, or is in prose, says nothing of them", async () => {
  expect(await edited("return item\n", "return 2 * item\n")).not.toContain("[");
  expect(await edited("recalc", "again", "README.md")).not.toContain("[");
});

test("a project of thousands of files is not searched", async () => {
  using copy = projectCopy({ "a.py": "def calc():\n    pass\n" });
  for (let index = 0; index < 4001; index += 1) copy.put(`d${index % 40}/f${index}`, "");
  const edit = { path: "a.py", search: "def calc", replace: "def price" };
  const { output } = await copy.call("edit_file", edit);
  expect(output).not.toContain("no longer");
});

test("a new name reaches all files that use the old one, but for those with one of their own", async () => {
  const users = Array.from({ length: 7 }, (_, index) => `use${index}.py`);
  using copy = projectCopy({
    ...SHOP,
    ...Object.fromEntries(users.map((path) => [path, "from shop import calc\n"])),
    "tax.py": "def calc(rate):\n    return rate\n\n\nprint(calc(3))\n",
    "other.py": "class Tax:\n    def calc(self):\n        return 1\n",
  });
  const edit = { path: "shop.py", search: "def calc(item):", replace: "def price_of(item):" };
  const { output } = await copy.call("edit_file", edit);
  expect(output).toContain("README.md:1, other.py:2, shop.py:6, use0.py:1, use1.py:1 and 5 more]");
  expect(output).toEndWith(
    `sed -i 's/\\bcalc\\b/price_of/g' README.md other.py shop.py ${users.join(" ")}]`,
  );
  expect(output).not.toContain("tax.py");
});

test("no command is told where more files may have the name than were found", async () => {
  using copy = projectCopy({ ...SHOP, "many.py": "calc(1)\n".repeat(120) });
  const edit = { path: "shop.py", search: "def calc(item):", replace: "def price_of(item):" };
  const { output } = await copy.call("edit_file", edit);
  expect(output).toContain("is still named at README.md:1, many.py:1");
  expect(output).not.toContain("sed");
});
