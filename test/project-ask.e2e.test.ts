/** What `org ask --project` and `org project` print, refuse and leave alone: real Git, a scripted model. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { testHome } from "./org-process.ts";
import { repositoryOf } from "./project-repository.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

const FILES = { "sum.ts": "export const sum = (a: number, b: number): number => a - b;\n" };
const EDIT = { path: "sum.ts", search: "a - b", replace: "a + b" };

describe("org on a repository", () => {
  test("with --patch prints the difference and nothing else", async () => {
    using repository = repositoryOf(FILES);
    await using server = scriptedServer([call("edit_file", EDIT), say("Done.")]);
    await using home = await testHome();
    const args = ["ask", "--project", repository.root, "Mend it.", "--patch"];
    const ran = await home.run(args, { url: server.url });
    expect(ran.stdout).toStartWith("diff --git a/sum.ts b/sum.ts\n");
    expect(ran.exitCode).toBe(0);
  });

  test("prints a patch that Git takes, whatever the line ends and the bytes", async () => {
    using repository = repositoryOf({ "a.txt": "one\r\ntwo\r\n" });
    const cmd = "printf 'one\\r\\nTWO\\r\\n' > a.txt; printf '\\000\\377\\001' > b.bin";
    await using server = scriptedServer([call("sh", { cmd }), say("Done.")]);
    await using home = await testHome();
    const args = ["ask", "--project", repository.root, "Change it.", "--patch"];
    const { stdout } = await home.run(args, { url: server.url });
    repository.write("../change.patch", stdout);
    repository.git("apply", "../change.patch");
    expect(readFileSync(join(repository.root, "a.txt"), "utf8")).toBe("one\r\nTWO\r\n");
    expect([...readFileSync(join(repository.root, "b.bin"))]).toEqual([0, 255, 1]);
  });

  test("merges with ask only what this answer changed, and nothing that is held", async () => {
    using repository = repositoryOf({ "a.txt": "a\n" });
    await using server = scriptedServer([
      ...[call("write_file", { path: "Makefile", content: "check:\n" }), say("Done.")],
      ...[say("It is a text."), say("It is a text.")],
    ]);
    await using home = await testHome();
    const before = repository.state();
    const ask = async (...args: readonly string[]) =>
      await home.run(["ask", "--project", repository.root, ...args], { url: server.url });
    expect((await ask("Add a Makefile.", "--promote", "--yes")).exitCode).toBe(1);
    const asked = await ask("What is it?", "--promote", "--yes");
    expect(asked).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("The answer changed no file."),
    });
    expect(await ask("What is it?")).toMatchObject({ exitCode: 0, stdout: "It is a text.\n" });
    expect(repository.state()).toEqual(before);
  });

  test("refuses a promotion before a model is asked where Git does not know the user", async () => {
    using repository = repositoryOf(FILES);
    repository.git("config", "user.name", "");
    await using server = scriptedServer([say("It adds.")]);
    await using home = await testHome();
    const ask = async (...args: readonly string[]) =>
      await home.run(["ask", "--project", repository.root, ...args], { url: server.url });
    const refused = await ask("Mend it.", "--promote");
    expect(refused.stderr).toContain("Git does not know your name and address");
    expect(server.requests).toHaveLength(0);
    const asked = await ask("What does it do?");
    expect(asked).toMatchObject({ exitCode: 0, stdout: "It adds.\n" });
    expect(asked.stderr).toContain("no candidate can be made");
  });

  test("makes no candidate of what a run of the tests leaves behind", async () => {
    using repository = repositoryOf({
      "sums.py": "def add(a, b):\n    return a + b\n",
      "test_sums.py":
        "import unittest\nfrom sums import add\n\nclass T(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1, 2), 3)\n",
    });
    await using server = scriptedServer([
      ...[call("sh", { cmd: "python3 -m unittest; ls -d __pycache__" }), say("They pass.")],
    ]);
    await using home = await testHome();
    const args = ["ask", "--project", repository.root, "Do the tests pass?", "--promote"];
    const asked = await home.run(args, { url: server.url });
    expect(server.requests[1]?.body.messages.at(-1)?.content).toContain("__pycache__");
    expect(asked.stderr).toContain("The answer changed no file.");
    expect(repository.git("status", "--short")).toBe("");
  });

  test("looks at no room that was never opened", async () => {
    using repository = repositoryOf({ "a.txt": "a\n" });
    await using server = scriptedServer([say("Hello.")]);
    await using home = await testHome();
    const org = async (...args: readonly string[]) =>
      await home.run([...args, "--project", repository.root], { url: server.url });
    await org("ask", "Hi.");
    const looked = await org("project", "diff", "--room", "tset");
    expect(looked).toMatchObject({
      exitCode: 66,
      stderr: expect.stringContaining("There is no room project-"),
    });
    expect((await org("project", "status")).exitCode).toBe(0);
    const titled = await org("project", "promote", "cand/20260101T000000Z", "--title", "x");
    expect(titled).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining("has its message already"),
    });
  });

  test("says what an action and a room cannot be called", async () => {
    using repository = repositoryOf({ "a.txt": "a\n" });
    await using home = await testHome();
    const org = async (...args: readonly string[]) =>
      await home.run(["project", ...args, "--project", repository.root]);
    expect(await org("undo", "twice")).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('"twice" cannot follow "undo"'),
    });
    await using server = scriptedServer([say("Hello.")]);
    await home.run(["ask", "--project", repository.root, "Hi."], { url: server.url });
    expect(await org("status", "--room", "../../x")).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining("cannot be the name of a room"),
    });
    expect(await org("promote", "cand/20260101T000000Z")).toMatchObject({
      exitCode: 66,
      stderr: expect.stringContaining("The room has no candidate"),
    });
  });

  test("says what to do where there is no repository", async () => {
    await using home = await testHome();
    const ran = await home.run(["ask", "--project", "/", "hi"]);
    expect(ran).toMatchObject({
      exitCode: 66,
      stderr: expect.stringContaining("There is no Git repository at"),
    });
    const alone = await home.run(["ask", "--promote", "hi"]);
    expect(alone).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining("--promote needs a repository"),
    });
  });
});
