import { expect, test } from "bun:test";
import { agent } from "#models/personas/agent.ts";
import { toolsmith } from "#models/personas/toolsmith.ts";
import type { ProfileBook } from "#models/profile-book.ts";
import { writeAction, writeAnswer } from "#models/turn-shape.ts";
import {
  memoryWorkspace,
  openTestRoom,
  sayAndWait,
  spoken,
  testJournal,
} from "#test/room-fixture.ts";
import { say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { pythonRunTool } from "#tools/python-run.ts";
import { shTool } from "#tools/sh.ts";
import type { RoomProject } from "./room-options.ts";

const SHEEP = "name,breed,kg\nDolly,Cheviot,61\nMabel,Romney,70\nPip,Cheviot,44\n";
const QUERY = { sql: "SELECT SUM(kg) FROM sheep WHERE breed = 'Cheviots'" };

interface AskedOptions {
  readonly isShaped?: boolean;
  readonly project?: RoomProject;
  readonly learnProfile?: ProfileBook["profileOf"];
}

/** Asks a persona whose replies are held to a shape, or not. */
async function asked(
  line: string,
  files: Readonly<Record<string, string>>,
  { isShaped = true, project, learnProfile }: AskedOptions = {},
) {
  const answers = [writeAction("table_query", QUERY), writeAnswer("They weigh 105 kg.")];
  await using server = scriptedServer(({ index }) => say(answers[index] ?? writeAnswer("done")));
  await using home = await testJournal();
  const workspace = memoryWorkspace();
  for (const [path, text] of Object.entries(files)) await workspace.write(path, text);
  const profile = isShaped ? { profile: { calls: "shape" as const } } : {};
  const personas = [agent, toolsmith].map((persona) => ({ ...persona, ...profile }));
  const options = {
    journal: home.journal,
    url: server.url,
    personas,
    workspace,
    tools: [shTool(), pythonRunTool()],
    ...(project === undefined ? {} : { project }),
    ...(learnProfile === undefined ? {} : { learnProfile }),
  };
  await using room = await openTestRoom(options);
  const events = await sayAndWait(room, line);
  return { events, requests: server.requests.map(({ body }) => JSON.stringify(body)) };
}

test("a small model asks a table with a query, of the columns that there are", async () => {
  const { events, requests } = await asked("What do the Cheviots weigh together?", {
    "sheep.csv": SHEEP,
  });
  expect(events).toContainEqual(
    expect.objectContaining({
      type: "tool-result",
      ok: true,
      output: "SUM(kg): 105\n(of SELECT SUM(kg) FROM sheep WHERE breed = 'Cheviot')",
    }),
  );
  expect(spoken(events)).toContain("agent: They weigh 105 kg.");
  expect(requests[0]).toContain("CREATE TABLE sheep (name TEXT, breed TEXT, kg NUMERIC)");
});

test("only files that the line names can be asked, where it names some", async () => {
  const files = { "sheep.csv": SHEEP, "cows.csv": "id,litres\n1,20\n2,25\n" };
  const all = await asked("What do the Cheviots weigh together, and how many litres is it?", files);
  expect(all.requests[0]).toContain("CREATE TABLE cows");
  const one = await asked("What do the Cheviots in sheep.csv weigh together?", files);
  expect(one.requests[0]).not.toContain("CREATE TABLE cows");
  const bare = await asked("What do the Cheviots of the sheep weigh together?", files);
  expect(bare.requests[0]).not.toContain("CREATE TABLE cows");
});

const actions = ({ requests }: { readonly requests: readonly string[] }) =>
  requests.map((body) =>
    [...body.matchAll(/"action":\{"const":"(\w+)"\}/g)].map(([, name]) => name),
  );

test("who names a table alone begins with it: nothing else fits until it was asked, and then not the same", async () => {
  const files = { "sheep.csv": SHEEP, "main.py": "print(1)\n" };
  const named = await asked("What do the Cheviots in sheep.csv weigh?", files);
  expect(actions(named)).toEqual([["table_query"], ["python_run", "sh", "answer"]]);
  const unnamed = await asked("What do the Cheviots weigh?", files);
  expect(actions(unnamed)[0]).toContain("answer");
  const both = await asked("Compare main.py with sheep.csv.", files);
  expect(actions(both)[0]).toContain("answer");
});

test("the lines of a text are asked first where a number or an end of an order is wanted", async () => {
  const files = { "till.log": "09:00 INFO open\n09:10 ERROR drawer\n09:20 ERROR paper\n" };
  const counted = await asked("How many errors does till.log have?", files);
  expect(actions(counted)[0]).toEqual(["table_query"]);
  expect(counted.requests[0]).toContain(
    "CREATE TABLE till (line NUMERIC, text TEXT, words NUMERIC, time TEXT, level TEXT)",
  );
  // It is asked and not shown: a model that sees it counts in its head.
  expect(counted.requests[0]).not.toContain("(the file till.log");
  const told = await asked("What does till.log tell about the drawer?", files);
  expect(actions(told)[0]).toContain("answer");
  expect(told.requests[0]).toContain("(the file till.log");
});

// A real model asked a letter with a query, added up its deposit, and took that for the price of all.
test("a letter that a line names beside a table is shown, and the turn does not begin with a query", async () => {
  const letter = "Dear Ms Ames,\nshearing costs 4.50 euros a head.\nIt takes a day.\nYours,\nTim\n";
  const files = { "sheep.csv": SHEEP, "offer.txt": letter, "shed.txt": "- door\n- lamp\n" };
  const line = "offer.txt has a price. How much is it for all in sheep.csv?";
  const both = await asked(line, files);
  expect(actions(both)[0]).toEqual(["python_run", "sh", "table_query", "answer"]);
  expect(both.requests[0]).toContain("(the file offer.txt)");
  const alone = await asked("How many words has offer.txt?", files);
  expect(actions(alone)[0]).toEqual(["table_query"]);
  const list = await asked("How many things of shed.txt are in sheep.csv?", files);
  expect(actions(list)[0]).toEqual(["table_query"]);
});

// On a busy machine a real model was asked for the headings of a file that its prompt did not have.
test("a turn has its tables where the server tells only while it begins what it takes", async () => {
  let times = 0;
  const learnProfile = async () => {
    times += 1;
    return times === 1 ? {} : { calls: "shape" as const };
  };
  const how = { isShaped: false, learnProfile };
  const late = await asked("What do the Cheviots in sheep.csv weigh?", { "sheep.csv": SHEEP }, how);
  expect(actions(late)[0]).toEqual(["table_query"]);
});

test("a line without a word of the tables is not asked of them", async () => {
  const other = await asked("How many letters does the word house have?", { "sheep.csv": SHEEP });
  expect(other.requests[0]).not.toContain("table_query");
});

test("it is not offered where there is no table, to who runs no programs, nor to other models", async () => {
  const texts = await asked("What is new?", {
    "notes.md": "nothing\n",
    "empty.csv": "",
    "a.json": "[1]",
  });
  expect(texts.requests[0]).not.toContain("table_query");
  const smith = await asked("@@toolsmith What do they weigh?", { "sheep.csv": SHEEP });
  expect(smith.requests[0]).not.toContain("table_query");
  const other = await asked("What do they weigh?", { "sheep.csv": SHEEP }, { isShaped: false });
  expect(other.requests[0]).not.toContain("table_query");
});

test("a secret in a table is taken out before a model can ask for it", async () => {
  const token = `ghp_${"a1B2".repeat(9)}`;
  const { events, requests } = await asked("List them.", {
    "sheep.csv": `name,breed,kg\n${token},Cheviot,1\nPip,Cheviot,2\n`,
  });
  expect(JSON.stringify([events, requests])).not.toContain(token);
});

/** A repository of a room, as its prompt tells of it. */
const REPOSITORY: RoomProject = {
  begin: async () => ({
    view: { about: "The repository farm.", check: "make test", map: "(map) sheep.csv" },
    opened: async () => "(the file sheep.csv)",
    keep: async () => undefined,
    [Symbol.dispose]: () => undefined,
  }),
  hold: async () => ({ [Symbol.dispose]: () => undefined }),
  receive: async () => undefined,
};

test.each([
  "What do the Cheviots in sheep.csv weigh together?",
  "No. Sort sheep.csv by kg and show me the first two lines.",
  "How many ewes does sheep.csv set apart?",
])(
  "a question about the data of a repository is answered as one of any folder: %s",
  async (line) => {
    const { requests } = await asked(line, { "sheep.csv": SHEEP }, { project: REPOSITORY });
    expect(requests[0]).toContain("CREATE TABLE sheep (name TEXT, breed TEXT, kg NUMERIC)");
    for (const request of requests) {
      expect(request).not.toContain("The repository farm.");
      expect(request).not.toContain("(the file sheep.csv)");
      expect(request).not.toContain("Your task");
    }
  },
);

test.each([
  "Add a sheep Molly of 50 kg to sheep.csv.",
  "Sort sheep.csv by kg and save it.",
  "Could you please rename the column kg of sheep.csv?",
  "In sheep.csv, change the kg of Pip to 45.",
  "Lösche Pip aus sheep.csv.",
  "What do the Cheviots weigh together?",
  "Why does herd.py add up only one breed of sheep.csv?",
  "Which version does farm.toml have?",
])(
  "a task in a repository, and what is of no data alone, is seen with its files: %s",
  async (line) => {
    const files = {
      "sheep.csv": SHEEP,
      "herd.py": "print(1)\n",
      "farm.toml": "[a]\nversion = 2\n",
    };
    const { requests } = await asked(line, files, { project: REPOSITORY });
    expect(requests[0]).not.toContain("table_query");
    expect(requests[0]).toContain("The repository farm.");
    expect(requests[0]).toContain("(the file sheep.csv)");
  },
);
