/** A repository in the layout of the product, small: main with one tool, and candidates on top of it. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { COMMIT, nameUser, newestCommit } from "./few-processes.ts";

/** Files by path; `null` removes one. */
export type Changes = Readonly<Record<string, string | Uint8Array | null>>;

export const WORD_COUNT_SPEC: Readonly<Record<string, unknown>> = {
  name: "word-count",
  description: "Counts the words of a text.",
  language: "ts",
  input: {
    type: "object",
    properties: { text: { type: "string", maxLength: 100_000 } },
    required: ["text"],
    additionalProperties: false,
  },
  output: { type: "integer", minimum: 0 },
  failures: [],
  deterministic: true,
  capabilities: [],
  properties: [],
  asks: ["how many words are in this"],
};

const WORD_COUNT = `import { z } from "zod";

export const input = z.strictObject({ text: z.string().max(100_000) });

export async function run({ text }: z.infer<typeof input>): Promise<number> {
  return text.split(/\\s+/u).filter((word) => word !== "").length;
}
`;

const WORD_COUNT_CASES = {
  cases: [
    { input: { text: "" }, output: 0 },
    { input: { text: "one" }, output: 1 },
    { input: { text: " two  words " }, output: 2 },
    { input: { text: "a\nb\tc" }, output: 3 },
    { input: { text: 5 }, error: "INVALID_INPUT" },
  ],
};

const WORD_COUNT_TEST = `import { expect, test } from "bun:test";
import { input, run } from "./tool.ts";

test("counts words between any blanks", async () => {
  expect(await run({ text: "a  b\\nc" })).toBe(3);
  expect(await run({ text: "" })).toBe(0);
});

test("takes nothing but text", () => {
  expect(input.safeParse({ text: 1 }).success).toBe(false);
});
`;

/** What main has at first. */
const MAIN: Changes = {
  "README.md": "# a home\n",
  ".gitignore": ".org/\n",
  "main.ts": "export const version = 1;\n",
  "fitness/gate.ts": "export const strict = true;\n",
  "tools/tool.ts": "export interface ToolContext {}\n",
  "docs/guide.md": "A guide.\n",
  "tools/generated/word-count/spec.json": `${JSON.stringify(WORD_COUNT_SPEC, null, 2)}\n`,
  "tools/generated/word-count/tool.ts": WORD_COUNT,
  "tools/generated/word-count/cases.json": `${JSON.stringify(WORD_COUNT_CASES, null, 2)}\n`,
  "tools/generated/word-count/tool.test.ts": WORD_COUNT_TEST,
};

export class CandidateRepository implements Disposable {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "org-candidates-")));
  readonly checkout: string = join(this.folder, "home");

  constructor(main: Changes = MAIN) {
    mkdirSync(this.checkout);
    this.git("init", "--quiet", "--initial-branch=main", "--template=");
    nameUser(join(this.checkout, ".git"), "Maker", "maker@example.invalid");
    this.commit("begin", main);
  }

  /** Starts a branch `cand/<name>` from a revision and goes to it. */
  branch(name: string, from = "main"): this {
    this.git("checkout", "--quiet", "--no-track", "-B", `cand/${name}`, from);
    return this;
  }

  /** Commits changes on the branch that is checked out, and tells the id. */
  commit(message: string, changes: Changes): string {
    for (const [path, content] of Object.entries(changes)) this.#write(path, content);
    this.git("add", "--all");
    this.git(...COMMIT, "--no-verify", "-m", message);
    return newestCommit(join(this.checkout, ".git"), () => this.id("HEAD"));
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(join(this.checkout, path)), { recursive: true });
    symlinkSync(target, join(this.checkout, path));
  }

  executable(path: string): void {
    chmodSync(join(this.checkout, path), 0o755);
  }

  id(revision: string): string {
    return this.git("rev-parse", "--verify", `${revision}^{commit}`).trim();
  }

  /** Plain Git in the checkout, as a person types it. */
  git(...args: readonly string[]): string {
    return this.gitWith("", ...args);
  }

  gitWith(stdin: string | Uint8Array, ...args: readonly string[]): string {
    const { exitCode, stdout, stderr } = Bun.spawnSync(["git", ...args], {
      cwd: this.checkout,
      stdin: Buffer.from(stdin),
      env: {
        PATH: Bun.env["PATH"],
        HOME: this.folder,
        GIT_CONFIG_NOSYSTEM: "1",
        // The same candidate has the same id in every run.
        GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
        GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
      },
    });
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${stderr.toString()}`);
    return stdout.toString();
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(path: string, content: string | Uint8Array | null): void {
    const target = join(this.checkout, path);
    if (content === null) {
      rmSync(target, { recursive: true, force: true });
      return;
    }
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}
