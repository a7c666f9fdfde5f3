/** A repository with many files, as Git itself would have made it. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

const FILES_PER_FOLDER = 50;
const FOLDERS_PER_PART = 40;

/**
 * Makes a repository whose files are all checked out and committed: programs of some 30 lines in folders of 50.
 *
 * @param folder absolute path; it is made.
 */
export async function makeLargeRepository(folder: string, files: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const git = (...words: string[]) =>
    Bun.$`git -c core.hooksPath=/dev/null -C ${folder} ${words}`.quiet();
  await git("init", "--quiet", "--initial-branch=main");
  // One process that makes 200,000 objects in one pack, instead of 200,000 files.
  const load = Bun.spawn(["git", "-C", folder, "fast-import", "--quiet"], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  load.stdin.write(
    "commit refs/heads/main\ncommitter a <a@example.org> 1767225600 +0000\ndata 4\nall\n",
  );
  for (let index = 0; index < files; index += 1) {
    const text = programOf(index);
    load.stdin.write(`M 644 inline ${pathOf(index)}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
    if (index % 1000 === 0) await load.stdin.flush();
  }
  await load.stdin.end();
  if ((await load.exited) !== 0) throw new Error("git fast-import failed");
  await git("reset", "--quiet", "--hard");
}

/** The path of a file in it. */
export function pathOf(index: number): string {
  const folder = Math.floor(index / FILES_PER_FOLDER);
  const part = Math.floor(folder / FOLDERS_PER_PART);
  return join(`part${part}`, `feature${folder}`, `${WORDS[index % WORDS.length]}-${index}.ts`);
}

/** As many as a repository of that size has: a task names a few of them. */
const WORDS =
  `account address alert archive avatar balance banner basket batch billing booking branch bucket budget button
cache calendar carrier catalog channel comment contact country coupon courier currency customer dashboard delivery device
discount document event export filter folder gateway group history import inventory invoice job label ledger locale member
message metric order parser payment policy product queue quota rating receipt refund region report review role route rule
schedule search session shipment stock tariff tax template ticket token user vendor wallet warehouse widget`.split(
    /\s+/,
  );

function programOf(index: number): string {
  const word = WORDS[index % WORDS.length] ?? "";
  const parts = Array.from({ length: 6 }, (_, part) => {
    const name = `${word}Step${part}Of${index}`;
    return `export function ${name}(value: number): number {\n  const next = value + ${index + part};\n  return next;\n}\n`;
  });
  return `/** Says what ${word} ${index} is. */\n${parts.join("\n")}`;
}
