/** `org project try` and `/try`: real Git, the real sandbox and gate, a model server with a script. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestHome, testHome } from "./org-process.ts";
import { ProjectRepository, stateOf } from "./project-repository.ts";
import { type Answer, call, say } from "./scripted-answers.ts";
import { type RecordedRequest, scriptedServer } from "./scripted-server.ts";

setDefaultTimeout(600_000);

const FILES = {
  "package.json": '{ "name": "sum", "type": "module" }\n',
  "bun.lock": '{ "lockfileVersion": 1, "workspaces": { "": { "name": "sum" } } }\n',
  "sum.ts": "export const sum = (a: number, b: number): number => a - b;\nexport const one = 1;\n",
  "sum.test.ts": [
    'import { expect, test } from "bun:test";',
    'import { one, sum } from "./sum.ts";',
    'test("adds", () => expect(sum(1, 2)).toBe(3));',
    'test("one", () => expect(one).toBe(1));\n',
  ].join("\n"),
};
const FIX = { path: "sum.ts", search: "a - b", replace: "a + b" };
const BREAK = { path: "sum.ts", search: "one = 1", replace: "one = 2" };

/** Opens the room, and changes nothing. */
const QUESTION = "What does this project do?";

/** As the seeds tell attempts apart: the first mends the test, the second breaks another, the third changes nothing. */
const three = ({ body }: RecordedRequest): Answer => {
  const isAnswered = body.messages.at(-1)?.role === "tool";
  if (isAnswered) return say("Done.");
  // The question was asked before, in the room that the attempts begin with.
  if (!/Mend|failing test/.test(JSON.stringify(body.messages))) return say("It adds.");
  if (body["seed"] === 2) return call("edit_file", BREAK);
  return body["seed"] === 3 ? say("All is well.") : call("edit_file", FIX);
};

function repositoryOf(files: Readonly<Record<string, string>> = FILES): ProjectRepository {
  const repository = new ProjectRepository();
  repository.commit("first", files);
  return repository;
}

/** What the home keeps of the project. */
function roomsOf(home: TestHome): string {
  const [project = ""] = readdirSync(home.paths.projects);
  return join(home.paths.projects, project, "rooms");
}

/** Everything that lies about attempts in a home, by its path. */
function tracesIn(home: TestHome): readonly string[] {
  const rooms = roomsOf(home);
  return readdirSync(rooms).flatMap((room) =>
    readdirSync(join(rooms, room)).filter((name) => /^attempts(?!\.lock)/.test(name)),
  );
}

/** What a room has without attempts; a question of it looks at the user's files first, and leaves a commit that no ref names. */
function ownFiles(folder: string): unknown {
  const isOwn = (path: string) => !/(?:^|\/)attempts|\/objects\//.test(path);
  return Object.fromEntries(Object.entries(stateOf(folder)).filter(([path]) => isOwn(path)));
}

