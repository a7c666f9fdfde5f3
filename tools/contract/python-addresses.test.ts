import { expect, test } from "bun:test";
import { outcomeOf, pythonTool } from "#test/tool-maker.ts";

const HEAD = `import collections, dataclasses, functools, io, json, operator, string, textwrap


class Box:
    pass


def stream():
    yield 1


`;

const program = (lines: string): string =>
  `${HEAD}def run(args, ctx):\n${lines
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n")}\n`;

test.each([
  "return repr(Box())",
  "return str(Box())",
  "return '%r' % Box()",
  "return '%s' % (Box(),)",
  "return f'{Box()!r}'",
  "return f'{Box()}'",
  "return ascii(Box())",
  "return format(Box())",
  "return '{}'.format(Box())",
  "return '{a}'.format_map({'a': Box()})",
  "return int(repr(Box())[-11:-1], 16) % 7",
  "return len(str(stream()).replace('1', ''))",
  "return str(run)[-9:-1]",
  "return str([Box()]).split()[-1]",
  "return Box().__repr__()[-9:]",
  "return object.__repr__(Box())[-9:]",
  "return list(map(str, [Box()]))[0][-9:]",
  "return list(map(repr, [Box()]))[0][-9:]",
  "return list(map('{}'.format, [Box()]))[0][-9:]",
  "turn = str\nreturn turn(Box())[-9:]",
  "return functools.reduce(operator.mod, ['%r', Box()])[-9:]",
  "return json.dumps([Box()], default=str)[-9:]",
  "return json.dumps([Box()], default=repr)[-9:]",
  "return string.Template('$a').substitute(a=Box())[-9:]",
  "out = io.StringIO()\nprint(Box(), file=out)\nreturn out.getvalue()[-9:]",
  "try:\n    [].index(Box())\nexcept ValueError as error:\n    return error.args[0][-30:-20]",
  "try:\n    [].index(Box())\nexcept ValueError as error:\n    return str(error)[-30:-20]",
  "return (b'%r' % Box())[-9:].decode()",
  "return str(lambda: 1)[-9:]",
  "text = '%r'\ntext %= Box()\nreturn text[-9:]",
  "return f'{Box()!r:>200}'[-9:]",
  "return str(iter([]))[-9:]",
  "return dataclasses.make_dataclass('Point', ['x'])(Box()).__repr__()[-9:]",
])("where an object lies is not told: %s", async (lines) => {
  const outcome = await outcomeOf(pythonTool(program(lines)));
  expect(outcome).toMatchObject({ kind: "breakdown", why: "capability" });
  expect(JSON.stringify(outcome)).toContain("where an object lies in memory");
});

test.each([
  ["return repr({'a': [1, 'b']}) + f'{2.5:>8.2f}' + '%05d' % 42", "{'a': [1, 'b']}    2.5000042"],
  ["return str(collections.Counter('aab'))", "Counter({'a': 2, 'b': 1})"],
  ["return ', '.join(map(str, [1, None, True]))", "1, None, True"],
  [
    "box = Box()\nbox.one = 7\nbox.one %= 4\nrow = [9]\nrow[0] %= 5\nreturn [box.one, row[0]]",
    [3, 4],
  ],
  ["return [isinstance('a', str), type('a') is str, type('a') in (str, int)]", [true, true, true]],
  ["return 'jump at 0x%08x' % 64", "jump at 0x00000040"],
  ["return textwrap.fill('a b c', 3)", "a b\nc"],
  ["return f'{f\"{1}\":>{3}}'", "  1"],
  ["return [one % 3 for one in range(4)]", [0, 1, 2, 0]],
  ["return '{0:>{1}}'.format('a', 3)", "  a"],
  ["return list(map('{:02}'.format, [1, 2]))", ["01", "02"]],
  ["return str(ValueError('no'))", "no"],
  ["return str(b'caf\\xc3\\xa9', 'utf-8')", "café"],
])("an ordinary text is what it is: %s", async (lines, expected) => {
  const outcome = await outcomeOf(pythonTool(program(lines)));
  expect(outcome).toMatchObject({ kind: "result", value: expected });
});

test("a text of the user that reads like an address may be worked on", async () => {
  const source = program("return args['text'].upper().lower().split('<')[1]");
  const args = { text: "<Box object at 0x7f01020304>" };
  const outcome = await outcomeOf(pythonTool(source), { args });
  expect(outcome).toMatchObject({ kind: "result", value: "box object at 0x7f01020304>" });
});

test("a tool that may use chance may read it", async () => {
  const tool = pythonTool(program("return repr(Box())"), {
    ...{ capabilities: ["random"], deterministic: false },
  });
  const outcome = await outcomeOf(tool);
  expect(outcome.kind).toBe("result");
});

test("an error that is thrown tells no address either", async () => {
  const outcome = await outcomeOf(pythonTool(program("one = [Box()]\nraise ValueError(*one)")));
  expect(outcome).toMatchObject({ kind: "failure", code: "ValueError" });
  expect(JSON.stringify(outcome)).toContain(" at 0x>");
});

test("what goes wrong behind a watched text goes wrong as before", async () => {
  const outcome = await outcomeOf(pythonTool(program("one = 1\nreturn f'{one}' + str(one / 0)")));
  expect(outcome).toMatchObject({ kind: "failure", code: "ZeroDivisionError" });
});
