/**
 * A refused tool, and a real small model that reads nothing but the report on it: what it answered is in the fixture.
 *
 *   ORG_RECORD_MENDS=http://127.0.0.1:8099 bun run test:e2e mend-by-report   asks a server again, and writes the fixture
 */
import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { z } from "zod";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { checkStatic } from "#fitness/static/check-static.ts";
import { createValidator } from "#fitness/validate-tool.ts";
import type { ToolCase } from "#tools/contract/cases.ts";
import { contentHash } from "#tools/contract/content-hash.ts";
import type { ToolReport, ValidateTool } from "#tools/contract/validation.ts";
import type { Ask } from "#tools/forge/ask.ts";
import { ForgeRun } from "#tools/forge/run.ts";
import { smallContractStage } from "#tools/forge/small/contract-stage.ts";
import { withProgram } from "#tools/forge/small/make-draft.ts";
import { mendedSmall } from "#tools/forge/small/mend.ts";
import { programStage } from "#tools/forge/small/program-stage.ts";
import { voterOf } from "#tools/forge/small/voters.ts";
import { untilValid } from "#tools/forge/validation.ts";

const CONTRACT = {
  name: "slug",
  description:
    "Turns a title into a short name: its words of the letters a to z and digits, in lower case, joined by hyphens. Only the first 8 words are kept.",
  input: [{ name: "title", type: "text", description: "the title" }],
  output: [{ name: "slug", type: "text", description: "the short name" }],
  failures: [{ code: "EMPTY", when: "the title holds neither a letter of a to z nor a digit" }],
  asks: ["make an address out of this headline"],
};
const BODY = [
  "def slug(title: str) -> str:",
  "    words = re.findall('[a-z0-9]+', title.lower())",
  "    if not words:",
  "        raise Failure('EMPTY')",
  "    return '-'.join(words[:8])",
];
const CASES: readonly ToolCase[] = [
  ...["Hello, World", "One", "Red Green Blue", "2 and 2"].map((title) => slugged(title)),
  slugged("  Ten things: 10 of 10  "),
  { input: { title: "?!" }, error: "EMPTY" },
  { input: { title: "" }, error: "EMPTY" },
  { input: { title: "a b c d e f g h i j" }, output: { slug: "a-b-c-d-e-f-g-h" } },
  { input: { title: "A1 b2 c3 d4 e5 f6 g7 h8 i9" }, output: { slug: "a1-b2-c3-d4-e5-f6-g7-h8" } },
];

function slugged(title: string): ToolCase {
  return {
    input: { title },
    output: {
      slug: title
        .toLowerCase()
        .match(/[a-z0-9]+/g)
        ?.join("-"),
    },
  };
}

const begin = (...lines: readonly string[]) => ["import re", "", ...BODY.toSpliced(1, 0, ...lines)];
const end = (line: string) => ["import re", "", ...BODY.with(-1, line)];

/** Programs that are refused, and what the report says of each. */
const REFUSED: Readonly<Record<string, readonly [lines: readonly string[], says: RegExp]>> = {
  "joins by blanks": [end("    return ' '.join(words[:8])"), /expected .*hello-world.* got /],
  "answers with a list": [end("    return words[:8]"), /does not fit "output"/],
  "breaks down at unusual letters": [
    begin("    if not title.isascii():", "        int('x')"),
    /ValueError, which the contract does not name/,
  ],
  "evaluates a text": [
    end("    return eval(\"'-'.join(words[:8])\", {'words': words})"),
    /reaches "eval".*in the line: return eval/,
  ],
  "writes a file": [begin("    open('/tmp/log', 'a').write(title)"), /reaches "open"/],
  "sends a long title away": [
    [
      "import urllib.request",
      ...begin(
        "    if len(title) > 1000:",
        "        urllib.request.urlopen('http://127.0.0.1:9/')",
      ),
    ],
    /imports "urllib.request"/,
  ],
  "ends its process": [
    ["import os", ...begin("    if len(title) > 1000:", "        os._exit(0)")],
    /imports "os"/,
  ],
  "reads the environment": [
    ["import os", ...begin("    title = os.environ.get('TITLE', title)")],
    /imports "os"/,
  ],
  "waits for a date": [
    ["import time", ...begin("    if time.time() > 1893456000:", "        return 'later'")],
    /uses time.time/,
  ],
  "throws dice": [
    ["import random", ...begin("    title = title if random.random() < 0.5 else title[::-1]")],
    /uses the module random/,
  ],
};

