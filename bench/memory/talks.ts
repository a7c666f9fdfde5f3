/**
 * Conversations out of a generator, and questions about them whose answer stands in one exchange. A talk is of several
 * hundred turns and goes from one thing to the next; each is named at first and every third time, else it is "it", as
 * people do.
 */
import { randomNumbers } from "#test/gate-simulation.ts";

export interface TalkExchange {
  readonly line: string;
  readonly answer: string;
}

/** How a question differs from what was said. */
type Wording = "own words" | "other words";

export interface TalkQuestion {
  readonly text: string;
  readonly wording: Wording;
  /** Whether the thing is named in the exchange itself. */
  readonly isNamed: boolean;
  /** Of the exchange that answers it. */
  readonly talk: number;
  readonly at: number;
}

export interface Talks {
  readonly talks: readonly (readonly TalkExchange[])[];
  readonly questions: readonly TalkQuestion[];
}

const THINGS: readonly string[] =
  `billing service, choir rehearsal, greenhouse, photo archive, login page, bakery order,
school bus, wine cellar, news crawler, tax folder, guest house, mail gateway, chess club, bee hive, image resizer, ski trip,
rain sensor, cargo bike, coffee machine, audit log, summer camp, search index, piano lesson, water pump, job board, map editor,
fish tank, road repair, voice bot, paint shop, test cluster, dance course, seed bank, price list, harbour tour, font loader,
night train, solar roof, quiz evening, data lake, bread oven, ticket printer, moss garden, sync daemon, book fair, cable car,
poll widget, goat farm, chat relay, stone bridge, salary sheet, film night, dust filter, parking deck, tool shed, comet survey,
soup kitchen, backup robot, letter press, ferry ramp`.split(/,\s+/);

const PEOPLE: readonly string[] =
  "Marta Jonas Lina Sven Clara Ben Paula Nina Omar Ruth Iris Hugo Vera Tariq Elsa Kofi".split(" ");
const PLACES: readonly string[] =
  "Bernau Lyon Basel Porto Turku Graz Ghent Malmo Cork Bari Leeds Split".split(" ");
const DAYS: readonly string[] = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(
  " ",
);

interface Topic {
  /** `%` is the thing or "it", `#` what is told of it. */
  readonly line: string;
  readonly answer: string;
  readonly values: readonly string[];
  readonly own: string;
  readonly other: string;
}

const NUMBERS: readonly string[] = "twelve thirty forty ninety seventy sixty".split(" ");

function topic(
  line: string,
  answer: string,
  asked: readonly [string, string, readonly string[]],
): Topic {
  const [own, other, values] = asked;
  return { line, answer, own, other, values };
}

const TOPICS: readonly Topic[] = [
  topic("Who looks after %?", "# looks after that since spring.", [
    "Who looks after the %?",
    "Which person is responsible for the %?",
    PEOPLE,
  ]),
  topic("What does % cost us?", "About # euros each month.", [
    "What does the % cost?",
    "How expensive is the %?",
    NUMBERS,
  ]),
  topic("Where is % located?", "In #, near the station.", [
    "Where is the % located?",
    "In which town do I find the %?",
    PLACES,
  ]),
  topic("When was % started?", "It was started on a #.", [
    "When was the % started?",
    "On what date did the % begin?",
    DAYS,
  ]),
  topic("Did % break again?", "Yes, on #, because of a fuse.", [
    "When did the % break?",
    "What failure did the % have?",
    DAYS,
  ]),
  topic("How many people use %?", "I counted # last week.", [
    "How many people use the %?",
    "What is the number of users of the %?",
    NUMBERS,
  ]),
  topic("Please remember that % is closed on holidays.", "Noted, # will put up a sign.", [
    "When is the % closed?",
    "Can we open the % on vacation days?",
    PEOPLE,
  ]),
  topic("Who pays for %?", "The invoice goes to #.", [
    "Who pays for the %?",
    "Whose money funds the %?",
    PEOPLE,
  ]),
  topic("The key of % got lost.", "# has a spare one.", [
    "Who has a spare key of the %?",
    "How do I unlock the %?",
    PEOPLE,
  ]),
  topic("What colour has %?", "Dark green since # painted.", [
    "What colour has the %?",
    "Which shade was chosen to paint the %?",
    PEOPLE,
  ]),
  topic("We should move % to another place.", "Then # would be cheapest.", [
    "Where should we move the %?",
    "What destination was proposed to relocate the %?",
    PLACES,
  ]),
  topic("How loud is %?", "Around # decibel at noon.", [
    "How loud is the %?",
    "What noise does the % make?",
    NUMBERS,
  ]),
  topic("Is % insured?", "Only until #.", [
    "Until when is the % insured?",
    "Does a policy cover damage to the %?",
    DAYS,
  ]),
  topic("Who wrote the manual of %?", "# wrote most pages.", [
    "Who wrote the manual of the %?",
    "Which author described how the % works?",
    PEOPLE,
  ]),
  topic("Can visitors photograph %?", "Ask # for a permission first.", [
    "Who lets visitors photograph the %?",
    "May guests take pictures of the %?",
    PEOPLE,
  ]),
  topic("When do we clean %?", "Every # before breakfast.", [
    "When do we clean the %?",
    "On which day is dirt removed from the %?",
    DAYS,
  ]),
];

