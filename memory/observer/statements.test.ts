import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { combinations } from "#test/combinations.ts";
import { LASTING } from "#test/memory/lasting-sentences.ts";
import { REMARKS } from "#test/memory/near-remarks.ts";
import { observedIn } from "#test/memory/observed-dialogue.ts";
import { growth, LINEAR } from "#test/processor-time.ts";
import { judgeItem } from "./judge-item.ts";
import { hasForms, isStatement } from "./statements.ts";

/** What is kept of a line by a model that cannot tell. */
function kept(line: string, quote = line): string | undefined {
  const outcome = judgeItem({ quote, kind: "fact" }, observedIn([["user", line]], true));
  return typeof outcome === "string" ? undefined : outcome.text;
}

describe("of a model that cannot tell a remark from a fact", () => {
  test.each(LASTING)("%j is kept", (sentence) => {
    expect(kept(sentence)).toBe(sentence);
  });

  test.each(REMARKS)("%j is not", (sentence) => {
    expect(kept(sentence)).toBeUndefined();
  });

  test.each([
    "I'm left-handed, so please mirror the chart.",
    "I teach physics at a school in Ghent and I need a quiz.",
    "Reports are due on the last Thursday of the month.",
    "Please always answer in metric units.",
  ])("what is wanted for it, or a courtesy, takes nothing away: %j", (sentence) => {
    expect(kept(sentence)).toBe(sentence);
  });

  test.each([
    "Wir deployen nie am Freitag.",
    "Mi perro se llama Bruno.",
    "Я живу в Риге.",
    "我喜欢深色主题。",
  ])("the rules alone decide of another language: %j", (sentence) => {
    expect(hasForms(sentence)).toBe(false);
    expect(kept(sentence)).toBe(sentence);
  });
});

const ENDLESS = LASTING.map((text) => text.replace(/\.$/, ""));

test("what is asked, called out, doubted or told of the past is not a statement, whatever is said", () => {
  const spoilt: readonly ((text: string) => string)[] = [
    (text) => `${text}?`,
    (text) => `${text}!`,
    (text) => `${text}…`,
    (text) => `${text}, haha`,
    (text) => `Apparently ${text}`,
    (text) => `I guess ${text}`,
    (text) => `${text}, I suppose`,
    (text) => `He said ${text}`,
    (text) => `You know ${text}`,
    (text) => `If only it were so that ${text}`,
    (text) => `It seems that ${text}`,
    (text) => `Maybe ${text}`,
    (text) => `${text}, of course`,
    (text) => `${text}, he said`,
    (text) => `${text}, I was told`,
  ];
  const kept = LASTING.map((text) => text.replace(/\.$/, ""))
    .flatMap((text) => spoilt.map((spoil) => spoil(text)))
    .filter(isStatement);
  expect(kept).toEqual([]);
});

test("what stands in front and says nothing, blanks and marks change nothing", () => {
  const before = ["", "btw ", "FYI: ", "Also, ", "By the way, ", "Note that "];
  const refused = combinations(ENDLESS, before, ["", ".", " .", ";"])
    .filter(([text, opening]) => {
      const standsFirst = /^(?:[A-Z][a-z]+ (?:is|handles)|Please|Don't)/.test(text);
      return opening === "" || !standsFirst;
    })
    .map(([text, opening, closing]) => {
      return `${opening}${text.replaceAll(" ", "  ").replaceAll("'", "’")}${closing}`;
    })
    .filter((said) => !isStatement(said));
  expect(refused).toEqual([]);
});

test("a name, a number or an attribute that is unknown is taken as any other", () => {
  const word = fc.stringMatching(/^[a-z]{4,9}$/);
  const form = fc.constantFrom<(a: string, b: string) => string>(
    (a, b) => `Our ${a} server is hosted in ${b}`,
    (a, b) => `We use ${a}zo for our ${b}s`,
    (a, b) => `The ${a} service is written in ${b}`,
    (a, b) => `Every ${a} report must be signed by ${b}`,
    (a, b) => `We never deploy ${a}s without ${b}`,
    (a) => `My sister is allergic to ${a}`,
    (a, b) => `I prefer ${a}s over ${b}s`,
    (a, b) => `Our ${a} library lives in the folder ${b}`,
  );
  const known =
    /^(?:i|we|it|is|are|was|were|has|have|this|that|there|they|them|very|such|must|only|with|when|like|more|some|does|next|last|here|left|wrong|what|could|would|might|should|yet|poor|these|those)$/;
  fc.assert(
    fc.property(word, word, form, (a, b, say) => {
      fc.pre(!(known.test(a) || known.test(b) || /ed$|ing$|ught$/.test(`${a} ${b}`)));
      expect(isStatement(say(a, b))).toBe(true);
    }),
  );
});

test.each(["our ", "we use ", "the server in our ", "a b c ", "every ", "no x ", "x, "])(
  "a line of many %j is judged in a time that grows with its length alone",
  async (part) => {
    // The longest line that is judged has 400 characters.
    const grown = await growth((size) => {
      for (let line = 0; line < 20; line += 1) isStatement(part.repeat(400).slice(0, 50 * size));
    });
    expect(grown).toBeLessThan(LINEAR);
  },
);