const FIXTURE = join(import.meta.dir, "fixtures/forge/mended-by-report.jsonl");
const recorded = z.object({ kind: z.string(), answers: z.array(z.string()) });
const server = Bun.env["ORG_RECORD_MENDS"];
const kept = new Map(
  server === undefined
    ? (await Bun.file(FIXTURE).text())
        .trimEnd()
        .split("\n")
        .map((line) => recorded.parse(JSON.parse(line)))
        .map(({ kind, answers }) => [kind, answers])
    : [],
);

afterEach(async () => {
  if (server === undefined) return;
  const lines = [...kept].map(([kind, answers]) => JSON.stringify({ kind, answers }));
  await Bun.write(FIXTURE, `${lines.join("\n")}\n`);
});

/**
 * Several of these tools become the same one in the end, and the same bytes get the same verdict
 * (validate-tool.e2e.test.ts: "says the same of the same tool"): each of them is judged once.
 */
const judge = createValidator({ checkStatic });
const verdicts = new Map<string, Promise<ToolReport>>();
const validateOnce: ValidateTool = async (folder, validation) => {
  const hash = contentHash(folder);
  const known = verdicts.get(hash) ?? judge(folder, { ...validation, onStage: undefined });
  verdicts.set(hash, known);
  const report = await known;
  for (const stage of report.stages) validation.onStage?.(stage);
  return report;
};

const nothing = (): Promise<void> => Promise.resolve();

const reply = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]),
});

/** The model on a server that is named, else what it said when it was asked. */
function asking(kind: string, prompts: string[]): Ask {
  const answers = [...(kept.get(kind) ?? [])];
  return async ({ messages, shape, maxTokens, temperature }) => {
    prompts.push(messages.at(-1)?.content ?? "");
    const answer = server === undefined ? answers.shift() : await askServer();
    if (answer === undefined)
      throw new Error("The model was not asked as often when it was recorded");
    if (server !== undefined) kept.set(kind, [...(kept.get(kind) ?? []), answer]);
    return { text: answer, tokens: 1, isCut: false };

    async function askServer(): Promise<string> {
      const response_format = {
        type: "json_schema",
        json_schema: { name: shape?.name, schema: shape?.schema },
      };
      const asked = { messages, temperature, max_tokens: maxTokens, seed: 1, response_format };
      const response = await fetch(`${server}/v1/chat/completions`, {
        method: "POST",
        body: JSON.stringify(asked),
        headers: { "content-type": "application/json" },
      });
      return reply.parse(await response.json()).choices[0].message.content;
    }
  };
}

const contract = smallContractStage({ goal: "shorten a title", name: "slug" }, []).read(
  JSON.stringify(CONTRACT),
);

test.each(Object.entries(REFUSED))(
  "a tool that %s is mended by its report alone",
  async (kind, [lines, says]) => {
    if (!contract.ok) throw new Error(contract.complaint);
    const small = contract.made;
    const prompts: string[] = [];
    const reasons: string[] = [];
    const run = new ForgeRun({
      ask: asking(kind, prompts),
      validate: validateOnce,
      log: { run: "run_1", path: "", write: nothing, [Symbol.asyncDispose]: nothing },
      cleaner: new TextCleaner(),
      signal: new AbortController().signal,
      model: "coder",
      isSmall: true,
      onEvent: (event) => {
        if (event.type === "check" && !event.ok) reasons.push(event.details.join("\n"));
      },
    });
    const program = { lines, source: sourceOf(small, lines) };
    const inputs = CASES.map(({ input }) => ({
      title: z.object({ title: z.string() }).parse(input).title,
    }));
    const voter = await voterOf(run, small.contract, { program, tried: inputs });
    const draft = withProgram({ small, inputs, voters: [voter] }, voter, CASES);
    const { report } = await untilValid(run, draft, mendedSmall);
    expect(report.ok).toBe(true);
    // The model was told what was wrong, and nothing of its work was thrown away to get there.
    expect(prompts[0]).toMatch(says);
    expect(prompts.length).toBe(kept.get(kind)?.length ?? 0);
    expect(reasons.length).toBeGreaterThan(0);
  },
);

/** The file that the forge makes of a right program, with these lines in its place. */
function sourceOf(small: Parameters<typeof programStage>[0], lines: readonly string[]): string {
  const right = programStage(small, 0).read(JSON.stringify({ lines: ["import re", "", ...BODY] }));
  if (!right.ok) throw new Error(right.complaint);
  const [head, tail] = right.made.source.split(BODY.join("\n"));
  const imports = lines.filter((line) => line.startsWith("import ") && line !== "import re");
  const body = lines.filter((line) => line !== "" && !line.startsWith("import "));
  return [...imports, head, body.join("\n"), tail].join("\n");
}
