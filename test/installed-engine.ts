/** A folder that looks as one in which the built-in engine is installed; nothing in it can be started. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { enginePaths, engineRecord } from "#models/engine/installed.ts";

export function pretendInstalled(folder: string, takesTools: boolean): void {
  const model = { name: "tiny", sha256: "0".repeat(64), takesTools };
  const paths = enginePaths(folder);
  const library = join(paths.runtime, "node_modules/node-llama-cpp");
  mkdirSync(library, { recursive: true });
  mkdirSync(join(folder, "models"));
  writeFileSync(join(library, "package.json"), "{}");
  writeFileSync(paths.model(model), "weights");
  writeFileSync(paths.record, engineRecord(model));
}
