import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

/** Beside the state of a real room, so that it lies on the same disk: `/tmp` is often only memory. */
const PARENT = join(import.meta.dir, "../../.org");

/** An empty folder, which goes with everything in it when it is disposed. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  await mkdir(PARENT, { recursive: true, mode: 0o700 });
  const path = await mkdtemp(`${PARENT}/bench-`);
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
