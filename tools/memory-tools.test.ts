import { expect, test } from "bun:test";
import { memorySaveTool, type NoteWish } from "./memory-save.ts";
import { type MemoryQuestion, memorySearchTool } from "./memory-search.ts";

const context = { signal: new AbortController().signal, persona: "agent", turn: "t1" };

test.each([
  [{ text: "It rains." }, { text: "It rains.", kind: "fact" }],
  [
    { text: "It rains.", kind: "procedure", replaces: "m12" },
    { text: "It rains.", kind: "procedure", replaces: 12 },
  ],
  [{ text: "It rains.", kind: "fact", replaces: 12 }, { replaces: 12 }],
  [{ note: "It rains." }, { text: "It rains." }],
])("a note is read from %j", async (args, expected) => {
  const wishes: NoteWish[] = [];
  const tool = memorySaveTool(async (wish, { turn }) => {
    wishes.push(wish);
    return `kept in ${turn}`;
  });
  expect(await tool.run(args, context)).toEqual({ ok: true, output: "kept in t1" });
  expect(wishes).toMatchObject([expected]);
});

test.each([{}, { text: "" }, { text: "x", kind: "order" }, { text: "x", replaces: "all of them" }])(
  "%j is not a note, and the answer says what would be one",
  async (args) => {
    const tool = memorySaveTool(() => Promise.reject(new Error("not called")));
    const { ok, output } = await tool.run(args, context);
    expect(ok).toBe(false);
    expect(output).toContain("memory_save did not run");
  },
);

test("arguments that would raise its trust are not read", async () => {
  const wishes: NoteWish[] = [];
  const tool = memorySaveTool(async (wish) => {
    wishes.push(wish);
    return "";
  });
  await tool.run({ text: "x", trust: "human", origin: "human", scope: "room" }, context);
  expect(wishes).toEqual([{ text: "x", kind: "fact", replaces: undefined }]);
});

test("a search takes words and how many", async () => {
  const questions: MemoryQuestion[] = [];
  const tool = memorySearchTool(async (question) => {
    questions.push(question);
    return "found";
  });
  expect(await tool.run({ query: "shop", most: 3 }, context)).toEqual({
    ok: true,
    output: "found",
  });
  expect(questions).toEqual([{ query: "shop", most: 3 }]);
  expect((await tool.run({ query: "shop", most: 21 }, context)).ok).toBe(false);
});

test("what the policy needs to know: saving touches the memory, searching touches nothing", () => {
  const save = memorySaveTool(async () => "");
  const search = memorySearchTool(async () => "");
  expect([save.effect, save.capabilities]).toEqual(["room", ["memory"]]);
  expect([search.effect, search.capabilities]).toEqual(["none", undefined]);
});
