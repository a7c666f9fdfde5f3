/** A repository for tasks of `org exec`, and a way to tell that nothing of it changed. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { CandidateRepository } from "./candidate-repository.ts";

export class TaskRepository extends CandidateRepository {
  constructor() {
    super({
      "README.md": "# shop\n",
      ".gitignore": ".org/\n",
      "src/cart.ts": "export const total = 1;\nexport const empty = true;\n",
      "src/dos.txt": "one\r\ntwo\r\nthree\r\n",
      "src/mixed.txt": "one\r\ntwo\n",
      "src/open.txt": "no line end",
      "assets/logo.bin": new Uint8Array([0, 1, 2, 255]),
    });
  }

  /** A hash over every byte, mode and time below the checkout, `.git` included. */
  state(): string {
    const hash = createHash("sha256");
    const visit = (path: string): void => {
      const { mode, mtimeMs } = lstatSync(path);
      hash.update(`${path}\0${mode}\0${mtimeMs}\0`);
      const kind = mode & 0o170000;
      if (kind === 0o100000) hash.update(readFileSync(path));
      if (kind === 0o120000) hash.update(readlinkSync(path));
      if (kind === 0o040000) for (const name of readdirSync(path).sort()) visit(join(path, name));
    };
    visit(this.checkout);
    return hash.digest("hex");
  }
}

export const TASK = `# Rename the total

\`\`\`yaml
prompt: Rename total to {NAME}.
context:
  - src/cart.ts
  - src/dos.txt
outputs:
  - src/**
guarantees:
  - Nothing else changes.
\`\`\`
`;

/** A whole answer with this change. */
export function answer(change: string): string {
  return `---COMMIT_MSG---\nrefactor(cart): rename the total\n---PATCH---\n${change}\n---END---\n`;
}

export function fileAnswer(path: string, content: string): string {
  return `---COMMIT_MSG---\nrefactor(cart): rename the total\n---FILE: ${path}---\n${content}---END FILE---\n---END---\n`;
}

export const RENAMED = `--- a/src/cart.ts
+++ b/src/cart.ts
@@ -1,2 +1,2 @@
-export const total = 1;
+export const sum = 1;
 export const empty = true;`;
