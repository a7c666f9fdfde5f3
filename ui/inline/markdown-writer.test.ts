import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PLAIN } from "#room/style.ts";
import { MarkdownWriter } from "./markdown-writer.ts";

const AGENT = { name: "agent", about: "· m" };

class Page {
  readonly #written: string[] = [];
  readonly writer: MarkdownWriter = new MarkdownWriter({
    sink: (text) => this.#written.push(text),
    style: PLAIN,
    columns: () => 20,
  });

  get text(): string {
    return this.#written.join("");
  }
}

describe("an answer", () => {
  test("is written block by block, and what is growing is only kept", () => {
    const page = new Page();
    page.writer.text(AGENT, "one **bo");
    expect(page.text).toBe("● agent · m\n");
    expect(page.writer.pending(100)).toEqual({ text: "one **bo", code: false });
    page.writer.text(AGENT, "ld**\n\ntwo");
    expect(page.text).toBe("● agent · m\none **bold**\n");
    page.writer.endText();
    expect(page.text).toBe("● agent · m\none **bold**\n\ntwo\n");
    expect(page.writer.pending(100).text).toBe("");
  });

  test("code is written at once, line by line, without a gutter", () => {
    const page = new Page();
    page.writer.text(AGENT, "```ts\nconst one = 1;\nconst tw");
    expect(page.text).toBe("● agent · m\n```ts\nconst one = 1;\n");
    expect(page.writer.pending(100)).toEqual({ text: "const tw", code: true });
    expect(page.writer.atBoundary).toBe(false);
  });

  test("a long plain paragraph does not wait for its end", () => {
    const page = new Page();
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`);
    for (const word of words) page.writer.text(AGENT, `${word} `);
    const rows = page.text.trimEnd().split("\n").slice(1);
    expect(rows.length).toBeGreaterThan(10);
    page.writer.endText();
    const [, ...all] = page.text.trimEnd().split("\n");
    expect(all.slice(0, rows.length)).toEqual(rows);
    expect(all.join(" ").split(" ")).toEqual(words);
    for (const row of all) expect(row.length).toBeLessThanOrEqual(20);
  });

  test("blanks alone open no block", () => {
    const page = new Page();
    expect(page.writer.text(AGENT, " \n")).toBe(false);
    expect(page.text).toBe("");
  });
});

describe("between the blocks", () => {
  test("an aside does not wait for a paragraph, which is named again", () => {
    const page = new Page();
    page.writer.text(AGENT, "one\n\ntwo");
    page.writer.aside("— news");
    page.writer.endText();
    expect(page.text).toBe("● agent · m\none\n\n— news\n\n● agent · m\ntwo\n");
  });

  test("lines of ours end the paragraph before them", () => {
    const page = new Page();
    page.writer.text(AGENT, "half");
    page.writer.lines(AGENT, "— agent was stopped");
    expect(page.text).toBe("● agent · m\nhalf\n— agent was stopped\n");
  });

  test("the words of a human are shown as they were typed", () => {
    const page = new Page();
    page.writer.text(
      { name: "user", about: "→ agent", verbatim: true },
      "# not **a** title\n● x\n",
    );
    page.writer.forgetSpeaker();
    expect(page.text).toBe("● user → agent\n# not **a** title\n ● x\n");
  });
});

test("however an answer is cut, no word of it is lost or written twice", () => {
  const unit = fc.constantFrom("a1 ", "b2 ", "c3 ", "\n", "\n\n", "```\n", "- ", "1. ");
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 120 }), (pieces) => {
      const page = new Page();
      for (const piece of pieces) page.writer.text(AGENT, piece);
      page.writer.endText();
      const words = (text: string) => text.match(/[abc]\d/g) ?? [];
      expect(words(page.text)).toEqual(words(pieces.join("")));
    }),
  );
});
