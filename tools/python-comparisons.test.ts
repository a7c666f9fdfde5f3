/** A number and a text of the same digits in the programs of models, in the real sandbox. */
import { describe, expect, test } from "bun:test";
import { pythonRunTool } from "./python-run.ts";

const context = { signal: new AbortController().signal, persona: "agent" };
const run = async (code: string) => await pythonRunTool().run({ code }, context);

// Qwen2.5-Coder-1.5B-Instruct on llama.cpp, asked how many requests were answered with status 500; it was told 0, and said so.
const SAID = `import json
count = 0
with open('/tmp/requests.jsonl') as file:
    for line in file:
        data = json.loads(line)
        if data['status'] == '500':
            count += 1
print(count)`;
const FILE = `with open('/tmp/requests.jsonl', 'w') as file:
    file.write('{"status": 500}\\n{"status": 200}\\n{"status": 500}\\n')
`;

describe("a comparison of a number with a text of the same digits", () => {
  test("is told to the model that takes what it counts for an answer", async () => {
    const { ok, output } = await run(`${FILE}${SAID}`);
    expect(ok).toBe(false);
    expect(output).toBe(`0
[stderr]
line 8 is never equal: if data['status'] == '500':
  it compares the number 500 with the text '500'; convert one of them
[exit code 1]`);
    expect((await run(`${FILE}${SAID.replace("'500'", "500")}`)).output).toBe("2");
  });

  test("is told behind the error that comes of it", async () => {
    const { output } = await run(
      "import csv\nrows = list(csv.DictReader(['id,name', '7,Ann']))\nprint([row['name'] for row in rows if row['id'] == 7][0])",
    );
    expect(output).toContain("IndexError: list index out of range");
    expect(output).toContain("it compares the number 7 with the text '7'; convert one of them");
  });

  test.each([
    "rows = [{'id': '7'}, {'id': 7}]\nprint([row for row in rows if row['id'] == 7])",
    "rows = ['a', '7']\nprint([row for row in rows if row == 8])",
    "rows = ['', 'nan', 'x']\nprint([row for row in rows if row == 0])",
    "row = {'on': True}\nprint(row['on'] == '1')",
    // In a class, Python gives a name of two underscores another one.
    "import datetime\nclass A:\n    def is_old(self, day): return day == 3 and datetime.now()\nprint(A().is_old(3))",
    "a = 3\nprint(a != 4, a == 3 == 3, [] == 0, None == 'None')",
    "class A:\n    def __eq__(self, other): return 'odd'\nprint(A() == 1)",
  ])("is none in %j", async (code) => {
    expect(await run(code)).toMatchObject({ ok: true, exit: 0 });
  });

  test("keeps what a program of its own makes of ==", async () => {
    expect(
      (await run("class A:\n    def __eq__(self, other): return 'odd'\nprint(A() == 1)")).output,
    ).toBe("odd");
    expect((await run("x = '5'\nprint(x != 5)")).output).toStartWith("True\n[stderr]\nline 2 is");
  });
});
