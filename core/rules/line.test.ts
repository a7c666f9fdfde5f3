import { expect, test } from "bun:test";
import fc from "fast-check";
import { builtInLine } from "./built-in.ts";
import { cutsOf, fill, headOf, plainLine } from "./line.ts";
import { asPath, isQuery } from "./slot.ts";

const headOfLine = (text: string): string | undefined => {
  const words = plainLine(text);
  return words && headOf(words);
};

test.each([
  "list files",
  "List the files.",
  "  please list files!",
  "could you please list all the files?",
  "LIST FILES, please.",
  "list files\n",
])("%j is the same wish", (text) => {
  expect(headOfLine(text)).toBe("list files");
});

test.each([
  ["a look-alike", "lіst files"],
  ["a mark that is not seen", "list files\u200b"],
  ["a direction", "\u202elist files"],
  ["a quotation", '"list files"'],
  ["code", "`list files`"],
  ["a persona", "@@agent list files"],
  ["a heading", "# list files"],
  ["a pipe", "list files | head"],
  ["several lines", "list files\nlist jobs"],
  ["an indented line", "    list files"],
  ["a tab", "\tlist files"],
  ["a long line", `list ${"files ".repeat(30)}`],
  ["blanks", "   "],
])("%s is not a plain line", (_what, text) => {
  expect(plainLine(text)).toBeUndefined();
});

test("a line that trails off is another one", () => {
  expect(headOfLine("list files...")).toBe("list files...");
});

test.each(["list the files of", "list files of the", "show me a"])(
  "a line that is broken off is none: %j",
  (text) => {
    expect(plainLine(text)).toBeUndefined();
  },
);

test("a slot is the end of the line as it was typed, without the articles before it", () => {
  const cuts = cutsOf(plainLine("Search memory for the Port of the database") ?? []);
  expect(fill(cuts, { head: "search memory for", slot: "query" })).toBe("Port of the database");
  expect(fill(cuts, { head: "search memory for", slot: undefined })).toBeUndefined();
  expect(fill(cuts, { head: "search memory", slot: "query" })).toBe("for the Port of the database");
  expect(fill(cutsOf(["jobs"]), { head: "jobs", slot: undefined })).toBe("");
});

test.each([
  ...["deploy", "opening hours", "port of the database", "x-ray", "Anna's plan", "family car"],
])("%j is something to look for", (text) => {
  expect(isQuery(text)).toBe(true);
});

test.each([
  ...[
    "",
    "deploy and save",
    "what you said",
    "it",
    "that",
    "files that failed",
    "not deploy",
    "one two three four five",
  ],
  ...[
    "deploy; ls",
    "don't",
    "deploy in March",
    "release of",
    "delete notes",
    "a@b",
    "nothing",
    "older notes",
    "deploy again",
    "deploy tomorrow",
    "all other notes",
    "deploy und backup",
    "-x",
  ],
  ...[
    "deploy carefully",
    "deploy excluding tests",
    "deploy including tests",
    "today's weather",
    "deploy five times",
    "deploy asap",
    "deploy like release",
    "forgetting deploy",
    "deploy stop",
    "deploy thanks",
    "ok",
  ],
])("%j is not", (text) => {
  expect(isQuery(text)).toBe(false);
});

test.each([...["notes", "src/core", "notes/", "a.b-c_d"]])("%j may be a path", (text) => {
  expect(asPath(text)).toBe(text.replace(/\/$/, ""));
});

test.each([
  ...[
    "/etc",
    "..",
    "../x",
    "~",
    ".git",
    "notes/../x",
    "a//b",
    "-la",
    "a b",
    "a;b",
    "%2e",
    "notes/..",
  ],
])("%j is none", (text) => {
  expect(asPath(text)).toBeUndefined();
});

test("no text makes a line that leads outside of the plain signs, or a head of more than 120 characters", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string()), (text) => {
      const words = plainLine(text);
      if (words === undefined) return;
      expect(words.join(" ")).toMatch(/^[A-Za-z0-9 .,!?':/_-]+$/);
      expect(headOf(words).length).toBeLessThanOrEqual(120);
      for (const { head } of cutsOf(words)) expect(head).not.toBe("");
    }),
  );
});

test("built-in lines are whole lines, with and without courtesy", () => {
  expect(builtInLine("Please list the files.")).toEqual({ kind: "files" });
  expect(builtInLine("jobs")).toEqual({ kind: "jobs" });
  expect(builtInLine("show status")).toEqual({ kind: "status" });
  expect(builtInLine("tools?")).toEqual({ kind: "tools" });
  expect(builtInLine("help")).toEqual({ kind: "help" });
  expect(builtInLine("search memory for the opening hours")).toEqual({
    ...{ kind: "memory", query: "opening hours" },
  });
});

test.each([
  ...[
    "do not list files",
    "list files and jobs",
    "how do I list files",
    "help me with my taxes",
    "status of the build",
  ],
  ...[
    "search memory",
    "search memory for what I said",
    '"help"',
    "hеlp",
    "help\nme",
    "tools for woodwork",
    "",
  ],
])("%j is not a built-in line", (text) => {
  expect(builtInLine(text)).toBeUndefined();
});