describe("several attempts at one task", () => {
  test("stand in a table by what the gate says; one is taken and merged, the others are gone", async () => {
    using repository = repositoryOf();
    await using server = scriptedServer(three);
    await using home = await testHome();
    const org = async (...args: readonly string[]) =>
      await home.run([...args, "--project", repository.root], { url: server.url });
    const before = repository.state();

    await org("ask", QUESTION);
    await org("project", "checks", "--set", "bun test");
    const [room = ""] = readdirSync(roomsOf(home));
    const main = join(roomsOf(home), room);
    const untouched = ownFiles(main);
    const tried = await org("project", "try", "--count", "3", "Make the failing test pass.");
    expect(tried.exitCode).toBe(0);
    const rows = tried.stdout.split("\n").slice(1, 4);
    expect(rows[0]).toMatch(
      /^1 +agent +m +✔ passes +1 of 1 +1 +1 \+1 −1 +\d+\.\d +\d+ in, \d+ out$/,
    );
    expect(rows[1]).toMatch(/^2 +agent +m +✘ refused +0 of 1 +0 +1 \+1 −1 /);
    expect(rows[2]).toMatch(/^3 +agent +m +· unchanged +- +- +0 \+0 −0 /);
    const [, ...asked] = server.requests.map(({ body }) => JSON.stringify(body.messages));
    expect(asked.filter((text) => !text.includes("It adds."))).toEqual([]);
    for (const number of [1, 2, 3])
      expect(tried.stderr).toContain(`attempt ${number} · agent · m: started`);
    expect(tried.stderr).toContain("attempt 1 · agent: passes, 1 of 1 checks pass\n");
    expect(tried.stderr.match(/: answered in /g)).toHaveLength(3);

    const again = await org("project", "try", "Something else.");
    expect(again.exitCode).toBe(65);
    expect(again.stderr).toContain("2 attempts of this room wait");
    expect(again.stderr).toContain("--take N");
    expect(again.stderr).toContain("--drop");
    const shown = await org("project", "try", "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      task: "Make the failing test pass.",
      attempts: [
        { number: 1, result: { outcome: "passes", fixed: 1 } },
        { number: 2, result: { outcome: "refused" } },
        { number: 3, result: { outcome: "unchanged" } },
      ],
    });
    const difference = await org("project", "try", "--diff", "2");
    expect(difference.stdout).toContain("+export const one = 2;\n");
    // Nothing of it reached the room or the user.
    expect(ownFiles(main)).toEqual(untouched);
    expect(repository.state()).toEqual(before);

    const taken = await org("project", "try", "--take", "best");
    expect(taken).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 file +1 −1") });
    expect(tracesIn(home)).toEqual([]);
    expect((await org("project", "diff")).stdout).toContain("a + b");
    expect(repository.state()).toEqual(before);
    const merged = await org("project", "promote");
    expect(merged).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(" into main ") });
    expect(readFileSync(join(repository.root, "sum.ts"), "utf8")).toContain("a + b");
    expect(repository.git("log", "-1", "--format=%an", "HEAD^2")).toContain("agent");
  });

  test("that were killed while they ran are removed at the next start, and the room is as it was", async () => {
    using repository = repositoryOf();
    const hang = Promise.withResolvers<void>();
    await using server = scriptedServer(async (request) => {
      if (request.body["seed"] === 2) await hang.promise;
      return three(request);
    });
    await using home = await testHome();
    const options = { url: server.url, environment: { ORG_PARALLEL: "3" } };
    const place = ["--project", repository.root];
    await home.run(["ask", QUESTION, ...place], options);
    const before = repository.state();
    await using child = home.start(
      ["project", "try", "--count", "3", "Mend it.", ...place],
      options,
    );
    await child.stderr.line((line) => line.includes("attempt 1 · agent: passes"));
    await child.stderr.line((line) => line.includes("attempt 3 · agent: unchanged"));
    expect(tracesIn(home)).toEqual(["attempts"]);
    child.signal("SIGKILL");
    await child.ended;
    expect(repository.state()).toEqual(before);

    const reopened = ["chat", "--plain", ...place];
    const shown = await home.run(reopened, { ...options, stdin: "/try\n" });
    expect(shown.stderr).toContain(
      "1 attempt interrupted and removed. 1 attempt can still be taken",
    );
    expect(shown.stdout).toMatch(/^1 +agent +m +✔ passes/m);
    const once = await home.run(["project", "status", ...place], options);
    expect(once.stderr).not.toContain("cut off");
    const dropped = await home.run(["project", "try", "--drop", ...place], options);
    expect(dropped.stdout).toBe("Removed 1 attempt.\n");
    expect(tracesIn(home)).toEqual([]);
    expect(repository.state()).toEqual(before);
    hang.resolve();
  });

  test("end with Ctrl-C, and leave nothing behind where none was judged", async () => {
    using repository = repositoryOf();
    await using server = scriptedServer(({ index }) =>
      index === 0 ? say("Hi.") : call("sh", { cmd: "sleep 100" }),
    );
    await using home = await testHome();
    const options = { url: server.url };
    const place = ["--project", repository.root];
    await home.run(["ask", "--project", repository.root, "Hi."], options);
    const before = [repository.state(), ownFiles(roomsOf(home))];
    await using child = home.start(
      ["project", "try", "--count", "2", "Mend it.", ...place],
      options,
    );
    await child.stderr.line((line) => line.includes("attempt 2 · agent · m: started"));
    await server.request(2);
    child.signal("SIGINT");
    const ended = await child.ended;
    expect(ended).toMatchObject({ exitCode: 130, stdout: "" });
    expect(ended.stderr).toContain("Stopped: 0 attempts can be taken, the rest is removed.\n");
    expect(tracesIn(home)).toEqual([]);
    expect([repository.state(), ownFiles(roomsOf(home))]).toEqual(before);
  });

  test("end with the room in which they run", async () => {
    using repository = repositoryOf();
    await using server = scriptedServer(() => call("sh", { cmd: "sleep 100" }));
    await using home = await testHome();
    const place = ["--project", repository.root];
    const options = { url: server.url, keepsTyping: true };
    await using chat = home.start(["chat", "--plain", ...place], options);
    await chat.write("/try 2 Mend it.\n");
    await server.request(1);
    expect(tracesIn(home)).toEqual(["attempts"]);
    chat.signal("SIGTERM");
    expect((await chat.ended).exitCode).toBe(143);
    expect(tracesIn(home)).toEqual([]);
  });

  test("of several personas are asked in turn, and a room runs them, shows them, and takes one", async () => {
    using repository = repositoryOf();
    await using server = scriptedServer(three);
    await using home = await testHome();
    const place = ["--project", repository.root];
    await home.run(["ask", QUESTION, ...place], { url: server.url });
    const stdin = [
      "/try 3 @@agent @@python Make the failing test pass.",
      "/try diff 1",
      "/try take 1",
      "/diff",
      "/try",
      "/try 9 too many",
      "/try ask @@python for it",
    ].join("\n");
    const ran = await home.run(["chat", "--plain", ...place], { url: server.url, stdin });
    expect(ran.stdout).toContain("attempt 2 · python · m: started\n");
    expect(ran.stdout).toMatch(/^1 +agent +m +✔ passes/m);
    expect(ran.stdout).toMatch(/^2 +python +m +✔ passes/m);
    expect(ran.stdout).toMatch(/^3 +agent +m +· unchanged/m);
    expect(ran.stdout).toContain(
      "Attempt 1 is a turn of the room: 1 file +1 −1. The others are removed.",
    );
    expect(ran.stdout.match(/^\+export const sum = .*a \+ b;$/gm)).toHaveLength(2);
    expect(ran.stdout).toContain("No attempts wait in this room");
    expect(ran.stdout).toContain('"9" is not a number of attempts');
    expect(ran.stdout).toContain("The task names @@python");
    expect(tracesIn(home)).toEqual([]);
  });

  test("org ask --best-of goes on with the one that passes, in one line of shell", async () => {
    using repository = repositoryOf();
    await using server = scriptedServer(three);
    await using home = await testHome();
    const before = repository.state();
    const args = ["ask", "--project", repository.root, "--best-of", "2", "Mend it.", "--patch"];
    const ran = await home.run(args, { url: server.url });
    expect(ran.stdout).toStartWith("diff --git a/sum.ts b/sum.ts\n");
    expect(ran).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("Attempt 1 was taken"),
    });
    expect(tracesIn(home)).toEqual([]);
    expect(repository.state()).toEqual(before);
  });

  test("org ask --best-of takes none where none passes, and says how to go on", async () => {
    using repository = repositoryOf({
      ...FILES,
      "sum.ts": FILES["sum.ts"].replace("a - b", "a + b"),
    });
    await using server = scriptedServer(({ body }) =>
      body.messages.at(-1)?.role === "tool" ? say("Done.") : call("edit_file", BREAK),
    );
    await using home = await testHome();
    const place = ["--project", repository.root];
    const ran = await home.run(["ask", ...place, "--best-of", "2", "Break it."], {
      url: server.url,
    });
    expect(ran).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("✘ refused") });
    const best = await home.run(["project", "try", "--take", "best", ...place]);
    expect(best).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("No attempt passes the gate"),
    });
    expect((await home.run(["project", "try", "--take", "1", ...place])).exitCode).toBe(0);
    expect(existsSync(join(repository.root, "sum.ts"))).toBe(true);
    expect(tracesIn(home)).toEqual([]);
  });
});
