import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fakeModel } from "./fake-model.ts";
import { loopContestant } from "./loop-contestant.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const { signal } = new AbortController();

function call(name: string, source: Record<string, string>): string {
  return `\`\`\`json\n${JSON.stringify({ name, arguments: source })}\n\`\`\``;
}

test("the loop runs calls that it finds in the text, in the task's folder, and hands their results back", async () => {
  await using folder = await temporaryFolder();
  await Bun.write(join(folder.path, "one.txt"), "a\nb\n");
  await using model = fakeModel([
    call("sh", { cmd: "wc -l < one.txt" }),
    call("python_run", { code: "print(open('one.txt').read().count('b'))" }),
    "There are 2 lines.",
  ]);
  const posed = {
    ...{ question: "How many?", folder: folder.path, isRepository: false },
    ...{ base: model.url, model: "m" },
  };
  expect(await loopContestant(0.2).answer(posed, signal)).toEqual({
    ...{ text: "There are 2 lines.", calls: 2, ran: 2, succeeded: 2 },
  });
  expect(model.requests[2]).toMatchObject({
    temperature: 0.2,
    messages: [
      { role: "system" },
      { role: "user", content: "How many?" },
      { role: "assistant", tool_calls: [{ function: { name: "sh" } }] },
      { role: "tool", content: "2" },
      { role: "assistant", tool_calls: [{ function: { name: "python_run" } }] },
      { role: "tool", content: "1" },
    ],
  });
});

test("the loop tells the model of a tool that does not exist, and ends after eight rounds", async () => {
  await using folder = await temporaryFolder();
  await using model = fakeModel([call("ls", {}), call("sh", { command: "ls" })]);
  const posed = {
    ...{ question: "?", folder: folder.path, isRepository: false },
    ...{ base: model.url, model: "m" },
  };
  expect(await loopContestant(0.2).answer(posed, signal)).toEqual({
    ...{ text: "", calls: 8, ran: 0, succeeded: 0 },
    ...{ ended: "error", why: "no answer in 8 rounds" },
  });
});

test("the loop changes a repository in its place", async () => {
  await using place = await temporaryFolder();
  const folder = join(place.path, "files");
  await mkdir(folder);
  await Bun.write(join(folder, "one.txt"), "a\n");
  await using model = fakeModel([call("sh", { cmd: "sed -i s/a/b/ one.txt" }), "Done."]);
  const posed = { question: "?", folder, isRepository: true, base: model.url, model: "m" };
  expect(await loopContestant(0.2).answer(posed, signal)).toMatchObject({ text: "Done.", ran: 1 });
  expect(await Bun.file(join(folder, "one.txt")).text()).toBe("b\n");
});
