/** What is typed in a room on a repository, and which room is opened: `org` in a process of its own. */
import { expect, test } from "bun:test";
import { testHome } from "./org-process.ts";
import { repositoryOf } from "./project-repository.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

test("words about org's own tools say what a room on a repository has in their place", async () => {
  using repository = repositoryOf({ "a.txt": "one\n" });
  const edit = call("edit_file", { path: "a.txt", search: "one", replace: "two" });
  await using server = scriptedServer([edit, say("Done."), say("I am."), say("All is well.")]);
  await using home = await testHome();
  const typed = async (words: readonly string[], ...lines: readonly string[]) => {
    const stdin = [...lines, "/quit", ""].join("\n");
    const ran = await home.run(["chat", "--plain", ...words], { url: server.url, stdin });
    return `${ran.stdout}${ran.stderr}`;
  };
  const at = ["--project", repository.root];
  await home.run(["ask", ...at, "Make it two."], { url: server.url });
  await home.run(["project", "cand", ...at], { url: server.url });
  const before = repository.state();
  const said = await typed(at, "/cand show", "/reject cand/x", "/gate cand/x");
  expect(said).toContain("-one\n+two\n");
  expect(said).toContain("/reject is about candidates of org's own tools [USAGE]");
  expect(said).toContain("→ /undo   # undoes the room's last turn");
  expect(said).toContain("/gate is about candidates of org's own tools [USAGE]");
  expect(said).toContain("→ /promote cand/x   # judges it, and merges it");

  const refused = await typed(["--no-project", "--resume"], "/diff");
  expect(refused).toContain("All rooms of this home work on repositories [ROOM_UNKNOWN]");
  // The newest room is the repository's, also for a user in another folder.
  expect(await typed(["--resume"], "/diff")).toContain("-one\n+two\n");

  const plain = await home.run(["ask", "Are you there?"], { url: server.url });
  expect(plain.exitCode).toBe(0);
  await typed(at, "/undo");
  await home.run(["ask", ...at, "And now?"], { url: server.url });
  const other = await typed(["--no-project", "--resume"], "/diff");
  expect(other).toContain("This room does not work on a repository [USAGE]");
  expect(repository.state()).toEqual(before);
});
