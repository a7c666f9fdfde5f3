import { expect, test } from "bun:test";
import { ToolIndex } from "./resolve.ts";

const TOOLS = ["read_file", "Read-File", "list_rooms", "web.search"].map((name) => ({
  name,
  description: "",
  parameters: {},
}));

test.each([
  ["list_rooms", "list_rooms"],
  ["functions.list_rooms", "list_rooms"],
  ["functions.list_rooms:3", "list_rooms"],
  ["tools.list_rooms", "list_rooms"],
  ["default_api.list_rooms", "list_rooms"],
  ["List-Rooms", "list_rooms"],
  ["functions.LIST_ROOMS:0", "list_rooms"],
  ["web.search", "web.search"],
  ["read_file", "read_file"],
])("%s is %s", (written, name) => {
  expect(new ToolIndex(TOOLS).resolve(written)).toMatchObject({ name, tool: { name } });
});

test("two tools that differ in case only are told apart by their exact names, or not at all", () => {
  expect(new ToolIndex(TOOLS).resolve("Read-File").tool?.name).toBe("Read-File");
  expect(new ToolIndex(TOOLS).resolve("READ_FILE").tool).toBeUndefined();
});

test("never guesses by likeness", () => {
  expect(new ToolIndex(TOOLS).resolve("list_room")).toEqual({ name: "list_room" });
  expect(new ToolIndex(TOOLS).resolve("functions.fly:0")).toEqual({ name: "fly" });
});

test("a name that models learned elsewhere is the tool that does it, where there is one", () => {
  const sh = { name: "sh", description: "", parameters: {} };
  const bash = { ...sh, name: "bash" };
  expect(new ToolIndex([...TOOLS, sh]).resolve("functions.execute_command:0").tool).toBe(sh);
  expect(new ToolIndex([sh, bash]).resolve("bash").tool).toBe(bash);
  expect(new ToolIndex(TOOLS).resolve("bash")).toEqual({ name: "bash" });
});
