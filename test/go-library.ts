/** Go's library, compiled once on the machine of a tester, where `org` keeps it for its user. */
import { homedir } from "node:os";
import { join } from "node:path";
import { compileGoLibrary } from "#platform/sandbox/go-library.ts";
import { NO_TOOLCHAINS, type Toolchains } from "#platform/sandbox/toolchains.ts";

/** Toolchains with nothing but it. */
export async function goLibrary(): Promise<Toolchains> {
  const wait = { signal: new AbortController().signal, note: () => undefined };
  return await compileGoLibrary(NO_TOOLCHAINS, join(homedir(), ".cache", "org"), wait);
}
