/** A measure of a repository from its setting to the verdict: real Git, the real sandbox, a scripted model. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { testHome } from "./org-process.ts";
import { repositoryOf } from "./project-repository.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

const FILES = { "app.js": "one\n", Makefile: "check:\n\ttrue\n" };

/** The arguments that the user's shell makes of the example in the documents, in their repository. */
async function documented(folder: string): Promise<readonly string[]> {
  const page = await Bun.file(join(import.meta.dir, "../docs/projects.md")).text();
  const line = /^ {4}org (project checks --measure .*\$\(.*)$/m.exec(page)?.[1] ?? "";
  const shell = Bun.spawnSync(["sh", "-c", `printf '%s\\0' ${line}`], { cwd: folder });
  return shell.stdout.toString().split("\0").slice(0, -1);
}

test("the measure of the documents, typed into a shell, tells two versions apart", async () => {
  using repository = repositoryOf({ ...FILES, "dist/app.js": "one\n" });
  const edit = call("edit_file", { path: "dist/app.js", search: "one", replace: "one two three" });
  await using server = scriptedServer([edit, say("Done.")]);
  await using home = await testHome();
  const org = async (...args: readonly string[]) =>
    await home.run([...args, "--project", repository.root], { url: server.url });
  await org("ask", "Make it longer.");
  const { stdout, stderr, exitCode } = await org(...(await documented(repository.root)));
  expect(stdout).toContain("yours 4 bytes, the room's 14 bytes (8 pairs, ");
  expect(stderr).not.toContain("prints the same");
  expect(exitCode).toBe(1);
});

test("a change that makes the program twice as large is refused with its figures, until the user wants it larger", async () => {
  using repository = repositoryOf(FILES);
  const edit = call("edit_file", { path: "app.js", search: "one", replace: "one two three" });
  await using server = scriptedServer([edit, say("Done.")]);
  await using home = await testHome();
  const org = async (...args: readonly string[]) =>
    await home.run([...args, "--project", repository.root], { url: server.url });
  const before = repository.state();
  expect(await org("ask", "Make it longer.")).toMatchObject({ exitCode: 0 });

  const measure = "echo $(wc -c < app.js) bytes";
  const refused = await org("project", "checks", "--measure", measure);
  expect(refused.exitCode).toBe(1);
  expect(refused.stdout).toContain(`✘ ${measure}  yours 4 bytes, the room's 14 bytes (8 pairs, `);
  expect(refused.stdout).toContain("✘ P3  The measure");
  expect(refused.stdout).toEndWith("✘ The gate refuses it.\n");
  expect((await org("project")).stdout).toContain(`measure     ${measure} (smaller is better)\n`);
  expect(await org("project", "promote", "--yes")).toMatchObject({ exitCode: 1 });
  expect(repository.state()).toEqual(before);

  const larger = await org("project", "checks", "--better", "larger", "--json");
  expect(larger.exitCode).toBe(0);
  expect(JSON.parse(larger.stdout)).toMatchObject({
    outcome: "passes",
    measure: {
      command: measure,
      better: "larger",
      unit: "bytes",
      base: 4,
      candidate: 14,
      pairs: 6,
    },
  });

  const none = await org("project", "checks", "--no-measure");
  expect(none.stdout).not.toContain("bytes");
  expect(none.exitCode).toBe(0);
  expect((await org("project")).stdout).not.toContain("measure ");
  expect(await org("project", "promote")).toMatchObject({ exitCode: 0 });
});

test("a candidate that decides what the measure prints is held, and --better wants a direction", async () => {
  using repository = repositoryOf({ ...FILES, "size.sh": "wc -c < app.js\n" });
  const cheat = call("write_file", { path: "size.sh", text: "echo 0\n" });
  await using server = scriptedServer([cheat, say("Smaller now.")]);
  await using home = await testHome();
  const org = async (...args: readonly string[]) =>
    await home.run([...args, "--project", repository.root], { url: server.url });
  await org("ask", "Make it smaller.");
  const held = await org("project", "checks", "--measure", "sh size.sh");
  expect(held.stdout).toContain('◐ P0  "size.sh" changes, and the measure "sh size.sh" starts');
  expect(held.stdout).toEndWith("◐ The gate holds it for your decision.\n");
  expect(await org("project", "checks", "--better", "best")).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining("The option --better is one of smaller, larger"),
  });
  // A room that does not exist yet has nothing to judge, and what is set holds for the repository.
  const later = ["--room", "later"];
  expect(await org("project", "checks", "--measure", "echo 1", ...later)).toMatchObject({
    exitCode: 0,
    stdout: "",
    stderr: expect.stringContaining('The measure "echo 1" prints the same for every version'),
  });
  expect((await org("project")).stdout).toContain("measure     echo 1 (smaller is better)\n");
});
