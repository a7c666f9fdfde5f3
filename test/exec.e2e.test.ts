/** `org exec` as a process: ten tasks, second tries, and where it may run. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { INSIDE_BUN } from "#platform/sandbox/layout.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { runProgram } from "./checkout.ts";
import { readContainerfile } from "./containerfile.ts";
import { answer, fileAnswer, RENAMED, TASK, TaskRepository } from "./exec-repository.ts";
import { always, type ExecPlace, execPlace } from "./exec-run.ts";
import { hang, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

let place: ExecPlace;

beforeAll(async () => {
  place = await execPlace();
});

afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

const PATCHED = `---COMMIT_MSG---
refactor(cart): rename the total
---PATCH---
diff --git a/src/cart.ts b/src/cart.ts
index 0..0 100644
--- a/src/cart.ts
+++ b/src/cart.ts
@@ -1,2 +1,2 @@
-export const total = 1;
+export const sum = 1;
 export const empty = true;
`;

const DOS = `---COMMIT_MSG---
refactor(cart): rename the total
---PATCH---
diff --git a/src/dos.txt b/src/dos.txt
index 0..0 100644
--- a/src/dos.txt
+++ b/src/dos.txt
@@ -1,3 +1,3 @@
 one\r
-two\r
+zwei\r
 three\r
`;

/** Ids of blobs are Git's own business. */
function withoutIds(text: string): string {
  return text.replace(/^index [0-9a-f]+\.\.[0-9a-f]+/gm, "index");
}

const wrong = (path: string): string => answer(RENAMED.replaceAll("src/cart.ts", path));

