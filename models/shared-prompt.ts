/** The prompt of models whose replies are held to a shape: the same for all personas, as short as it works. */
import type { ToolSchema } from "#core/calls.ts";
import type { ProjectView, SharedView } from "./model.ts";
import type { Persona } from "./persona.ts";
import type { ChatMessage } from "./provider.ts";
import { DATA_RULE } from "./system-prompt.ts";
import { actionLine, writeAnswer } from "./turn-shape.ts";

/** What the prompts of all personas of a room say. */
export interface CommonPrompt {
  readonly system: string;
  /** Turns that show how an action and an answer look; they stand between the rules and the conversation. */
  readonly worked: readonly ChatMessage[];
}

/**
 * @param view what the persona may see.
 * @param personas all of the room, the first one first; only those that took part are described.
 * @param isRaw replies are held by a grammar, so that lines of code stand behind the object of an action.
 */
export function commonPrompt(
  { tools, present, files, project }: Pick<SharedView, "tools" | "present" | "files" | "project">,
  personas: readonly Persona[],
  isRaw = false,
): CommonPrompt {
  const described = personas
    .filter(({ id }) => present.includes(id))
    .flatMap(({ id, prompt, leanPrompt = prompt }) =>
      leanPrompt === "" ? [] : [`${id}: ${leanPrompt}`],
    );
  const hasPrograms = tools.some(({ name }) => PROGRAMS[name] !== undefined);
  const asksTables = tools.some(isTableQuery);
  // What comes first is taken first.
  const ordered = [...tools.filter(isTableQuery), ...tools.filter((one) => !isTableQuery(one))];
  const common = commonEnd(ordered.filter(({ name }) => PROGRAMS[name] !== undefined));
  const system = [
    "You do what the user asks. Each reply is one JSON object, one of:",
    ...ordered.map((tool) => actionLine(withoutEnd(tool, common), isRaw)),
    `${writeAnswer("…")} to tell the result, in the user's language`,
    ...(common === "" ? [] : [`Programs: ${common}`]),
    ...(asksTables ? [TABLE_RULE] : []),
    ...(hasPrograms ? [PROGRAM_RULE] : []),
    ...described,
    DATA_RULE,
    ...(files === undefined || !hasPrograms ? [] : [`Files (beginnings):\n${files}`]),
    ...(project === undefined ? [] : [project.about]),
  ].join("\n");
  return { system, worked: project === undefined ? workedTurns(tools) : workedChange(project) };
}

/** What the descriptions of several programs end with, from the beginning of a sentence on: the prompt says it once. */
function commonEnd(programs: readonly ToolSchema[]): string {
  const [first, ...others] = programs.map(({ description }) => description.split(/(?<=\.) /));
  if (first === undefined || others.length === 0) return "";
  const from = first.findIndex((_, at) => {
    const end = ` ${first.slice(at).join(" ")}`;
    return at > 0 && others.every((sentences) => sentences.join(" ").endsWith(end));
  });
  return from === -1 ? "" : first.slice(from).join(" ");
}

function withoutEnd(tool: ToolSchema, end: string): ToolSchema {
  const { description } = tool;
  const isSame = end !== "" && description.endsWith(` ${end}`);
  return isSame ? { ...tool, description: description.slice(0, -end.length - 1) } : tool;
}

function isTableQuery({ name }: ToolSchema): boolean {
  return name === "table_query";
}

const TABLE_RULE = "What is asked of the tables behind the line, find out with table_query.";
const PROGRAM_RULE =
  "What a program can find out (sums, counts, letters, dates, what a file or the system says), find out with a program; never guess it. To look at a file, use cat -n. What you know, answer at once.";

/** A small thing that every tool that runs programs can do, and the request for it. */
const PROGRAMS: Readonly<
  Record<string, { readonly call: object; readonly result: string } | undefined>
> = {
  // With the reader that the standard library has, for small models otherwise ask for packages; the whole row is printed, for
  // they answer with a price where a name was asked for when that is all they see. In one line they write worse programs.
  python_run: {
    call: {
      code: "import csv\nwith open('people.csv') as file:\n    rows = list(csv.DictReader(file))\noldest = max(rows, key=lambda row: int(row['age']))\nprint(oldest)",
    },
    result: "{'name': 'Ada', 'age': '71'}",
  },
  sh: { call: { cmd: "sort -t, -k2,2nr people.csv | head -n 1" }, result: "Ada,71" },
};

/**
 * How a repository is changed: read, edit, run, say. Without it a small model writes programs that print its files. The file
 * is in a language of its own kind, and what is changed stands in the question: of a mistake that the example mended a model
 * copied the line, and looked for it in the user's file.
 */
