import { expect, test } from "bun:test";
import { checkWorkflow } from "./check.ts";
import { WorkflowSet } from "./workflow-set.ts";

const mail = {
  type: "object",
  properties: {
    to: { type: "string", pattern: "@" },
    copies: { type: "integer", minimum: 1 },
    tags: { type: "array", items: { enum: ["a", "b"] }, maxItems: 2 },
    body: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
  },
  required: ["to"],
  additionalProperties: false,
};
const tools = {
  names: ["mail", "sh"],
  schemaOf: (name: string) =>
    new Map<string, object>([
      ["mail", mail],
      ["sh", {}],
    ]).get(name) as Readonly<Record<string, unknown>> | undefined,
};

function problems(files: Readonly<Record<string, string>>): readonly string[] {
  const set = new WorkflowSet(new Map(Object.entries(files)));
  const root = set.find("main");
  if (root === undefined) throw new Error("The first one is called main");
  return checkWorkflow(root, { set, tools }).map(({ workflow, place, message }) =>
    [workflow, place, message].join(": "),
  );
}

const args = (text: string) => problems({ main: `steps: [{id: a, tool: mail, args: ${text}}]` });

test("finds nothing where all is well", () => {
  const main = `
inputs: {type: object, properties: {who: {type: string}}, required: [who]}
steps:
  - {id: list, tool: sh, args: {cmd: ls}}
  - {id: each, foreach: "list.output.map(x, x)", if: "list.ok && !list.skipped", tool: mail, args: {to: "\${item}", copies: "\${index}"}}
  - {id: sub, workflow: part, inputs: {n: "\${size(each.output)}"}, output: {all: "\${result}"}}
output: "\${sub.output.all} \${inputs.who}"
`;
  const part =
    "inputs: {type: object, properties: {n: {type: integer}}}\nsteps: [{id: a, tool: sh}]";
  expect(problems({ main, part })).toEqual([]);
});

test.each([
  ["{}", ["main: steps.a.args.to: Invalid input: expected string, but it is missing"]],
  [
    "{to: a@b, copies: many}",
    ["main: steps.a.args.copies: Invalid input: expected number, received string"],
  ],
  ["{to: a@b, copies: 0}", ["main: steps.a.args.copies: Too small: expected number to be >=1"]],
  ["{to: a@b, cc: x}", ['main: steps.a.args: Unrecognized key: "cc"']],
  [
    "{to: a@b, tags: [a, c]}",
    ['main: steps.a.args.tags[1]: Invalid option: expected one of "a"|"b"'],
  ],
  [
    `{to: a@b, tags: ['\${inputs.x}', a, b]}`,
    ["main: steps.a.args.tags: Too big: expected array to have <=2 items"],
  ],
  // A text it will be, whatever the expression gives.
  [
    `{to: a@b, copies: 'n \${inputs.x}'}`,
    ["main: steps.a.args.copies: Invalid input: expected number, received string"],
  ],
])("arguments %s do not fit", (text, found) => {
  expect(args(text)).toEqual(found);
});

test.each([
  `{to: '\${inputs.x}', copies: '\${inputs.x}'}`,
  `{to: 'no at \${inputs.x}'}`,
  `{to: a@b, tags: ['\${inputs.x}']}`,
  "{to: a@b, tags: '$inputs.x'}",
  `{to: a@b, body: ['\${inputs.x}']}`,
])("arguments %s may fit", (text) => {
  expect(args(text)).toEqual([]);
});

