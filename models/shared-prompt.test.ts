import { expect, test } from "bun:test";
import { fieldsOf } from "#core/json.ts";
import { commonPrompt } from "./shared-prompt.ts";

const tool = (name: string) => ({ name, description: name, parameters: { type: "object" } });
const view = { tools: [tool("sh")], present: [], files: undefined, project: undefined };
const textOf = (worked: ReturnType<typeof commonPrompt>["worked"]) => JSON.stringify(worked);

test("without a repository the worked turn is a question about a file", () => {
  const { system, worked } = commonPrompt(view, []);
  expect(textOf(worked)).toContain("Who is the oldest in people.csv?");
  expect(system).not.toContain("repository");
});

test("in a room on a repository the worked turn is a change, tested by its own command", () => {
  const project = { about: "You work on the repository shop.", check: "bun test" };
  const { system, worked } = commonPrompt({ ...view, project }, []);
  expect(system).toEndWith("You work on the repository shop.");
  const calls = worked.flatMap((message) =>
    message.role === "assistant" ? (message.calls ?? []) : [],
  );
  expect(calls.map(({ name }) => name)).toEqual(["read_file", "edit_file", "sh"]);
  expect(fieldsOf(calls.at(-1)?.arguments)["cmd"]).toBe("bun test");
  // A model looked for the mistake of the example in the user's file: what is changed is what was asked for.
  const [question] = worked;
  expect(question?.content).toContain("close at 20");
  expect(fieldsOf(calls[1]?.arguments)["replace"]).toContain("closes = 20");
  const unnamed = commonPrompt({ ...view, project: { about: "x" } }, []);
  expect(textOf(unnamed.worked)).toContain("make test");
});

test("where files are shown the worked change sees one and writes it out, and a question is answered", () => {
  const project = { about: "You work on shop.", check: "bun test", opened: "(the file a.ts)" };
  const { worked } = commonPrompt({ ...view, project }, []);
  const [question] = worked;
  expect(question?.content).toContain("(the file shop.lua)\n```lua\n");
  const calls = worked.flatMap((message) =>
    message.role === "assistant" ? (message.calls ?? []) : [],
  );
  expect(calls.map(({ name }) => name)).toEqual(["write_file"]);
  expect(worked.at(-1)?.content).toBe("It opens at 9.");
});

test("where a table can be asked, that comes first, and the last worked turns show it", () => {
  const tools = [tool("python_run"), tool("sh"), tool("table_query")];
  const { system, worked } = commonPrompt({ ...view, tools }, []);
  const [first] = system.match(/\{"action": "\w+"/g) ?? [];
  expect(first).toBe('{"action": "table_query"');
  expect(system).toContain("find out with table_query");
  const calls = worked.flatMap((message) =>
    message.role === "assistant" ? (message.calls ?? []) : [],
  );
  expect(calls.map(({ name }) => name)).toEqual(["python_run", "table_query", "table_query"]);
  expect(commonPrompt({ ...view, tools: tools.slice(0, 2) }, []).system).not.toContain("table");
});

test("what several programs say of themselves alike is told once", () => {
  const described = (name: string, description: string) => ({ ...tool(name), description });
  const tools = [
    described("python_run", "Runs Python. Print it. Sandboxed: no network. Nothing is kept."),
    described("sh", "Runs bash. Sandboxed: no network. Nothing is kept."),
    described("web", "Fetches a page. Nothing is kept."),
  ];
  const { system } = commonPrompt({ ...view, tools }, []);
  expect(system).toContain("Runs Python. Print it.\n");
  expect(system).toContain("Runs bash.\n");
  expect(system).toContain("Fetches a page. Nothing is kept.\n");
  expect(system).toContain("\nPrograms: Sandboxed: no network. Nothing is kept.\n");
  const alone = commonPrompt({ ...view, tools: tools.slice(1) }, []);
  expect(alone.system).toContain("Runs bash. Sandboxed: no network. Nothing is kept.\n");
  expect(alone.system).not.toContain("Programs: ");
});
