import { expect, test } from "bun:test";
import fc from "fast-check";
import { OrgError } from "#core/errors.ts";
import { splitWorkspacePath } from "./workspace-path.ts";

test("a plain path is split into its names, and needless parts fall away", () => {
  expect(splitWorkspacePath("notes/plan.md")).toEqual(["notes", "plan.md"]);
  expect(splitWorkspacePath("./notes//./plan.md")).toEqual(["notes", "plan.md"]);
  expect(splitWorkspacePath("…/grüße 你好.txt")).toEqual(["…", "grüße 你好.txt"]);
  expect(splitWorkspacePath(".gitignore")).toEqual([".gitignore"]);
});

test.each([
  ["", "empty"],
  [".", "names no file"],
  ["/etc/passwd", "absolute"],
  ["~/notes.md", '"~" is a place outside it'],
  ["../notes.md", '".." leads out'],
  ["notes/../../x", '".." leads out'],
  ["notes/..", '".." leads out'],
  ["a\0b", "control character"],
  ["a\nb", "control character"],
  ["a\u009bb", "control character"],
  ["notes/", "names a folder"],
  [".git/hooks/pre-commit", '".git" is reserved'],
  ["sub/.GIT/config", '".GIT" is reserved'],
  [".org/run/org.sock", '".org" is reserved'],
  ["half \ud83d", "not valid Unicode"],
  ["ü".repeat(128), "longer than 255 bytes"],
  ["a/".repeat(520).concat("b"), "longer than 1024 bytes"],
])("refuses %j", (path, why) => {
  expect(() => splitWorkspacePath(path)).toThrow(
    expect.objectContaining({ code: "PATH_REFUSED", why: expect.stringContaining(why) }),
  );
});

test("never gives a name that leaves the folder, whatever the path", () => {
  const piece = fc.constantFrom("..", ".", "", "a", ".git", ".org", "~", "\0", "b.txt", "...");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      try {
        for (const name of splitWorkspacePath(pieces.join("/"))) {
          expect(name).toMatch(/^[^/\0]+$/);
          expect([".", "..", ".git", ".org"]).not.toContain(name);
        }
      } catch (error) {
        if (!(error instanceof OrgError)) throw error;
        expect(error.code).toBe("PATH_REFUSED");
      }
    }),
    { numRuns: 500 },
  );
});
