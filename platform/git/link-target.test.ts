import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { leadsOut } from "./link-target.ts";

test("a link may go up to the top and then down, and nowhere else", () => {
  const inside = [
    ["link", "a.txt"],
    ["link", "./dir//a.txt"],
    ["dir/link", "../a.txt"],
    ["a/b/link", "../../c"],
  ] as const;
  for (const [path, target] of inside) expect(leadsOut(path, target)).toBe(false);
  const outside = [
    ["link", "/etc/passwd"],
    ["link", ".."],
    ["dir/link", "../../x"],
    ["link", "dir/../../x"],
    ["link", "dir/../x"],
    ["link", ".git/config"],
    ["dir/link", "../.GIT"],
    ["link", ""],
    ["link", "..\\..\\x"],
    ["link", "a\0b"],
  ] as const;
  for (const [path, target] of outside)
    expect([target, leadsOut(path, target)]).toEqual([target, true]);
});

test("whatever links there are that do not lead out, the system never follows one out of the tree", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "org-links-")));
  // Few names and short targets, so that links often lead through each other.
  const name = fc.constantFrom("a", "b");
  const path = fc.array(name, { minLength: 1, maxLength: 2 }).map((names) => names.join("/"));
  const target = fc.constantFrom(
    "..",
    ".",
    "a",
    "a/..",
    "b/..",
    "../b",
    "a/../..",
    "../a/..",
    "a/b",
  );
  let round = 0;
  try {
    fc.assert(
      fc.property(fc.array(fc.tuple(path, target), { minLength: 3, maxLength: 8 }), (links) => {
        round += 1;
        const root = join(folder, `${round}`, "root");
        mkdirSync(root, { recursive: true });
        for (const other of ["a", "b"]) writeFileSync(join(folder, `${round}`, other), "");
        const made = links.filter(([from, to]) => !leadsOut(from, to) && make(root, from, to));
        for (const [from] of made) {
          const end = resolved(join(root, from));
          expect(end === undefined || end === root || end.startsWith(`${root}/`)).toBe(true);
        }
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** As Git has it: the folders above a link are folders. @returns whether there was room for it. */
function make(root: string, path: string, target: string): boolean {
  try {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    if (resolved(join(root, dirname(path))) !== join(root, dirname(path))) return false;
    symlinkSync(target, join(root, path));
    return true;
  } catch {
    return false;
  }
}

function resolved(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
