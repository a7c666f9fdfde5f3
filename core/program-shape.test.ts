import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { growth, LINEAR } from "#test/processor-time.ts";
import { programShape } from "./program-shape.ts";

const AWK = `awk -F, '{ total += $3 } END { print total }' sales.csv`;

describe("the shape of a shell program", () => {
  test("is the same on another file, number or word, and with other blanks and remarks", () => {
    const shape = programShape("sh", AWK);
    expect(shape).toBe("awk -F, '{ total += $3 } END { print total }' §");
    expect(programShape("sh", AWK.replace("sales.csv", "old/stock-2.csv"))).toBe(shape);
    expect(programShape("sh", `# the third column\n  ${AWK.replace(" sales", "   sales")}`)).toBe(
      shape,
    );
    const grep = (word: string, file: string) =>
      programShape("sh", `grep -c "${word}" ${file} | sort -n | head -20`);
    expect(grep("late", "a.log")).toBe(grep("very late", "logs/b.log"));
  });

  test("is another one for other work", () => {
    expect(programShape("sh", AWK.replace("$3", "$2"))).not.toBe(programShape("sh", AWK));
    expect(programShape("sh", AWK.replace("+=", "*="))).not.toBe(programShape("sh", AWK));
  });

  test.each([
    ["ls -la"],
    ["cat sales.csv | head -5"],
    ["cat a.txt b.txt c.txt d.txt e.txt > everything-in-one-place.txt"],
    ["python3 some-long-script-name-of-the-user.py --all"],
    [""],
    ["# only a remark that is long enough to be a program"],
  ])("is none of %j: a tool would be no shorter", (program) => {
    expect(programShape("sh", program)).toBeUndefined();
  });
});

describe("the shape of a Python program", () => {
  const code = (file: string, column: number) =>
    `import csv\n\nwith open("${file}") as file:\n    # adds up\n    print(sum(float(row[${column}]) for row in csv.reader(file)))\n`;

  test("keeps its lines and their depth, and loses values and remarks", () => {
    expect(programShape("python_run", code("sales.csv", 2))).toBe(
      "import csv\nwith open(§) as file:\n print(sum(float(row[§]) for row in csv.reader(file)))",
    );
    expect(programShape("python_run", code("b/stock.csv", 11))).toBe(
      programShape("python_run", code("sales.csv", 2)),
    );
  });

  test("is none of a sum", () => {
    expect(programShape("python_run", "print(1234567 * 7654321 + 1234567 - 1)")).toBeUndefined();
  });
});

test("numbers and names of files change no shape, whatever they are", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}\.(csv|txt|json|log)$/);
  const values = fc.tuple(name, fc.nat(1_000_000));
  fc.assert(
    fc.property(values, values, (one, other) => {
      const shapeOf = ([file, count]: readonly [string, number]) =>
        programShape("sh", `sort -t, -k2 ${file} | uniq -c | awk '$1 > ${count} { print $2 }'`);
      expect(shapeOf(one)).toBe(shapeOf(other));
    }),
  );
});

test("a shape has no more than its program, and none takes long, whatever it is made of", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (program) => {
      expect((programShape("python_run", program) ?? "").length).toBeLessThanOrEqual(
        program.length,
      );
    }),
  );
  const text = AWK.padEnd(10_000, "x");
  expect(programShape("sh", text)).toBeDefined();
  expect(programShape("sh", `${text}x`)).toBeUndefined();
});

test.each(["'", '"', '"\\', "a/", "a.b", "1.", "a-", ".", "~", "\n#"])(
  "the shape of a program of many %j is made in a time that grows with the square of their number at most",
  async (piece) => {
    const grown = await growth((size) =>
      programShape("sh", piece.repeat((1250 * size) / piece.length)),
    );
    // That is why there is a longest one: eight times as many take 64 times as long.
    expect(grown).toBeLessThan(LINEAR * 8);
  },
);