function workedChange({ check = "make test", opened }: ProjectView): readonly ChatMessage[] {
  const userRequest = "In shop.lua, close at 20 instead of 18.";
  const hasFile = opened !== undefined;
  // What was written is tested without a request.
  const steps: readonly Step[] = hasFile
    ? WRITTEN
    : [...EDITED, ["sh", { cmd: check }, "3 tests passed"]];
  return [
    {
      role: "user",
      content: hasFile
        ? `${userRequest}\n\n(the file shop.lua)\n\`\`\`lua\n${OPENING_HOURS}\n\`\`\``
        : userRequest,
    },
    ...steps.flatMap(([name, args, content], index): readonly ChatMessage[] => {
      const call = { id: `worked${index}`, name, arguments: args };
      return [
        { role: "assistant", content: "", calls: [call] },
        { role: "tool", callId: call.id, name, content },
      ];
    }),
    {
      role: "assistant",
      content: `shop.lua closes at 20 now${hasFile ? "" : ", and its tests pass"}.`,
    },
    // Without it a model that has seen files answers a question about them by writing one.
    ...(hasFile ? EXAMPLE_QUESTION : []),
  ];
}

const OPENING_HOURS = "return {\n  opens = 9,\n  closes = 18,\n}";
const NEW_HOURS = "return {\n  opens = 9,\n  closes = 20,\n}\n";

const EXAMPLE_QUESTION: readonly ChatMessage[] = [
  { role: "user", content: "When does the shop open?" },
  { role: "assistant", content: "It opens at 9." },
];

type Step = readonly [name: string, args: object, result: string];

const EDITED: readonly Step[] = [
  ["read_file", { path: "shop.lua" }, `shop.lua, lines 1-4 of 4\n${OPENING_HOURS}`],
  [
    "edit_file",
    { path: "shop.lua", search: "  closes = 18,", replace: "  closes = 20," },
    "edited shop.lua, line 3 (+1 −1)",
  ],
];
/** A small model that has seen a short file writes it out whole more often right than a passage of it. */
const WRITTEN: readonly Step[] = [
  ["write_file", { path: "shop.lua", content: NEW_HOURS }, "wrote shop.lua, 4 lines (+1 −1)"],
];

/** A table as it stands behind a line, and the queries of it: for groups, and with a condition. */
const TABLE = `CREATE TABLE people (name TEXT, age NUMERIC, sex TEXT, tax NUMERIC, town TEXT); -- people.csv, 18 records such as
-- {"name":"Ada","age":71,"sex":"f","tax":60,"town":"Oslo"}`;
const TABLE_TURNS: readonly (readonly [
  question: string,
  sql: string,
  result: string,
  answer: string,
])[] = [
  [
    "Which town of people.csv pays the most tax in total?",
    "SELECT town, SUM(tax) FROM people GROUP BY town ORDER BY SUM(tax) DESC LIMIT 3",
    "town: Lund, SUM(tax): 940\ntown: Oslo, SUM(tax): 815.5\ntown: Gent, SUM(tax): 60",
    "Lund, with 940 in total.",
  ],
  [
    "Who is the oldest woman in people.csv?",
    "SELECT * FROM people WHERE sex = 'f' ORDER BY age DESC LIMIT 1",
    "name: Ada, age: 71, sex: f, tax: 60, town: Oslo",
    "Ada is the oldest woman, with 71 years.",
  ],
];

function tableTurns(): readonly ChatMessage[] {
  return TABLE_TURNS.flatMap(([question, sql, content, answer], index): ChatMessage[] => {
    const call = { id: `table${index}`, name: "table_query", arguments: { sql } };
    return [
      { role: "user", content: index === 0 ? `${question}\n\n${TABLE}` : question },
      { role: "assistant", content: "", calls: [call] },
      { role: "tool", callId: call.id, name: call.name, content },
      { role: "assistant", content: answer },
    ];
  });
}

/** What a program is for where tables are asked otherwise: the user's own program is run, and not read. */
function programTurn(): readonly ChatMessage[] {
  const code = "from circle import area\nfor radius in (1, 3):\n    print(radius, area(radius))";
  const call = { id: "text", name: "python_run", arguments: { code } };
  const content = "1 3.14\n3 28.27";
  return [
    { role: "user", content: "What area does circle.py find for a radius of 3?" },
    { role: "assistant", content: "", calls: [call] },
    { role: "tool", callId: call.id, name: call.name, content },
    { role: "assistant", content: "It finds an area of 28.27." },
  ];
}

function workedTurns(tools: readonly ToolSchema[]): readonly ChatMessage[] {
  const knowledge: readonly ChatMessage[] = [
    { role: "user", content: "Who wrote Hamlet?" },
    { role: "assistant", content: "William Shakespeare wrote Hamlet." },
  ];
  const found = Object.entries(PROGRAMS).find(([name]) => tools.some((tool) => tool.name === name));
  const [name, program] = found ?? [];
  if (name === undefined || program === undefined) return knowledge;
  // Most questions about files are about tables: that comes last. Without the program, models write theirs in one line.
  if (tools.some(isTableQuery)) return [...knowledge, ...programTurn(), ...tableTurns()];
  const call = { id: "worked", name, arguments: program.call };
  return [
    { role: "user", content: "Who is the oldest in people.csv?" },
    { role: "assistant", content: "", calls: [call] },
    { role: "tool", callId: call.id, name, content: program.result },
    { role: "assistant", content: "Ada is the oldest, with 71 years." },
    ...knowledge,
  ];
}
