import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { takeFile } from "./answer.ts";

const TOOL = { name: "tool.ts", labels: ["ts", "typescript"] };
const take = (answer: string) => takeFile(answer, TOOL);

describe("the file in an answer", () => {
  test("is what stands in the one block that was asked for", () => {
    expect(take("```ts\nlet a = 1;\n```")).toEqual({ text: "let a = 1;\n", names: [] });
  });

  test("is found between prose", () => {
    const answer = "Here it is:\n\n```typescript\nlet a = 1;\n```\n\nIt works.";
    expect(take(answer)).toEqual({ text: "let a = 1;\n", names: ["prose-cut"] });
  });

  test("is the block that names it, then the longest of its language", () => {
    const named = "```ts\nlet other = 12345;\n```\n```ts tool.ts\nlet a;\n```";
    expect(take(named).text).toBe("let a;\n");
    const labelled = "```sh\nrm -rf everything\n```\n```ts\nlet b;\n```";
    expect(take(labelled)).toEqual({ text: "let b;\n", names: ["prose-cut"] });
  });

  test("is the whole answer where there is no fence", () => {
    expect(take("let a = 1;")).toEqual({ text: "let a = 1;\n", names: ["fence-missing"] });
  });

  test("may lack its closing fence", () => {
    expect(take("```ts\nlet a = 1;")).toEqual({ text: "let a = 1;\n", names: ["fence-unclosed"] });
  });

  test.each([
    "<think>\nMaybe ```ts\nno\n```?\n</think>\n```ts\nlet a;\n```",
    "Hm, let me see.\n</think>\n```ts\nlet a;\n```",
  ])("comes behind what the model thought: %j", (answer) => {
    expect(take(answer)).toEqual({ text: "let a;\n", names: ["thinking-cut"] });
  });

  test("may itself speak of thinking and of shorter fences", () => {
    const code = 'const end = "</think>";\nconst fence = `\n```\n`;\n';
    expect(take(`\`\`\`\`ts\n${code}\`\`\`\``)).toEqual({ text: code, names: [] });
  });

  test("comes out to the letter, whatever it holds", () => {
    const line = fc.string().map((text) => `${text.replace(/[`~\r\n]/g, "")}x`);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
        const text = `${lines.join("\n")}\n`;
        expect(take(`\`\`\`ts\n${text}\`\`\``)).toEqual({ text, names: [] });
      }),
    );
  });
});
