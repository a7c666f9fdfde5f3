/** What the user says that comes out, in the way of a small model; with the real sandbox. */
import { describe, expect, test } from "bun:test";
import {
  blamed,
  casesOf,
  failing,
  fileOf,
  homeOfEachTest,
  PASSED,
  promptText,
} from "#test/forge-run.ts";
import { contractAnswer, inputsAnswer, programAnswer } from "#test/small-answers.ts";

const home = homeOfEachTest();

const CONTRACT = contractAnswer({
  ...{ name: "slug", description: "Turns a title into a slug for a URL." },
  input: [{ name: "title", type: "text", description: "the title" }],
  output: [{ name: "slug", type: "text", description: "the slug" }],
});
const INPUTS = inputsAnswer(
  ...["Hello World", "one two three", "Plain", "A B", "Deep Blue Sea", "x"].map((title) => ({
    title,
  })),
);
const GOAL = 'turn a title into a slug: slug("Rock & Roll!") is "rock-roll"';

/** What two programs of a real small model agreed on: punctuation stays. */
const KEEPS_PUNCTUATION = programAnswer(`def slug(title: str) -> str:
    return title.lower().replace(' ', '-')`);
const KEEPS_IT_AS_WELL = programAnswer(`def slug(title: str) -> str:
    return '-'.join(title.lower().split(' '))`);
const WORDS_ALONE = programAnswer(`def slug(title: str) -> str:
    return '-'.join(re.findall(r'[a-z0-9]+', title.lower()))`);
const WORDS_AS_WELL = programAnswer(`def slug(title: str) -> str:
    return re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-')`);

const EXAMPLE = { input: { title: "Rock & Roll!" }, output: { slug: "rock-roll" } };

describe("an example in the goal", () => {
  test("refuses what both programs agree on, and mends it", async () => {
    const ran = await home.forge({
      isSmall: true,
      wish: { goal: GOAL },
      answers: [CONTRACT, INPUTS, KEEPS_PUNCTUATION, WORDS_ALONE, KEEPS_IT_AS_WELL, WORDS_AS_WELL],
    });
    expect(ran.result).toMatchObject({ outcome: "delivered", requests: 6 });
    expect(casesOf(ran)[0]).toEqual(EXAMPLE);
    expect(fileOf(ran, "tool.py")).toContain("[a-z0-9]+");
    expect(promptText(ran.prompts[2])).toContain('slug("Rock & Roll!") == "rock-roll"');
    expect(promptText(ran.prompts[3])).toContain(
      'For {"title":"Rock & Roll!"} it gives {"slug":"rock-&-roll!"}. It must give {"slug":"rock-roll"}.',
    );
  });

  test("that no program gives ends the run, and says what to look at", async () => {
    const { result } = await home.forge({
      isSmall: true,
      wish: { goal: GOAL },
      answers: [CONTRACT, INPUTS, ...Array<string>(8).fill(KEEPS_PUNCTUATION)],
    });
    expect(result).toMatchObject({ outcome: "refused", requests: 10 });
    expect(result.reasons).toContain(
      "0 of 4 programs give what the examples of the goal say; it takes 2",
    );
  });

  test("that does not fit the contract is a complaint about the contract", async () => {
    const number = contractAnswer({
      ...{ name: "slug", description: "Turns a title into a slug for a URL." },
      input: [{ name: "title", type: "number", description: "the title" }],
      output: [{ name: "slug", type: "text", description: "the slug" }],
    });
    const ran = await home.forge({
      isSmall: true,
      wish: { goal: GOAL },
      answers: [number, CONTRACT, INPUTS, WORDS_ALONE, WORDS_AS_WELL],
    });
    expect(ran.result.outcome).toBe("delivered");
    expect(promptText(ran.prompts[1])).toContain(
      'The user\'s example slug("Rock & Roll!") is "rock-roll" does not fit: title:',
    );
  });

  test("is not doubted when it refuses every program", async () => {
    const refused = failing(
      "oracle",
      'case 1: input {"title":"Rock & Roll!"} · expected "x" · got "y"',
    );
    const ran = await home.forge({
      isSmall: true,
      wish: { goal: GOAL },
      answers: [
        CONTRACT,
        INPUTS,
        WORDS_ALONE,
        WORDS_AS_WELL,
        ...Array<string>(4).fill(WORDS_ALONE),
      ],
      reports: [refused, refused, refused, PASSED],
    });
    expect(blamed(ran)).toEqual(["code", "code", "cases"]);
    expect(casesOf(ran)).toContainEqual(EXAMPLE);
  });
});
