import { afterAll, describe, expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { answer, fileAnswer, RENAMED, TaskRepository } from "#test/exec-repository.ts";
import { SYSTEM_PROMPT, type TaskMessage } from "./prompt.ts";
import { type Mind, runTask, type Said, type TaskRun } from "./run-task.ts";
import type { Task } from "./task-file.ts";

const repository = new TaskRepository();
repository.commit("more", { "src/secret.ts": "const key = 'value-of-the-environment';\nlet a;\n" });
afterAll(() => repository[Symbol.dispose]());

const TASK: Task = {
  prompt: "Rename total to sum.",
  context: ["src/cart.ts"],
  outputs: ["src/**"],
  guarantees: [],
};

/** Answers with these texts in turn, and keeps what it was asked. */
class Script implements Mind {
  readonly asked: (readonly TaskMessage[])[] = [];
  windowTokens = 100_000;
  readonly #answers: readonly (string | Said)[];

  constructor(...answers: readonly (string | Said)[]) {
    this.#answers = answers;
  }

  readonly ask = async (messages: readonly TaskMessage[]): Promise<Said> => {
    const said = this.#answers[this.asked.length] ?? "";
    this.asked.push(messages);
    return typeof said === "string" ? { text: said, end: "stop" } : said;
  };

  readonly tokensOf = (text: string): number => text.length;

  /** All that it was told at one try. */
  prompt(index = 0): string {
    return this.asked[index]?.map(({ content }) => content).join("\n") ?? "";
  }
}

interface Ran {
  readonly printed: string;
  readonly notes: readonly string[];
}

async function run(task: Partial<Task>, mind: Mind, more: Partial<TaskRun> = {}): Promise<Ran> {
  const notes: string[] = [];
  const printed = await runTask(
    { ...TASK, ...task },
    {
      mind,
      repoRoot: repository.checkout,
      cleaner: new TextCleaner(["value-of-the-environment"]),
      note: (text) => void notes.push(text),
      signal: AbortSignal.timeout(60_000),
      ...more,
    },
  );
  return { printed, notes };
}

async function failure(
  task: Partial<Task>,
  mind: Mind,
  more: Partial<TaskRun> = {},
): Promise<unknown> {
  return await run(task, mind, more).catch((error: unknown) => error);
}

/** A window with so much room for what follows the system prompt, in characters. */
const windowFor = (characters: number): number =>
  Math.ceil((SYSTEM_PROMPT.length + characters) / 0.7);
const file = (path: string, text: string): string => fileAnswer(path, text);

describe("a task", () => {
  test("ends with what the model answers, as our own patch", async () => {
    const { printed } = await run({}, new Script(answer(RENAMED)), { breadcrumb: "J-1" });
    expect(printed).toStartWith(
      "---COMMIT_MSG---\nrefactor(cart): rename the total\n\nTracking-Breadcrumb: J-1\n---PATCH---\ndiff --git a/src/cart.ts",
    );
    expect(printed).toEndWith(
      "-export const total = 1;\n+export const sum = 1;\n export const empty = true;\n",
    );
  });

  test("whole files make the same patch as a diff, and others that are made or go", async () => {
    const whole = file("src/cart.ts", "export const sum = 1;\nexport const empty = true;\n");
    const [one, two] = [new Script(answer(RENAMED)), new Script(whole)];
    expect((await run({}, two)).printed).toBe((await run({}, one)).printed);
    const more = whole.replace(
      "---END---",
      "---FILE: src/new/a.ts---\n---END FILE---\n---DELETE: src/open.txt---",
    );
    const { printed } = await run({}, new Script(more));
    expect(
      [...printed.matchAll(/^(?:new|deleted) file .*|^diff --git a\/(\S+)/gm)].map(
        ([line, path]) => path ?? line,
      ),
    ).toEqual([
      "src/cart.ts",
      "src/new/a.ts",
      "new file mode 100644",
      "src/open.txt",
      "deleted file mode 100644",
    ]);
  });

  test("line ends, and the lack of one, stay as they are", async () => {
    const context = ["src/dos.txt", "src/open.txt", "src/mixed.txt"];
    const dos = await run({ context }, new Script(file("src/dos.txt", "one\n2\nthree\n")));
    expect(dos.printed).toEndWith("@@ -1,3 +1,3 @@\n one\r\n-two\r\n+2\r\n three\r\n");
    const diff = "--- a/src/dos.txt\n+++ b/src/dos.txt\n@@ -2 +2 @@\n-two\n+2";
    expect((await run({ context }, new Script(answer(diff)))).printed).toBe(dos.printed);
    const open = await run({ context }, new Script(file("src/open.txt", "other\n")));
    expect(open.printed).toEndWith("+other\n\\ No newline at end of file\n");
    const mixed = new Script(
      file("src/mixed.txt", "x\n"),
      answer("--- a/src/mixed.txt\n+++ b/src/mixed.txt\n@@ -2 +2 @@\n-two\n+2"),
    );
    expect(await failure({ context }, mixed)).toMatchObject({
      why: expect.stringContaining("line ends of two kinds"),
    });
  });

  test("a file that was not shown as a whole is not replaced as a whole", async () => {
    const whole = file("src/cart.ts", "export const sum = 1;\n");
    const refused = {
      code: "ANSWER_UNUSABLE",
      why: expect.stringContaining('"src/cart.ts" was not shown as a whole'),
    };
    expect(await failure({ context: [] }, new Script(whole, whole))).toMatchObject(refused);
    const narrow = new Script(whole, whole);
    narrow.windowTokens = windowFor(190);
    expect(await failure({}, narrow)).toMatchObject(refused);
    const secret = file("src/secret.ts", "const key = '[redacted]';\nlet b;\n");
    expect(await failure({ context: ["src/secret.ts"] }, new Script(secret, secret))).toMatchObject(
      {
        why: expect.stringContaining('"src/secret.ts" was not shown as a whole'),
      },
    );
  });

  test("in a window that is too small, files are cut, and everybody hears it", async () => {
    const mind = new Script(answer(RENAMED));
    mind.windowTokens = windowFor(276);
    const { notes } = await run({ context: ["src/cart.ts", "README.md"] }, mind);
    expect(notes).toContainEqual(expect.stringMatching(/^README\.md is cut: 0 of its 1 lines/));
    expect(mind.prompt()).toContain("README.md is cut: 0 of its 1 lines");
  });

  test("a file that is too large is left out, and not replaced", async () => {
    using large = new TaskRepository();
    large.commit("large", { "src/large.txt": "x\n".repeat(5_000_000) });
    const more = { repoRoot: large.checkout };
    const mind = new Script(file("src/large.txt", "x\n"), file("src/large.txt", "x\n"));
    expect(await failure({ context: ["src/large.txt"] }, mind, more)).toMatchObject({
      why: expect.stringContaining('"src/large.txt" was not shown as a whole'),
    });
    expect(mind.prompt()).toContain("src/large.txt was left out: it is no text, or too large.");
  });

  test("equal inputs give equal questions", async () => {
    const [one, two] = [new Script("", answer(RENAMED)), new Script("", answer(RENAMED))];
    const [first, second] = [await run({}, one), await run({}, two)];
    expect([two.asked, second]).toEqual([one.asked, first]);
  });

  test.each<[string, Said, string]>([
    ["empty", { text: " \n", end: "stop" }, "the answer is empty"],
    ["too long", { text: "x", end: "overlong" }, "the answer is longer than 1 MiB"],
    ["cut by the server", { text: "x", end: "length" }, "the answer ends at the server's limit"],
    [
      "without a message of its own",
      {
        text: answer(RENAMED).replace("refactor(cart): rename the total", "Tracking-Breadcrumb: x"),
        end: "stop",
      },
      "its commit message is empty",
    ],
    [
      "a file that is not there",
      { text: "---COMMIT_MSG---\nx\n---DELETE: src/gone---", end: "stop" },
      'there is no "src/gone" to delete',
    ],
  ])("an answer that is %s is heard of, and a second one counts", async (_name, said, why) => {
    const mind = new Script(said, answer(RENAMED));
    const { notes } = await run({}, mind);
    expect(notes.join("\n")).toContain(why);
    expect(mind.asked[1]?.at(-1)?.content).toContain(`Your answer was refused: ${why}`);
  });

  test("a guarantee is told, and its check runs on the changed tree", async () => {
    const guarantees = [
      { text: "It stays short." },
      { text: "It is sum.", check: "grep -q sum src/cart.ts" },
    ];
    const wrong = answer(RENAMED.replace("const sum", "const other"));
    const mind = new Script(wrong, answer(RENAMED));
    const { notes } = await run({ guarantees }, mind);
    expect(mind.prompt()).toContain(
      "- It stays short.\n- It is sum. (checked by running: grep -q sum",
    );
    expect(notes.join()).toContain(
      'it breaks a guarantee, "It is sum.": "grep -q sum src/cart.ts" ended with 1',
    );
    expect(mind.asked.length).toBe(2);
  });

  test("a file that is there twice, or a folder too, is neither", async () => {
    const made = "--- /dev/null\n+++ b/src/n.ts\n@@ -0,0 +1 @@\n+a\n";
    const gone = "--- a/src/n.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
    const rows: readonly (readonly [string, string])[] = [
      [
        "---FILE: src/d---\n---END FILE---\n---FILE: src/d/e---\n---END FILE---",
        '"src/d" as a file and as a folder',
      ],
      ["---DELETE: src/cart.ts---\n---DELETE: src/cart.ts---", 'it has "src/cart.ts" twice'],
      [`---PATCH---\n${made}${gone}`, 'it has "src/n.ts" twice'],
    ];
    for (const [change, why] of rows) {
      const text = `---COMMIT_MSG---\nx\n${change}\n---END---`;
      expect(await failure({}, new Script(text, text))).toMatchObject({
        why: expect.stringContaining(why),
      });
    }
    const second =
      "--- a/src/cart.ts\n+++ b/src/cart.ts\n@@ -2 +2 @@\n-export const empty = true;\n+export const full = true;";
    const { printed } = await run({}, new Script(answer(`${RENAMED}\n${second}`)));
    expect(printed).toContain("+export const sum = 1;\n+export const full = true;\n");
  });

  test("a path that is not in its plain form is refused", async () => {
    const twice = file("src/./cart.ts", "x\n");
    expect(await failure({}, new Script(twice, twice))).toMatchObject({ code: "PATH_REFUSED" });
  });

  test("works on a repository without a commit", async () => {
    const empty = new TaskRepository();
    try {
      empty.git("checkout", "--quiet", "--orphan", "other");
      const more = { repoRoot: empty.checkout };
      const { printed } = await run({ context: [] }, new Script(file("src/a.ts", "x\n")), more);
      expect(printed).toContain("new file mode 100644");
    } finally {
      empty[Symbol.dispose]();
    }
  });

  test("a submodule is nobody's to change, and no obstacle", async () => {
    const other = new TaskRepository();
    try {
      const id = other.id("HEAD");
      other.git("update-index", "--add", "--cacheinfo", `160000,${id},src/module`);
      other.git("commit", "--quiet", "-m", "module");
      const more = { repoRoot: other.checkout };
      expect((await run({}, new Script(answer(RENAMED)), more)).printed).toContain("src/cart.ts");
      const inside = file("src/module/x", "x\n");
      expect(await failure({}, new Script(inside, inside), more)).toMatchObject({
        code: "PATH_REFUSED",
      });
      expect(await failure({ context: ["src/module"] }, new Script(), more)).toMatchObject({
        code: "PATH_REFUSED",
      });
    } finally {
      other[Symbol.dispose]();
    }
  });
});
