import { expect, test } from "bun:test";
import { aliasedTool } from "./tool-aliases.ts";

test.each([
  ...["bash", "shell", "execute_command", "run_command", "terminal", "execute_bash", "Bash"],
  "run-command",
])("%s means sh", (name) => {
  expect(aliasedTool(name)).toBe("sh");
});

test.each(["python", "run_python", "python3", "execute_python", "code_interpreter"])(
  "%s means python_run",
  (name) => {
    expect(aliasedTool(name)).toBe("python_run");
  },
);

test.each([
  ["open_file", "read_file"],
  ["cat", "read_file"],
  ["str_replace", "edit_file"],
  ["apply-edit", "edit_file"],
  ["create_file", "write_file"],
  ["grep", "find"],
  ["List_Files", "find"],
])("%s means %s", (name, tool) => {
  expect(aliasedTool(name)).toBe(tool);
});

test.each(["ls", "sh", "", "constructor", "__proto__"])("%j means nothing else", (name) => {
  expect(aliasedTool(name)).toBeUndefined();
});