test.each([
  [
    "steps: [{id: a, tool: mial}]",
    ['main: steps.a.tool: there is no tool "mial". Did you mean "mail"?'],
  ],
  [
    "steps: [{id: a, workflow: mian}]",
    ['main: steps.a.workflow: there is no workflow "mian". Did you mean "main"?'],
  ],
  [
    "steps: [{id: a, tool: sh}, {id: a, tool: sh}]",
    ["main: steps.a.id: another step has this id already"],
  ],
  [
    "steps: [{id: a, tool: sh, if: b.ok}, {id: b, tool: sh}]",
    ['main: steps.a.if: step "b" has not been done yet; only earlier steps can be used'],
  ],
  [
    `steps: [{id: a, tool: sh, args: {x: ['\${a.output}']}}]`,
    ['main: steps.a.args.x[0]: step "a" has not been done yet; only earlier steps can be used'],
  ],
  [
    "steps: [{id: list, tool: sh}, {id: b, tool: sh, if: lst.ok}]",
    ['main: steps.b.if: "lst" is unknown; there are inputs, list. Did you mean "list"?'],
  ],
  [
    "steps: [{id: a, tool: sh, if: list.ok}]",
    ['main: steps.a.if: "list" is unknown; there are inputs'],
  ],
  [
    "steps: [{id: a, tool: sh}]\noutput: $a.outptu",
    [
      'main: output: "a.outptu" does not exist; a step has output, ok, skipped, error. Did you mean "output"?',
    ],
  ],
  [
    "steps: [{id: a, tool: sh, if: item.ok}]",
    ['main: steps.a.if: "item" exists only in a step with foreach'],
  ],
  [
    "steps: [{id: a, tool: sh, foreach: [1], if: index == 0}]",
    ['main: steps.a.if: "index" exists only in a step with foreach'],
  ],
  [
    `steps: [{id: a, tool: sh, args: {x: '\${result}'}}]`,
    ['main: steps.a.args.x: "result" exists only in the output of a step'],
  ],
  [
    "inputs: {type: object, properties: {who: {}}}\nsteps: [{id: a, tool: sh, if: inputs.woh}]",
    ['main: steps.a.if: there is no input "woh"; there are who. Did you mean "who"?'],
  ],
  [
    "inputs: {type: string}\nsteps: [{id: a, tool: sh}]",
    [
      'main: inputs: the inputs are a JSON Schema of an object: {"type": "object", "properties": …}',
    ],
  ],
  [
    "steps: [{id: a, tool: sh, if: '1 +'}]",
    [`main: steps.a.if: Unexpected token: EOF, in \${1 +}`],
  ],
  [
    `steps: [{id: a, tool: sh, args: {x: '\${1'}}]`,
    [`main: steps.a.args.x: The \${ is never closed, in "\${1"`],
  ],
])("%s", (main, found) => {
  expect(problems({ main })).toEqual(found);
});

test("what is nested is checked too, by file or by name, and what it is given", () => {
  const main = "steps: [{id: a, workflow: Part one, inputs: {n: x}}]";
  const part = `name: Part one
inputs: {type: object, properties: {n: {type: integer}}}
steps: [{id: b, tool: nothing}]`;
  expect(problems({ main, part })).toEqual([
    "main: steps.a.inputs.n: Invalid input: expected number, received string",
    'part: steps.b.tool: there is no tool "nothing"',
  ]);
});

test("a circle is refused, and drawn", () => {
  const runs = (name: string) => `steps: [{id: a, workflow: ${name}}]`;
  expect(problems({ main: runs("b"), b: runs("c"), c: runs("b") })).toEqual([
    "b: : it runs itself: b → c → b",
  ]);
  expect(problems({ main: runs("main") })).toEqual(["main: : it runs itself: main → main"]);
});

test("a workflow that is run twice is not a circle; nine within each other are too many", () => {
  const leaf = "steps: [{id: a, tool: sh}]";
  const main = "steps: [{id: a, workflow: b}, {id: c, workflow: d}]";
  expect(problems({ main, b: "steps: [{id: a, workflow: d}]", d: leaf })).toEqual([]);
  const chain = Object.fromEntries(
    Array.from({ length: 8 }, (_, at) => [
      `w${at}`,
      at === 7 ? leaf : `steps: [{id: a, workflow: w${at + 1}}]`,
    ]),
  );
  expect(problems({ main: "steps: [{id: a, workflow: w0}]", ...chain })).toEqual([
    "main: : workflows lie 9 deep within each other; 8 are allowed",
  ]);
  expect(problems({ main: "steps: [{id: a, workflow: w1}]", ...chain })).toEqual([]);
});

test("goes on behind a bad id and a step that cannot be read, and takes neither for the fault of others", () => {
  const main = `
steps:
  - {id: Bad id, tool: mail, args: {to: a@b, cc: x}}
  - {id: half, tol: sh}
  - {id: third, tool: nosuch, args: {x: "\${half.output}"}}
output: "\${fourth.output}"
`;
  expect(problems({ main })).toEqual([
    "main: steps.Bad id.id: an id is lower-case letters, digits and _, and begins with a letter",
    'main: steps.half: unknown key "tol"; did you mean tool?',
    'main: steps.half: a step has either "tool" or "workflow"',
    'main: steps.Bad id.args: Unrecognized key: "cc"',
    expect.stringMatching(/^main: steps\.third\.tool: there is no tool "nosuch"/),
    expect.stringMatching(/^main: output: .*fourth/),
  ]);
});
