import { expect, spyOn, test } from "bun:test";
import { join } from "node:path";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

const ANSWER = '<tool_call>{"name": "sh", "arguments": {"cmd": "ls"}}</tool_call>';

/** What `org debug TOPIC` prints for the lines of its input. */
async function debug(input: readonly unknown[], ...words: readonly string[]) {
  await using home = await testHome();
  const tools = join(home.path, "tools.json");
  await Bun.write(tools, JSON.stringify([{ name: "sh", parameters: { type: "object" } }]));
  const lines = input.map((one) => `${JSON.stringify(one)}\n`).join("");
  using _stdin = spyOn(Bun.stdin, "stream").mockReturnValue(new Blob([lines]).stream());
  const args = words.map((word) => (word === "TOOLS" ? tools : word));
  return (await runCommand(home, "debug", ...args)).stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("calls are extracted of answers, whole or character by character", async () => {
  for (const chars of [[], ["--chars"]]) {
    const [record] = await debug(
      [{ id: "a", model_output: ANSWER }],
      "extract",
      "--tools",
      "TOOLS",
      ...chars,
    );
    expect(record).toMatchObject({ calls: [{ name: "sh", arguments: { cmd: "ls" } }] });
  }
});

test("queries are answered over the tools of the input, best first", async () => {
  const tools = [
    { kind: "tool", name: "sum_table", description: "Adds up a column of a table." },
    { kind: "tool", name: "resize_image", description: "Makes a picture smaller." },
  ];
  const input = [...tools, { kind: "query", id: 1, text: "make the picture smaller" }];
  expect(await debug(input, "search")).toMatchObject([
    { id: 1, results: ["resize_image", "sum_table"] },
  ]);
});
