/** What `org exec` refuses, and with which exit code. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { answer, fileAnswer, RENAMED, TASK } from "./exec-repository.ts";
import { always, type ExecPlace, execPlace, type Run } from "./exec-run.ts";
import { breakOff, say, several } from "./scripted-answers.ts";

let place: ExecPlace;

beforeAll(async () => {
  place = await execPlace();
});

afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

const added = (path: string, mode = "100644"): string =>
  answer(
    `diff --git a/${path} b/${path}\nnew file mode ${mode}\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x`,
  );

describe("what an answer may not touch", () => {
  const plain = (path: string): string => `--- /dev/null\n+++ ${path}\n@@ -0,0 +1 @@\n+x`;
  test.each<[name: string, said: string, stderr: string]>([
    ["an absolute path", answer(plain("/etc/passwd")), '"/etc/passwd": it is absolute'],
    ["the repository itself", added("src/.git/config"), '".git" is reserved'],
    ["the repository in other letters", fileAnswer("src/.GIT/config", "x\n"), '".GIT" is reserved'],
    ["a link", added("src/link2", "120000"), "new file mode 120000"],
    ["what lies behind a link", added("src/link/hosts"), '"src/link" is not a folder'],
    ["the link itself", fileAnswer("src/link", "x\n"), "it is a link or a submodule"],
    ["an executable", added("src/run.sh", "100755"), "new file mode 100755"],
    [
      "a mode",
      answer("diff --git a/src/cart.ts b/src/cart.ts\nold mode 100644\nnew mode 100755"),
      '"src/cart.ts": the diff says "old mode 100644"',
    ],
    [
      "a name",
      answer(
        "diff --git a/src/cart.ts b/src/sum.ts\nsimilarity index 100%\nrename from src/cart.ts\nrename to src/sum.ts",
      ),
      '"src/sum.ts": the diff says "rename from src/cart.ts"',
    ],
    [
      "a name, without saying so",
      answer(RENAMED.replace("+++ b/src/cart.ts", "+++ b/src/sum.ts")),
      'it was "src/cart.ts" before',
    ],
    ["the same name in other letters", fileAnswer("src/CART.ts", "x\n"), "it is the same as"],
    [
      "what Git obeys",
      fileAnswer("src/.gitattributes", "* filter=x\n"),
      'Git obeys ".gitattributes"',
    ],
    [
      "a name that cannot be seen",
      fileAnswer("src/a\u200bb.ts", "x\n"),
      "a character in it cannot be seen",
    ],
    [
      "one named file and one other",
      answer(`${RENAMED}\n${plain("b/README.txt")}`),
      '"README.txt": the task does not name it',
    ],
  ])("%s", async (_name, said, stderr) => {
    const ran = await place.exec(always(said));
    expect(ran.stderr).toContain(stderr);
    expect(ran).toMatchObject({ stdout: "", exitCode: 77, isUntouched: true, leftOver: [] });
    expect(ran.requests.length).toBe(2);
  });
});

describe("what else goes wrong", () => {
  const piped = (old: string, now: string): Run => ({
    args: ["-"],
    stdin: TASK.replace(old, now),
  });
  test.each<[name: string, exit: number, wrong: Run & { readonly told: string }]>([
    ["no task", 64, { args: [], told: "Which task?" }],
    ["an unknown option", 64, { args: ["t.md", "--vars", "A=b"], told: "did you mean --var" }],
    [
      "a variable that is none",
      64,
      { args: ["t.md", "--var", "a"], told: '"a" is not a variable' },
    ],
    [
      "a breadcrumb of two lines",
      64,
      { environment: { TRACKING_BREADCRUMB: "a\nb" }, told: "TRACKING_BREADCRUMB cannot be used" },
    ],
    [
      "a variable without a value",
      65,
      { ...piped("{NAME}", "{NAMES}"), told: 'line 4 of "-"; did you mean {NAME}?' },
    ],
    [
      "a secret as a variable",
      65,
      {
        ...piped("{NAME}", "{LLM_API_KEY}"),
        environment: { LLM_API_KEY: "sk-live-0123456789" },
        told: "{LLM_API_KEY} of the task is a secret",
      },
    ],
    [
      "an unknown key",
      65,
      {
        ...piped("outputs:", "output:"),
        told: 'unknown key "output" in line 8; did you mean outputs?',
      },
    ],
    ["a task that is not there", 66, { args: ["gone.md"], told: '"gone.md" cannot be read' }],
    [
      "a repository that is not there",
      66,
      { environment: { REPO_ROOT: "/gone" }, told: 'no Git repository at "/gone"' },
    ],
    [
      "a context folder that is not there",
      66,
      { environment: { CONTEXT_ROOT: "/gone" }, told: 'no context folder "/gone"' },
    ],
    [
      "a file that is not there",
      66,
      { ...piped("src/dos.txt", "src/gone.txt"), told: 'no file "src/gone.txt"' },
    ],
    [
      "a server that is down",
      69,
      { environment: { LLM_BASE_URL: "http://127.0.0.1:9" }, told: "[PROVIDER_UNREACHABLE]" },
    ],
    [
      "a context that leads out",
      77,
      { ...piped("src/dos.txt", "../a.txt"), told: '".." leads out' },
    ],
    [
      "a context behind a link",
      77,
      { ...piped("src/dos.txt", "src/link/hosts"), told: "a link or a submodule is on the way" },
    ],
    ["outputs that lead out", 77, { ...piped("src/**", "/etc/**"), told: "it is absolute" }],
    [
      "a provider that is none",
      78,
      { environment: { LLM_PROVIDER: "opnai" }, told: '"opnai" is none of openai' },
    ],
  ])("%s", async (_name, exit, { told, ...run }) => {
    const ran = await place.exec(always(answer(RENAMED)), run);
    expect(ran.stderr).toContain(told);
    expect(ran).toMatchObject({ stdout: "", exitCode: exit, isUntouched: true, leftOver: [] });
    expect(ran.requests).toEqual([]);
  });

  test("a check without a sandbox: no model is asked", async () => {
    const folder = join(place.home.path, "git-alone");
    await mkdir(folder);
    await symlink(Bun.which("git") ?? "", join(folder, "git"));
    const stdin = TASK.replace("- Nothing else changes.", "- {text: It works., check: 'true'}");
    const run = { args: ["-"], stdin, environment: { PATH: folder } };
    const ran = await place.exec(always(answer(RENAMED)), run);
    expect(ran.stderr).toContain("[SANDBOX_UNAVAILABLE]");
    expect(ran).toMatchObject({ stdout: "", exitCode: 77, isUntouched: true, requests: [] });
  });

  test("a server that breaks off is as good as none", async () => {
    const ran = await place.exec([several(say("---COMMIT_MSG---"), breakOff())]);
    expect(ran.stderr).toContain("The model server gave no complete answer [PROVIDER_UNREACHABLE]");
    expect({ stdout: ran.stdout, exitCode: ran.exitCode }).toEqual({ stdout: "", exitCode: 69 });
  });
});
