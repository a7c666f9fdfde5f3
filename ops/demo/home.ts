/** The home that `org demo` plays in: a Git repository of its own, which is gone afterwards. */
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHome, homePaths } from "#home/home-paths.ts";
import { gitText } from "#platform/git/raw.ts";
import { createRepository, openCheckout } from "#platform/git/repository.ts";

export interface DemoHome extends AsyncDisposable {
  /** Absolute path of the top of its checkout. */
  readonly path: string;
}

/** What main has at first. */
const FILES: Readonly<Record<string, string>> = {
  "README.md": "# The home of a demo\n\nWhat is built in it is judged, merged and reverted here.\n",
  ".gitignore": ".org/\n",
};

/** What the human asks about; it lies in the workspace. */
const REQUESTS = `time,path,ms
09:00:01,/login,31
09:00:07,/search,44
09:00:12,/search,29
09:00:20,/cart,18
09:00:31,/pay,4800
09:00:40,/search,35
09:00:58,/login,27
`;

/** @param keep leaves it when it is disposed. @throws {OrgError} `PROCESS_FAILED` without Git. */
export async function openDemoHome(keep: boolean): Promise<DemoHome> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "org-demo-")));
  const remove = () => rm(path, { recursive: true, force: true });
  try {
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(path, name), text);
    await commitAll(path);
    const paths = homePaths(path);
    await createHome(paths);
    await writeFile(join(paths.workspace, "requests.csv"), REQUESTS);
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: async () => void (keep || (await remove())) };
}

async function commitAll(path: string): Promise<void> {
  await createRepository({ gitDir: join(path, ".git") });
  const identity = { name: "org demo", email: "demo@org.invalid" };
  const repository = { ...(await openCheckout(path)), identity };
  await gitText(repository, ["add", "--all"]);
  await gitText(repository, ["commit", "--quiet", "--no-verify", "-F", "-"], { stdin: "begin\n" });
}
