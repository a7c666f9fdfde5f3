/** Commands that are typed in a room, in a home and over a real repository. */
import { expect, test } from "bun:test";
import { capturedOutput } from "#test/captured-output.ts";
import { testHome } from "#test/org-process.ts";
import { repositoryOf } from "#test/project-repository.ts";
import { inContext } from "#test/run-command.ts";
import { runInRoom, type TypedIn } from "./run-in-room.ts";

async function typed(
  path: string,
  words: readonly string[],
  typedIn: Partial<TypedIn> = {},
): Promise<string> {
  let printed = "";
  const use = async (context: Parameters<typeof runInRoom>[1]): Promise<number> => {
    printed = await runInRoom(words, context, { room: "main", ...typedIn });
    return 0;
  };
  await inContext({ path }, ["chat"], { output: capturedOutput(), use });
  return printed;
}

test("a note names the room in which it was typed", async () => {
  await using home = await testHome();
  expect(await typed(home.path, ["memory", "add", "Ann likes tea."], { room: "tea" })).toMatch(
    /^m1 saved/,
  );
  expect(await typed(home.path, ["memory", "show", "m1"])).toContain("tea");
});

test("what a room does not run is refused", async () => {
  await using home = await testHome();
  await expect(typed(home.path, ["doctor"])).rejects.toThrow('A room does not run "org doctor"');
  await expect(typed(home.path, ["project", "status"])).rejects.toMatchObject({
    message: "This room does not work on a repository",
    code: "USAGE",
  });
});

test("in a room on a repository its candidates are meant, and org's own tools by no word", async () => {
  await using home = await testHome();
  using repository = repositoryOf({ "a.txt": "a\n" });
  const { root } = repository;
  for (const words of [
    ["cand", "list"],
    ["project", "checks"],
  ]) {
    await expect(typed(home.path, words, { root })).rejects.toMatchObject({
      message: "No room works on this repository",
      why: expect.stringContaining(root),
    });
  }
  const { signal } = new AbortController();
  expect(await typed(home.path, ["jobs"], { root, signal })).not.toBe("");
  for (const [name, message] of [
    ["fitness", "/gate is about candidates of org's own tools"],
    ["reject", "/reject is about candidates of org's own tools"],
  ] as const) {
    const refused = typed(home.path, [name, "cand/x"], { root });
    await expect(refused).rejects.toMatchObject({ message, code: "USAGE" });
  }
});
