import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { TaskRepository } from "#test/exec-repository.ts";
import { type Context, readContext } from "./context.ts";
import { openScratch, type Scratch } from "./scratch.ts";

const repository = new TaskRepository();
repository.link("src/link", "/etc");
repository.commit("more", { "src/secret.ts": "const key = 'value-of-the-environment';\n" });
const folder = mkdtempSync(join(tmpdir(), "org-exec-context-"));
writeFileSync(join(folder, "README.md"), "other\n");
writeFileSync(join(folder, "notes.md"), "Notes.\r\n");
writeFileSync(join(folder, "data.bin"), new Uint8Array([0, 1]));
symlinkSync("/etc/hosts", join(folder, "hosts"));
symlinkSync("notes.md", join(folder, "inside.md"));

let scratch: Scratch;
beforeAll(async () => {
  scratch = await openScratch(repository.checkout);
});
afterAll(async () => {
  await scratch[Symbol.asyncDispose]();
  repository[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const cleaner = new TextCleaner(["value-of-the-environment"]);

async function read(
  entries: readonly string[],
  contextRoot: string | undefined = folder,
): Promise<Context> {
  return await readContext(entries, { scratch, contextRoot, cleaner });
}

async function failure(entries: readonly string[], contextRoot?: string): Promise<unknown> {
  return await read(entries, contextRoot).catch((error: unknown) => error);
}

async function names(...entries: readonly string[]): Promise<readonly string[]> {
  return (await read(entries)).files.map(({ from, path }) => `${from}: ${path}`);
}

describe("the context of a task", () => {
  test("comes from the repository first, then from the folder, in the task's order, each file once", async () => {
    const entries = ["notes.md", "README.md", "context:README.md", "*.md", "repo:src/ca*"];
    expect(await names(...entries)).toEqual([
      "context: notes.md",
      "repository: README.md",
      "context: README.md",
      "repository: src/cart.ts",
    ]);
  });

  test("globs name files in the order of their names, and no links", async () => {
    expect(await names("context:*.{md,txt}", "context:ho*s", "src/*").catch(() => [])).toEqual([]);
    expect(await names("context:*.{md,txt}", "src/[clm]*")).toEqual([
      "context: README.md",
      "context: notes.md",
      "repository: src/cart.ts",
      "repository: src/mixed.txt",
    ]);
  });

  test("has plain line ends, no secrets and nothing binary, and says so", async () => {
    const { files, notes, hints } = await read([
      "notes.md",
      "src/secret.ts",
      "assets/logo.bin",
      "data.bin",
    ]);
    expect(files).toEqual([
      { from: "context", path: "notes.md", text: "Notes.\n", isWhole: true },
      {
        from: "repository",
        path: "src/secret.ts",
        text: "const key = '[redacted]';\n",
        isWhole: false,
      },
    ]);
    expect(notes).toEqual([
      "src/secret.ts is shown without its secrets and invisible characters.",
      "assets/logo.bin was left out: it is not text, or too large.",
      "data.bin was left out: it is not text, or too large.",
    ]);
    expect(hints).toEqual([]);
  });

  test("is what was committed, and a person hears where that is something else", async () => {
    const path = join(repository.checkout, "src/cart.ts");
    const committed = readFileSync(path, "utf8");
    try {
      for (const now of ["export const total = 9;\n", undefined]) {
        if (now === undefined) rmSync(path);
        else writeFileSync(path, now);
        const { files, hints } = await read(["src/cart.ts", "src/dos.txt"]);
        expect(hints).toEqual([
          "src/cart.ts is not as it was committed; the model is shown what was committed.",
        ]);
        expect(files[0]?.text).toBe(committed);
      }
    } finally {
      writeFileSync(path, committed);
    }
  });

  test("a link inside of the folder is a file", async () => {
    expect((await read(["inside.md"])).files[0]?.text).toBe("Notes.\n");
  });

  test.each([
    ["a link that leads out", "hosts", "PATH_REFUSED"],
    ["a link of the repository", "src/link", "PATH_REFUSED"],
    ["what is behind a link", "src/link/hosts", "PATH_REFUSED"],
    ["..", "../x", "PATH_REFUSED"],
    ["an absolute path", "context:/etc/hosts", "PATH_REFUSED"],
    ["Git's own files", ".git/config", "PATH_REFUSED"],
    ["a folder", "context:.", "PATH_REFUSED"],
    ["nothing", "gone.txt", "INPUT_MISSING"],
    ["nothing below a file", "notes.md/x", "INPUT_MISSING"],
    ["a glob that finds nothing", "*.gone", "INPUT_MISSING"],
    ["what is in the folder alone", "repo:notes.md", "INPUT_MISSING"],
  ])("is refused with %s", async (_name, path, code) => {
    expect(await failure([path])).toMatchObject({ code });
  });

  test("says of a place that there is none", async () => {
    const alone = readContext(["context:x"], { scratch, cleaner });
    expect(await alone.catch((error: unknown) => error)).toMatchObject({
      why: "it was looked for in no place: there is no context folder",
    });
    expect(await failure([], "/gone")).toMatchObject({ code: "INPUT_MISSING" });
  });
});
