import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promotionPaths } from "./paths.ts";
import { signText } from "./signing.ts";

test("a key that cannot be used is told with what ssh-keygen said of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "org-signing-"));
  const key = join(folder, "key");
  writeFileSync(key, "not a key\n", { mode: 0o600 });
  const paths = { ...promotionPaths(folder), key };
  await expect(signText("text", paths)).rejects.toMatchObject({
    code: "PROCESS_FAILED",
    message: expect.stringContaining('"ssh-keygen -Y sign'),
    remedies: ["run the same command in the same folder to see more"],
  });
  rmSync(folder, { recursive: true });
});
