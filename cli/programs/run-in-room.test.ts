/** Commands that are typed in a room, in a home and over a real repository. */
import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
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
  for (const name of ["ask", "chat", "config", "doctor", "forge", "serve", "token", "tools"]) {
    const refused = typed(home.path, [name]);
    await expect(refused).rejects.toThrow(`A room does not run "org ${name}"`);
  }
  await expect(typed(home.path, ["project", "status"])).rejects.toMatchObject({
    ...{ message: "This room does not work on a repository", code: "USAGE" },
    why: "it was opened without one",
    remedies: ["org --project DIR   # opens a room on a repository"],
    unchanged: "Nothing was changed.",
  });
});

test.each<[readonly string[]]>([
  [["auto", "what"]],
  [["cand", "what"]],
  [["fitness", "x", "y"]],
  [["jobs", "what"]],
  [["mcp", "what"]],
  [["memory", "what"]],
  [["promote", "x", "y"]],
  [["reject"]],
  [["rollback", "x", "y"]],
  [["rules", "what"]],
])("%j is run in a room: its own refusal is what comes back", async (words) => {
  await using home = await testHome();
  const refused = await typed(home.path, words).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(OrgError);
});

test("what a command says is handed to the room at once, or comes with what it prints", async () => {
  await using home = await testHome();
  const text = "No job was ever submitted in this home; see docs/jobs.md.\n";
  expect(await typed(home.path, ["jobs"])).toBe(text);
  let told = "";
  const say = (part: string): void => {
    told += part;
  };
  expect(await typed(home.path, ["jobs"], { say })).toBe("");
  expect(told).toBe(text);
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
  for (const [name, message, remedies] of [
    [
      "fitness",
      "/gate is about candidates of org's own tools",
      ["/checks   # judges what the room changed", "/promote cand/x   # judges it, and merges it"],
    ],
    [
      "reject",
      "/reject is about candidates of org's own tools",
      ["/undo   # undoes the room's last turn", "/cand list"],
    ],
  ] as const) {
    const refused = typed(home.path, [name, "cand/x"], { root });
    await expect(refused).rejects.toMatchObject({
      ...{ message, code: "USAGE", remedies, unchanged: "Nothing was changed." },
      why: "this room works on a repository, where only /promote merges",
    });
  }
});
