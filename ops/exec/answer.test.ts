import { describe, expect, test } from "bun:test";
import { readAnswer } from "./answer.ts";

const MESSAGE = "---COMMIT_MSG---\nfix: it\n";
const why = (text: string): string => {
  const read = readAnswer(text);
  return "refused" in read ? read.refused.why : "";
};

describe("an answer", () => {
  test("has a message and whole files, and what stands around them is chatter", () => {
    const text = `Well.\n${MESSAGE}---FILE: a.ts---\nx\n---END FILE---\nAnd:\n---DELETE: b.ts---\n---END---\nBye.`;
    expect(readAnswer(text)).toEqual({
      value: {
        message: "fix: it",
        change: { kind: "files", files: [{ path: "a.ts", lines: ["x"] }, { path: "b.ts" }] },
      },
    });
  });

  test("has a message and a diff, in either order, with any line ends", () => {
    const text = `---PATCH---\n--- a/x\n+++ b/x\n${MESSAGE}---END---`.replaceAll("\n", "\r\n");
    expect(readAnswer(text)).toEqual({
      value: { message: "fix: it", change: { kind: "diff", lines: ["--- a/x", "+++ b/x"] } },
    });
  });

  test("within a file no marker counts but the end of the file", () => {
    const text = `${MESSAGE}---FILE a.txt---\n---PATCH---\n---END---\n---END_FILE---`;
    expect(readAnswer(text)).toMatchObject({
      value: { change: { files: [{ path: "a.txt", lines: ["---PATCH---", "---END---"] }] } },
    });
  });

  test("loses the fence that a model puts around a file, but not one of Markdown", () => {
    const file = (path: string) => `---FILE: ${path}---\n\`\`\`ts\nx\n\`\`\`\n---END FILE---\n`;
    expect(readAnswer(`${MESSAGE}${file("a.ts")}${file("a.md")}`)).toMatchObject({
      value: { change: { files: [{ lines: ["x"] }, { lines: ["```ts", "x", "```"] }] } },
    });
  });

  test("begins behind the thinking that a server leaves in it", () => {
    const text = `<think>${MESSAGE}</think>${MESSAGE}---DELETE: a---`;
    expect(readAnswer(text)).toMatchObject({ value: { message: "fix: it" } });
  });

  test.each([
    ["nothing", "", "it has no COMMIT_MSG block; it needs exactly one"],
    ["two messages", `${MESSAGE}${MESSAGE}---DELETE: a---`, "it has 2 COMMIT_MSG blocks"],
    ["an empty message", "---COMMIT_MSG---\n\n---DELETE: a---", "its commit message is empty"],
    ["no change", MESSAGE, "it has neither a PATCH block nor a FILE block"],
    ["two patches", `${MESSAGE}---PATCH---\n---PATCH---`, "it has 2 PATCH blocks"],
    [
      "both kinds",
      `${MESSAGE}---PATCH---\n---DELETE: a---`,
      "it has a PATCH block beside whole files",
    ],
    ["a file without its end", `${MESSAGE}---FILE: a---\nx`, 'the file "a" has no ---END FILE---'],
    [
      "too many files",
      MESSAGE + "---DELETE: a---\n".repeat(201),
      "it has 201 files; 200 are allowed",
    ],
  ])("is refused with %s", (_name, text, reason) => {
    expect(why(text)).toStartWith(reason);
  });
});