interface TenthTask {
  readonly said: string;
  readonly exit: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

describe("ten tasks", () => {
  test.each<[name: string, task: TenthTask]>([
    ["a good one", { said: answer(RENAMED), exit: 0, stdout: PATCHED }],
    [
      "a path that is not named",
      { said: wrong("README.md"), exit: 77, stderr: '"README.md": the task does not name it' },
    ],
    [
      "a path that leads out",
      { said: wrong("../../etc/hosts"), exit: 77, stderr: '"../../etc/hosts": ".." leads out' },
    ],
    [
      "a patch that does not apply",
      {
        said: answer(RENAMED.replace("total = 1", "total = 2")),
        exit: 65,
        stderr: "patch failed: src/cart.ts:1",
      },
    ],
    ["an empty answer", { said: "\n", exit: 65, stderr: "the answer is empty" }],
    [
      "two patches",
      {
        said: `${answer(RENAMED)}\n---PATCH---\n${RENAMED}\n---END---`,
        exit: 65,
        stderr: "it has 2 PATCH blocks",
      },
    ],
    [
      "chatter around the blocks",
      {
        said: `Sure! Here it is:\n${answer(`\`\`\`diff\n${RENAMED}\n\n\`\`\`\nThat renames it.`)}Anything else?`,
        exit: 0,
        stdout: PATCHED,
      },
    ],
    [
      "line ends of the other kind",
      {
        said: fileAnswer("src/dos.txt", "one\nzwei\nthree\n").replaceAll("\n", "\r\n"),
        exit: 0,
        stdout: DOS,
      },
    ],
    [
      "something binary",
      {
        said: fileAnswer("src/cart.ts", "a\0b\n"),
        exit: 65,
        stderr: "it would change a binary file",
      },
    ],
    [
      "something huge",
      {
        said: fileAnswer("src/cart.ts", `${"x".repeat(99)}\n`.repeat(11_000)),
        exit: 65,
        stderr: "longer than 1 MiB",
      },
    ],
  ])("%s", async (_name, { said, exit, stdout = "", stderr = "" }) => {
    const ran = await place.exec(always(said));
    expect(withoutIds(ran.stdout)).toBe(withoutIds(stdout));
    expect(ran.stderr).toContain(stderr);
    expect(ran).toMatchObject({ exitCode: exit, isUntouched: true, leftOver: [] });
  });
});

describe("what a model may try again", () => {
  test("it hears once what was wrong, and what it answers then counts", async () => {
    const { stdout, exitCode, requests } = await place.exec([
      say(wrong("README.md")),
      say(answer(RENAMED)),
    ]);
    expect(exitCode).toBe(0);
    expect(withoutIds(stdout)).toBe(withoutIds(PATCHED));
    const [, second] = requests;
    const heard = second?.body.messages.map(({ role, content }) => [role, content]).slice(2);
    expect(heard).toMatchObject([
      ["assistant", wrong("README.md")],
      ["user", expect.stringContaining('"README.md": the task does not name it under outputs')],
    ]);
  });

  test("a check runs in the sandbox, on the changed tree, and what it says is heard", async () => {
    const check = `grep -q sum src/cart.ts && touch src/x && ! ls ${place.home.path}`;
    const stdin = TASK.replace(
      "  - Nothing else changes.",
      `  - text: It is called sum.\n    check: ${check}`,
    );
    const other = answer(RENAMED.replace("const sum", "const other"));
    const run = { args: ["-"], stdin };
    const { stdout, stderr, exitCode } = await place.exec([say(other), say(answer(RENAMED))], run);
    expect(stderr).toContain('it breaks a guarantee, "It is called sum."');
    expect(exitCode).toBe(0);
    expect(withoutIds(stdout)).toBe(withoutIds(PATCHED));
    expect((await place.exec(always(other), run)).exitCode).toBe(65);
  });
});

test("the example of the manual does what the manual says", async () => {
  const path = (name: string): string => join(import.meta.dir, "../docs/examples/exec", name);
  const said = await Bun.file(path("rename.answer.txt")).text();
  const args = [path("rename.md"), "--var", "OLD=total", "--var", "NEW=sum"];
  const ran = await place.exec([say(said)], { args });
  expect(ran).toMatchObject({ exitCode: 0, stderr: "", isUntouched: true, leftOver: [] });
  expect(ran.stdout).toBe(await Bun.file(path("rename.printed.txt")).text());
});

test("Ctrl-C ends it at once and leaves nothing", async () => {
  await using server = scriptedServer([hang()]);
  const before = place.repository.state();
  const temporary = join(place.home.path, "tmp");
  const environment = { REPO_ROOT: place.repository.checkout, NAME: "sum", TMPDIR: temporary };
  const process = place.home.start(["exec", "task.md"], { url: server.url, environment });
  const { closed } = await server.request(0);
  expect((await readdir(temporary)).length).toBe(1);
  process.signal("SIGINT");
  expect(await process.ended).toMatchObject({ stdout: "", exitCode: 130 });
  await closed;
  expect(await readdir(temporary)).toEqual([]);
  expect(place.repository.state()).toBe(before);
});

describe("where it may run", () => {
  test("played back, two runs print the same bytes", async () => {
    const [task, cassette] = ["task.md", "task.cassette"];
    const recorded = await place.exec([say(answer(RENAMED))], {
      args: [task, "--record", cassette],
    });
    const played = { args: [task, "--cassette", cassette, "--strict"] };
    const [first, second] = [await place.exec([], played), await place.exec([], played)];
    expect(first).toMatchObject({ exitCode: 0, stdout: recorded.stdout });
    expect(second.stdout).toBe(first.stdout);
  });

  test("is only read, where everything is read-only and there is no network but the model's", async () => {
    const root = await realpath(join(import.meta.dir, ".."));
    const [task, said] = [join(place.home.path, "task.md"), join(place.home.path, "said.txt")];
    await Bun.write(said, answer(RENAMED));
    using outside = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response("out"),
    });
    // What the container has, in its places: what it would lack is lacking here too.
    const { all, sources } = await readContainerfile();
    const entry: readonly string[] = JSON.parse(all("ENTRYPOINT").flat().join(" "));
    const environment = Object.fromEntries(
      all("ENV")
        .flat()
        .map((pair) => pair.split("=")),
    );
    const before = place.repository.state();
    const result = await runSandboxed(
      [
        ...[INSIDE_BUN, "--no-env-file", "--no-install", "/org/test/fixtures/exec-inside.ts"],
        ...["/task/said.txt", outside.url.href, ...entry, "/task/task.md"],
      ],
      {
        ...POLICIES.forgeCheck,
        environment,
        readOnly: [
          ...[...sources, "node_modules"].map((path) => ({
            from: join(root, path),
            to: `/opt/org/${path}`,
          })),
          // The model server's side of it.
          { from: root, to: "/org", hide: [".git", ".org"] },
          { from: place.repository.checkout, to: "/repo" },
          { from: task, to: "/task/task.md" },
          { from: said, to: "/task/said.txt" },
        ],
      },
      { signal: AbortSignal.timeout(600_000) },
    );
    expect(result).toMatchObject({ exit: 0, killed: null });
    const { stdout, ...rest } = JSON.parse(result.stdout);
    expect(rest).toEqual({ stderr: "", exitCode: 0, isOutsideReached: false, asked: 1 });
    expect(withoutIds(stdout)).toBe(withoutIds(PATCHED));
    expect(place.repository.state()).toBe(before);
  });

  test("what it prints becomes a candidate, and what it does not print becomes none", async () => {
    using home = new TaskRepository();
    const pipe = async (said: string) => {
      await using server = scriptedServer(always(said));
      const org = `"${process.execPath}" "${join(import.meta.dir, "../main.ts")}"`;
      const line = `${org} exec task.md --breadcrumb J-1 | ${org} cand start --patch -`;
      return await runProgram(["/bin/sh", "-c", line], {
        cwd: place.home.path,
        environment: {
          PATH: Bun.env["PATH"] ?? "/usr/bin",
          ORG_HOME: home.checkout,
          REPO_ROOT: home.checkout,
          LLM_BASE_URL: server.url,
          LLM_MODEL: "m",
          NAME: "sum",
        },
      });
    };
    const { stdout, exitCode } = await pipe(answer(RENAMED));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^cand\/\d{8}T\d{6}Z\n$/);
    const branch = stdout.trim();
    expect(home.git("log", "--format=%B", `main..${branch}`)).toBe(
      "refactor(cart): rename the total\n\nTracking-Breadcrumb: J-1\n\n",
    );
    expect(home.git("show", `${branch}:src/cart.ts`)).toContain("const sum = 1");
    expect(home.git("diff", "--name-only", `main..${branch}`)).toBe("src/cart.ts\n");

    const refused = await pipe(wrong("README.md"));
    expect(refused.exitCode).toBe(65);
    expect(refused.stderr).toContain("This is not a patch [INPUT_INVALID]\nit is empty");
    expect(home.git("branch", "--list", "cand/*").trim().split("\n").length).toBe(1);
  });
});
