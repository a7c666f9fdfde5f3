/** Programs of the human that sits at this terminal, run as the human would: they are not tools of a model. */
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { loadText } from "./files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Longest life of a program that only takes a text, in milliseconds. */
const TAKE_MS = 3000;

/**
 * Runs a program with a text as its input, without showing what it prints.
 *
 * @returns whether it ended well; a program that is not there did not.
 */
export async function giveText(command: readonly string[], input: string): Promise<boolean> {
  try {
    await using child = Bun.spawn([...command], {
      stdin: new Blob([input]),
      // xclip leaves a child behind that would keep a pipe open.
      stdout: "ignore",
      stderr: "ignore",
      timeout: TAKE_MS,
      killSignal: "SIGKILL",
    });
    return (await child.exited) === 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

/**
 * Lets the human change a text in an editor that gets the whole terminal.
 *
 * @param editor as in the variable EDITOR; a shell reads it, so it may hold options.
 * @returns `undefined` when the editor failed: the text is to stay as it was.
 */
export async function editText(text: string, editor: string): Promise<string | undefined> {
  await using folder = await temporaryFolder("edit");
  const path = join(folder.path, "message.md");
  await Bun.write(path, text);
  await using child = Bun.spawn(["sh", "-c", `${editor} "$1"`, "sh", path], {
    stdio: ["inherit", "inherit", "inherit"],
    killSignal: "SIGKILL",
  });
  if ((await child.exited) !== 0) return undefined;
  // Editors end a file with a line break that was not typed.
  return (await loadText(path)).replace(/\n$/, "");
}

/** Most names that are looked at in one folder. */
const MOST_NAMES = 200;

/** Paths below a folder that begin with a text; folders end with "/". Hidden ones only when asked for. */
export async function pathsFrom(folder: string, prefix: string): Promise<readonly string[]> {
  const inside = prefix.endsWith("/") || prefix === "" ? prefix : `${dirname(prefix)}/`;
  const parent = inside === "./" && !prefix.startsWith("./") ? "" : inside;
  const begun = prefix.endsWith("/") ? "" : basename(prefix);
  const entries = await readdir(join(folder, parent), { withFileTypes: true }).catch(() => []);
  return entries
    .filter(({ name }) => name.startsWith(begun) && (begun !== "" || !name.startsWith(".")))
    .map((entry) => `${parent}${entry.name}${entry.isDirectory() ? "/" : ""}`)
    .toSorted()
    .slice(0, MOST_NAMES);
}
