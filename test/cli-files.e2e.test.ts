/** Files of the room as the command line shows them. */
import { describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { testHome } from "./org-process.ts";
import { say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

describe("files", () => {
  test("##file: in an answer writes the whole file and leaves nothing beside it", async () => {
    await using server = scriptedServer([say("##file:notes/plan.md\n```\n# Plan\n```\nWritten.")]);
    await using home = await testHome();
    const ran = await home.run(["ask", "plan"], { url: server.url });
    expect(ran).toMatchObject({ stderr: "agent wrote notes/plan.md (7 bytes)\n", exitCode: 0 });
    const folder = `${home.paths.workspace}/notes`;
    expect(await readdir(folder)).toEqual(["plan.md"]);
    expect(await Bun.file(`${folder}/plan.md`).text()).toBe("# Plan\n");
  });

  test("##file: in a message writes before anybody answers", async () => {
    await using server = scriptedServer([say("I see it.")]);
    await using home = await testHome();
    const ran = await home.run(["ask", "##file:a.txt\nalpha"], { url: server.url });
    expect(ran.stderr).toBe("user wrote a.txt (6 bytes)\n");
    expect(await Bun.file(`${home.paths.workspace}/a.txt`).text()).toBe("alpha\n");
  });

  test.each([
    ["../evil.txt", '".." leads out of a folder'],
    ["/tmp/evil.txt", "it is absolute"],
    [".git/hooks/pre-push", '".git" is reserved'],
  ])("##file:%s is refused: exit code 77, and nothing is written", async (path, why) => {
    await using server = scriptedServer([say(`##file:${path}\nevil\n`)]);
    await using home = await testHome();
    const ran = await home.run(["ask", "write"], { url: server.url });
    expect(ran.stderr).toBe(
      [
        `The path "${path}" was refused [PATH_REFUSED]`,
        `Files are written inside the workspace only, and ${why}.`,
        "→ use a relative path without links, for example notes/plan.md",
        "Nothing was written.",
        "",
      ].join("\n"),
    );
    expect(ran.exitCode).toBe(77);
    expect(await readdir(home.paths.workspace)).toEqual([]);
  });

  test("in the mode file:<path> the room's text goes to that file", async () => {
    await using server = scriptedServer([say("First."), say("Second.")]);
    await using home = await testHome();
    const options = { url: server.url };
    await home.run(["ask", "--mode", "file:notes.md", "one"], options);
    await home.run(["ask", "--resume", "--mode", "file:notes.md", "two"], options);
    expect(await Bun.file(`${home.paths.workspace}/notes.md`).text()).toBe("First.\nSecond.\n");
  });
});
