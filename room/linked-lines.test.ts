import { expect, test } from "bun:test";
import fc from "fast-check";
import { linkedLines } from "./linked-lines.ts";

function linked(line: string, files: Readonly<Record<string, string>>): readonly string[] {
  return linkedLines(
    line,
    Object.entries(files).map(([path, text]) => ({ path, text })),
  );
}

test("lines of a text are shown with their numbers", () => {
  const notice = "Dear all,\nthe lift is out of order.\nFor parcels ask Runa.\n\nGoodbye\n";
  expect(linked("Whom do I ask about a parcel?", { "notice.txt": notice })).toEqual([
    "notice.txt line 3: For parcels ask Runa.",
  ]);
});

test("where there are many, those with the rarest words are shown, and it is said that there are more", () => {
  const log = Array.from({ length: 60 }, (_, at) => (at % 4 === 0 ? `${at} leak` : `${at} fine`));
  log[8] = "8 leak in the cellar";
  const shown = linked("When was there a leak in the cellar?", { "a.log": log.join("\n") });
  expect(shown).toHaveLength(11);
  expect(shown).toContain("a.log line 9: 8 leak in the cellar");
  expect(shown.at(-1)).toBe("and 5 more lines that have such a word");
});

test("versions, paths, dates, status codes and labels are looked for as they are written", () => {
  const text =
    "1.2.30 broken\n1.2.3 fine\n/a/b slow\n/a/bc fast\nB1 wet\nB12 dry\n2026-01-02 404\n";
  const found = (line: string) => linked(line, { "a.log": text })[0];
  expect(found("How is 1.2.3?")).toBe("a.log line 2: 1.2.3 fine");
  expect(found("How is `/a/b`?")).toBe("a.log line 3: /a/b slow");
  expect(found("Is (B1) wet?")).toBe("a.log line 5: B1 wet");
  expect(found("What happened on 2026-01-02?")).toBe("a.log line 7: 2026-01-02 404");
  expect(found("Where is a 404?")).toBe("a.log line 7: 2026-01-02 404");
});

test("what most lines have, and everyday words, are not looked for", () => {
  const log = Array.from({ length: 20 }, (_, at) => `job ${at} of the night`).join("\n");
  expect(linked("How many jobs were there in the night?", { "a.log": log })).toEqual([]);
  expect(linked("What is it of?", { "a.txt": "it is what it is of\n" })).toEqual([]);
});

test("of a pasted text the first words are looked for, so that the cost does not grow with both", () => {
  const pasted = Array.from(
    { length: 5000 },
    (_, at) => `word${String.fromCharCode(97 + (at % 26))}${at}`,
  );
  const file = { "a.txt": "nothing\nparcel here\nmore\nof it\nand\nmore\nagain\n" };
  expect(linked(`parcel ${pasted.join(" ")}`, file)).toEqual(["a.txt line 2: parcel here"]);
  expect(linked(`${pasted.join(" ")} parcel`, file)).toEqual([]);
});

test("a name of a file is not a word of it", () => {
  expect(linked("What is in parcels.txt?", { "parcels.txt": "parcels\n" })).toEqual([]);
});

test("words of other scripts and with accents are found", () => {
  expect(linked("Где ворон?", { "a.txt": "тут сова\nтам ворон\n" })).toEqual([
    "a.txt line 2: там ворон",
  ]);
  expect(linked("Wo ist das Café?", { "orte.txt": "Bahnhof links\nCafe rechts\n" })).toEqual([
    "orte.txt line 2: Cafe rechts",
  ]);
});

test("whatever a file holds, the lines are few and short, and each stands in it", () => {
  const word = fc.constantFrom(
    "red",
    "blue",
    "B1",
    "/x/y",
    '"',
    "[",
    "=",
    "\n",
    "\r\n",
    " ",
    "\t",
    "é",
  );
  const text = fc.array(word, { maxLength: 300 }).map((words) => words.join(""));
  fc.assert(
    fc.property(text, (content) => {
      const lines = linked("Which red or blue B1 of /x/y is é?", { "a.md": content });
      expect(lines.length).toBeLessThanOrEqual(11);
      for (const line of lines.filter((one) => one.startsWith("a.md"))) {
        const [, number, shown = ""] = /^a\.md line (\d+): (.*)$/s.exec(line) ?? [];
        expect(content.split(/\r?\n/)[Number(number) - 1]).toContain(shown.replace(/…$/, ""));
      }
    }),
  );
});