const SMALL_TALK: readonly TalkExchange[] = [
  { line: "Thank you, that helps.", answer: "You are welcome." },
  { line: "Give me a moment.", answer: "Take your time, I am here." },
  { line: "Good morning!", answer: "Good morning. What shall we look at?" },
  { line: "Can you say that shorter?", answer: "Yes: it works, and nothing is left to do." },
];

/** So many things one talk is about: some 190 exchanges, which are 380 turns. */
const IN_A_TALK = 10;

/** @param seed the same one gives the same talks. */
export function generateTalks(seed: number): Talks {
  const random = randomNumbers(seed);
  const questions: TalkQuestion[] = [];
  const talks = Array.from({ length: Math.ceil(THINGS.length / IN_A_TALK) }, (_, talk) => {
    const things = THINGS.slice(talk * IN_A_TALK, (talk + 1) * IN_A_TALK);
    const told = things.flatMap((thing) => tell(thing, random));
    for (const [at, { thing, topic: about, isNamed }] of told.entries()) {
      // Where it was named long ago, no reader could say what "it" is: no question asks for such exchanges.
      const isNear = isNamed || told[at - 1]?.isNamed === true;
      if (about === undefined || !isNear || random() < 0.2) continue;
      const wording = random() < 0.5 ? "own words" : "other words";
      const text = (wording === "own words" ? about.own : about.other).replace("%", thing);
      questions.push({ text, wording, isNamed, talk, at });
    }
    return told.map(({ exchange }) => exchange);
  });
  return { talks, questions };
}

interface Told {
  readonly thing: string;
  readonly exchange: TalkExchange;
  /** Absent in small talk. */
  readonly topic: Topic | undefined;
  readonly isNamed: boolean;
}

/** All topics of one thing in some order, with small talk between them. */
function tell(thing: string, random: () => number): readonly Told[] {
  const order = TOPICS.map((topic) => ({ topic, key: random() })).sort((a, b) => a.key - b.key);
  return order.flatMap(({ topic }, n) => {
    const isNamed = n % 3 === 0;
    const line = topic.line.replace("%", isNamed ? `the ${thing}` : "it");
    const answer = topic.answer.replace("#", pick(topic.values, random));
    const told: Told = { thing, exchange: { line, answer }, topic, isNamed };
    if (random() >= 0.2) return [told];
    const said = pick(SMALL_TALK, random);
    return [{ thing, exchange: said, topic: undefined, isNamed: false }, told];
  });
}

function pick<T>(some: readonly T[], random: () => number): T {
  const found = some[Math.floor(random() * some.length)];
  if (found === undefined) throw new Error("Nothing to pick from");
  return found;
}
