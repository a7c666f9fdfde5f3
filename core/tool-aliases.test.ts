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

test.each(["ls", "sh", "", "constructor", "__proto__"])("%j means nothing else", (name) => {
  expect(aliasedTool(name)).toBeUndefined();
});
