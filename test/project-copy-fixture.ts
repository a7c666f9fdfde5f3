import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { workspaceAt } from "#platform/workspace.ts";
import { projectTools } from "#tools/project/project-tools.ts";
import type { ToolContext, ToolOutput } from "#tools/tool.ts";

/** A copy of a project in a temporary folder, which is gone in the end, and the tools that work in it. */
export interface ProjectCopy extends Disposable {
  readonly root: string;
  readonly put: (path: string, content: string | Uint8Array) => void;
  readonly text: (path: string) => string;
  /** @param as what the caller is. @default a model that is held to a shape */
  readonly call: (
    tool: string,
    args: unknown,
    as?: Pick<ToolContext, "mends">,
  ) => Promise<ToolOutput>;
}

/** @param files their texts by their paths. */
export function projectCopy(files: Readonly<Record<string, string>> = {}): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), "org-copy-"));
  const root = join(folder, "copy");
  mkdirSync(root);
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const [path, content] of Object.entries(files)) put(path, content);
  const tools = projectTools(workspaceAt(root));
  const cleaner = new TextCleaner();
  const clean = (text: string) => cleaner.clean(text);
  const context = { signal: new AbortController().signal, persona: "agent", clean };
  return {
    root,
    put,
    text: (path) => readFileSync(join(root, path), "utf8"),
    call: async (tool, args, as = { mends: true }) => {
      const found = tools.find(({ name }) => name === tool);
      if (found === undefined) throw new Error(`no tool ${tool}`);
      return await found.run(args, { ...context, ...as });
    },
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
