/** The packages of ours that programs in the sandbox see. */
import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { ReadOnlyBind } from "#platform/sandbox/policy.ts";

/** Where our packages lie: beside zod, which the product cannot run without. */
function packageFolder(): string {
  const zod = Bun.resolveSync("zod", import.meta.dir);
  return zod.slice(0, zod.lastIndexOf("/node_modules/") + "/node_modules".length);
}

/**
 * Shows packages, read-only, in a `node_modules` inside.
 *
 * @param folder absolute path inside.
 */
export function showPackages(names: readonly string[], folder: string): readonly ReadOnlyBind[] {
  const packages = packageFolder();
  return names.map((name) => ({
    from: realpathSync(join(packages, name)),
    to: join(folder, name),
  }));
}
